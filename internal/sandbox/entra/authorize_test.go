package entra_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"wxmail/internal/sandbox/tenant"
)

func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// What is wrong before the redirect URI is known is shown in the browser and
// never sent to it.
func TestClientErrorsStayInTheBrowser(t *testing.T) {
	w := newWorld(t)
	for name, test := range map[string]struct {
		path   string
		change params
		want   string
	}{
		"no client":         {change: params{"client_id": ""}, want: "AADSTS900144"},
		"no redirect":       {change: params{"redirect_uri": ""}, want: "AADSTS900144"},
		"no response type":  {change: params{"response_type": ""}, want: "AADSTS900144"},
		"unknown client":    {change: params{"client_id": "bbbbbbbb-0000-4000-8000-000000000001"}, want: "AADSTS700016"},
		"no reply address":  {change: params{"client_id": bareID}, want: "AADSTS500113"},
		"unknown redirect":  {change: params{"redirect_uri": "https://evil.example/"}, want: "AADSTS50011"},
		"unknown tenant":    {path: "/fabrikam.example", want: "AADSTS90002"},
		"other tenant's id": {path: "/bbbbbbbb-0000-4000-8000-000000000002", want: "AADSTS90002"},
		"malformed tenant":  {path: "/contoso", want: "AADSTS900023"},
		"single tenant":     {path: "/common", want: "AADSTS50194"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.path == "" {
				test.path = "/contoso.example"
			}
			s := w.visitor().get(test.path + "/oauth2/v2.0/authorize?" + mailRequest(test.change).values().Encode())
			if s.location != nil || s.page != "error" || s.status != http.StatusBadRequest || !strings.HasPrefix(s.alert, test.want+":") {
				t.Errorf("got page %q with %q, redirect %v", s.page, s.alert, s.location)
			}
		})
	}
}

func TestRepeatedParameterIsMalformed(t *testing.T) {
	w := newWorld(t)
	s := w.visitor().get("/contoso.example/oauth2/v2.0/authorize?" + mailRequest().values().Encode() + "&state=twice")
	if !strings.HasPrefix(s.alert, "AADSTS9002313:") {
		t.Errorf("got %q", s.alert)
	}
}

func TestDisabledApplication(t *testing.T) {
	w := newWorld(t)
	w.with(func(t *tenant.Tenant) {
		sp, _ := t.ServicePrincipals.Latest("sp-" + appID)
		sp.AccountEnabled = false
		t.ServicePrincipals.Put(sp.ID, sp)
	})
	if s := w.visitor().authorize(mailRequest()); !strings.HasPrefix(s.alert, "AADSTS7000112:") {
		t.Errorf("got %q", s.alert)
	}
}

func TestRedirectMatching(t *testing.T) {
	w := newWorld(t)
	for redirect, good := range map[string]bool{
		callback:                                          true,
		"http://localhost":                                true,
		"http://localhost:1":                              true,
		"http://localhost:65535":                          true,
		"http://localhost:8400/path":                      true,
		"https://bare.example":                            true,
		"http://localhost:8400/":                          false,
		"http://localhost:8400/Path":                      false,
		"http://localhost:8400/path/":                     false,
		"http://localhost:8400?x=1":                       false,
		"http://127.0.0.1:8400":                           false,
		"http://[::1]:8400":                               false,
		"https://localhost:8400":                          false,
		"http://localhost.evil.example":                   false,
		"http://user@localhost":                           false,
		"http://LOCALHOST":                                false,
		callback + "/":                                    false,
		callback + "?x=1":                                 false,
		"https://contoso.us.webexconnect.io/Callback":     false,
		"https://contoso.us.webexconnect.io:443/callback": false,
		"http://contoso.us.webexconnect.io/callback":      false,
	} {
		t.Run(redirect, func(t *testing.T) {
			s := w.visitor().authorize(mailRequest(params{"redirect_uri": redirect}))
			if good != (s.page == "login") || !good && !strings.HasPrefix(s.alert, "AADSTS50011:") {
				t.Errorf("got page %q with %q", s.page, s.alert)
			}
		})
	}
}

