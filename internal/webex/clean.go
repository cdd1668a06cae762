package webex

import (
	"strings"
	"unicode"

	"wxmail/internal/pattern"
)

// What people and translated guides leave around an address or a URL.
const (
	wrappers    = "\"'`´‘’‚‛“”„‟«»‹›「」『』｢｣〝〞〟()[]{}<>【】〔〕〈〉《》"
	punctuation = ".,;:!?…、・"
)

var (
	// inAngles is the value in `Support <support@contoso.com>` and `<https://…>`.
	inAngles = pattern.Of(`<([^<>]+)>`)
	// strayWord is what machine translation left behind the example URL of the guide.
	strayWord = pattern.Of(`(?i)\s+as(\s+vu)?$`)
	mailto    = pattern.Of(`(?i)^mailto:`)
)

// Clean takes the noise off a pasted address or URL: quotes and brackets of
// any script, spaces of any width, invisible characters, full-width forms,
// "mailto:", a display name, a stray "as", trailing punctuation. What stands
// inside the value is left alone. Clean(Clean(s)) equals Clean(s).
func Clean(s string) string {
	// Every pass that changes something makes the text shorter, so this ends.
	for {
		next := cleanOnce(s)
		if next == s {
			return s
		}
		s = next
	}
}

func cleanOnce(s string) string {
	s = strings.TrimSpace(narrow(visible(s)))
	if match := inAngles().FindStringSubmatch(s); match != nil {
		s = match[1]
	}
	s = strayWord().ReplaceAllString(s, "")
	s = mailto().ReplaceAllString(s, "")
	s = strings.TrimLeft(s, wrappers)
	return strings.TrimRight(s, wrappers+punctuation)
}

// visible drops what cannot be seen and makes every space a plain one.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Z, r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// narrow turns full-width ASCII and the full stops of Chinese and Japanese,
// as an input method types them, into ASCII.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '。' || r == '｡':
			return '.'
		}
		return r
	}, s)
}
