//go:build foreign

package foreign

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
)

// application is the one that wxmail registered, as msal-node uses it: the
// operator has added http://localhost to its redirect URIs.
type application struct {
	*world
	*msal
	callback string
	codes    chan string
}

func (w *world) application(secret string) *application {
	w.t.Helper()
	a := &application{world: w, codes: make(chan string, 1)}
	a.callback = w.listen(a.codes)
	id := w.value("Client ID")
	w.Call("PATCH", "/applications/"+id, params{"web": params{"redirectUris": []string{"http://localhost", w.value("Call Back URL")}}}, nil)
	a.msal = w.msal("confidential", w.authority(), id, secret)
	return a
}

func (w *world) authority() string {
	return strings.TrimSuffix(w.value("Authorization URL"), "/oauth2/v2.0/authorize")
}

// listen waits on http://localhost for the codes of redirects.
func (w *world) listen(codes chan<- string) (address string) {
	w.t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		codes <- r.URL.Query().Get("code")
	}))
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		w.t.Fatal(err)
	}
	_ = server.Listener.Close() // the one it came with is for 127.0.0.1
	server.Listener = listener
	server.Start()
	w.t.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return "http://localhost:" + port
}

// request is the same at both halves of the flow, but for the changes.
func (a *application) request(more params) params {
	r := params{"scopes": strings.Fields(smtp), "redirectUri": a.callback, "loginHint": mailbox}
	for name, value := range more {
		r[name] = value
	}
	return params{"request": r}
}

// signIn walks the first half: an authorization code, and PKCE's verifier.
func (a *application) signIn() (code, verifier string) {
	a.t().Helper()
	pkce := a.do("pkce", nil)
	at := a.do("authorize", a.request(params{"codeChallenge": pkce.Challenge, "codeChallengeMethod": "S256"})).good(a.t())
	if err := a.browse(at.URL); err != nil {
		a.t().Fatal(err)
	}
	return <-a.codes, pkce.Verifier
}

func (a *application) browse(address string) error {
	_, err := sandbox.Browse(a.t().Context(), filepath.Dir(a.CloudFile()), address, "")
	return err
}

func (a *application) t() *testing.T { return a.world.t }

func (a *application) redeem(code, verifier string, more params) answer {
	a.t().Helper()
	request := a.request(params{"code": code, "codeVerifier": verifier})
	for name, value := range more {
		request["request"].(params)[name] = value
	}
	return a.do("redeem", request)
}

func TestCodeFlow(t *testing.T) {
	w := setUp(t)
	a := w.application(w.value("Client Secret"))
	code, verifier := a.signIn()
	first := a.redeem(code, verifier, nil).good(t)
	tenant := w.authority()[strings.LastIndex(w.authority(), "/")+1:]
	if first.Account != mailbox || first.Tenant != tenant {
		t.Errorf("signed in as %s of %s, want %s of %s", first.Account, first.Tenant, mailbox, tenant)
	}
	if !slices.Contains(first.Scopes, "https://outlook.office.com/SMTP.Send") || first.AccessToken == "" || first.RefreshToken == "" {
		t.Errorf("scopes %v, or no tokens", first.Scopes)
	}

	kept := a.do("silent", a.request(nil)).good(t)
	if !kept.FromCache || kept.AccessToken != first.AccessToken {
		t.Error("the library did not take the token that it has")
	}
	w.Advance("2h")
	renewed := a.do("silent", a.request(params{"forceRefresh": true})).good(t)
	if renewed.FromCache || renewed.AccessToken == first.AccessToken || renewed.Account != mailbox {
		t.Error("the token was not renewed")
	}
	elsewhere := w.application(w.value("Client Secret"))
	again := elsewhere.do("refresh", a.request(params{"refreshToken": first.RefreshToken})).good(t)
	if again.AccessToken == "" || again.AccessToken == renewed.AccessToken {
		t.Error("no new token from the refresh token alone")
	}
}