// What is wrong afterwards goes back to the application.
func TestRequestErrorsReturnToTheApplication(t *testing.T) {
	w := newWorld(t)
	for name, test := range map[string]struct {
		change     params
		oauth, sts string
	}{
		"response type":     {params{"response_type": "code magic"}, "unsupported_response_type", "AADSTS70005"},
		"implicit token":    {params{"response_type": "token"}, "unsupported_response_type", "AADSTS700051"},
		"implicit id token": {params{"response_type": "id_token", "nonce": "n"}, "unsupported_response_type", "AADSTS700054"},
		"response mode":     {params{"response_mode": "web_message"}, "invalid_request", "AADSTS70007"},
		"prompt":            {params{"prompt": "often"}, "invalid_request", "AADSTS90023"},
		"short challenge":   {params{"code_challenge": "short"}, "invalid_request", "AADSTS501491"},
		"challenge method":  {params{"code_challenge": s256(verifier), "code_challenge_method": "S512"}, "invalid_request", "AADSTS90023"},
		"method alone":      {params{"code_challenge_method": "S256"}, "invalid_request", "AADSTS900144"},
		"SPA without PKCE":  {params{"redirect_uri": "https://spa.example/"}, "invalid_request", "AADSTS9002325"},
		"v1 resource":       {params{"resource": "https://graph.microsoft.com"}, "invalid_request", "AADSTS901002"},
		"no scope":          {params{"scope": ""}, "invalid_request", "AADSTS900144"},
		"unknown scope":     {params{"scope": "https://outlook.office.com/SMTP.SendAsApp"}, "invalid_client", "AADSTS650053"},
		"unknown resource":  {params{"scope": "https://mail.example/SMTP.Send"}, "invalid_resource", "AADSTS500011"},
		"a part of a name":  {params{"scope": "https://graph.microsoft.com/v1.0//.default"}, "invalid_resource", "AADSTS500011"},
		"default with more": {
			params{"scope": "https://graph.microsoft.com/.default https://graph.microsoft.com/User.Read"},
			"invalid_scope", "AADSTS70011",
		},
		"line feed in scope": {params{"scope": smtpSend + "\n"}, "invalid_scope", "AADSTS70011"},
		"nobody signed in":   {params{"prompt": "none"}, "login_required", "AADSTS50058"},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.visitor().authorize(mailRequest(test.change))
			if s.query("error") != test.oauth || !strings.HasPrefix(s.query("error_description"), test.sts+":") || s.query("state") != "s t&te" {
				t.Errorf("got %v %q", s.location, s.alert)
			}
		})
	}
}

func TestResourceMissingInTheTenant(t *testing.T) {
	w := newWorld(t)
	w.with(func(t *tenant.Tenant) { t.ServicePrincipals.Delete("sp-" + exchangeID) })
	if s := w.visitor().authorize(mailRequest()); !strings.HasPrefix(s.query("error_description"), "AADSTS650052:") {
		t.Errorf("got %v", s.location)
	}
}

func TestSignInForm(t *testing.T) {
	w := newWorld(t)
	for name, test := range map[string]struct{ user, password, want string }{
		"unknown user":   {"nobody@contoso.example", "sandbox", "AADSTS50034:"},
		"wrong password": {"support@contoso.example", "wrong", "AADSTS50126:"},
		"no password":    {"support@contoso.example", "", "AADSTS50126:"},
		"disabled user":  {"former@contoso.example", "sandbox", "AADSTS50057:"},
		"other tenant":   {"customer@fabrikam.example", "sandbox", "AADSTS50020:"},
		"good":           {"SUPPORT@contoso.example", "sandbox", ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := w.visitor()
			v.authorize(mailRequest())
			s := v.press("next", params{"login": test.user, "passwd": test.password})
			if !strings.HasPrefix(s.alert, test.want) || (test.want == "") != (s.page == "consent") {
				t.Errorf("got page %q with %q", s.page, s.alert)
			}
		})
	}
}

