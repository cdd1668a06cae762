package signin

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// Clients that say nothing, or half of something, hold nothing up.
func TestSlowClients(t *testing.T) {
	p, ended := start(context.Background(), t, &Flow{Endpoints: serve(t, newSTS())}, mailboxRequest())
	address := "127.0.0.1:" + port(t, p)
	for n := range 200 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatalf("client %d: %v", n, err)
		}
		defer conn.Close()
		if n%2 == 0 {
			_, _ = io.WriteString(conn, "GET /?code=x&state=") // and never the rest
		}
	}
	get(t, callback(t, p, "code=good"))
	if got := <-ended; got.err != nil {
		t.Error(got.err)
	}
}

// The page waits for no client for ever, and reads no endless head.
func TestPageHasLimits(t *testing.T) {
	page := NewPage(english)
	defer page.Close()
	expected(t, page)
	for name, limit := range map[string]time.Duration{
		"head": page.server.ReadHeaderTimeout, "request": page.server.ReadTimeout, "answer": page.server.WriteTimeout,
	} {
		if limit <= 0 || limit > 30*time.Second {
			t.Errorf("%s: %v", name, limit)
		}
	}
	if page.server.MaxHeaderBytes <= 0 || page.server.MaxHeaderBytes > 1<<20 {
		t.Errorf("head of %d bytes", page.server.MaxHeaderBytes)
	}
}

// Only this machine reaches the page: not even by its own other addresses.
func TestOnlyLoopbackListens(t *testing.T) {
	p, ended := start(context.Background(), t, &Flow{Endpoints: serve(t, newSTS())}, mailboxRequest())
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		network, ok := address.(*net.IPNet)
		if !ok || network.IP.IsLoopback() || network.IP.IsLinkLocalUnicast() {
			continue
		}
		if conn, err := net.DialTimeout("tcp", net.JoinHostPort(network.IP.String(), port(t, p)), time.Second); err == nil {
			_ = conn.Close()
			t.Errorf("%s is answered", network.IP)
		}
	}
	get(t, callback(t, p, "code=good"))
	if got := <-ended; got.err != nil {
		t.Error(got.err)
	}
}

// A page of another origin may send requests, but not read an answer, and
// without the state it ends nothing.
func TestAnotherOrigin(t *testing.T) {
	p, ended := start(context.Background(), t, &Flow{Endpoints: serve(t, newSTS())}, mailboxRequest())
	base := query(t, p).Get("redirect_uri")
	for _, method := range []string{"GET", "POST", "OPTIONS", "PUT"} {
		req, err := http.NewRequest(method, base+"/?code=x&state=guessed", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", "https://evil.example")
		req.Header.Set("Access-Control-Request-Method", "GET")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode < 400 || resp.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", method, resp.StatusCode, resp.Header)
		}
	}
	get(t, callback(t, p, "code=good"))
	if got := <-ended; got.err != nil {
		t.Error(got.err)
	}
}

// States and verifiers are long and never the same.
func TestStatesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		state := newState()
		if len(state) < 40 || seen[state] {
			t.Fatalf("a state of %d characters, seen: %t", len(state), seen[state])
		}
		seen[state] = true
	}
}

func port(t *testing.T, p Prompt) string {
	t.Helper()
	_, number, err := net.SplitHostPort(query(t, p).Get("redirect_uri")[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	return number
}
