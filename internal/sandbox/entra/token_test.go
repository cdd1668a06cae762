package entra_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

func TestCodeGrant(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	a := w.redeem(w.code(params{"scope": "openid profile " + mailAsk, "nonce": "n"}), params{"client_info": "1"})
	if a.status != http.StatusOK || a.text("token_type") != "Bearer" || a.text("id_token") == "" || a.text("client_info") == "" {
		t.Fatalf("status %d, keys of %v", a.status, a.body["error_description"])
	}
	if want := "openid profile " + smtpSend; a.text("scope") != want {
		t.Errorf("scope %q, want %q", a.text("scope"), want)
	}
	if seconds := a.body["expires_in"].(float64); seconds < 3599 || seconds > 5400 {
		t.Errorf("expires_in %v", seconds)
	}
	if len(a.text("refresh_token")) < 1000 {
		t.Errorf("the refresh token has %d characters", len(a.text("refresh_token")))
	}
}

// What was not asked for is not given.
func TestCodeGrantWithoutOpenIDAndOffline(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	a := w.redeem(w.code(params{"scope": smtpSend}))
	for _, name := range []string{"id_token", "refresh_token", "client_info"} {
		if _, given := a.body[name]; given {
			t.Errorf("%s was given", name)
		}
	}
}

func TestCodeLength(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	w.server.CodeLength = 6000
	code := w.code()
	if len(code) < 6000 {
		t.Errorf("the code has %d characters", len(code))
	}
	if a := w.redeem(code); a.status != http.StatusOK {
		t.Errorf("got %v", a.body)
	}
}

func TestCodeGrantRefusals(t *testing.T) {
	pkce := params{"code_challenge": s256(verifier), "code_challenge_method": "S256"}
	for name, test := range map[string]struct {
		ask, redeem params
		before      func(w *world)
		status, sts int
	}{
		"good":              {},
		"PKCE":              {ask: pkce, redeem: params{"code_verifier": verifier}},
		"plain PKCE":        {ask: params{"code_challenge": verifier}, redeem: params{"code_verifier": verifier}},
		"wrong verifier":    {ask: pkce, redeem: params{"code_verifier": verifier + "x"}, status: 400, sts: 501481},
		"no verifier":       {ask: pkce, status: 400, sts: 501481},
		"verifier alone":    {redeem: params{"code_verifier": verifier}, status: 400, sts: 501481},
		"other redirect":    {redeem: params{"redirect_uri": "http://localhost:8401"}, status: 401, sts: 500112},
		"no redirect":       {redeem: params{"redirect_uri": ""}, status: 400, sts: 900144},
		"no code":           {redeem: params{"code": ""}, status: 400, sts: 900144},
		"invented code":     {redeem: params{"code": "wxs.code.invented"}, status: 400, sts: 70000},
		"other client":      {redeem: params{"client_id": nativeID, "client_secret": ""}, status: 400, sts: 70000},
		"no secret":         {redeem: params{"client_secret": ""}, status: 401, sts: 7000218},
		"wrong secret":      {redeem: params{"client_secret": "k1"}, status: 401, sts: 7000215},
		"expired secret":    {redeem: params{"client_secret": "expired"}, status: 401, sts: 7000222},
		"two resources":     {redeem: params{"scope": smtpSend + " https://graph.microsoft.com/User.Read"}, status: 400, sts: 700022},
		"unconsented scope": {redeem: params{"scope": "https://graph.microsoft.com/User.Read"}, status: 400, sts: 65001},
		"unknown parameter": {redeem: params{"audience": "x"}, status: 400, sts: 9002313},
		"v1 resource":       {redeem: params{"resource": "https://outlook.office.com"}, status: 400, sts: 901002},
		"MSAL's telemetry":  {redeem: params{"x-client-SKU": "msal.js.node", "claims": `{"access_token":{"xms_cc":{"values":["CP1"]}}}`}},
		"too late":          {before: func(w *world) { w.tenant.Clock.Advance(11 * time.Minute) }, status: 400, sts: 70008},
		"user disabled": {
			before: func(w *world) { w.user("support", func(u *tenant.User) { u.AccountEnabled = false }) },
			status: 400,
			sts:    50057,
		},
		"blocked by place, and not from there": {before: func(w *world) {
			w.with(func(m *tenant.Tenant) { m.Settings.ConditionalAccess = "block-webex" })
		}},
		"blocked": {before: func(w *world) {
			w.with(func(m *tenant.Tenant) { m.Settings.ConditionalAccess = "block" })
		}, status: 400, sts: 53003},
		"grant removed": {before: func(w *world) {
			w.with(func(m *tenant.Tenant) {
				m.OAuth2PermissionGrants.Delete(m.OAuth2PermissionGrants.AllLatest()[0].ID)
			})
		}, status: 400, sts: 65001},
		"application deleted": {before: func(w *world) {
			w.with(func(m *tenant.Tenant) { m.Applications.Delete("app-" + appID) })
		}, status: 400, sts: 700016},
		"principal deleted": {before: func(w *world) {
			w.with(func(m *tenant.Tenant) { m.ServicePrincipals.Delete("sp-" + appID) })
		}, status: 400, sts: 7000229},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.grantMail()
			code := w.code(test.ask)
			if test.before != nil {
				test.before(w)
			}
			if test.status == 0 {
				test.status = http.StatusOK
			}
			a := w.redeem(code, test.redeem)
			if a.status != test.status || a.aadsts() != test.sts {
				t.Errorf("got %d AADSTS%d, want %d AADSTS%d", a.status, a.aadsts(), test.status, test.sts)
			}
			if test.sts != 0 && a.text("access_token") != "" {
				t.Error("an error holds a token")
			}
		})
	}
}

