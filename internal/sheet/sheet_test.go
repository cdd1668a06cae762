package sheet

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/webex"
)

const canary = "canary~client-secret"

// desk is an open sheet, and what its page has told.
type desk struct {
	*Page
	t      *testing.T
	ticked map[string]bool
	copied []string
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, ticked: map[string]bool{"Client ID": true}}
	const authority = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/"
	fields := webex.Values(webex.Input{
		Asset: webex.Asset{Name: "support", EmailID: "support@contoso.example",
			ForwardingAddress: "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io", CallbackURL: "https://contoso.us.webexconnect.io/callback"},
		SMTPServer: "smtp.office365.com", SMTPPort: 587, SMTPScope: "https://outlook.office.com/SMTP.Send",
		AuthorizationURL: authority + "authorize", TokenURL: authority + "token",
		ClientID: "66666666-7777-8888-9999-000000000000", ClientSecret: secret.New(canary), Reveal: true})
	page, err := Open(Sheet{Catalogue: msg.New("en"), Fields: fields, Clicks: []Click{{"values.save", "Click Save."}},
		Links:  []Link{{"Webex Connect", "https://contoso.us.webexconnect.io"}},
		Ticked: func(line string) bool { return d.ticked[line] },
		Tick:   func(line string, on bool) error { d.ticked[line] = on; return nil },
		Copied: func(label string) { d.copied = append(d.copied, label) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(page.Close)
	d.Page = page
	return d
}

// browser keeps cookies, and follows no redirect unseen.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// asked is one request, and what a test changes of it.
type asked struct {
	method, path, body   string
	host, origin, cookie string
	form                 bool
}

func (d *desk) do(client *http.Client, a asked) (status int, body string, header http.Header) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), a.method, d.origin()+a.path, strings.NewReader(a.body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Host = a.host
	if a.origin != "" {
		req.Header.Set("Origin", a.origin)
	}
	if a.cookie != "" {
		req.Header.Set("Cookie", a.cookie)
	}
	if a.form {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := client.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(raw), resp.Header
}

// enter opens the page as a person does who clicks its address.
func (d *desk) enter() *http.Client {
	d.t.Helper()
	client := browser(d.t)
	status, body, _ := d.do(client, asked{method: "GET", path: "/" + d.door.token})
	if status != http.StatusOK || !strings.Contains(body, "Call Back URL") {
		d.t.Fatalf("%d\n%s", status, body)
	}
	return client
}

// act does what the page does.
func (d *desk) action(client *http.Client, what string, body any) (int, string) {
	d.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	status, answer, _ := d.do(client, asked{method: "POST", path: d.folder() + what, body: string(raw), origin: d.origin()})
	return status, answer
}

func TestTheSheetShowsTheFormAndNoSecret(t *testing.T) {
	d := open(t)
	client := d.enter()
	_, body, header := d.do(client, asked{method: "GET", path: d.folder()})
	at := 0
	for _, f := range d.sheet.Fields {
		found := strings.Index(body[at:], `data-line="`+f.Label+`"`)
		if found < 0 {
			t.Fatalf("%s is not there, or not in its place", f.Label)
		}
		at += found
		if !f.Secret && f.Entry() == webex.Pasted && !strings.Contains(body, "<code id=\"v") {
			t.Errorf("%s has no value", f.Label)
		}
	}
	for _, want := range []string{`<html lang="en">`, "Click Save.", "https://contoso.us.webexconnect.io", "smtp.office365.com",
		"Leave this box without a tick.", `id="t8" checked`} {
		if !strings.Contains(body, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if strings.Contains(body, canary) {
		t.Error("the secret stands in the page")
	}
	texts := strings.NewReplacer("sheet.css", "", "sheet.js", "").Replace(body)
	if unknown := regexp.MustCompile(`sheet\.[a-z-]+`).FindAllString(texts, -1); unknown != nil {
		t.Errorf("texts that do not exist: %v", unknown)
	}
	want := map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
		"Cross-Origin-Resource-Policy": "same-origin"}
	for name, value := range want {
		if header.Get(name) != value {
			t.Errorf("%s: %s", name, header.Get(name))
		}
	}
	policy := header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy: %s", policy)
	}
	for _, inline := range []string{"<style", " style=", "onclick", "javascript:", "<script>"} {
		if strings.Contains(body, inline) {
			t.Errorf("there is an inline %s", inline)
		}
	}
}

func TestWhoGetsIn(t *testing.T) {
	code := func(origin string) func(*desk) asked {
		return func(d *desk) asked {
			return asked{method: "POST", path: "/code", body: url.Values{"code": {d.Code()}}.Encode(), origin: origin, form: true}
		}
	}
	own := func(d *desk) asked { return code(d.origin())(d) }
	get := func(path string) func(*desk) asked {
		return func(*desk) asked { return asked{method: "GET", path: path} }
	}
	token := func(d *desk) asked { return asked{method: "GET", path: "/" + d.door.token} }
	as := func(host string) func(*desk) asked {
		return func(d *desk) asked { return asked{method: "GET", path: "/" + d.door.token, host: host} }
	}
	wrong := func(d *desk) asked {
		return asked{method: "POST", path: "/code", body: "code=1", origin: d.origin(), form: true}
	}
	folder := func(cookie string) func(*desk) asked {
		return func(d *desk) asked { return asked{method: "GET", path: d.folder(), cookie: cookie} }
	}
	for name, test := range map[string]struct {
		ask    func(*desk) asked
		status int
		used   bool // the door was opened before
	}{
		"with the address":         {token, 200, false},
		"a second time":            {token, 410, true},
		"with a wrong token":       {get("/AAAABBBBCCCCDDDDEEEEFFFFGG"), 404, false},
		"at the front":             {get("/"), 200, false},
		"at the front, used":       {get("/"), 410, true},
		"with the code":            {own, 200, false},
		"with the code, used":      {own, 410, true},
		"with a wrong code":        {wrong, 403, false},
		"with the code, elsewhere": {code("https://evil.example"), 403, false},
		"without an origin":        {code(""), 403, false},
		"by another name":          {as("evil.example"), 421, false},
		"by another port":          {as("127.0.0.1:1"), 421, false},
		"as localhost":             {as("localhost"), 421, false},
		"into the folder":          {folder(""), 403, true},
		"with another cookie":      {folder(cookieName + "=AAAA"), 403, true},
		"with another method":      {func(*desk) asked { return asked{method: "PUT", path: "/"} }, 405, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			if test.used {
				d.enter()
			}
			a := test.ask(d)
			status, body, _ := d.do(browser(t), a)
			in := strings.Contains(body, "smtp.office365.com")
			if status != test.status || in != (status == 200 && a.path != "/") || strings.Contains(body, canary) {
				t.Errorf("%d, in: %v\n%s", status, in, body)
			}
		})
	}
}

// A wrong code may be typed some times; then only the address opens the page.
func TestGuessingTheCode(t *testing.T) {
	d := open(t)
	for range codeTries {
		d.do(browser(t), asked{method: "POST", path: "/code", body: "code=12345678x", origin: d.origin(), form: true})
	}
	right := url.Values{"code": {d.Code()}}.Encode()
	status, _, _ := d.do(browser(t), asked{method: "POST", path: "/code", body: right, origin: d.origin(), form: true})
	if status != http.StatusGone {
		t.Errorf("the right code after %d wrong ones: %d", codeTries, status)
	}
	d.enter()
}

func TestTheCookieIsForThisPageAlone(t *testing.T) {
	d := open(t)
	client := browser(t)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	_, _, header := d.do(client, asked{method: "GET", path: "/" + d.door.token})
	cookie := header.Get("Set-Cookie")
	for _, want := range []string{"Path=" + d.folder(), "HttpOnly", "SameSite=Strict"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("%s lacks %s", cookie, want)
		}
	}
	if strings.Contains(cookie, "Expires") || strings.Contains(cookie, "Max-Age") {
		t.Errorf("the browser keeps it: %s", cookie)
	}
}

