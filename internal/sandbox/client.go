package sandbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
)

// client is an HTTP client inside the sandbox: every host that is not this
// machine is the sandbox.
func client(https string, trust *x509.CertPool, agent string) *http.Client {
	dialer := &net.Dialer{}
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if !isLoopback(address) {
				address = https
			}
			return dialer.DialContext(ctx, network, address)
		},
	}
	if agent == "" {
		return &http.Client{Transport: transport}
	}
	return &http.Client{Transport: tagged{transport, agent}}
}

// isLoopback says whether host:port, or a host alone, is this machine.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// tagged names the sender of requests that name none.
type tagged struct {
	next  http.RoundTripper
	agent string
}

func (t tagged) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("User-Agent") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", t.agent)
	}
	return t.next.RoundTrip(r)
}

func (t tagged) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}