func TestCodeIsSingleUse(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	code := w.code()
	if a := w.redeem(code, params{"client_secret": "wrong"}); a.aadsts() != 7000215 {
		t.Fatalf("got %v", a.body)
	}
	if a := w.redeem(code); a.status != http.StatusOK {
		t.Fatalf("a wrong secret used the code up: %v", a.body)
	}
	if a := w.redeem(code); a.aadsts() != 54005 || a.text("error") != "invalid_grant" {
		t.Errorf("got %v", a.body)
	}
}

func TestPublicAndSinglePageClients(t *testing.T) {
	w := newWorld(t)
	w.grant(nativeID, exchangeID, "SMTP.Send")
	w.grant(nativeID, graphID, "offline_access")
	w.grantMail()
	native := params{"client_id": nativeID, "client_secret": ""}
	if a := w.redeem(w.code(params{"client_id": nativeID}), params{"client_id": nativeID}); a.aadsts() != 700025 {
		t.Errorf("a public client with a secret: AADSTS%d", a.aadsts())
	}
	if a := w.redeem(w.code(params{"client_id": nativeID}), native); a.status != http.StatusOK {
		t.Errorf("a public client: %v", a.body)
	}
	page := params{"redirect_uri": "https://spa.example/", "code_challenge": s256(verifier), "code_challenge_method": "S256"}
	redeem := params{"redirect_uri": "https://spa.example/", "client_secret": "", "code_verifier": verifier}
	if a := w.redeem(w.code(page), redeem); a.aadsts() != 9002327 {
		t.Errorf("a single-page client without Origin: AADSTS%d", a.aadsts())
	}
	form := merge(params{"grant_type": "authorization_code", "client_id": appID, "code": w.code(page)}, redeem)
	a := w.post("/contoso.example/oauth2/v2.0/token", form.values().Encode(), http.Header{"Origin": {"https://spa.example"}})
	if a.status != http.StatusOK {
		t.Fatalf("a single-page client: %v", a.body)
	}
	w.tenant.Clock.Advance(20 * time.Hour)
	a = w.refresh(a.text("refresh_token"), params{"client_secret": ""})
	if a.status != http.StatusOK {
		t.Fatalf("a single-page client's refresh: %v", a.body)
	}
	w.tenant.Clock.Advance(5 * time.Hour)
	if a := w.refresh(a.text("refresh_token"), params{"client_secret": ""}); a.aadsts() != 700084 {
		t.Errorf("a single-page client's refresh token after a day: AADSTS%d", a.aadsts())
	}
}

