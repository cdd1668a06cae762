package cloud_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
)

// listening is a server on loopback that talks as it is told, and its address.
func listening(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				talk(conn)
			}()
		}
	}()
	return listener.Addr().String()
}

// mute accepts and says nothing until the other side has gone.
func mute(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// hangUp reads what comes first and ends the connection.
func hangUp(conn net.Conn) { _, _ = conn.Read(make([]byte, 4096)) }

// saying reads what comes first, answers, and ends the connection.
func saying(answer string) func(net.Conn) {
	return func(conn net.Conn) {
		hangUp(conn)
		_, _ = io.WriteString(conn, answer)
	}
}

// closed is an address where nobody listens: a port that was free a moment ago
// may be another test's by now, but this one is given to nobody.
const closed = "127.0.0.1:1"

// at is a cloud whose https hosts are all dialled at an address; nothing there
// has a certificate that it trusts.
func at(t *testing.T, address, timeout string) *cloud.Endpoints {
	return cloudtest.Serve(t, ok, map[string]any{
		"dial": map[string]string{"*:443": address}, "timeouts": map[string]string{"request": timeout}})
}

// hosts are the three, in the order of Reach.
func hosts() []cloud.Reached {
	return []cloud.Reached{
		{Service: microsoft.Entra, Host: cloudtest.Login + ":443"},
		{Service: microsoft.Graph, Host: cloudtest.Graph + ":443"},
		{Service: microsoft.Exchange, Host: cloudtest.Exchange + ":443"},
	}
}

// wantReached compares all but errors and dialled addresses.
func wantReached(t *testing.T, got []cloud.Reached, via string, stages ...cloud.Stage) {
	t.Helper()
	want := hosts()
	for i := range want {
		want[i].Via, want[i].Stage = via, stages[min(i, len(stages)-1)]
	}
	plain := make([]cloud.Reached, len(got))
	for i, r := range got {
		if (r.Err == nil) != (r.Stage == "") {
			t.Errorf("%s: stage %q, error %v", r.Host, r.Stage, r.Err)
		}
		r.Err, r.At = nil, ""
		plain[i] = r
	}
	if diff := cmp.Diff(want, plain); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReach(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://"+closed) // not for dialled hosts
	answers := &script{steps: []http.HandlerFunc{
		status(200), status(503), status(302, "Location", "/there"), status(401), status(404), status(429, "Retry-After", "0")}}
	ways := make(chan string, 6)
	e := cloudtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ways <- r.Method + " " + r.URL.Path
		answers.ServeHTTP(w, r)
	}), nil)
	var log bytes.Buffer
	e.SetTrace(&log)
	for range 2 { // the second time over the same connections
		got := e.Reach(t.Context())
		wantReached(t, got, "", "")
		if !strings.HasPrefix(got[0].At, "127.0.0.1:") {
			t.Errorf("dialled at %q", got[0].At)
		}
	}
	if answers.requests() != 6 {
		t.Errorf("%d requests, want 6", answers.requests())
	}
	for _, head := range answers.heads {
		if way := <-ways; way != "HEAD /" || head.Get("User-Agent") != "wxmail/"+cloud.Version || len(head.Get("client-request-id")) != 36 {
			t.Errorf("%s with %v", way, head)
		}
	}
	if _, known := e.ClockSkew(); !known {
		t.Error("the clock learnt nothing")
	}
	if lines := strings.Count(log.String(), " HEAD https://"); lines != 6 {
		t.Errorf("traced %d attempts:\n%s", lines, log.String())
	}
}

