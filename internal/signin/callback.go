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

// PasteReason says why a pasted text is not the redirect URL.
type PasteReason string

// The reasons, stable names.
const (
	PasteNoURL    PasteReason = "no-url"    // holds neither a code nor an error
	PasteCutShort PasteReason = "cut-short" // its end is missing: terminals cut lines at 4,096 characters
	PasteForeign  PasteReason = "foreign"   // belongs to another sign-in
)

// PasteError is a pasted text that is not the redirect URL awaited. The text
// is not in it.
type PasteError struct{ Reason PasteReason }

func (p *PasteError) Error() string { return "pasted text: " + string(p.Reason) }

// parsePasted reads a redirect URL as people paste it: wrapped in quotes,
// broken into lines, with or without its beginning. Its error is *PasteError.
func parsePasted(text, state string) (*answer, error) {
	query, err := url.ParseQuery(queryOf(text))
	if err != nil {
		return nil, &PasteError{Reason: PasteNoURL}
	}
	if got, ok := parseCallback(query, state); ok {
		return got, nil
	}
	return nil, &PasteError{Reason: whyNot(query, state)}
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

func whyNot(query url.Values, state string) PasteReason {
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
func parseCallback(query url.Values, state string) (*answer, bool) {
	for _, name := range []string{"state", "code", "error", "error_description"} {
		if len(query[name]) > 1 {
			return nil, false
		}
	}
	code, refusal := query.Get("code"), query.Get("error")
	if query.Get("state") != state || (code == "") == (refusal == "") {
		return nil, false
	}
	if refusal != "" {
		return &answer{refusal: cloud.EntraRefusal(refusal, query.Get("error_description"))}, true
	}
	return &answer{code: code}, true
}
