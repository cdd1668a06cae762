package webex

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/secret"
)

const secretValue = "canary~client-secret"

func example() Input {
	const authority = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/"
	return Input{
		Asset: Asset{
			Name: "support", EmailID: "support@contoso.example",
			ForwardingAddress: "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io",
			CallbackURL:       "https://contoso.us.webexconnect.io/callback",
		},
		SignInAs:   "support@contoso.example",
		SMTPServer: "smtp.office365.com", SMTPPort: 587, SMTPScope: "https://outlook.office.com/SMTP.Send",
		AuthorizationURL: authority + "authorize", TokenURL: authority + "token",
		ClientID: "66666666-7777-8888-9999-000000000000", ClientSecret: secret.New(secretValue),
		AccessToken: secret.New("canary-access"), RefreshToken: secret.New("canary-refresh"), Validity: "3600",
	}
}

// show renders fields as "label = value", nil as "null".
func show(fields []Field) []string {
	var lines []string
	for _, f := range fields {
		value := "null"
		if f.Value != nil {
			value = *f.Value
		}
		lines = append(lines, f.Label+" = "+value)
	}
	return lines
}

func TestValues(t *testing.T) {
	in := example()
	in.Reveal, in.Tokens = true, true
	want := []string{
		"Asset Name = support",
		"Email ID = support@contoso.example",
		"Forwarding Address = 0123456789abcdef0123456789abcdef@mail-us.imiconnect.io",
		"Authentication Type = OAuth 2.0",
		"SMTP Server = smtp.office365.com",
		"Username = support@contoso.example",
		"Port = 587",
		"Security = STARTTLS",
		"Client ID = 66666666-7777-8888-9999-000000000000",
		"Client Secret = " + secretValue,
		"Call Back URL = https://contoso.us.webexconnect.io/callback",
		"Authorization URL = https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/authorize",
		"Scope = offline_access https://outlook.office.com/SMTP.Send",
		"Access Token URL = https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
		"Refresh Token URL = https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
		"Use different email address than the asset email ID for generating tokens = off",
		"Login ID For Generating Token = null",
		"I would like to explicitly review before providing consent for authentication = off",
		"Access Token = canary-access",
		"Refresh Token = canary-refresh",
		"Validity = 3600",
	}
	if diff := cmp.Diff(want, show(Values(in))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The tokens are wxmail's own: Webex Connect makes others, so they are not among
// what is shown to be pasted.
func TestRevealedValuesLeaveTheTokensOut(t *testing.T) {
	in := example()
	in.Reveal = true
	got := strings.Join(show(Values(in)), "\n")
	if !strings.Contains(got, "Client Secret = "+secretValue) {
		t.Errorf("the client secret is not shown:\n%s", got)
	}
	for _, label := range []string{LabelAccessToken, LabelRefreshToken, LabelValidity} {
		if !strings.Contains(got+"\n", label+" = null\n") {
			t.Errorf("%s is shown:\n%s", label, got)
		}
	}
}

func TestValuesOfASharedMailbox(t *testing.T) {
	in := example()
	in.Asset.EmailID, in.SignInAs = "help@contoso.example", "support@contoso.example"
	got := strings.Join(show(Values(in)), "\n")
	for _, want := range []string{
		"Email ID = help@contoso.example\n",
		"Username = support@contoso.example\n",
		LabelDifferentAddress + " = on\n",
		LabelLoginID + " = support@contoso.example\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

func TestValuesHideSecrets(t *testing.T) {
	text, err := json.Marshal(Values(example()))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "canary") {
		t.Errorf("a secret shows: %s", text)
	}
	want := `{"label":"Client Secret","value":"(set)","secret":true,"note":"shown by wxmail values --reveal"}`
	if !strings.Contains(string(text), want) {
		t.Errorf("lacks %s: %s", want, text)
	}
	want = `{"label":"Validity","value":null,"secret":false,"note":"filled by Generate Token, not to be pasted"}`
	if !strings.Contains(string(text), want) {
		t.Errorf("lacks %s: %s", want, text)
	}
}

func TestValuesWithoutAProfile(t *testing.T) {
	for _, reveal := range []bool{false, true} {
		fields := Values(Input{Reveal: reveal})
		if len(fields) != 21 {
			t.Fatalf("%d fields", len(fields))
		}
		for _, line := range show(fields) {
			if !strings.HasSuffix(line, " = null") {
				t.Errorf("reveal %v: %s", reveal, line)
			}
		}
	}
}

func TestValuesBeforeRegistration(t *testing.T) {
	in := example()
	in.ClientID, in.ClientSecret, in.AuthorizationURL, in.TokenURL, in.SMTPScope, in.SMTPPort = "", secret.Value{}, "", "", "", 0
	got := strings.Join(show(Values(in)), "\n")
	for _, label := range []string{LabelClientID, LabelClientSecret, LabelAuthorizationURL, LabelScope, LabelAccessTokenURL, LabelPort} {
		if !strings.Contains(got, label+" = null\n") {
			t.Errorf("%s is not null:\n%s", label, got)
		}
	}
}
