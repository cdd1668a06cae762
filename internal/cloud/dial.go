package cloud

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"wxmail/internal/microsoft"
)

// wire is how hosts are reached and trusted.
type wire struct {
	dial       map[string]string // host:port, or *:port, to where it really is
	dialledCAs *x509.CertPool    // the only authorities for dialled hosts; nil: as for the others
	systemCAs  *x509.CertPool    // for all other hosts; nil: the system's

	once      sync.Once
	transport *transport
	client    *http.Client // on transport
}

func systemPool() *x509.CertPool {
	if pool, err := x509.SystemCertPool(); err == nil {
		return pool
	}
	return x509.NewCertPool()
}

var errNoCertificate = errors.New("no certificate in PEM form")

// poolFrom adds the certificates of a PEM text to a pool (nil: a new one).
func poolFrom(pool *x509.CertPool, pem []byte) (*x509.CertPool, error) {
	if pool == nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errNoCertificate
	}
	return pool, nil
}

// dialled says where a host:port really is, and whether it is elsewhere.
func (w *wire) dialled(address string) (string, bool) {
	if to, ok := w.dial[address]; ok {
		return to, true
	}
	_, port, _ := net.SplitHostPort(address)
	if to, ok := w.dial["*:"+port]; ok {
		return to, true
	}
	return address, false
}

// elsewhere is where a host:port really is, "" if there.
func (w *wire) elsewhere(address string) string {
	if to, _ := w.dialled(address); to != address {
		return to
	}
	return ""
}

func (w *wire) tlsConfig(dialled bool) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: w.systemCAs}
	if dialled && w.dialledCAs != nil {
		config.RootCAs = w.dialledCAs
	}
	return config
}

// hostOf is a URL's host, lower case, without the default port.
func hostOf(u *url.URL) string {
	return strings.TrimSuffix(strings.ToLower(u.Host), ":443")
}

// newTransport is net/http's part: connections, TLS, HTTP/2, proxies.
func (e *Endpoints) newTransport(dialled bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	t := &http.Transport{
		// A TLS configuration of our own switches HTTP/2 off unless asked for.
		ForceAttemptHTTP2:   true,
		TLSClientConfig:     e.wire.tlsConfig(dialled),
		TLSHandshakeTimeout: 30 * time.Second,
		MaxIdleConnsPerHost: 10,
		IdleConnTimeout:     90 * time.Second,
		// A connection that died while the laptop slept is noticed early.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second},
	}
	if !dialled {
		t.Proxy, t.OnProxyConnectResponse = proxyFromEnvironment(), proxyAnswered
		t.DialContext = dialer.DialContext
		return t
	}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		to, _ := e.wire.dialled(address)
		return dialer.DialContext(ctx, network, to)
	}
	return t
}

// DialSMTP opens a plain connection to the submission host, never through a
// proxy. It is one attempt of at most Timeouts.Request; its error is a
// *microsoft.Error, or ctx's. STARTTLS is the caller's, with SMTPTLS.
func (e *Endpoints) DialSMTP(ctx context.Context) (net.Conn, error) {
	to, _ := e.wire.dialled(e.smtpAddress())
	dialer := net.Dialer{Timeout: e.Timeouts.Request}
	conn, err := dialer.DialContext(ctx, "tcp", to)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, &microsoft.Error{Service: microsoft.SMTP, Operation: "connect", Object: e.smtpAddress(), Err: err}
	}
	return conn, nil
}

// SMTPTLS verifies the submission host as Client verifies the others: TLS
// 1.2 or newer, the host's name, the authorities of this cloud. Each call
// gives a configuration of its own.
func (e *Endpoints) SMTPTLS() *tls.Config {
	_, dialled := e.wire.dialled(e.smtpAddress())
	config := e.wire.tlsConfig(dialled)
	config.ServerName = e.SMTPHost
	return config
}

// Elsewhere is a client for a host that is none of Microsoft's: the system's
// authorities and --ca-file, the proxy of the environment, one attempt of at
// most Timeouts.Request. It follows no redirect, and no trace has it.
func (e *Endpoints) Elsewhere() *http.Client {
	return &http.Client{Transport: introduced{e.newTransport(false)}, Timeout: e.Timeouts.Request,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// introduced says in each request who asks.
type introduced struct{ *http.Transport }

// RoundTrip sends a request once.
func (i introduced) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", "wxmail/"+Version)
	return i.Transport.RoundTrip(req)
}