func TestBasicAuthentication(t *testing.T) {
	w := newWorld(t)
	w.application(func(a *tenant.Application) {
		a.PasswordCredentials = []tenant.PasswordCredential{{SecretText: "a:b%c d", EndDateTime: w.tenant.Clock.Now().Add(time.Hour)}}
	})
	form := "grant_type=client_credentials&scope=" + url.QueryEscape("https://outlook.office365.com/.default")
	post := func(extra, id, secret string) answer {
		request := http.Request{Header: http.Header{}}
		request.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
		return w.post("/contoso.example/oauth2/v2.0/token", form+extra, request.Header)
	}
	for name, test := range map[string]struct {
		extra, id, secret string
		sts               int
	}{
		"good":         {"", appID, "a:b%c d", 0},
		"wrong":        {"", appID, "no", 7000215},
		"both places":  {"&client_secret=x", appID, "a:b%c d", 9002313},
		"other client": {"&client_id=" + nativeID, appID, "a:b%c d", 9002313},
	} {
		if a := post(test.extra, test.id, test.secret); a.aadsts() != test.sts {
			t.Errorf("%s: AADSTS%d, want %d", name, a.aadsts(), test.sts)
		} else if challenged := a.header.Get("WWW-Authenticate") != ""; challenged != (a.status == http.StatusUnauthorized) {
			t.Errorf("%s: status %d, WWW-Authenticate %q", name, a.status, a.header.Get("WWW-Authenticate"))
		}
	}
	inForm := w.post("/contoso.example/oauth2/v2.0/token", form+"&client_id="+appID+"&client_secret=no", nil)
	if inForm.status != http.StatusUnauthorized || inForm.header.Get("WWW-Authenticate") != "" {
		t.Errorf("a secret in the form: %d, WWW-Authenticate %q", inForm.status, inForm.header.Get("WWW-Authenticate"))
	}
}

func TestRefresh(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	first := w.redeem(w.code())
	w.tenant.Clock.Advance(80 * 24 * time.Hour)
	second := w.refresh(first.text("refresh_token"))
	if second.status != http.StatusOK || second.text("refresh_token") == first.text("refresh_token") || second.text("scope") != smtpSend {
		t.Fatalf("got %v", second.body)
	}
	if a := w.refresh(first.text("refresh_token")); a.status != http.StatusOK {
		t.Errorf("the old token was revoked: %v", a.body)
	}
	w.tenant.Clock.Advance(20 * 24 * time.Hour)
	if a := w.refresh(first.text("refresh_token")); a.aadsts() != 700082 {
		t.Errorf("after 100 days: AADSTS%d", a.aadsts())
	}
	if a := w.refresh(second.text("refresh_token")); a.status != http.StatusOK {
		t.Errorf("after 20 days: %v", a.body)
	}
}

func TestRefreshRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		change params
		before func(w *world)
		sts    int
		sub    string
	}{
		"no token":       {change: params{"refresh_token": ""}, sts: 900144},
		"unknown token":  {change: params{"refresh_token": "wxs.refresh.x"}, sts: 70000},
		"no secret":      {change: params{"client_secret": ""}, sts: 7000218},
		"expired secret": {change: params{"client_secret": "expired"}, sts: 7000222},
		"other resource": {change: params{"scope": "https://graph.microsoft.com/User.Read"}, sts: 65001, sub: "consent_required"},
		"unknown scope":  {change: params{"scope": "https://outlook.office.com/Nope"}, sts: 650053},
		"two resources":  {change: params{"scope": smtpSend + " https://graph.microsoft.com/User.Read"}, sts: 700022},
		"secret removed": {before: func(w *world) { w.application(func(a *tenant.Application) { a.PasswordCredentials = nil }) }, sts: 7000215},
		"user disabled":  {before: func(w *world) { w.user("support", func(u *tenant.User) { u.AccountEnabled = false }) }, sts: 50057},
		"second factor": {
			before: func(w *world) { w.with(func(m *tenant.Tenant) { m.Settings.SecurityDefaults = true }) },
			sts:    50076,
			sub:    "basic_action",
		},
		"blocked": {
			before: func(w *world) { w.with(func(m *tenant.Tenant) { m.Settings.ConditionalAccess = "block" }) },
			sts:    53003,
			sub:    "message_only",
		},
		"forgotten":       {before: func(w *world) { w.server.Reset() }, sts: 70000},
		"revoked session": {before: func(w *world) { w.user("support", revoke(w)) }, sts: 50173},
		"grant removed": {before: func(w *world) {
			w.with(func(m *tenant.Tenant) {
				m.OAuth2PermissionGrants.Delete(m.OAuth2PermissionGrants.AllLatest()[0].ID)
			})
		}, sts: 65001, sub: "consent_required"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.grantMail()
			token := w.redeem(w.code()).text("refresh_token")
			if test.before != nil {
				test.before(w)
			}
			a := w.refresh(token, test.change)
			if a.aadsts() != test.sts || test.sub != "" && a.text("suberror") != test.sub {
				t.Errorf("got AADSTS%d %q, want %d %q", a.aadsts(), a.text("suberror"), test.sts, test.sub)
			}
		})
	}
}

