package cloud_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
)

// proxy is an HTTP proxy that leads every CONNECT to one address.
func proxy(t *testing.T, to string) (url string, asked <-chan string) {
	t.Helper()
	seen := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Method + " " + r.Host
		there, err := net.Dial("tcp", to)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(there, here) }()
		_, _ = io.Copy(here, there)
	}))
	t.Cleanup(server.Close)
	return server.URL, seen
}

func TestDialledHostsUseNoProxy(t *testing.T) {
	address, asked := proxy(t, "127.0.0.1:1")
	t.Setenv("HTTPS_PROXY", address)
	e := cloudtest.Serve(t, ok, nil)
	if _, err := do(context.Background(), e, "GET", anything, ""); err != nil {
		t.Error(err)
	}
	if len(asked) != 0 {
		t.Errorf("the proxy was asked for %q", <-asked)
	}
}

// server answers ok over TLS in the name of some hosts.
func server(t *testing.T, newest uint16, hosts ...string) (address, authority string) {
	t.Helper()
	certificate, ca := cloudtest.Certificate(t, hosts...)
	s := httptest.NewUnstartedServer(ok)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MaxVersion: newest}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), string(ca)
}

// dialling is a cloud whose https hosts are at an address, with a CA.
func dialling(t *testing.T, address, authority string) *cloud.Endpoints {
	t.Helper()
	path := cloudtest.Start(t, ok, map[string]any{"dial": map[string]string{"*:443": address}})
	writeFile(t, filepath.Join(filepath.Dir(path), "ca.pem"), authority)
	e, err := cloud.Load(path, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Client().CloseIdleConnections)
	return e
}

// A named cloud goes through the proxy, and trusts the extra CA file.
func TestOtherHostsUseProxyAndExtraCA(t *testing.T) {
	microsoft, authority := server(t, tls.VersionTLS13, cloudtest.Graph)
	address, asked := proxy(t, microsoft)
	t.Setenv("HTTPS_PROXY", address)
	extra := filepath.Join(t.TempDir(), "extra.pem")
	writeFile(t, extra, authority)
	e, err := cloud.Load("public", extra)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Client().CloseIdleConnections)
	if _, err := do(context.Background(), e, "GET", anything, ""); err != nil {
		t.Error(err)
	}
	if got := <-asked; got != "CONNECT graph.microsoft.com:443" {
		t.Errorf("the proxy was asked for %q", got)
	}
}

// For dialled hosts the file's CA is the only one: not even --ca-file helps.
func TestOnlyTheFilesCA(t *testing.T) {
	path := cloudtest.Start(t, ok, nil)
	own := filepath.Join(filepath.Dir(path), "ca.pem")
	extra := filepath.Join(t.TempDir(), "extra.pem")
	text, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, extra, string(text))
	_, other := cloudtest.Certificate(t, cloudtest.Graph)
	writeFile(t, own, string(other))
	e, err := cloud.Load(path, extra)
	if err != nil {
		t.Fatal(err)
	}
	_, err = do(context.Background(), e, "GET", anything, "")
	wantUntrusted(t, err)
}

func wantUntrusted(t *testing.T, err error) {
	t.Helper()
	var untrusted *tls.CertificateVerificationError
	if !errors.As(err, &untrusted) {
		t.Errorf("got %v, want a refused certificate", err)
	}
	var named *cloud.Untrusted
	if !errors.As(err, &named) || named.Host != cloudtest.Graph || named.Issuer == "" {
		t.Errorf("got %v, want the certificate named", err)
	}
}

func TestNamesAreVerified(t *testing.T) {
	address, authority := server(t, tls.VersionTLS13, cloudtest.Login)
	_, err := do(context.Background(), dialling(t, address, authority), "GET", anything, "")
	wantUntrusted(t, err)
}

func TestOldTLSIsRefused(t *testing.T) {
	address, authority := server(t, tls.VersionTLS11, cloudtest.Graph)
	_, err := do(context.Background(), dialling(t, address, authority), "POST", anything, "")
	wantStatus(t, err, 0)
}

// The most exact key wins, and SMTP goes where the file says, verified.
func TestDialSMTP(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			_, _ = io.WriteString(conn, "220 here\r\n")
			_ = conn.Close()
		}
	}()
	e := cloudtest.Serve(t, ok, map[string]any{"dial": map[string]string{
		"*:587": "127.0.0.1:1", "smtp.office365.com:587": listener.Addr().String()}})
	conn, err := e.DialSMTP(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || line != "220 here\r\n" {
		t.Errorf("got %q, %v", line, err)
	}
	config := e.SMTPTLS()
	if config.ServerName != "smtp.office365.com" || config.MinVersion != tls.VersionTLS12 || config.RootCAs == nil {
		t.Errorf("got %+v", config)
	}
}

func TestDialSMTPFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	_ = listener.Close()
	e := cloudtest.Serve(t, ok, map[string]any{"dial": map[string]string{"smtp.office365.com:587": closed}})
	_, err = e.DialSMTP(context.Background())
	var failure *microsoft.Error
	if !errors.As(err, &failure) || failure.Service != microsoft.SMTP || failure.Object != "smtp.office365.com:587" {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.DialSMTP(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
