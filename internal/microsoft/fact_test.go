package microsoft_test

import (
	"testing"
	"time"

	"wxmail/internal/microsoft"
)

func TestFacts(t *testing.T) {
	for _, c := range []struct {
		err interface {
			error
			Fact() (code, object, detail string)
		}
		text, code, object, detail string
	}{
		{&microsoft.NotSettled{What: "the secret", Waited: 61234 * time.Millisecond}, "the secret: not visible after 1m1s",
			"WX-REPLICATION", "the secret", "1m1s"},
		{&microsoft.NotSettled{What: microsoft.SMTPAuth, Waited: time.Minute}, "Authenticated SMTP: not visible after 1m0s",
			"WX-SMTP-AUTH-WAIT", "Authenticated SMTP", "1m0s"},
		{microsoft.NewCause("WX-CLAIMS", "no refresh token"), "no refresh token", "WX-CLAIMS", "", "no refresh token"},
	} {
		code, object, detail := c.err.Fact()
		if c.err.Error() != c.text || code != c.code || object != c.object || detail != c.detail {
			t.Errorf("%v: %s, %q, %q", c.err, code, object, detail)
		}
	}
}
