package pages

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"wxmail/internal/msg/glossary"
)

// glossaryPage lists what things are called in each language, and where that is
// known from.
func glossaryPage() (string, error) {
	var b strings.Builder
	b.WriteString(made + "# Glossary\n\nWhat the portals, and Cisco's guide, call things in each language. The texts use these words, " +
		"which a test holds. A link leads to the page that shows the word; a word without one is wxmail's own, or was not found. " +
		"[How a translator works with it](CONTRIBUTING.md#a-language).\n\n")
	languages, names := map[string]map[string]glossary.Term{}, map[string]bool{}
	for _, lang := range glossary.Languages() {
		terms, err := glossary.Terms(lang)
		if err != nil {
			return "", err
		}
		languages[lang] = terms
		for name := range terms {
			names[name] = true
		}
	}
	var rows [][]string
	byName := func(a, b string) int { return strings.Compare(strings.ToLower(a)+a, strings.ToLower(b)+b) }
	for _, name := range slices.SortedFunc(maps.Keys(names), byName) {
		row := []string{name}
		for _, lang := range glossary.Languages() {
			row = append(row, termCell(languages[lang][name]))
		}
		rows = append(rows, row)
	}
	b.WriteString(table([]string{"English", "Japanese", "French", "Korean"}, rows))
	return b.String(), nil
}

// termCell is a term with the other words for it, and where it is known from.
func termCell(t glossary.Term) string {
	text := strings.Join(append([]string{t.Text}, t.Also...), "; ")
	switch {
	case strings.HasPrefix(t.Source, "https://"):
		return fmt.Sprintf("%s ([page](%s))", text, strings.NewReplacer("(", "%28", ")", "%29").Replace(t.Source))
	case t.Source != "":
		return text + " (" + t.Source + ")"
	}
	return text
}