func TestReachEnds(t *testing.T) {
	other, _ := server(t, tls.VersionTLS13, cloudtest.Login, cloudtest.Graph, cloudtest.Exchange)
	old, authority := server(t, tls.VersionTLS11, cloudtest.Login, cloudtest.Graph, cloudtest.Exchange)
	cases := []struct {
		name  string
		e     *cloud.Endpoints
		stage cloud.Stage
		want  error // below the error, if not nil
	}{
		{"no such name", at(t, "nobody.invalid:443", "1m"), cloud.Resolve, nil},
		{"a closed port", at(t, closed, "1m"), cloud.Connect, nil},
		{"says nothing", at(t, listening(t, mute), "500ms"), cloud.Handshake, cloud.ErrStalled},
		{"hangs up", at(t, listening(t, hangUp), "1m"), cloud.Handshake, nil},
		{"not TLS", at(t, listening(t, saying("HTTP/1.1 400 Bad Request\r\n\r\n")), "1m"), cloud.Handshake, nil},
		{"old TLS", dialling(t, old, authority), cloud.Handshake, nil},
		{"another CA", at(t, other, "1m"), cloud.Handshake, nil},
		{"resets after the handshake", cloudtest.Serve(t, http.HandlerFunc(reset), nil), cloud.Answer, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := c.e.Reach(t.Context())
			wantReached(t, got, "", c.stage)
			for _, r := range got {
				var failure *microsoft.Error
				if !errors.As(r.Err, &failure) || failure.Service != r.Service || c.want != nil && !errors.Is(r.Err, c.want) {
					t.Errorf("%s: %v", r.Host, r.Err)
				}
			}
		})
	}
}

// An idle connection has its dial and its handshake behind it.
func TestReachOverIdleConnections(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{ok, ok, ok, reset}}
	e := cloudtest.Serve(t, s, nil)
	wantReached(t, e.Reach(t.Context()), "", "")
	wantReached(t, e.Reach(t.Context()), "", cloud.Answer)
	if s.requests() != 6 {
		t.Errorf("%d requests, want 6", s.requests())
	}
}

// One host's certificate says nothing of the others.
func TestReachNamesACertificate(t *testing.T) {
	address, authority := server(t, tls.VersionTLS13, cloudtest.Login, cloudtest.Exchange)
	got := dialling(t, address, authority).Reach(t.Context())
	wantReached(t, got, "", "", cloud.Handshake, "")
	wantUntrusted(t, got[1].Err)
}

// What has answered when ctx ends stays answered.
func TestReachIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	waiting.Add(3) // one answered, two that never will be
	e := cloudtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == cloudtest.Login {
			return
		}
		waiting.Done()
		stall(w, r)
	}), nil)
	e.SetTrace(writer(func(line string) {
		if strings.Contains(line, cloudtest.Login) {
			waiting.Done()
		}
	}))
	go func() {
		waiting.Wait()
		cancel()
	}()
	got := e.Reach(ctx)
	wantReached(t, got, "", "", cloud.Answer, cloud.Answer)
	never := cloudtest.Serve(t, ok, nil).Reach(ctx)
	wantReached(t, never, "", cloud.Resolve)
	for _, r := range append(got[1:], never...) {
		if !errors.Is(r.Err, context.Canceled) {
			t.Errorf("%s: %v", r.Host, r.Err)
		}
	}
}

type writer func(string)

func (w writer) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}

// public is Microsoft's own cloud behind a proxy: no name of it is ever asked
// for, and nothing there is dialled.
func public(t *testing.T, proxy, extraCA string) *cloud.Endpoints {
	t.Helper()
	t.Setenv("HTTPS_PROXY", proxy)
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	e, err := cloud.Load("public", extraCA)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Client().CloseIdleConnections)
	return e
}

func TestReachThroughAProxy(t *testing.T) {
	microsoft, authority := server(t, tls.VersionTLS13, cloudtest.Login, cloudtest.Graph, cloudtest.Exchange)
	address, asked := proxy(t, microsoft)
	extra := filepath.Join(t.TempDir(), "extra.pem")
	writeFile(t, extra, authority)
	via := strings.TrimPrefix(address, "http://")
	got := public(t, "http://user:canary@"+via, extra).Reach(t.Context())
	wantReached(t, got, via, "")
	if len(asked) != 3 || got[0].At != "" {
		t.Errorf("%d ways asked for; dialled at %q", len(asked), got[0].At)
	}

	got = public(t, address, "").Reach(t.Context()) // of which this system knows no CA
	wantReached(t, got, via, cloud.Handshake)
	wantUntrusted(t, got[1].Err)
}

