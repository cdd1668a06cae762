//go:build foreign

package foreign

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// exchange is a request to Microsoft Graph and its answer. A part of a $batch
// is one, too.
type exchange struct {
	wxmail         bool // wxmail sent it, not somebody else
	method, path   string
	query          string
	status         int
	request, reply []byte // JSON, empty for none
}

// recorder stands between programs and the sandbox, and keeps what goes to and
// fro with Graph.
type recorder struct {
	t         *testing.T
	mu        sync.Mutex
	exchanges []exchange
}

const graphHost = "graph.microsoft.com"

// record puts a recorder between a world and its sandbox: from here on all
// https of its programs goes through it. SMTP goes straight to the sandbox.
func (w *world) record() *recorder {
	w.t.Helper()
	r := &recorder{t: w.t}
	sandbox := w.dial()["*:443"]
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(w.read(w.ca()))
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.Out.URL.Scheme, p.Out.URL.Host = "https", p.In.Host },
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: trust},
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, sandbox)
			},
		},
		ErrorLog: log.New(io.Discard, "", 0), // a client that went away
	}
	server := httptest.NewUnstartedServer(r.through(proxy))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{w.certify(graphHost, "login.microsoftonline.com",
		"outlook.office365.com", "contoso.us.webexconnect.io")}}
	server.StartTLS()
	w.t.Cleanup(server.Close)
	dial := w.dial()
	dial["*:443"] = server.Listener.Addr().String()
	w.Endpoints(map[string]any{"dial": dial})
	return r
}

// certify makes a certificate for hosts, and adds it to what the world trusts.
func (w *world) certify(hosts ...string) tls.Certificate {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: hosts, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		w.t.Fatal(err)
	}
	both := append(w.read(w.ca()), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	if err := os.WriteFile(w.ca(), both, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (w *world) read(path string) []byte {
	w.t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return raw
}

// through hands every request on, and keeps those to Graph.
func (r *recorder) through(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Host != graphHost {
			next.ServeHTTP(w, req)
			return
		}
		sent, err := io.ReadAll(req.Body)
		if err != nil {
			r.t.Error(err)
		}
		req.Body = io.NopCloser(bytes.NewReader(sent))
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, req)
		r.keep(exchange{
			wxmail: strings.HasPrefix(req.UserAgent(), "wxmail"), method: req.Method,
			path: strings.TrimPrefix(req.URL.Path, "/v1.0/"), query: req.URL.RawQuery,
			status: answer.Code, request: sent, reply: answer.Body.Bytes(),
		})
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()) // the client may have gone away
	})
}

func (r *recorder) keep(e exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.path == "$batch" && e.status == http.StatusOK {
		r.exchanges = append(r.exchanges, parts(r.t, e)...)
		return
	}
	r.exchanges = append(r.exchanges, e)
}

// parts are the requests of a batch, each with its own answer.
func parts(t *testing.T, batch exchange) (all []exchange) {
	var asked struct {
		Requests []struct {
			ID, Method, URL string
			Body            json.RawMessage
		}
	}
	var answered struct {
		Responses []struct {
			ID     string
			Status int
			Body   json.RawMessage
		}
	}
	if json.Unmarshal(batch.request, &asked) != nil || json.Unmarshal(batch.reply, &answered) != nil {
		t.Errorf("a batch that is none: %s", batch.request)
	}
	for _, a := range answered.Responses {
		for _, q := range asked.Requests {
			if q.ID == a.ID {
				path, query, _ := strings.Cut(strings.TrimPrefix(q.URL, "/"), "?")
				all = append(all, exchange{batch.wxmail, q.Method, path, query, a.Status, q.Body, a.Body})
			}
		}
	}
	return all
}
