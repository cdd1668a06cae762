package visible

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// LookAlikes are the words of a text that mix scripts whose letters look the
// same, each with its scripts, and addresses with letters that no language of
// Latin letters writes them with: a Cyrillic о in a Latin name is another name,
// and so is a phonetic ɡ in a domain. Writing systems that are mixed by habit,
// as in Japanese, count as one; words of different scripts beside each other
// are nobody's trick.
// https://www.unicode.org/reports/tr39/#Restriction_Level_Detection
func LookAlikes(text string) []LookAlike {
	var found []LookAlike
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'<>(),;`, r) }) {
		scripts := scriptsOf(word)
		plain := len(scripts) == 0 || slices.Equal(scripts, []string{"Latin"}) && !strings.ContainsFunc(word, disguised)
		if strings.Contains(word, "@") && !plain || mixed(word) {
			found = append(found, LookAlike{word, scripts})
		}
	}
	return found
}

// disguised says whether a letter counts as Latin, is in no alphabet that
// addresses are written in, and looks as if it were: phonetic, wide, or without
// its dot.
func disguised(r rune) bool {
	additional := r >= 0x1e00 && r <= 0x1eff // Vietnamese, Welsh
	return unicode.Is(unicode.Latin, r) && (r > 0x24f && !additional || strings.ContainsRune("ıĸſ", r))
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
			if name != "Inherited" && (name != "Common" || styled(r)) && unicode.Is(table, r) {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// styled says whether a letter is one of mathematics: a Latin or Greek one in
// another style, that belongs to no script.
func styled(r rune) bool { return r >= 0x1d400 && r <= 0x1d7ff }
