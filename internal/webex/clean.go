package webex

import (
	"net/url"
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
	// kind is what mail programs, and Exchange, put before an address.
	kind = pattern.Of(`(?i)^(mailto|smtp):`)
	// markdown is a link as chats and tickets keep it: its text, its target.
	markdown = pattern.Of(`^\[([^\[\]]+)\]\(<?([^()<>\s]+)>?\)[.,;]*$`)
	// safeLink is a web address as Defender for Office 365 rewrites it in mail.
	// https://learn.microsoft.com/defender-office-365/safe-links-about
	safeLink = pattern.Of(`(?i)^https?://[a-z0-9.-]+\.safelinks\.protection\.[a-z0-9.]+/\?`)
)

// Clean takes the noise off a pasted address or URL: quotes and brackets of
// any script, spaces of any width, invisible characters, full-width forms,
// "mailto:" and "smtp:", a display name, a link around it, a stray "as",
// trailing punctuation. What stands inside the value is left alone.
// Clean(Clean(s)) equals Clean(s).
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
	if match := markdown().FindStringSubmatch(s); match != nil {
		return unlinked(s, match[1], match[2])
	}
	if match := inAngles().FindStringSubmatch(s); match != nil {
		s = match[1]
	}
	s = strayWord().ReplaceAllString(s, "")
	s = original(s)
	s = strings.TrimLeft(s, wrappers)
	return strings.TrimRight(s, wrappers+punctuation)
}

// unlinked is what a link leads to, where its text says the same. Another link
// stays as it is, which no field takes: neither of the two is chosen.
func unlinked(link, text, target string) string {
	text, target = original(text), original(target)
	_, bare, _ := strings.Cut(target, "://")
	if text != "" && (strings.EqualFold(text, target) || strings.EqualFold(text, bare)) {
		return target
	}
	return link
}

// original is what mail programs have made an address, or a filter of mail a
// web address, of.
func original(s string) string {
	if cut := kind().ReplaceAllString(s, ""); cut != s {
		if decoded, err := url.PathUnescape(cut); err == nil { // RFC 6068: what stands behind mailto: is encoded
			return decoded
		}
		return cut
	}
	if safeLink().MatchString(s) {
		if u, err := url.Parse(s); err == nil && u.Query().Get("url") != "" {
			return u.Query().Get("url")
		}
	}
	return s
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