func TestWhatThePageAsks(t *testing.T) {
	d := open(t)
	client := d.enter()
	if status, body := d.action(client, "secrets", struct{}{}); status != 200 || body != `{"Client Secret":"canary~client-secret"}`+"\n" {
		t.Errorf("secrets: %d %s", status, body)
	}
	d.action(client, "copied", request{Line: "Client Secret"})
	d.action(client, "copied", request{Line: "Client ID"})
	if diff := cmp.Diff([]string{"Client Secret"}, d.copied); diff != "" {
		t.Errorf("copied (-want +got):\n%s", diff)
	}
	d.action(client, "tick", request{Line: "Port", On: true})
	d.action(client, "tick", request{Line: "Client ID"})
	if !d.ticked["Port"] || d.ticked["Client ID"] {
		t.Errorf("ticked: %v", d.ticked)
	}
	_, compared := d.action(client, "compare", request{Text: "support@contoso.example \nClient Secret: " + canary + "x"})
	for _, want := range []string{"Email ID: a space", "Client Secret: something follows it", `"right":false`} {
		if !strings.Contains(compared, want) {
			t.Errorf("compare lacks %q: %s", want, compared)
		}
	}
	if strings.Contains(compared, canary) {
		t.Errorf("the secret is told: %s", compared)
	}
	for _, bad := range []string{"", "{", "[]"} {
		if status, _, _ := d.do(client, asked{method: "POST", path: d.folder() + "tick", body: bad, origin: d.origin()}); status != 400 {
			t.Errorf("%q: %d", bad, status)
		}
	}
	if status, _ := d.action(client, "nothing", struct{}{}); status != 404 {
		t.Errorf("an unknown thing: %d", status)
	}
}

