package cloud

import (
	"net/http"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxMessage = 500 // runes

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// freeText is a refusal in no known form: plain text is kept, since Exchange
// throttles with it; a page for browsers is not.
func freeText(header http.Header, body []byte) string {
	text := oneLine(string(body))
	if strings.HasPrefix(text, "<") || strings.HasPrefix(text, "{") || strings.Contains(header.Get("Content-Type"), "html") {
		return ""
	}
	return text
}

// tokenLike are parts of a text that may be a token: never shown.
var tokenLike = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)*`)

// oneLine makes a text of a service fit for a log line: no control
// characters, no tokens, 500 runes at most.
func oneLine(text string) string {
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
	text = tokenLike.ReplaceAllString(strings.Join(strings.Fields(text), " "), "(token)")
	if runes := []rune(text); len(runes) > maxMessage {
		return string(runes[:maxMessage-1]) + "…"
	}
	return text
}
