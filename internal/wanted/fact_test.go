package wanted

import "testing"

// An answer that is refused or missing says so in the words of the advice.
func TestFacts(t *testing.T) {
	for _, c := range []struct {
		err interface {
			Fact() (code, object, detail string)
		}
		code, object, detail string
	}{
		{&InvalidAnswer{"webex.email-id", "x", "not-an-address", ""},
			"WX-ANSWER-INVALID", "webex.email-id", `"x": It is no e-mail address.`},
		{&InvalidAnswer{"webex.callback-url", "x", "has-port", "8443"},
			"WX-ANSWER-INVALID", "webex.callback-url", `"x": It names the port 8443.`},
		{&MissingAnswers{[]string{"webex.email-id", "--yes"}}, "WX-ANSWER-NEEDED", "webex.email-id, --yes", "webex.email-id (--email-id), --yes"},
	} {
		if code, object, detail := c.err.Fact(); code != c.code || object != c.object || detail != c.detail {
			t.Errorf("%s, %q, %q", code, object, detail)
		}
	}
}
