package cloud

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"wxmail/internal/microsoft"
)

// ProxyRefused says that a proxy would not make a way to a host: it answered
// CONNECT with another status than 200. 407 means that it wants a name and a
// password: https://www.rfc-editor.org/rfc/rfc9110#name-connect.
type ProxyRefused struct {
	Proxy  string // its host:port
	Host   string // host:port that it was asked for
	Status int
	Said   string // the proxy's status line, one line
}

// Error names the proxy and what it said.
func (p *ProxyRefused) Error() string {
	return fmt.Sprintf("the proxy %s refused: %s", p.Proxy, p.Said)
}

// Fact gives the code of the advice, the host, and the proxy with what it said.
func (p *ProxyRefused) Fact() (code, object, detail string) {
	return "WX-NET-PROXY", p.Host, p.Proxy + " (" + p.Said + ")"
}

// proxyAnswered types a proxy's refusal: of itself net/http keeps only the
// words after the number, in an error of no type.
func proxyAnswered(_ context.Context, proxy *url.URL, asked *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyRefused{Proxy: proxyAddress(proxy), Host: asked.Host, Status: answer.StatusCode, Said: microsoft.OneLine(answer.Status)}
}

// proxyFromEnvironment reads HTTPS_PROXY and NO_PROXY now; net/http's own
// function remembers the first reading of the process.
func proxyFromEnvironment() func(*http.Request) (*url.URL, error) {
	proxy := httpproxy.FromEnvironment().ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
}

// proxyAddress is a proxy's host:port as net/http dials it. The name and
// password that a proxy's URL may hold are not in it.
func proxyAddress(proxy *url.URL) string {
	if proxy.Port() != "" {
		return proxy.Host
	}
	ports := map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}
	return net.JoinHostPort(proxy.Hostname(), ports[proxy.Scheme])
}

// ProxyInvalid is a variable of the environment that holds no proxy's address.
// What it holds may be a password, and is not in the error.
type ProxyInvalid struct{ Variable string }

// Error names the variable.
func (p *ProxyInvalid) Error() string { return p.Variable + " holds no address of a proxy" }

// Fact gives the code of the advice and the variable.
func (p *ProxyInvalid) Fact() (code, object, detail string) { return "WX-PROXY", p.Variable, "" }

// checkProxies refuses what httpproxy would leave out without a word, so that
// the direct way would be tried, or would read otherwise than it was meant.
func checkProxies() error {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
		if value := os.Getenv(name); value != "" && !isProxy(value) {
			return &ProxyInvalid{name}
		}
	}
	return nil
}

func isProxy(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if u.Port() != "" && (err != nil || port == 0) || strings.HasSuffix(u.Host, ":") {
		return false
	}
	return slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}
