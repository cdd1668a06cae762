package entra_test

import (
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wxmail/internal/sandbox/tenant"
)

func TestAccessTokenOfAnAdmin(t *testing.T) {
	w := newWorld(t)
	w.grant(graphTools, graphID, "openid profile Application.ReadWrite.All")
	v := w.visitor()
	v.authorize(mailRequest(params{
		"client_id": graphTools, "scope": "openid https://graph.microsoft.com/Application.ReadWrite.All", "login_hint": "",
	}))
	code := v.signIn("entra").query("code")
	a := w.redeem(code, params{"client_id": graphTools, "client_secret": ""})
	token, err := w.server.Verify(a.text("access_token"))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := claimsOf(t, a.text("id_token"))["sub"].(string)
	want := tenant.Token{
		Audience: "https://graph.microsoft.com", TenantID: w.tenant.Organization.ID, AppID: graphTools, Subject: subject,
		ObjectID: "user-entra", UPN: "entra@contoso.example", DirectoryRoles: []string{"Cloud Application Administrator"},
		Scopes: []string{"openid", "profile", "Application.ReadWrite.All"},
	}
	if diff := cmp.Diff(want, token, cmpopts.IgnoreFields(tenant.Token{}, "IssuedAt", "Expires")); diff != "" {
		t.Error(diff)
	}
	wids := claimsOf(t, a.text("access_token"))["wids"]
	if diff := cmp.Diff([]any{"158c047a-c907-4556-b7ef-446551a6b5f7", "b79fbf4d-3ef9-4689-8143-76b194e85509"}, wids); diff != "" {
		t.Error(diff)
	}
}

// The audience is the resource by the name that the client used.
func TestAudience(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	for scope, want := range map[string]string{
		smtpSend: "https://outlook.office.com",
		"https://outlook.office365.com/SMTP.Send":           "https://outlook.office365.com",
		smtpSend + " https://graph.microsoft.com/User.Read": "https://outlook.office.com",
		"00000002-0000-0ff1-ce00-000000000000/SMTP.Send":    exchangeID,
		"openid": "https://graph.microsoft.com",
		"https://outlook.office365.com/.default offline_access openid email": "https://outlook.office365.com",
	} {
		t.Run(scope, func(t *testing.T) {
			a := w.redeem(w.code(params{"scope": scope}))
			token, err := w.server.Verify(a.text("access_token"))
			if err != nil || token.Audience != want {
				t.Errorf("got %q, %v, want %q", token.Audience, err, want)
			}
		})
	}
}

