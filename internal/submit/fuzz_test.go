package submit

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/emersion/go-smtp"
)

// Whatever a server replies: one line, of bounded length.
func FuzzReply(f *testing.F) {
	for _, text := range []string{"", "Authentication unsuccessful [host time id]", "[[]]", "a\n5.7.3 b [", "\x00\xff]", "[x] [y]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		message, id := split(text)
		_ = code(&smtp.SMTPError{Message: text})
		for _, part := range []string{message, id} {
			if strings.ContainsAny(part, "\r\n\x00") || utf8.RuneCountInString(part) > 500 {
				t.Errorf("split(%q) = %q, %q", text, message, id)
			}
		}
	})
}
