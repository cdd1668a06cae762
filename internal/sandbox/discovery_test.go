package sandbox_test

import (
	"net/url"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
)

// Whatever discovery announces is there, in both forms of the document: an
// endpoint answers what is asked of it, be it that something is missing.
func TestWhatDiscoveryAnnouncesAnswers(t *testing.T) {
	w := start(t, sandbox.Options{})
	for _, canonical := range []bool{false, true} {
		w.control("POST", "/tenant", object{"canonicalPages": canonical})
		found := w.must("GET", "https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration", "", nil).(object)
		asked := map[string]bool{}
		for name, value := range found {
			address, _ := value.(string)
			if !strings.HasSuffix(name, "_endpoint") && name != "jwks_uri" {
				continue
			}
			ask, known := endpoints[name]
			if !known {
				t.Errorf("%s is announced, and no test asks it", name)
				continue
			}
			asked[name] = true
			response, answer := w.send(ask.method, address+ask.query, "", ask.form)
			if response.StatusCode != ask.status || !strings.Contains(text(answer, "error_description"), ask.code) {
				t.Errorf("%s, at %s: %s %v", name, address, response.Status, answer)
			}
		}
		if len(asked) != len(endpoints) {
			t.Errorf("only %v are announced", asked)
		}
	}
}

// endpoints are asked for something of which each says what it thinks.
var endpoints = map[string]struct {
	method, query string
	form          any
	status        int
	code          string // in the error_description
}{
	"authorization_endpoint": {"GET", "?client_id=" + graphTools + "&response_type=code&scope=openid&redirect_uri=http%3A%2F%2Flocalhost",
		nil, 200, ""},
	"token_endpoint":                {"POST", "", url.Values{"grant_type": {"password"}, "client_id": {graphTools}}, 400, "AADSTS70003:"},
	"device_authorization_endpoint": {"POST", "", url.Values{"client_id": {graphTools}, "scope": {"openid"}}, 200, ""},
	"end_session_endpoint":          {"GET", "", nil, 200, ""},
	"jwks_uri":                      {"GET", "", nil, 200, ""},
	"userinfo_endpoint":             {"GET", "", nil, 401, ""},
}

// A person's token is good for the announced UserInfo endpoint.
func TestUserInfoOfASignIn(t *testing.T) {
	w := start(t, sandbox.Options{})
	token := w.signIn(graphTools, "openid profile email", "support@contoso.example")
	claims := w.must("GET", "https://graph.microsoft.com/oidc/userinfo", token, nil)
	if text(claims, "sub") == "" || text(claims, "email") != "support@contoso.example" {
		t.Errorf("%v", claims)
	}
}