func revoke(w *world) func(*tenant.User) {
	return func(u *tenant.User) { u.SignInSessionsValidFrom = w.tenant.Clock.Now().Add(time.Minute) }
}

func TestClientCredentials(t *testing.T) {
	w := newWorld(t)
	for name, test := range map[string]struct {
		change params
		sts    int
	}{
		"good":               {params{}, 0},
		"no scope":           {params{"scope": ""}, 900144},
		"a delegated scope":  {params{"scope": smtpSend}, 1002012},
		"two":                {params{"scope": "https://outlook.office365.com/.default https://graph.microsoft.com/.default"}, 70011},
		"as MSAL asks":       {params{"scope": "https://outlook.office365.com/.default openid offline_access profile"}, 0},
		"OpenID Connect":     {params{"scope": "openid"}, 1002012},
		"no secret":          {params{"client_secret": ""}, 7000218},
		"wrong secret":       {params{"client_secret": "nope"}, 7000215},
		"first-party client": {params{"client_id": graphTools, "client_secret": ""}, 7000218},
		"unknown client":     {params{"client_id": "bbbbbbbb-0000-4000-8000-000000000001"}, 700016},
		"no client":          {params{"client_id": ""}, 900144},
		"no grant type":      {params{"grant_type": ""}, 900144},
		"password grant":     {params{"grant_type": "password"}, 70003},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.token(merge(params{
				"grant_type": "client_credentials", "client_id": appID, "client_secret": secret,
				"scope": "https://outlook.office365.com/.default",
			}, test.change))
			if a.aadsts() != test.sts {
				t.Errorf("got AADSTS%d, want %d: %v", a.aadsts(), test.sts, a.body["error_description"])
			}
		})
	}
}

func TestRolesFollowAssignments(t *testing.T) {
	w := newWorld(t)
	request := params{
		"grant_type": "client_credentials", "client_id": appID, "client_secret": secret,
		"scope": "https://outlook.office365.com/.default",
	}
	roles := func() []string {
		token, err := w.server.Verify(w.token(request).text("access_token"))
		if err != nil {
			t.Fatal(err)
		}
		return token.Roles
	}
	if got := roles(); got != nil {
		t.Errorf("without an assignment: %v", got)
	}
	w.with(func(m *tenant.Tenant) {
		m.AppRoleAssignments.Put("a", tenant.AppRoleAssignment{
			ID: "a", PrincipalID: "sp-" + appID, ResourceID: "sp-" + exchangeID, AppRoleID: "role-Mail.Send",
		})
	})
	if diff := cmp.Diff([]string{"Mail.Send"}, roles()); diff != "" {
		t.Error(diff)
	}
	w.with(func(m *tenant.Tenant) {
		m.AppRoleAssignments.Delete("a")
		sp, _ := m.ServicePrincipals.Latest("sp-" + exchangeID)
		sp.AppRoleAssignmentRequired = true
		m.ServicePrincipals.Put(sp.ID, sp)
	})
	if a := w.token(request); a.aadsts() != 501051 {
		t.Errorf("assignment required: AADSTS%d", a.aadsts())
	}
}

