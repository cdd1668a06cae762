package secret

import "unicode/utf8"

// A passphrase is guessed on whatever computer somebody copies a vault to. Below
// this many characters, or with fewer different ones, that takes little.
// https://pages.nist.gov/800-63-4/sp800-63b.html
const (
	strongLength  = 15
	strongVariety = 6
)

// Weak says whether a passphrase is soon guessed. It knows nothing of words.
func (s Value) Weak() bool {
	different := map[rune]bool{}
	for _, r := range s.Reveal() {
		different[r] = true
	}
	return utf8.RuneCountInString(s.Reveal()) < strongLength || len(different) < strongVariety
}