func TestCodeFlowRefused(t *testing.T) {
	w := setUp(t)
	a := w.application(w.value("Client Secret"))

	t.Run("wrong verifier", func(t *testing.T) {
		code, _ := a.signIn()
		a.redeem(code, a.do("pkce", nil).Verifier, nil).bad(t, "invalid_grant", "AADSTS501481:")
	})
	t.Run("no verifier", func(t *testing.T) {
		code, _ := a.signIn()
		a.redeem(code, "", nil).bad(t, "invalid_grant", "AADSTS501481:")
	})
	t.Run("another redirect URI", func(t *testing.T) {
		code, verifier := a.signIn()
		a.redeem(code, verifier, params{"redirectUri": w.value("Call Back URL")}).bad(t, "invalid_client", "AADSTS500112:")
	})
	t.Run("code used twice", func(t *testing.T) {
		code, verifier := a.signIn()
		a.redeem(code, verifier, nil).good(t)
		a.redeem(code, verifier, nil).bad(t, "invalid_grant", "AADSTS54005:")
	})
	t.Run("code changed", func(t *testing.T) {
		code, verifier := a.signIn()
		a.redeem(code[1:], verifier, nil).bad(t, "invalid_grant", "AADSTS70000:")
	})
	t.Run("code expired", func(t *testing.T) {
		code, verifier := a.signIn()
		w.Advance("11m")
		a.redeem(code, verifier, nil).bad(t, "invalid_grant", "AADSTS70008:")
	})
	t.Run("wrong secret", func(t *testing.T) {
		code, verifier := a.signIn()
		thief := w.application("not the secret")
		thief.redeem(code, verifier, params{"redirectUri": a.callback}).bad(t, "invalid_client", "AADSTS7000215:")
	})
	t.Run("redirect URI not registered", func(t *testing.T) {
		at := a.do("authorize", a.request(params{"redirectUri": "https://elsewhere.example/callback"})).good(t)
		if err := a.browse(at.URL); err == nil || !strings.Contains(err.Error(), "AADSTS50011:") {
			t.Errorf("the browser: %v", err)
		}
	})
	t.Run("scope of nobody", func(t *testing.T) {
		at := a.do("authorize", a.request(params{"scopes": []string{"https://outlook.office.com/Nothing.Send"}})).good(t)
		redirected, err := sandbox.Browse(t.Context(), filepath.Dir(w.CloudFile()), at.URL, "")
		if !strings.Contains(refusal(redirected, err), "AADSTS650053:") {
			t.Errorf("the browser: %v", err)
		}
	})
}

// refusal is what a browser was told: on a page, or in the redirect.
func refusal(redirected string, err error) string {
	text := redirected
	if u, parseErr := url.Parse(redirected); parseErr == nil {
		text = u.Query().Get("error_description")
	}
	if err != nil {
		text += err.Error()
	}
	return text
}

func TestRefreshRefused(t *testing.T) {
	w := setUp(t)
	a := w.application(w.value("Client Secret"))
	refresh := w.value("Refresh Token")
	a.do("refresh", a.request(params{"refreshToken": refresh})).good(t)
	a.do("refresh", a.request(params{"refreshToken": refresh[1:]})).bad(t, "invalid_grant", "AADSTS70000:")
	thief := w.application("not the secret")
	thief.do("refresh", a.request(params{"refreshToken": refresh})).bad(t, "invalid_client", "AADSTS7000215:")
	w.Advance("2200h")
	a.do("refresh", a.request(params{"refreshToken": refresh})).bad(t, "invalid_grant", "AADSTS700082:")
}

// What Mail.Send, an application permission, is good for: a token without a
// person.
func TestClientCredentials(t *testing.T) {
	w := setUp(t)
	service := params{"request": params{"scopes": []string{"https://outlook.office365.com/.default"}}}
	got := w.application(w.value("Client Secret")).do("service", service).good(t)
	if got.AccessToken == "" || got.Account != "" {
		t.Errorf("no token, or one of a person: %q", got.Account)
	}
	w.application("not the secret").do("service", service).bad(t, "invalid_client", "AADSTS7000215:")
	single := params{"request": params{"scopes": []string{"https://outlook.office365.com/Mail.Send"}}}
	w.application(w.value("Client Secret")).do("service", single).bad(t, "invalid_scope", "AADSTS1002012:")
}
