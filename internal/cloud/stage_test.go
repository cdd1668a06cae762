package cloud_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"syscall"
	"testing"
	"time"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
)

// serverHello chooses TLS 1.0, which a client of today refuses in words only.
const serverHello = "\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" +
	"0123456789abcdef0123456789abcdef" + "\x00\xc0\x2f\x00"

// experiment is a transport and what it is sent to.
type experiment struct {
	name      string
	transport *http.Transport
	to        string
	stage     cloud.Stage
}

func through(scheme, address string) *http.Transport {
	return &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: scheme, Host: address})}
}

func impatient(dial, handshake time.Duration) *http.Transport {
	return &http.Transport{DialContext: (&net.Dialer{Timeout: dial}).DialContext, TLSHandshakeTimeout: handshake}
}

// answering trusts one server that answers so, over HTTP/1.1 or HTTP/2.
func answering(t *testing.T, h2 bool, answer http.HandlerFunc) (*http.Transport, string) {
	t.Helper()
	s := httptest.NewUnstartedServer(answer)
	s.EnableHTTP2 = h2
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Client().Transport.(*http.Transport), s.Listener.Addr().String()
}

func experiments(t *testing.T) []experiment {
	other, _ := server(t, tls.VersionTLS13, cloudtest.Graph)
	old, _ := server(t, tls.VersionTLS11, cloudtest.Graph)
	newest := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	one, oneAt := answering(t, false, reset)
	two, twoAt := answering(t, true, reset)
	return []experiment{
		{"no such name", &http.Transport{}, "nobody.invalid:443", cloud.Resolve},
		{"refused", &http.Transport{}, closed, cloud.Connect},
		{"no answer to the dial", impatient(1, 0), closed, cloud.Connect},
		{"proxy down", through("http", closed), "host.invalid:443", cloud.ThroughProxy},
		{"no proxy of that name", through("http", "proxy.invalid:80"), "host.invalid:443", cloud.ThroughProxy},
		{"untrusted proxy", through("https", other), "host.invalid:443", cloud.ThroughProxy},
		{"refusing SOCKS proxy", through("socks5", listening(t, saying("\x05\xff"))), "host.invalid:443", cloud.ThroughProxy},
		{"SOCKS proxy hangs up", through("socks5", listening(t, hangUp)), "host.invalid:443", cloud.ThroughProxy},
		{"no answer to the handshake", impatient(0, time.Millisecond), listening(t, mute), cloud.Handshake},
		{"plain HTTP", &http.Transport{}, listening(t, saying("HTTP/1.1 400 Bad Request\r\n\r\n")), cloud.Handshake},
		{"not TLS", &http.Transport{}, listening(t, saying("220 hello\r\n")), cloud.Handshake},
		{"an alert", newest, old, cloud.Handshake},
		{"words only", &http.Transport{}, listening(t, saying(serverHello)), cloud.Handshake},
		{"untrusted", &http.Transport{}, other, cloud.Handshake},
		{"reset in HTTP/1.1", one, oneAt, cloud.Answer},
		{"reset in HTTP/2", two, twoAt, cloud.Answer},
		// Only Reach can tell these: nothing in the error does.
		{"hangs up in the handshake", &http.Transport{}, listening(t, hangUp), cloud.Answer},
		{"proxy hangs up", through("http", listening(t, hangUp)), "host.invalid:443", cloud.Answer},
	}
}

// What is returned by a transport and by a client, which wraps it.
func TestWhatNetHTTPReturns(t *testing.T) {
	for _, x := range experiments(t) {
		t.Run(x.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), "HEAD", "https://"+x.to+"/", nil)
			if err != nil {
				t.Fatal(err)
			}
			_, bare := x.transport.RoundTrip(req)
			_, wrapped := (&http.Client{Transport: x.transport}).Do(req)
			for _, err := range []error{bare, wrapped, &microsoft.Error{Service: microsoft.Graph, Err: bare}} {
				if got := cloud.StageOf(err); err == nil || got != x.stage {
					t.Errorf("%T %v: %q, want %q", err, err, got, x.stage)
				}
			}
		})
	}
}

// A handshake that fails alike each time is named, and not tried again.
func TestHandshakesThatCannotSucceed(t *testing.T) {
	lasting := []string{"plain HTTP", "not TLS", "an alert", "words only"}
	for _, x := range experiments(t) {
		if x.name == "untrusted" { // which has a name of its own
			continue
		}
		req, err := http.NewRequestWithContext(t.Context(), "HEAD", "https://"+x.to+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, failure := x.transport.RoundTrip(req)
		failure = cloud.NameHandshake("host", failure)
		var none *cloud.NoTLS
		if want := slices.Contains(lasting, x.name); want != errors.As(failure, &none) {
			t.Errorf("%s: named %t: %v", x.name, !want, failure)
		} else if want && (cloud.Transient(&microsoft.Error{Err: failure}) || cloud.StageOf(failure) != cloud.Handshake) {
			t.Errorf("%s: tried again, or in another stage: %v", x.name, failure)
		}
	}
}

// Errors that no server on loopback can cause, and those that say nothing.
func TestStageOf(t *testing.T) {
	read := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	cases := []struct {
		err   error
		stage cloud.Stage
	}{
		{nil, ""},
		{&net.DNSError{Err: "i/o timeout", Name: "x", IsTimeout: true}, cloud.Resolve},
		{&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, cloud.Connect},
		{&net.OpError{Op: "dial", Err: syscall.ENETUNREACH}, cloud.Connect},
		{&cloud.ProxyRefused{Status: 502}, cloud.ThroughProxy},
		{x509.UnknownAuthorityError{}, cloud.Handshake},
		{x509.CertificateInvalidError{Reason: x509.Expired}, cloud.Handshake},
		{x509.SystemRootsError{}, cloud.Handshake},
		{&cloud.Untrusted{Err: &tls.CertificateVerificationError{Err: errors.New("x")}}, cloud.Handshake},
		{read, cloud.Answer},
		{io.EOF, cloud.Answer},
		{cloud.ErrStalled, cloud.Answer},
		{context.DeadlineExceeded, cloud.Answer},
		{&microsoft.Error{Status: 503, Message: "tls: x509: no"}, cloud.Answer},
	}
	for _, c := range cases {
		err := c.err
		if err != nil {
			err = fmt.Errorf("while reading: %w", err)
		}
		if got := cloud.StageOf(err); got != c.stage {
			t.Errorf("%v: %q, want %q", err, got, c.stage)
		}
	}
}
