package msg_test

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/msg/glossary"
)

func terms(t *testing.T, lang string) map[string]glossary.Term {
	t.Helper()
	all, err := glossary.Terms(lang)
	if err != nil {
		t.Fatalf("%s: %v", lang, err)
	}
	return all
}

// named is what stands in a text as it is typed or filled in: it has no
// translation.
var named = regexp.MustCompile(`\{\{[^}]*\}\}|<[^>]*>|--(skip|only) [a-z.]+|--[a-z-]+|\bwxmail( [a-z-]+)*|[a-z]+\.[a-z][a-z.-]*`)

// A text says what the glossary says for each term of its English text.
func TestTranslationsUseTheGlossary(t *testing.T) {
	english := read(t, "en")
	for _, lang := range glossary.Languages() {
		find, words, other := finder(terms(t, lang)), terms(t, lang), read(t, lang)
		for _, id := range slices.Sorted(maps.Keys(other)) {
			text := plainly(other[id]["other"])
			for _, name := range find(english[id]["other"]) {
				if !slices.ContainsFunc(append(words[name].Also, words[name].Text), func(word string) bool {
					return strings.Contains(text, plainly(word))
				}) {
					t.Errorf("%s: %s does not say %q: %s", lang, id, words[name].Text, other[id]["other"])
				}
			}
		}
	}
}

// finder finds the terms of an English text, of those that overlap the longest.
func finder(terms map[string]glossary.Term) func(text string) []string {
	longestFirst := func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }
	names := slices.SortedFunc(maps.Keys(terms), longestFirst)
	var words []*regexp.Regexp
	for _, name := range names {
		words = append(words, regexp.MustCompile(`(^|[^\w-])`+regexp.QuoteMeta(name)+`($|[^\w-])`))
	}
	return func(text string) (found []string) {
		text = named.ReplaceAllString(text, " ")
		for i, name := range names {
			if strings.Contains(text, name) && words[i].MatchString(text) {
				text = words[i].ReplaceAllString(text, "$1¤$2")
				found = append(found, name)
			}
		}
		return found
	}
}

// plainly is a text without what a language does to a word in a sentence: the
// case of letters, and spaces that do not break.
func plainly(text string) string {
	return strings.ToLower(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text))
}

// A term has a text, and where it is known from is a page that can be opened, or
// Cisco's guide.
func TestGlossaryIsWhole(t *testing.T) {
	for _, lang := range glossary.Languages() {
		for name, in := range terms(t, lang) {
			if in.Text == "" || in.Source != "" && !strings.HasPrefix(in.Source, "https://") && !strings.HasPrefix(in.Source, "Cisco") {
				t.Errorf("%s: %s: %+v", lang, name, in)
			}
		}
	}
}