func TestResponseModes(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	for mode, check := range map[string]func(screen) bool{
		"": func(s screen) bool {
			return s.query("code") != "" && s.query("state") == "s t&te" && s.location.Path == "/"
		},
		"query": func(s screen) bool { return s.query("code") != "" && s.location.Fragment == "" },
		"fragment": func(s screen) bool {
			return strings.Contains(s.location.Fragment, "code=") && s.location.RawQuery == ""
		},
		"form_post": func(s screen) bool {
			return s.page == "form_post" && s.action == local && find(`name="code" value="([^"]*)"`, s.body) != "" &&
				find(`name="state" value="([^"]*)"`, s.body) == "s t&te"
		},
	} {
		t.Run("mode "+mode, func(t *testing.T) {
			v := w.visitor()
			v.authorize(mailRequest(params{"response_mode": mode}))
			if s := v.signIn("support"); !check(s) {
				t.Errorf("got page %q, redirect %v", s.page, s.location)
			}
		})
	}
}

func TestImplicitGrant(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	w.application(func(a *tenant.Application) { a.Web.ImplicitGrantSettings.EnableAccessTokenIssuance = true })
	v := w.visitor()
	inQuery := params{"response_type": "token", "response_mode": "query"}
	if s := v.authorize(mailRequest(inQuery)); !strings.HasPrefix(s.query("error_description"), "AADSTS70007:") {
		t.Errorf("tokens in a query: %v", s.location)
	}
	v.authorize(mailRequest(params{"response_type": "token"}))
	s := v.signIn("support")
	if !strings.Contains(s.location.Fragment, "access_token=") || strings.Contains(s.location.Fragment, "refresh_token") {
		t.Error("want an access token, and no refresh token, in the fragment")
	}
}

// A browser remembers who signed in; the prompt and the hint decide.
func TestSession(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	for name, test := range map[string]struct {
		change params
		page   string // "" is the application
	}{
		"hint":           {params{}, ""},
		"no hint":        {params{"login_hint": ""}, ""},
		"none":           {params{"prompt": "none"}, ""},
		"other hint":     {params{"login_hint": "admin@contoso.example"}, "login"},
		"login":          {params{"prompt": "login"}, "login"},
		"select_account": {params{"prompt": "select_account", "login_hint": ""}, "pick"},
		"consent":        {params{"prompt": "consent"}, "consent"},
	} {
		t.Run(name, func(t *testing.T) {
			v := w.visitor()
			v.authorize(mailRequest())
			v.signIn("support")
			s := v.authorize(mailRequest(test.change))
			if s.page != test.page || (test.page == "") != (s.query("code") != "") {
				t.Errorf("got page %q, redirect %v", s.page, s.location)
			}
		})
	}
}

func TestAccountPicker(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	v := w.visitor()
	v.authorize(mailRequest())
	v.signIn("support")
	v.authorize(mailRequest(params{"prompt": "select_account", "login_hint": ""}))
	if s := v.press("other", nil); s.page != "login" {
		t.Fatalf("another account: page %q", s.page)
	}
	v.authorize(mailRequest(params{"prompt": "select_account", "login_hint": ""}))
	if s := v.press("support@contoso.example", nil); s.query("code") == "" {
		t.Errorf("known account: page %q", s.page)
	}
	v.get("/contoso.example/oauth2/v2.0/logout")
	if s := v.authorize(mailRequest()); s.page != "login" {
		t.Errorf("after signing out: page %q", s.page)
	}
}