func TestReachProxyFails(t *testing.T) {
	cases := []struct{ name, scheme, address string }{
		{"down", "http", closed},
		{"no such name", "http", "proxy.invalid:3128"},
		{"hangs up", "http", listening(t, hangUp)},
		{"says nothing", "http", listening(t, mute)},
		{"not a proxy", "http", listening(t, saying("220 hello\r\n"))},
		{"not TLS", "https", listening(t, saying("HTTP/1.1 400 Bad Request\r\n\r\n"))},
		{"hangs up in its handshake", "https", listening(t, hangUp)},
		{"a SOCKS proxy that refuses", "socks5", listening(t, saying("\x05\xff"))},
		{"a SOCKS proxy that is down", "socks5", closed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := public(t, c.scheme+"://"+c.address, "")
			if c.name == "says nothing" {
				e.Timeouts.Request = 500 * time.Millisecond
			}
			wantReached(t, e.Reach(t.Context()), c.address, cloud.ThroughProxy)
		})
	}
}

func TestReachProxyRefuses(t *testing.T) {
	address := listening(t, saying("HTTP/1.1 407 Sign\x07 in first\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"))
	e := public(t, "http://user:canary@"+address, "")
	e.Retry = cloud.Retry{Base: time.Millisecond, Max: time.Second}
	_, err := do(t.Context(), e, "GET", anything, "")
	got := e.Reach(t.Context())
	wantReached(t, got, address, cloud.ThroughProxy)
	for _, err := range []error{err, got[1].Err} {
		var refused *cloud.ProxyRefused
		want := &cloud.ProxyRefused{Proxy: address, Host: "graph.microsoft.com:443", Status: 407, Said: "407 Sign in first"}
		if !errors.As(err, &refused) || !cmp.Equal(want, refused) || strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// A proxy that is itself reached over TLS has a certificate of its own.
func TestReachThroughAnHTTPSProxy(t *testing.T) {
	certificate, authority := cloudtest.Certificate(t, "localhost")
	microsoft, _ := server(t, tls.VersionTLS13, cloudtest.Login, cloudtest.Graph, cloudtest.Exchange)
	proxying := func(talk func(net.Conn)) (via string) {
		_, port, _ := net.SplitHostPort(listening(t, func(conn net.Conn) {
			talk(tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}}))
		}))
		return "localhost:" + port
	}
	via := proxying(func(conn net.Conn) { tunnel(conn, microsoft) })

	got := public(t, "https://"+via, "").Reach(t.Context()) // of which this system knows no CA
	wantReached(t, got, via, cloud.ThroughProxy)
	if named := (*cloud.Untrusted)(nil); errors.As(got[1].Err, &named) {
		t.Errorf("the proxy's certificate is taken for that of %s", named.Host)
	}

	extra := filepath.Join(t.TempDir(), "extra.pem")
	writeFile(t, extra, string(authority))
	got = public(t, "https://"+via, extra).Reach(t.Context()) // and none of the hosts behind it
	wantReached(t, got, via, cloud.Handshake)
	wantUntrusted(t, got[1].Err)

	via = proxying(hangUp) // after its own handshake, when it is asked for a way
	wantReached(t, public(t, "https://"+via, extra).Reach(t.Context()), via, cloud.ThroughProxy)
}

// tunnel takes any CONNECT and leads it to one address.
func tunnel(here net.Conn, to string) {
	there, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer func() { _ = there.Close() }()
	hangUp(here)
	_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(there, here) }()
	_, _ = io.Copy(here, there)
}
