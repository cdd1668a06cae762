package microsoft

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"wxmail/internal/pattern"
)

const maxMessage = 500 // characters

// tokenLike are parts of a text that may be a token: never shown.
var tokenLike = pattern.Of(`eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)*`)

// OneLine makes what a service said fit for a line: nothing that is not seen,
// no tokens, 500 characters at most. Every service's words go through it.
func OneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsGraphic(r):
			return -1
		default:
			return r
		}
	}, text)
	text = tokenLike().ReplaceAllString(strings.Join(strings.Fields(text), " "), "(token)")
	if runes := []rune(text); len(runes) > maxMessage {
		return string(runes[:maxMessage-1]) + "…"
	}
	return text
}
