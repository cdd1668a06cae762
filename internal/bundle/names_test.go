package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"wxmail/internal/store"
)

// unpacked is a bundle as one text.
func unpacked(t *testing.T, in Input) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, in); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestNobodyIsNamed(t *testing.T) {
	finding := func(object, evidence string) map[string]string {
		return map[string]string{"code": "WX-X", "object": object, "cause": `The rule "` + object + `" forwards.`,
			"evidence": evidence, "fix": "Ask " + object + "."}
	}
	raw, err := json.Marshal([]any{
		finding("Wendy Rulename", "Get-InboxRule: Name = Wendy Rulename, ForwardTo = \"Zoe Z\" [SMTP:zoe@fabrikam.example]"),
		finding("Peter Policy", "Get-HostedOutboundSpamFilterPolicy: AutoForwardingMode is not On"),
		finding("Sam Secret", "passwordCredentials: ends at 2027-01-01T00:00:00Z"),
		finding("Anna's application", "applications: web.redirectUris = https://contoso.us.webexconnect.io/callback"),
		finding("support@contoso.example", "Get-Mailbox: ForwardingSmtpAddress = nobody, ForwardingAddress = contoso.example/Users/Zelda Quux, "+
			"DeliverToMailboxAndForward = true"),
		finding("jane.doe_fabrikam.com#EXT#@contoso.example", "x"), finding("jack&jill@fabrikam.example", "y"),
		finding("login.microsoftonline.com", "tcp: refused"), finding("wxmail support@contoso.example", "State = Enabled"),
	})
	if err != nil {
		t.Fatal(err)
	}
	text := unpacked(t, Input{Now: time.Unix(0, 0), Own: []string{"support@contoso.example", "WebexConnect"},
		Summary: map[string]any{"mailbox": map[string]any{
			"forwardingTo": "contoso.example/Users/Zelda Quux", "outboundPolicy": "Peter Policy"},
			"steps": []any{map[string]any{"id": "mailbox.forward", "detail": "waits for Wendy Rulename"}}},
		Found: &store.Found{Findings: raw}, Records: []store.Record{{Target: "Sam Secret"}}})
	for _, gone := range []string{"Wendy", "Rulename", "Peter", "Sam Secret", "Anna", "Zelda", "Quux",
		"Zoe", "zoe", "jane", "doe_", "jack", "jill"} {
		if strings.Contains(text, gone) {
			t.Errorf("%s is named in\n%s", gone, text)
		}
	}
	for _, kept := range []string{"support@contoso.example", "login.microsoftonline.com",
		"AutoForwardingMode is not On", "2027-01-01T00:00:00Z",
		"DeliverToMailboxAndForward = true", "person", "name1",
		"https://contoso.us.webexconnect.io/callback", "State = Enabled"} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s is gone from\n%s", kept, text)
		}
	}
}

// Whatever an address is made of: nothing of its front part is left, in a
// document or in the URL of a trace.
func TestEveryAddressIsMasked(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 2))
	t.Logf("seed %d", seed)
	atext := []rune("abcXYZ019!#$%&'*+-/=?^_`{|}~üж")
	for range 500 {
		local := make([]rune, 4+random.IntN(20))
		for i := range local {
			local[i] = atext[random.IntN(len(atext))]
		}
		local[0], local[len(local)-1] = 'q', 'q' // a quote at the edge may be the text's
		whole := string(local) + "@fabrikam.example"
		m := newMask([]string{"support@contoso.example"})
		for _, text := range []string{
			m.member("cause", `The rule "x" sends to '`+whole+`'.`),
			m.member("object", whole),
			m.text("GET https://graph.microsoft.com/v1.0/users/" + url.PathEscape(string(local)) + "@fabrikam.example 200 request-id="),
			m.text("GET /users?$filter=mail%20eq%20%27" + url.QueryEscape(whole) + "%27 200"),
		} {
			before, _, found := strings.Cut(text, "@fabrikam.example")
			if !found || !strings.Contains(before, "person") || strings.Contains(text, string(local[len(local)-4:])+"@") ||
				strings.Contains(text, string(local[1:])) {
				t.Fatalf("%q became %q", whole, text)
			}
		}
	}
}
