//go:build foreign

package foreign

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/testkit"
)

// entra is login.microsoftonline.com to wxmail. Who asks for a token of the
// application, and for the tenant's metadata, is led to the OpenID provider;
// the administrators' sign-ins go to the sandbox.
type entra struct {
	client   string
	provider *httputil.ReverseProxy
	sandbox  *httputil.ReverseProxy
}

// ServeHTTP leads a request to whom it is for, as it is.
func (e *entra) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	const metadata = "/.well-known/openid-configuration"
	switch {
	case strings.HasSuffix(r.URL.Path, metadata):
		r.URL.Path = metadata
		e.provider.ServeHTTP(w, r)
	case slices.Contains([]string{form.Get("client_id"), r.URL.Query().Get("client_id")}, e.client) ||
		strings.HasPrefix(r.URL.Path, "/interaction/") || strings.Contains(r.URL.Path, "/authorize/"):
		e.provider.ServeHTTP(w, r)
	default:
		e.sandbox.ServeHTTP(w, r)
	}
}

// entra opens it over a provider, and gives its address.
func (s *street) entra(client, provider string) string {
	s.t.Helper()
	lead := func(scheme, to string, transport http.RoundTripper) *httputil.ReverseProxy {
		return &httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = scheme, to, entraHost // the host is asked for by its name
			r.Out.Header.Set("X-Forwarded-Proto", "https")
		}}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.read(s.world.ca()))
	secure := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: entraHost}}
	s.t.Cleanup(secure.CloseIdleConnections)
	server := httptest.NewUnstartedServer(&entra{client, lead("http", provider, nil), lead("https", s.dial()["*:443"], secure)})
	issued := s.ca.issue(entraHost)
	leaf, err := tls.X509KeyPair([]byte(issued["cert"].(string)), []byte(issued["key"].(string)))
	if err != nil {
		s.t.Fatal(err)
	}
	server.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
	server.StartTLS()
	s.t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// browser is the xdg-open of a home: curl goes where the application's sign-in
// leads, and the sandbox's robot does the administrators'.
func (s *street) browser(client, at string) {
	s.t.Helper()
	jar := filepath.Join(s.t.TempDir(), "cookies")
	script := `#!/bin/sh
case "$1" in
*client_id=` + client + `*) exec curl --silent --show-error --location --output /dev/null --cookie-jar ` + jar +
		` --cacert ` + s.bundle() + ` --connect-to ` + entraHost + `:443:` + at + ` "$1";;
*) exec wxmail sandbox browse --dir '` + filepath.Join(s.Dir, "sandbox") + `' "$1";;
esac
`
	if err := os.WriteFile(filepath.Join(s.Dir, "bin", "xdg-open"), []byte(script), 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// oidc-provider (https://github.com/panva/node-oidc-provider) signs the
// mailbox user in: it demands PKCE, and takes a refresh token once. smtp-server
// is where the token is tried.
func TestOpenIDProvider(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatal("install Debian's package curl")
	}
	s := open(t)
	s.settle()
	s.forget()
	_, tenant, _ := strings.Cut(s.authority(), entraHost+"/")
	client, at := s.value("Client ID"), ""
	person := params{"tid": tenant, "oid": "5f0b1d5e-6d0a-4f0e-9c1b-0c3c1d0e2f3a", "preferred_username": mailbox}
	for _, c := range []struct {
		name   string
		claims params // others of the person
		keys   params // others of the provider
		outcome
	}{
		{"somebody else", params{"preferred_username": "sales@contoso.example"}, nil,
			outcome{4, "WX-WRONG-ACCOUNT", []string{mailbox, "sales@contoso.example"}, nil}},
		{"no refresh token", nil, params{"refresh": false}, outcome{1, "WX-NO-REFRESH-TOKEN", []string{mailbox}, nil}},
		{"another secret", nil, params{"secret": "not that of the vault, which is a secret"},
			outcome{1, "WX-SECRET-INVALID", []string{"invalid_client", "azure register"}, nil}},
		{"no tenant", params{"tid": nil}, nil, outcome{8, "WX-ANSWER-UNUSABLE", []string{"token answer"}, nil}},
		{"all is well", nil, nil, outcome{says: []string{"done create SMTP sign-in"}}},
		{"refreshed", nil, nil, outcome{says: []string{"Nothing to do"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name != "refreshed" { // which is with the provider that issued the token
				is := params{"tenant": tenant, "client": client, "secret": s.value("Client Secret"), "refresh": true}
				is["claims"] = changed(person, c.claims)
				at = s.entra(client, s.serve("oidc", is, c.keys))
				s.browser(client, at)
			}
			cloud := s.cloud(map[string]string{entraHost + ":443": at,
				smtpHost + ":587": s.serve("smtp", s.ca.issue(smtpHost), params{"user": mailbox})},
				params{"timeouts": params{"request": "20s", "signIn": "20s"}})
			c.judge(t, s.RunWith(s.home, []string{cloud}, "token", "--no-input", "-y"))
			for _, app := range testkit.OwnApplications(s.State(), mailbox) {
				if left := fmt.Sprint(app["web"], app["publicClient"], app["spa"]); strings.Contains(left, "localhost") {
					t.Errorf("redirect URIs are left: %s", left)
				}
			}
		})
	}
}

// changed is a copy with some values changed, and those left out that are nil.
func changed(p, by params) params {
	all := maps.Clone(p)
	maps.Copy(all, by)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	return all
}
