package signin

import (
	"net/url"
	"strings"
	"unicode"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
)

// answer is what a redirect brings: a code or a refusal.
type answer struct {
	code    string
	refusal *microsoft.Error
}

// awaited is what an answer must bring: the state of its sign-in, and no other
// issuer than the tenant's where it names one.
// https://www.rfc-editor.org/rfc/rfc9207
type awaited struct{ state, issuer string }

// PasteError is a pasted text that is not the redirect URL awaited. The text
// is not in it.
type PasteError struct{ Reason Happening }

func (p *PasteError) Error() string { return "pasted text: " + string(p.Reason) }

// parsePasted reads a redirect URL as people paste it: wrapped in quotes,
// broken into lines, with or without its beginning. Its error is *PasteError.
func parsePasted(text string, want awaited) (*answer, error) {
	query, err := url.ParseQuery(queryOf(text))
	if err != nil {
		return nil, &PasteError{Reason: PasteNoURL}
	}
	if got, ok := parseCallback(query, want); ok {
		return got, nil
	}
	return nil, &PasteError{Reason: whyNot(query, want.state)}
}

// queryOf finds the query in a pasted text.
func queryOf(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	text = strings.Trim(text, `"'<>`+"`")
	text, _, _ = strings.Cut(text, "#")
	if _, query, found := strings.Cut(text, "?"); found {
		return query
	}
	return text
}

func whyNot(query url.Values, state string) Happening {
	given := query.Get("state")
	switch {
	case query.Get("code") == "" && query.Get("error") == "":
		return PasteNoURL
	case strings.HasPrefix(state, given): // the state comes after the code
		return PasteCutShort
	default:
		return PasteForeign
	}
}

// parseCallback reads the query of a redirect; false unless it answers the
// sign-in of that state, without doubt.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#successful-response
func parseCallback(query url.Values, want awaited) (*answer, bool) {
	for _, name := range []string{"state", "code", "error", "error_description", "iss"} {
		if len(query[name]) > 1 {
			return nil, false
		}
	}
	code, refusal := query.Get("code"), query.Get("error")
	if query.Get("state") != want.state || (code == "") == (refusal == "") {
		return nil, false
	}
	if query.Has("iss") && want.issuer != "" && query.Get("iss") != want.issuer {
		return nil, false
	}
	if refusal != "" {
		return &answer{refusal: brought(refusal, query.Get("error_description"))}, true
	}
	return &answer{code: code}, true
}

// brought is a refusal as the browser brought it. Whoever can make the browser
// open this page, or read the address, may have written it.
func brought(oauthError, description string) *microsoft.Error {
	refusal := cloud.EntraRefusal(oauthError, description)
	refusal.Brought = true
	if refusal.Code == "" {
		refusal.Code = "error"
	}
	return refusal
}
