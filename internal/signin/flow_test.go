package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

func mailboxRequest() Request {
	return Request{
		Role: Mailbox, Metadata: metadata(), ClientID: client, ClientSecret: secret.New("canary-secret"),
		Scopes: []string{"offline_access", "https://outlook.office.com/SMTP.Send"}, LoginHint: upn,
	}
}

type outcome struct {
	token *Token
	err   error
}

// ownPage gives a flow a page that speaks English, unless it has one.
func ownPage(t *testing.T, f *Flow) {
	t.Helper()
	if f.Page == nil {
		f.Page = NewPage(english)
		t.Cleanup(f.Page.Close)
	}
}

var english = Words{
	Lang: "en", Done: "Signed in. You can close this window.", Failed: "The sign-in did not succeed.",
	Stray: "wxmail is not waiting for this page.", Again: "wxmail has its answer already.",
	Used: "This address leads to the sign-in only once.", Retry: "Sign in again",
}

// start begins a sign-in and gives what the person is shown.
func start(ctx context.Context, t *testing.T, f *Flow, req Request) (Prompt, <-chan outcome) {
	t.Helper()
	ownPage(t, f)
	shown, ended := make(chan Prompt, 1), make(chan outcome, 1)
	f.Show = func(p Prompt) { shown <- p }
	go func() {
		token, err := f.SignIn(ctx, req)
		ended <- outcome{token, err}
	}()
	select {
	case p := <-shown:
		return p, ended
	case o := <-ended:
		t.Fatalf("ended before it began: %v", o.err)
		return Prompt{}, nil
	}
}