func claimsOf(t *testing.T, token string) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestVerifyRefusals(t *testing.T) {
	for name, change := range map[string]func(w *world){
		"expired":          func(w *world) { w.tenant.Clock.Advance(2 * time.Hour) },
		"user disabled":    func(w *world) { w.user("support", func(u *tenant.User) { u.AccountEnabled = false }) },
		"sessions revoked": func(w *world) { w.user("support", revoke(w)) },
		"user deleted":     func(w *world) { w.with(func(m *tenant.Tenant) { m.Users.Delete("user-support") }) },
		"client deleted":   func(w *world) { w.with(func(m *tenant.Tenant) { m.ServicePrincipals.Delete("sp-" + appID) }) },
		"reset":            func(w *world) { w.server.Reset() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.grantMail()
			token := w.redeem(w.code()).text("access_token")
			if _, err := w.server.Verify(token); err != nil {
				t.Fatal(err)
			}
			change(w)
			_, err := w.server.Verify(token)
			if err == nil || strings.Contains(err.Error(), token) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestVerifyForgeries(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	token := w.redeem(w.code(params{"scope": "openid " + smtpSend}))
	good := token.text("access_token")
	cut := strings.LastIndex(good, ".")
	none := jwt.NewWithClaims(jwt.SigningMethodNone, claimsOf(t, good))
	unsigned, err := none.SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	foreign := newWorld(t)
	foreign.grantMail()
	for name, raw := range map[string]string{
		"empty": "", "not a token": "abc", "no signature": good[:cut+1], "unsigned": unsigned,
		"cut": good[:len(good)-8], "id token": token.text("id_token"),
		"another service's": foreign.redeem(foreign.code()).text("access_token"),
	} {
		if _, err := w.server.Verify(raw); err == nil || len(raw) > 10 && strings.Contains(err.Error(), raw) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A client that knows only discovery and the key set can check our tokens.
func TestDiscoveryAndKeySet(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	w.server.SetPages("http://localhost:8401")
	id := w.tenant.Organization.ID
	found := w.getJSON("/contoso.example/v2.0/.well-known/openid-configuration")
	for name, want := range map[string]string{
		"issuer":                        "https://login.microsoftonline.com/" + id + "/v2.0",
		"authorization_endpoint":        "http://localhost:8401/" + id + "/oauth2/v2.0/authorize",
		"token_endpoint":                "https://login.microsoftonline.com/" + id + "/oauth2/v2.0/token",
		"device_authorization_endpoint": "https://login.microsoftonline.com/" + id + "/oauth2/v2.0/devicecode",
		"jwks_uri":                      "https://login.microsoftonline.com/" + id + "/discovery/v2.0/keys",
		"cloud_instance_name":           "microsoftonline.com",
	} {
		if found.text(name) != want {
			t.Errorf("%s is %q, want %q", name, found.text(name), want)
		}
	}
	key := w.getJSON("/" + id + "/discovery/v2.0/keys").body["keys"].([]any)[0].(map[string]any)
	for _, raw := range []string{"access_token", "id_token"} {
		token := w.redeem(w.code(params{"scope": "openid " + smtpSend})).text(raw)
		if _, err := jwt.Parse(token, func(parsed *jwt.Token) (any, error) {
			if parsed.Header["kid"] != key["kid"] {
				t.Errorf("kid %v is not in the set", parsed.Header["kid"])
			}
			return publicKey(t, key), nil
		}); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func publicKey(t *testing.T, key map[string]any) *rsa.PublicKey {
	t.Helper()
	number := func(name string) *big.Int {
		raw, err := base64.RawURLEncoding.DecodeString(key[name].(string))
		if err != nil {
			t.Fatal(err)
		}
		return new(big.Int).SetBytes(raw)
	}
	return &rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}
}

func TestDiscoveryRefusals(t *testing.T) {
	w := newWorld(t)
	for path, sts := range map[string]int{
		"/fabrikam.example/v2.0/.well-known/openid-configuration":                                                      90002,
		"/contoso/v2.0/.well-known/openid-configuration":                                                               900023,
		"/contoso.example/v2.0/.well-known/openid-configuration?p=b2c":                                                 9002313,
		"/fabrikam.example/discovery/v2.0/keys":                                                                        90002,
		"/common/discovery/instance?api-version=2&authorization_endpoint=https://login.microsoftonline.com/common/x":   9002313,
		"/common/discovery/instance?api-version=1.1&authorization_endpoint=https://evil.example/common/x":              9002313,
		"/common/discovery/instance?api-version=1.1&authorization_endpoint=https://login.microsoftonline.com/common/x": 0,
		"/organizations/v2.0/.well-known/openid-configuration":                                                         0,
	} {
		if a := w.getJSON(path); a.aadsts() != sts {
			t.Errorf("%s: AADSTS%d, want %d", path, a.aadsts(), sts)
		}
	}
	for _, path := range []string{"/", "/contoso.example/oauth2/authorize", "/contoso.example/oauth2/v2.0/revoke"} {
		if s := w.visitor().get(path); s.status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, s.status)
		}
	}
}

// Clients that take no page without TLS are sent to Microsoft's own address.
func TestCanonicalPages(t *testing.T) {
	w := newWorld(t)
	w.server.SetPages("http://localhost:8401")
	w.with(func(t *tenant.Tenant) { t.Settings.CanonicalPages = true })
	found := w.getJSON("/contoso.example/v2.0/.well-known/openid-configuration")
	for name, value := range found.body {
		if address, is := value.(string); is && strings.HasSuffix(name, "_endpoint") && !strings.HasPrefix(address, "https://") {
			t.Errorf("%s is %s", name, address)
		}
	}
	w.grantMail()
	page := w.startDevice(nativeID, "openid").text("verification_uri")
	if want := "https://login.microsoftonline.com/common/oauth2/deviceauth"; page != want {
		t.Errorf("a device code is entered at %s, want %s", page, want)
	}
}

// The plain http listener serves pages; secrets never travel over it.
func TestPagesListenerHasNoTokenEndpoint(t *testing.T) {
	w := newWorld(t)
	w.server.SetPages(w.url)
	response, err := http.Post(w.url+"/contoso.example/oauth2/v2.0/token", "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = read(t, response)
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", response.StatusCode)
	}
	if s := w.visitor().authorize(mailRequest()); s.page != "login" {
		t.Errorf("page %q", s.page)
	}
}
