package webex_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
)

// door is the control API of a whole sandbox.
type door struct {
	*testing.T
	base string
}

// call sends JSON and reads the answer into out.
func (d door) call(method, path string, in, out any) {
	d.Helper()
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			d.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(d.Context(), method, d.base+path, &body)
	if err != nil {
		d.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		d.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		d.Fatalf("%s %s: %s %s %v", method, path, response.Status, answer, err)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(answer, out); err != nil {
		d.Fatalf("%s %s: %v", method, path, err)
	}
}

// state is what the form of an asset needs to know.
type state struct {
	Organization struct{ ID string }
	Applications []struct{ AppID string }
	Webex        struct {
		Drafts []struct{ ID, ForwardingAddress, CallbackURL string }
	}
	Messages []struct{ From, To, Subject, Text, Status string }
}

func form(s state, secret string) map[string]any {
	base := "https://login.microsoftonline.com/" + s.Organization.ID + "/oauth2/v2.0/"
	return map[string]any{
		"Asset Name": "support", "Email ID": "support@contoso.example",
		"Forwarding Address": s.Webex.Drafts[0].ForwardingAddress, "Call Back URL": s.Webex.Drafts[0].CallbackURL,
		"Authentication Type": "OAuth 2.0", "SMTP Server": "smtp.office365.com", "Port": "587", "Security": "STARTTLS",
		"Username": "support@contoso.example", "Client ID": s.Applications[0].AppID, "Client Secret": secret,
		"Authorization URL": base + "authorize", "Access Token URL": base + "token", "Refresh Token URL": base + "token",
		"Scope": "offline_access https://outlook.office.com/SMTP.Send",
		"Use different email address than the asset email ID for generating tokens": "off", "Login ID For Generating Token": nil,
		"I would like to explicitly review before providing consent for authentication": "off",
	}
}

// TestInTheWholeSandbox takes the tenant that was set up by hand through
// everything that an asset lives through, by the real services.
func TestInTheWholeSandbox(t *testing.T) {
	box, err := sandbox.Start(t.Context(), sandbox.Options{Dir: t.TempDir(), Scenario: "by-hand"})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	d := door{t, box.Control()}

	var before, after state
	var secrets []struct{ Kind, Value string }
	d.call("GET", "/state", nil, &before)
	d.call("GET", "/secrets", nil, &secrets)

	var asset struct{ ID string }
	d.call("POST", "/webex/assets", map[string]any{"draft": before.Webex.Drafts[0].ID, "fields": form(before, secrets[0].Value)}, &asset)
	var token struct {
		OK             bool
		Account, Error string
	}
	d.call("POST", "/webex/assets/"+asset.ID+"/token", nil, &token)
	if !token.OK || token.Account != "support@contoso.example" {
		t.Fatalf("Generate Token: %+v", token)
	}

	d.call("POST", "/mail", map[string]string{
		"from":    "customer@fabrikam.example",
		"to":      "support@contoso.example",
		"subject": "Hi",
		"text":    "hello",
	}, nil)
	var inbox []struct{ ID, From string }
	d.call("GET", "/webex/inbox", nil, &inbox)
	if len(inbox) != 1 || inbox[0].From != "customer@fabrikam.example" {
		t.Fatalf("inbox %+v", inbox)
	}
	d.call("POST", "/advance", map[string]string{"by": "3h"}, nil) // the token has run out
	d.call("POST", "/webex/inbox/"+inbox[0].ID+"/reply", map[string]string{"text": "welcome"}, nil)

	d.call("GET", "/state", nil, &after)
	last := after.Messages[len(after.Messages)-1]
	if last.From != "support@contoso.example" || last.To != "customer@fabrikam.example" || last.Text != "welcome" ||
		!strings.HasPrefix(last.Subject, "Re: ") || last.Status != "delivered" {
		t.Errorf("the customer got %+v", last)
	}
}