// Only the form of the page last shown counts.
func TestForgedSteps(t *testing.T) {
	w := newWorld(t)
	v := w.visitor()
	v.authorize(mailRequest())
	v.last.page = "consent"
	if s := v.press("accept", nil); !strings.HasPrefix(s.alert, "AADSTS9002313:") {
		t.Errorf("got page %q", s.page)
	}
	v.last = screen{page: "login", action: "/contoso.example/login", flow: "unknown"}
	if s := v.signIn("support"); !strings.HasPrefix(s.alert, "AADSTS9002313:") {
		t.Errorf("got page %q", s.page)
	}
}

func TestConditionalAccess(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	v := w.visitor()
	w.with(func(t *tenant.Tenant) { t.Settings.ConditionalAccess = "block" })
	v.authorize(mailRequest())
	if s := v.signIn("support"); s.page != "error" || !strings.HasPrefix(s.alert, "AADSTS53003:") {
		t.Errorf("block: page %q", s.page)
	}
	w.with(func(t *tenant.Tenant) { t.Settings.ConditionalAccess = "mfa" })
	v = w.visitor()
	v.authorize(mailRequest())
	if s := v.signIn("support"); s.page != "mfa" {
		t.Fatalf("mfa: page %q", s.page)
	}
	if s := v.press("approve", nil); s.query("code") == "" {
		t.Errorf("mfa approved: page %q", s.page)
	}
	v = w.visitor()
	v.authorize(mailRequest())
	v.signIn("support")
	if s := v.press("deny", nil); !strings.HasPrefix(s.alert, "AADSTS500121:") {
		t.Errorf("mfa denied: page %q", s.page)
	}
}

// A guest signs in by the address of home, and by no other.
func TestGuestsSignInByTheirOwnAddress(t *testing.T) {
	home, w := "pat@partner.example", newWorld(t)
	w.grantMail()
	w.with(func(m *tenant.Tenant) {
		m.Users.Put("user-guest", tenant.User{ID: "user-guest", UserPrincipalName: "pat_partner.example#EXT#@contoso.example",
			UserType: "Guest", Mail: &home, AccountEnabled: true, Password: "sandbox"})
	})
	v := w.visitor()
	v.authorize(mailRequest())
	if s := v.press("", params{"login": home, "passwd": "sandbox"}); s.query("code") == "" {
		t.Errorf("page %q: %s", s.page, s.alert)
	}
	v = w.visitor()
	v.authorize(mailRequest())
	s := v.press("", params{"login": "pat_partner.example#EXT#@contoso.example", "passwd": "sandbox"})
	if s.page != "login" || !strings.Contains(s.alert, "AADSTS50034") {
		t.Errorf("by the name that they have here: page %q, %s", s.page, s.alert)
	}
}

// A policy by place lets people in at their desks, and not a server elsewhere.
func TestConditionalAccessByPlace(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	w.with(func(t *tenant.Tenant) { t.Settings.ConditionalAccess = "block-webex" })
	form := params{"grant_type": "authorization_code", "client_id": appID, "client_secret": secret, "code": w.code(), "redirect_uri": local}
	from := http.Header{"User-Agent": {"sandbox-webex/1"}}
	if a := w.post("/contoso.example/oauth2/v2.0/token", form.values().Encode(), from); a.aadsts() != 53003 {
		t.Errorf("from Webex Connect: %v", a.body)
	}
	if a := w.redeem(w.code()); a.status != http.StatusOK {
		t.Errorf("from a desk: %v", a.body)
	}
}

// A tenant of another cloud is known here, and sends everybody there.
func TestTenantOfAnotherCloud(t *testing.T) {
	w := newWorld(t)
	w.with(func(t *tenant.Tenant) { t.Settings.CloudInstance = "microsoftonline.us" })
	found := w.getJSON("/contoso.example/v2.0/.well-known/openid-configuration").body
	const login = "https://login.microsoftonline.us/"
	for name, begins := range map[string]string{"issuer": login, "token_endpoint": login, "authorization_endpoint": login,
		"cloud_instance_name": "microsoftonline.us"} {
		if got, _ := found[name].(string); !strings.HasPrefix(got, begins) {
			t.Errorf("%s is %q", name, got)
		}
	}
}
