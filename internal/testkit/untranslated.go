package testkit

import (
	"strings"
	"unicode"

	"wxmail/internal/pattern"
)

// Untranslated are the words of an output in the language qps that were not
// taken from the catalogue, each with its line: those without an accent that
// are neither a value nor one of names. A word may stand anywhere: what is put
// together from parts brings English into a text of the catalogue, too.
func Untranslated(output string, names ...string) (found []string) {
	known := map[string]bool{}
	for _, name := range names {
		for word := range strings.FieldsSeq(name) {
			known[word] = true
		}
	}
	for line := range strings.Lines(output) {
		for word := range strings.FieldsFuncSeq(line, between) {
			word = strings.TrimRight(strings.TrimLeft(word, "'`.+~*"), ".:!?'`~*")
			if plain().MatchString(word) && !value().MatchString(word) && !known[word] {
				found = append(found, word+" in: "+strings.TrimSpace(line))
			}
		}
	}
	return found
}

// between says whether a sign stands between words.
func between(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(`⟦⟧()[]{},;"<>|“”·✓✗…`, r)
}

// plain is a word with two letters without an accent; value is one that is
// written like no word of a sentence: an address, an id, a flag, a file, a
// number, the name of what a flag takes.
var (
	plain = pattern.Of(`[A-Za-z]{2}`)
	value = pattern.Of(`[@/\\_0-9%$#=]|^-|[A-Za-z]\.[A-Za-z]|^[A-Z]+(-[A-Z]+)*$`)
)
