package signin

import (
	"encoding/json"
	"strings"
	"testing"

	"wxmail/internal/cloud"
)

// A token that cannot be read names nobody, and nobody passes Verify.
func FuzzAccount(f *testing.F) {
	f.Add("", "")
	f.Add("a.b.c", "opaque")
	f.Add("e30.eyJ0aWQiOiJ4IiwidXBuIjoiYUBiLmV4YW1wbGUifQ.x", "e30.eyJzY3AiOiJhIGIiLCJ3aWRzIjpbInIiXX0.x")
	f.Add("e30.eyJ0aWQiOjF9.x", "e30.eyJ1cG4iOiJhIiwidGlkIjpbXX0.x")
	f.Fuzz(func(t *testing.T, id, access string) {
		_, found := readClaims(id)
		_, seen := readClaims(access)
		got := accountOf(id, access)
		if !found && !seen && (got.UPN != "" || got.TenantID != "" || got.ObjectID != "" || len(got.Roles) > 0 || len(got.Scopes) > 0) {
			t.Fatalf("read %+v from tokens that cannot be read", got)
		}
		fits := strings.EqualFold(got.UPN, upn) && strings.EqualFold(got.TenantID, tenant)
		if err := Verify(Mailbox, got, tenant, upn); (err == nil) != fits {
			t.Fatalf("%+v: %v", got, err)
		}
	})
}

// Whatever a tenant publishes, the browser goes to the authority or to this
// machine.
func FuzzMetadata(f *testing.F) {
	f.Add(`{}`)
	f.Add(`{"issuer":"https://x/` + tenant + `/v2.0","authorization_endpoint":"https://login.microsoftonline.com/a"}`)
	f.Add(`{"issuer":"https://x/` + tenant + `","authorization_endpoint":"https://login.microsoftonline.com.evil.example/a"}`)
	f.Add(`{"issuer":"https://x/` + tenant + `","authorization_endpoint":"http://localhost@evil.example/a"}`)
	f.Add(`{"issuer":"https://x/` + tenant + `","authorization_endpoint":"http://127.0.0.1:1/a"}`)
	e := &cloud.Endpoints{Environment: cloud.Environment{Authority: "https://login.microsoftonline.com"}}
	f.Fuzz(func(t *testing.T, text string) {
		var document discoveryDocument
		if json.Unmarshal([]byte(text), &document) != nil {
			return
		}
		got, err := document.check(e, "contoso.example")
		if err != nil {
			return
		}
		lower := strings.ToLower(got.AuthorizationEndpoint)
		local := strings.HasPrefix(lower, "http://localhost") || strings.HasPrefix(lower, "http://127.") || strings.HasPrefix(lower, "http://[")
		if !local && !strings.HasPrefix(lower, "https://login.microsoftonline.com") || !isGUID(got.TenantID) {
			t.Fatalf("taken: %+v", got)
		}
	})
}