// query of the authorize URL.
func query(t *testing.T, p Prompt) url.Values {
	t.Helper()
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// callback is the redirect of a prompt with some answer.
func callback(t *testing.T, p Prompt, answer string) string {
	t.Helper()
	q := query(t, p)
	return q.Get("redirect_uri") + "/?" + answer + "&state=" + q.Get("state") + "&session_state=x"
}

func get(t *testing.T, url string) (int, string, http.Header) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

func TestSignIn(t *testing.T) {
	s := newSTS()
	e := serve(t, s)
	p, ended := start(context.Background(), t, &Flow{Endpoints: e}, mailboxRequest())
	asked := query(t, p)
	status, page, header := get(t, callback(t, p, "code=canary-code"))
	got := <-ended
	if got.err != nil {
		t.Fatal(got.err)
	}
	if status != 200 || !strings.Contains(page, "close this window") || strings.Contains(page, "canary") {
		t.Errorf("page %d %s", status, page)
	}
	wantHeaders(t, header)
	wantAsked(t, asked)
	sent := s.forms[0]
	want := url.Values{
		"grant_type": {"authorization_code"}, "code": {"canary-code"}, "client_id": {client},
		"client_secret": {"canary-secret"}, "redirect_uri": asked["redirect_uri"],
		"code_verifier": sent["code_verifier"],
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
	if challengeOf(sent.Get("code_verifier")) != asked.Get("code_challenge") {
		t.Error("the verifier is not the challenge's")
	}
	wantToken(t, e, got.token)
}

func wantHeaders(t *testing.T, h http.Header) {
	t.Helper()
	if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" ||
		!strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("headers %v", h)
	}
}

func wantAsked(t *testing.T, asked url.Values) {
	t.Helper()
	want := url.Values{
		"client_id": {client}, "response_type": {"code"}, "response_mode": {"query"}, "login_hint": {upn},
		"scope":                 {"offline_access https://outlook.office.com/SMTP.Send openid profile"},
		"code_challenge_method": {"S256"}, "code_challenge": asked["code_challenge"],
		"state": asked["state"], "nonce": asked["nonce"], "redirect_uri": asked["redirect_uri"],
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(asked.Get("redirect_uri"), "http://localhost:") || len(asked.Get("state")) < 40 {
		t.Errorf("redirect_uri %q, state %q", asked.Get("redirect_uri"), asked.Get("state"))
	}
}

func wantToken(t *testing.T, e *cloud.Endpoints, token *Token) {
	t.Helper()
	if token.Refresh.Reveal() != "canary-refresh-1" || !token.Access.IsSet() || !token.ID.IsSet() {
		t.Error("tokens are missing")
	}
	if left := token.Expires.Sub(e.Now()); left < 59*time.Minute || left > time.Hour {
		t.Errorf("expires in %v", left)
	}
	want := Account{UPN: upn, ObjectID: "oid-1", TenantID: tenant, Roles: []string{"role-1"}, Scopes: []string{"User.Read.All", "SMTP.Send"}}
	if diff := cmp.Diff(want, token.Account); diff != "" {
		t.Error(diff)
	}
	if text := fmt.Sprintf("%+v", token); strings.Contains(text, "canary") {
		t.Errorf("a secret in %s", text)
	}
}

func TestSignInAsAnyone(t *testing.T) {
	req := mailboxRequest()
	req.LoginHint = ""
	ctx, cancel := context.WithCancel(context.Background())
	p, ended := start(ctx, t, &Flow{Endpoints: serve(t, newSTS())}, req)
	if q := query(t, p); q.Get("prompt") != "select_account" || q.Has("login_hint") {
		t.Errorf("asked %v", q)
	}
	cancel()
	if got := <-ended; !errors.Is(got.err, context.Canceled) {
		t.Errorf("got %v", got.err)
	}
}

func TestSignInRefusedInBrowser(t *testing.T) {
	p, ended := start(context.Background(), t, &Flow{Endpoints: serve(t, newSTS())}, mailboxRequest())
	_, page, _ := get(t, callback(t, p,
		"error=access_denied&error_description=AADSTS65004%3a+User+declined+%3cb%3e."))
	var failure *microsoft.Error
	if got := <-ended; !errors.As(got.err, &failure) || failure.Code != "AADSTS65004" || failure.Object != upn {
		t.Errorf("got %v", got.err)
	}
	if !strings.Contains(page, "AADSTS65004 User declined &lt;b&gt;.") {
		t.Errorf("page %s", page)
	}
}

// Strays are answered and end nothing: the sign-in still succeeds.
func TestStrays(t *testing.T) {
	p, ended := start(context.Background(), t, &Flow{Endpoints: serve(t, newSTS())}, mailboxRequest())
	base, state := query(t, p).Get("redirect_uri"), query(t, p).Get("state")
	cases := []struct {
		name, method, path, host string
		status                   int
	}{
		{"favicon", "GET", "/favicon.ico", "", 404},
		{"nothing", "GET", "/", "", 400},
		{"no state", "GET", "/?code=x", "", 400},
		{"wrong state", "GET", "/?code=x&state=y", "", 400},
		{"longer state", "GET", "/?code=x&state=" + state + "y", "", 400},
		{"two states", "GET", "/?code=x&state=y&state=" + state, "", 400},
		{"two codes", "GET", "/?code=x&code=y&state=" + state, "", 400},
		{"code and error", "GET", "/?code=x&error=y&state=" + state, "", 400},
		{"neither", "GET", "/?state=" + state, "", 400},
		{"broken query", "GET", "/?code=%zz&state=" + state, "", 400},
		{"another path", "GET", "/callback?code=x&state=" + state, "", 404},
		{"POST", "POST", "/?code=x&state=" + state, "", 405},
		{"HEAD", "HEAD", "/?code=x&state=" + state, "", 405},
		{"somebody's name", "GET", "/?code=x&state=" + state, "evil.example", 421},
		{"another port", "GET", "/?code=x&state=" + state, "localhost:1", 421},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequest(c.method, base+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = c.host
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != c.status {
				t.Errorf("status %d, want %d", resp.StatusCode, c.status)
			}
			wantHeaders(t, resp.Header)
		})
	}
	get(t, callback(t, p, "code=good"))
	if got := <-ended; got.err != nil {
		t.Error(got.err)
	}
}

func TestManyStrays(t *testing.T) {
	p, ended := start(context.Background(), t, &Flow{Endpoints: serve(t, newSTS())}, mailboxRequest())
	base := query(t, p).Get("redirect_uri")
	for n := range 10_000 {
		if status, _, _ := get(t, fmt.Sprintf("%s/?code=x&state=%d", base, n)); status != 400 {
			t.Fatalf("stray %d: status %d", n, status)
		}
	}
	get(t, callback(t, p, "code=good"))
	if got := <-ended; got.err != nil {
		t.Error(got.err)
	}
}

// Only the first answer counts, and the second is told so; so is a page of an
// earlier sign-in that is loaded again.
func TestSecondAnswer(t *testing.T) {
	page := NewPage(english)
	defer page.Close()
	v := expected(t, page)
	address := v.redirectURI() + "/?state=" + v.state + "&code="
	go func() { <-v.answers; v.end(Verdict{good: true}) }()
	if _, text, _ := get(t, address+"first"); !strings.Contains(text, "Signed in.") {
		t.Errorf("page %s", text)
	}
	for range 2 {
		if _, text, _ := get(t, address+"second"); !strings.Contains(text, "already") {
			t.Errorf("page %s", text)
		}
		if len(v.answers) != 0 {
			t.Error("a second answer was taken")
		}
		next := expected(t, page)
		if next.port != v.port || next.state == v.state {
			t.Errorf("port %d after %d", next.port, v.port)
		}
	}
}

func expected(t *testing.T, page *Page) *visit {
	t.Helper()
	v, err := page.expect("")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBothLoopbacks(t *testing.T) {
	page := NewPage(Words{Lang: "ja", Stray: "待っていません"})
	defer page.Close()
	v := expected(t, page)
	hosts := []string{"127.0.0.1"}
	if probe, err := net.Listen("tcp6", "[::1]:0"); err == nil {
		_ = probe.Close()
		hosts = append(hosts, "[::1]")
	}
	for _, host := range hosts {
		_, text, _ := get(t, fmt.Sprintf("http://%s:%d/", host, v.port))
		if !strings.Contains(text, `lang="ja"`) || !strings.Contains(text, "待っていません") {
			t.Errorf("%s: %s", host, text)
		}
	}
}

func TestPasted(t *testing.T) {
	pasted, refused := make(chan string), make(chan Happening, 1)
	f := &Flow{Endpoints: serve(t, newSTS()), Typed: pasted, Tell: func(n Notice) { refused <- n.What }}
	p, ended := start(context.Background(), t, f, mailboxRequest())
	long := callback(t, p, "code="+strings.Repeat("x", 9000))
	wrong := map[Happening]string{
		PasteNoURL:    "what now?",
		PasteCutShort: long[:4096],
		PasteForeign:  "http://localhost:1/?code=x&state=y",
	}
	for want, text := range wrong {
		pasted <- text
		if got := <-refused; got != want {
			t.Errorf("%.60s: %s, want %s", text, got, want)
		}
	}
	pasted <- "  '" + long[:100] + "\r\n" + long[100:] + "'\n"
	if got := <-ended; got.err != nil {
		t.Error(got.err)
	}
}

func TestClosedPasteIsNoAnswer(t *testing.T) {
	pasted := make(chan string)
	close(pasted)
	f := &Flow{Endpoints: serve(t, newSTS()), Typed: pasted}
	p, ended := start(context.Background(), t, f, mailboxRequest())
	get(t, callback(t, p, "code=good"))
	if got := <-ended; got.err != nil {
		t.Error(got.err)
	}
}

func TestNobodyComes(t *testing.T) {
	e := cloudtest.Serve(t, newSTS(), map[string]any{"timeouts": map[string]string{"signIn": "20ms"}})
	_, ended := start(context.Background(), t, &Flow{Endpoints: e}, mailboxRequest())
	var late *TimeoutError
	if got := <-ended; !errors.As(got.err, &late) || late.Role != Mailbox {
		t.Errorf("got %v", got.err)
	}
}

func TestSSHHint(t *testing.T) {
	t.Setenv("SSH_CONNECTION", "192.0.2.7 50000 198.51.100.4 2222")
	hint := sshHint(4711, "https://login.microsoftonline.com/x")
	if !strings.HasPrefix(hint, "ssh -N -L 4711:127.0.0.1:4711 -p 2222 ") || !strings.HasSuffix(hint, "198.51.100.4") {
		t.Errorf("got %q", hint)
	}
	// A sandbox's own page is on this computer, too.
	if hint := sshHint(4711, "http://127.0.0.1:4712/x"); !strings.Contains(hint, " -L 4711:127.0.0.1:4711 -L 4712:127.0.0.1:4712 ") {
		t.Errorf("got %q", hint)
	}
	t.Setenv("SSH_CONNECTION", "")
	if hint := sshHint(4711, ""); hint != "" {
		t.Errorf("got %q without SSH", hint)
	}
}
