package entra_test

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// params are a request's parameters; an empty value leaves one out.
type params map[string]string

func (p params) values() url.Values {
	v := url.Values{}
	for name, value := range p {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func merge(base params, changes ...params) params {
	out := params{}
	for _, p := range append([]params{base}, changes...) {
		for name, value := range p {
			out[name] = value
		}
	}
	return out
}

// mailRequest is the authorization request of the mail application.
func mailRequest(changes ...params) params {
	return merge(params{
		"client_id": appID, "response_type": "code", "redirect_uri": local, "scope": mailAsk, "state": "s t&te",
		"login_hint": "support@contoso.example",
	}, changes...)
}

// visitor is a person's browser, which stops where the sandbox's pages end.
type visitor struct {
	w      *world
	client *http.Client
	last   screen
}

// screen is what the visitor sees: a page, or where it was sent.
type screen struct {
	status   int
	page     string // data-page
	alert    string
	body     string
	location *url.URL // of a redirect away from the pages
	action   string
	flow     string
}

func (w *world) visitor() *visitor {
	jar, _ := cookiejar.New(nil)
	stop := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{w: w, client: &http.Client{Jar: jar, CheckRedirect: stop}}
}

func (v *visitor) authorize(p params) screen {
	return v.get("/contoso.example/oauth2/v2.0/authorize?" + p.values().Encode())
}

func (v *visitor) get(path string) screen {
	v.w.Helper()
	response, err := v.client.Get(v.w.url + path)
	return v.see(response, err)
}

// press submits the last page's form.
func (v *visitor) press(choice string, fields params) screen {
	v.w.Helper()
	form := merge(params{"flow": v.last.flow, "step": v.last.page, "choice": choice}, fields)
	response, err := v.client.PostForm(v.w.url+v.last.action, form.values())
	return v.see(response, err)
}

func (v *visitor) signIn(user string) screen {
	v.w.Helper()
	return v.press("next", params{"login": user + "@contoso.example", "passwd": "sandbox"})
}

func (v *visitor) see(response *http.Response, err error) screen {
	v.w.Helper()
	if err != nil {
		v.w.Fatal(err)
	}
	body := read(v.w.T, response)
	s := screen{status: response.StatusCode, body: body}
	s.page, s.alert = find(`data-page="([^"]*)"`, body), find(`id="error" role="alert">([^<]*)<`, body)
	s.action, s.flow = find(`action="([^"]*)"`, body), find(`name="flow" value="([^"]*)"`, body)
	if location := response.Header.Get("Location"); location != "" {
		if s.location, err = url.Parse(location); err != nil {
			v.w.Fatal(err)
		}
	}
	v.last = s
	return s
}

func find(pattern, text string) string {
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// query is a parameter of the redirect, or "".
func (s screen) query(name string) string {
	if s.location == nil {
		return ""
	}
	return s.location.Query().Get(name)
}

// code signs support@ in and returns the authorization code.
func (w *world) code(changes ...params) string {
	w.Helper()
	v := w.visitor()
	v.authorize(mailRequest(changes...))
	s := v.signIn("support")
	if s.page == "consent" {
		s = v.press("accept", nil)
	}
	if s.query("code") == "" {
		w.Fatalf("no code: %+v", s)
	}
	return s.query("code")
}

// answer is a JSON answer of the token service.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

func (a answer) text(name string) string { value, _ := a.body[name].(string); return value }

// aadsts is the number of an error answer, 0 for a success.
func (a answer) aadsts() int {
	codes, _ := a.body["error_codes"].([]any)
	if len(codes) == 0 {
		return 0
	}
	return int(codes[0].(float64))
}

func (w *world) token(p params) answer {
	w.Helper()
	return w.post("/contoso.example/oauth2/v2.0/token", p.values().Encode(), nil)
}

// redeem redeems a code of the mail application.
func (w *world) redeem(code string, changes ...params) answer {
	w.Helper()
	return w.token(merge(params{
		"grant_type": "authorization_code", "client_id": appID, "client_secret": secret, "code": code, "redirect_uri": local,
	}, changes...))
}

func (w *world) refresh(token string, changes ...params) answer {
	w.Helper()
	return w.token(merge(params{
		"grant_type": "refresh_token", "client_id": appID, "client_secret": secret, "refresh_token": token,
	}, changes...))
}

func (w *world) post(path, body string, header http.Header) answer {
	w.Helper()
	request, err := http.NewRequest(http.MethodPost, w.url+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	request.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.Fatal(err)
	}
	return decode(w.T, response)
}

func (w *world) getJSON(path string) answer {
	w.Helper()
	response, err := http.Get(w.url + path)
	if err != nil {
		w.Fatal(err)
	}
	return decode(w.T, response)
}

func decode(t *testing.T, response *http.Response) answer {
	t.Helper()
	a := answer{status: response.StatusCode, header: response.Header}
	if err := json.Unmarshal([]byte(read(t, response)), &a.body); err != nil {
		t.Fatalf("status %d: %v", a.status, err)
	}
	return a
}

func read(t *testing.T, response *http.Response) string {
	t.Helper()
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
