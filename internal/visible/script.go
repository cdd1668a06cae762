package visible

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// LookAlikes are the words of a text that mix scripts whose letters look the
// same, each with its scripts, and addresses with other letters than ASCII's:
// a Cyrillic о in a Latin name is another name. Writing systems that are
// mixed by habit, as in Japanese, count as one; words of different scripts
// beside each other are nobody's trick.
// https://www.unicode.org/reports/tr39/#Restriction_Level_Detection
func LookAlikes(text string) []LookAlike {
	var found []LookAlike
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'<>(),;`, r) }) {
		scripts := scriptsOf(word)
		foreign := strings.Contains(word, "@") && len(scripts) > 0 && !slices.Equal(scripts, []string{"Latin"})
		if foreign || mixed(word) {
			found = append(found, LookAlike{word, scripts})
		}
	}
	return found
}

// LookAlike is a word that may pass for another, and the scripts of its
// letters by Unicode's names.
type LookAlike struct {
	Word    string
	Scripts []string
}

// mixed says whether one run of letters has more than one script.
func mixed(word string) bool {
	for run := range strings.FieldsFuncSeq(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if scripts := scriptsOf(run); len(scripts) > 1 && !habit(scripts) {
			return true
		}
	}
	return false
}

// habit are the mixtures that the standard allows at its second level.
func habit(scripts []string) bool {
	for _, together := range [][]string{
		{"Latin", "Han", "Hiragana", "Katakana"}, {"Latin", "Han", "Bopomofo"}, {"Latin", "Han", "Hangul"},
	} {
		if !slices.ContainsFunc(scripts, func(s string) bool { return !slices.Contains(together, s) }) {
			return true
		}
	}
	return false
}

// scriptsOf are the scripts of a word's letters, sorted.
func scriptsOf(word string) []string {
	found := map[string]bool{}
	for _, r := range word {
		if !unicode.IsLetter(r) || r == 'ー' { // the mark of length belongs to both kana
			continue
		}
		if r < unicode.MaxASCII {
			found["Latin"] = true
			continue
		}
		for name, table := range unicode.Scripts {
			if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}