// What the browser that was let in may do, a page of somebody else's in the
// same browser may not, nor another browser.
func TestNobodyElseIsTold(t *testing.T) {
	d := open(t)
	client := d.enter()
	for _, what := range []string{"secrets", "tick", "copied", "compare", "done"} {
		for name, a := range map[string]asked{
			"another origin": {origin: "https://evil.example"}, "another port": {origin: "http://127.0.0.1:1"},
			"no origin": {}, "a sandboxed frame": {origin: "null"}, "another host": {origin: d.origin(), host: "evil.example"},
		} {
			a.method, a.path, a.body = "POST", d.folder()+what, "{}"
			if status, body, _ := d.do(client, a); status < 400 || strings.Contains(body, canary) {
				t.Errorf("%s, %s: %d", what, name, status)
			}
		}
		if status, _ := d.action(browser(t), what, struct{}{}); status != http.StatusForbidden {
			t.Errorf("%s, another browser: %d", what, status)
		}
		if status, _, _ := d.do(client, asked{method: "GET", path: d.folder() + what}); status != http.StatusNotFound {
			t.Errorf("%s, by address: %d", what, status)
		}
	}
	select {
	case <-d.finished:
		t.Error("somebody else has ended it")
	default:
	}
}

func TestThePageEnds(t *testing.T) {
	d := open(t)
	client := d.enter()
	d.action(client, "done", struct{}{})
	d.action(client, "done", struct{}{})
	if finished, err := d.Wait(t.Context()); !finished || err != nil {
		t.Errorf("%v %v", finished, err)
	}
	d.Close()
	d.Close()
	if _, err := client.Get(d.origin() + d.folder()); err == nil {
		t.Error("it still answers")
	}
}

// Every sentence about a comparison exists.
func TestSentences(t *testing.T) {
	for _, v := range []webex.Verdict{webex.Same, webex.Spaces, webex.Case, webex.LookAlike, webex.CutShort, webex.Longer,
		webex.Different, webex.Unknown} {
		text := msg.New("en").Say(Sentence(webex.Compared{Label: "Scope", Verdict: v, At: 3, Got: '\u043e'}))
		if strings.HasPrefix(text, "compare.") || strings.Contains(text, "no value") {
			t.Errorf("%s: %s", v, text)
		}
	}
	if !slices.Contains(strings.Fields(msg.New("en").Say(Sentence(webex.Compared{Verdict: webex.LookAlike, Got: '\u043e'}))), "U+043E,") {
		t.Error("the letter is not named")
	}
}

func TestFilesOfThePage(t *testing.T) {
	d := open(t)
	for name, kind := range map[string]string{"sheet.css": "text/css; charset=utf-8", "sheet.js": "text/javascript; charset=utf-8"} {
		status, body, header := d.do(browser(t), asked{method: "GET", path: "/" + name})
		if status != http.StatusOK || header.Get("Content-Type") != kind || len(body) < 500 {
			t.Errorf("%s: %d %s, %d bytes", name, status, header.Get("Content-Type"), len(body))
		}
	}
	if status, _, _ := d.do(browser(t), asked{method: "GET", path: "/sheet.html"}); status != http.StatusNotFound {
		t.Errorf("the template is served: %d", status)
	}
}
