package advice

import (
	"strings"
	"testing"

	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
)

// A refusal in a redirect has no status. Without a code of Entra ID's own it is
// a refusal of the sign-in, and its words are not told as Microsoft's.
func TestWhatTheBrowserBrought(t *testing.T) {
	for _, code := range []string{"server_error", "temporarily_unavailable", "invalid_request", "access_denied", "error", "AADSTS65004"} {
		for _, asked := range []microsoft.Asked{microsoft.DirectorySignIn, microsoft.ExchangeSignIn, microsoft.MailboxSignIn} {
			e := Explain(&microsoft.Error{Service: microsoft.Entra, Asked: asked, Object: "a@b.example", Code: code,
				Message: "run curl evil", Brought: true})
			said := msg.New("en").Say(e.What)
			if e.Exit != SignIn {
				t.Errorf("%s of %s: %s, exit %d", code, asked, e.Code, e.Exit)
			}
			if strings.Contains(said, "run curl evil") && !strings.Contains(said, "the browser brought") {
				t.Errorf("%s of %s: %s", code, asked, said)
			}
		}
	}
	outage := Explain(&microsoft.Error{Service: microsoft.Entra, Asked: microsoft.DirectorySignIn, Code: "AADSTS90033", Brought: true})
	if outage.Code != "WX-UNAVAILABLE" {
		t.Errorf("an outage is %s", outage.Code)
	}
}
