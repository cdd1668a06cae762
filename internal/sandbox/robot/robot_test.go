package robot_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"wxmail/internal/sandbox/entra"
	"wxmail/internal/sandbox/robot"
	"wxmail/internal/sandbox/tenant"
)

const appID = "aaaaaaaa-0000-4000-8000-000000000001"

// world is a tenant's sign-in pages and an application that waits for codes.
type world struct {
	tenant  *tenant.Tenant
	pages   string
	app     string // http://localhost:port
	answers []url.Values
	agents  []string
	browser *robot.Browser
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{tenant: tenant.New(&tenant.Clock{}, 1), browser: &robot.Browser{Client: &http.Client{}}}
	fill(w.tenant)
	service := entra.New(w.tenant)
	service.CodeLength = 5000
	pages := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.agents = append(w.agents, r.UserAgent())
		service.ServeHTTP(rw, r)
	}))
	app := httptest.NewServer(http.HandlerFunc(w.callback))
	t.Cleanup(pages.Close)
	t.Cleanup(app.Close)
	w.pages, w.app = pages.URL, strings.Replace(app.URL, "127.0.0.1", "localhost", 1)
	return w
}

// callback is the application: it wants a code.
func (w *world) callback(rw http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	w.answers = append(w.answers, r.Form)
	rw.Header().Set("Content-Type", "text/html")
	if r.Form.Get("code") == "" {
		rw.WriteHeader(http.StatusBadRequest)
	}
	_, _ = io.WriteString(rw, "<p>Thank you")
}

func fill(t *tenant.Tenant) {
	t.Organization = tenant.Organization{ID: t.IDs.New(), VerifiedDomains: []tenant.VerifiedDomain{{Name: "contoso.example"}}}
	t.Policies.AuthorizationPolicy.DefaultUserRolePermissions.PermissionGrantPoliciesAssigned =
		[]string{"ManagePermissionGrantsForSelf.microsoft-user-default-legacy"}
	for _, name := range []string{"admin", "support"} {
		u := tenant.User{ID: name, UserPrincipalName: name + "@contoso.example", AccountEnabled: true, Password: "sandbox"}
		if name == "admin" {
			u.DirectoryRoles = []string{"Global Administrator"}
		}
		t.Users.Put(u.ID, u)
	}
	graph := tenant.ServicePrincipal{ID: "graph", AppID: "00000003-0000-0000-c000-000000000000", AccountEnabled: true,
		ServicePrincipalNames: []string{"https://graph.microsoft.com"}}
	graph.OAuth2PermissionScopes = []tenant.PermissionScope{
		{Value: "User.Read", Type: "User", IsEnabled: true}, {Value: "Policy.Read.All", Type: "Admin", IsEnabled: true},
	}
	t.ServicePrincipals.Put(graph.ID, graph)
	t.ServicePrincipals.Put("sp", tenant.ServicePrincipal{ID: "sp", AppID: appID, AccountEnabled: true, DisplayName: "App"})
	yes := true
	t.Applications.Put("app", tenant.Application{
		ID: "app", AppID: appID, DisplayName: "App", IsFallbackPublicClient: &yes,
		PublicClient: tenant.RedirectURIs{RedirectURIs: []string{"http://localhost"}},
	})
}

func (w *world) url(extra url.Values) string {
	q := url.Values{
		"client_id": {appID}, "response_type": {"code"}, "redirect_uri": {w.app},
		"scope": {"https://graph.microsoft.com/User.Read"}, "state": {"s"},
	}
	for name, values := range extra {
		q[name] = values
	}
	return w.pages + "/contoso.example/oauth2/v2.0/authorize?" + q.Encode()
}

func TestBrowse(t *testing.T) {
	for name, test := range map[string]struct {
		extra url.Values
		as    string
		want  string // who consented
	}{
		"as the hint":  {url.Values{"login_hint": {"support@contoso.example"}}, "", "support"},
		"as somebody":  {url.Values{"login_hint": {"support@contoso.example"}}, "admin@contoso.example", "admin"},
		"as the admin": {nil, "", "admin"},
		"form_post":    {url.Values{"response_mode": {"form_post"}}, "", "admin"},
		"no session":   {url.Values{"prompt": {"select_account"}}, "", "admin"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			final, err := w.browser.Browse(context.Background(), w.url(test.extra), test.as)
			if err != nil || !strings.HasPrefix(final, w.app) {
				t.Fatalf("ended with %v", err)
			}
			if len(w.answers) != 1 || len(w.answers[0].Get("code")) < 5000 || w.answers[0].Get("state") != "s" {
				t.Errorf("the application got %d answers", len(w.answers))
			}
			for _, g := range w.tenant.OAuth2PermissionGrants.AllLatest() {
				if g.ConsentType != "Principal" || *g.PrincipalID != test.want {
					t.Errorf("grant %+v", g)
				}
			}
			for _, agent := range w.agents {
				if agent != "sandbox-browser/1" {
					t.Errorf("user agent %q", agent)
				}
			}
		})
	}
}

func TestSecondFactor(t *testing.T) {
	w := newWorld(t)
	w.tenant.Settings.SecurityDefaults = true
	if _, err := w.browser.Browse(context.Background(), w.url(nil), ""); err != nil {
		t.Error(err)
	}
}

func TestBrowseErrors(t *testing.T) {
	for name, test := range map[string]struct {
		extra   url.Values
		as      string
		want    string
		answers int // what the application hears
	}{
		"client error":     {url.Values{"redirect_uri": {"https://evil.example/"}}, "", "AADSTS50011", 0},
		"unknown user":     {nil, "nobody@contoso.example", "AADSTS50034", 0},
		"needs an admin":   {url.Values{"scope": {"https://graph.microsoft.com/Policy.Read.All"}}, "support@contoso.example", "AADSTS90094", 1},
		"told to the app":  {url.Values{"scope": {"https://graph.microsoft.com/Nope"}}, "", "answered 400", 1},
		"nobody listening": {url.Values{"redirect_uri": {"http://localhost:1"}}, "", "http://localhost:1/", 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.browser.Browse(context.Background(), w.url(test.extra), test.as)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %s", err, test.want)
			}
			if len(w.answers) != test.answers {
				t.Errorf("the application got %d answers, want %d", len(w.answers), test.answers)
			}
			for _, issued := range w.tenant.Secrets() {
				if strings.Contains(err.Error(), issued.Value) {
					t.Errorf("the error holds a %s", issued.Kind)
				}
			}
		})
	}
}

func TestCode(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"client_id": {appID}, "scope": {"https://graph.microsoft.com/User.Read"}}
	response, err := http.PostForm(w.pages+"/contoso.example/oauth2/v2.0/devicecode", form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(body, []byte(`"user_code":"`))
	code, _, _ := bytes.Cut(rest, []byte(`"`))
	page := w.pages + "/common/oauth2/deviceauth"
	if err := w.browser.Code(context.Background(), page, "WRONG", ""); err == nil || !strings.Contains(err.Error(), "AADSTS70018") {
		t.Errorf("a wrong code: %v", err)
	}
	if err := w.browser.Code(context.Background(), page, string(code), ""); err != nil {
		t.Error(err)
	}
	if err := w.browser.Code(context.Background(), w.app, string(code), ""); err == nil {
		t.Error("the application's page was taken for a code page")
	}
}

func TestCancelled(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.browser.Browse(ctx, w.url(nil), ""); err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("got %v", err)
	}
}
