package msgraph_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

func TestUserInfo(t *testing.T) {
	w := newWorld(t)
	who := tenant.Token{Audience: "https://graph.microsoft.com", TenantID: w.tenant.Organization.ID, ObjectID: w.support,
		UPN: "support@contoso.example", Subject: "the subject"}
	with := func(scopes ...string) tenant.Token { token := who; token.Scopes = scopes; return token }
	app := tenant.Token{Audience: who.Audience, TenantID: who.TenantID, ObjectID: "sp", Roles: []string{"openid"}}
	elsewhere := with("openid")
	elsewhere.Audience = "https://outlook.office.com"
	for name, test := range map[string]struct {
		token  tenant.Token
		method string
		status int
		claims map[string]any
	}{
		"openid": {with("openid"), "GET", 200, map[string]any{"sub": "the subject"}},
		"profile and email": {with("openid", "profile", "email"), "POST", 200, map[string]any{"sub": "the subject",
			"name": "support@contoso.example", "email": "support@contoso.example"}},
		"without openid":     {with("profile", "User.Read"), "GET", 403, nil},
		"of an application":  {app, "GET", 403, nil},
		"for something else": {elsewhere, "GET", 401, nil},
		"another method":     {with("openid"), "PATCH", 405, nil},
	} {
		w.tokens["bearer"] = test.token
		got := w.as("bearer", test.method, "/oidc/userinfo", "")
		if got.status != test.status || test.claims != nil && !cmp.Equal(test.claims, got.body) {
			t.Errorf("%s: %d %s", name, got.status, fmt.Sprint(got.body))
		}
	}
	if got := w.as("nobody", "GET", "/oidc/userinfo", ""); got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" {
		t.Errorf("without a token: %d", got.status)
	}
}