// A new secret is known only when the replicas show it.
func TestSecretAndReplication(t *testing.T) {
	w := newWorld(t)
	w.with(func(m *tenant.Tenant) { m.Settings.ReplicationLag = tenant.Duration(3 * time.Second) })
	w.tenant.Clock.Advance(time.Minute)
	w.application(func(a *tenant.Application) {
		a.PasswordCredentials = []tenant.PasswordCredential{{SecretText: "new", EndDateTime: w.tenant.Clock.Now().Add(time.Hour)}}
	})
	request := params{
		"grant_type": "client_credentials", "client_id": appID, "client_secret": "new", "scope": "https://outlook.office365.com/.default",
	}
	if a := w.token(request); a.aadsts() != 7000215 {
		t.Errorf("at once: AADSTS%d", a.aadsts())
	}
	w.tenant.Clock.Advance(4 * time.Second)
	if a := w.token(request); a.status != http.StatusOK {
		t.Errorf("later: %v", a.body)
	}
}

func TestTokenEndpointForm(t *testing.T) {
	w := newWorld(t)
	const path = "/contoso.example/oauth2/v2.0/token"
	good := params{
		"grant_type": "client_credentials", "client_id": appID, "client_secret": secret, "scope": "https://outlook.office365.com/.default",
	}.values().Encode()
	for name, test := range map[string]struct {
		path, body string
		header     http.Header
		sts        int
	}{
		"good":                {path, good, nil, 0},
		"client request id":   {path + "?client-request-id=bbbbbbbb-0000-4000-8000-000000000009", good, nil, 0},
		"query":               {path + "?grant_type=client_credentials", good, nil, 9002313},
		"repeated":            {path, good + "&scope=openid", nil, 9002313},
		"not a form":          {path, `{"grant_type":"client_credentials"}`, http.Header{"Content-Type": {"application/json"}}, 900144},
		"unreadable":          {path, good + "&x=%zz", nil, 9002313},
		"any tenant":          {"/organizations/oauth2/v2.0/token", good, nil, 50194},
		"other tenant":        {"/fabrikam.example/oauth2/v2.0/token", good, nil, 90002},
		"too long to be read": {path, "scope=" + strings.Repeat("x", 300<<10), nil, 9002313},
	} {
		t.Run(name, func(t *testing.T) {
			if a := w.post(test.path, test.body, test.header); a.aadsts() != test.sts {
				t.Errorf("got AADSTS%d, want %d", a.aadsts(), test.sts)
			}
		})
	}
	if a := w.getJSON(path); a.aadsts() != 900561 {
		t.Errorf("GET: AADSTS%d", a.aadsts())
	}
}

func TestErrorShape(t *testing.T) {
	w := newWorld(t)
	const id = "bbbbbbbb-0000-4000-8000-000000000009"
	a := w.post("/contoso.example/oauth2/v2.0/token?client-request-id="+id, "", nil)
	trace := a.text("trace_id")
	want := map[string]any{
		"error": "invalid_request", "error_codes": []any{900144.0}, "trace_id": trace, "correlation_id": id,
		"timestamp": a.body["timestamp"], "error_uri": "https://login.microsoftonline.com/error?code=900144",
		"error_description": "AADSTS900144: The request body must contain the following parameter: 'grant_type'. Trace ID: " +
			trace + " Correlation ID: " + id + " Timestamp: " + a.text("timestamp"),
	}
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Error(diff)
	}
	if _, err := time.Parse("2006-01-02 15:04:05Z", a.text("timestamp")); err != nil {
		t.Error(err)
	}
}

// Every code and token that was given out is known to the leak search.
func TestSecretsAreRecorded(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	code := w.code(params{"scope": "openid " + mailAsk})
	a := w.redeem(code)
	known := map[string]string{}
	for _, issued := range w.tenant.Secrets() {
		known[issued.Value] = issued.Kind
	}
	for value, kind := range map[string]string{
		code: "authorization-code", a.text("access_token"): "access-token",
		a.text("refresh_token"): "refresh-token", a.text("id_token"): "id-token",
	} {
		if known[value] != kind {
			t.Errorf("%s is recorded as %q", kind, known[value])
		}
	}
}
