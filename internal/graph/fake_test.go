package graph_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"wxmail/internal/cloud"
	"wxmail/internal/graph"
)

const (
	host        = "graph.microsoft.com"
	appID       = "11111111-1111-4111-8111-111111111111"
	objectID    = "22222222-2222-4222-8222-222222222222"
	principalID = "33333333-3333-4333-8333-333333333333"
	exchangeID  = "44444444-4444-4444-8444-444444444444"
	graphID     = "55555555-5555-4555-8555-555555555555"
	roleID      = "b633e1c5-b582-4048-a93e-9f11b44c7e96"
	scopeID     = "76faac2a-0f20-42f1-928a-50de5b9dbe52"
	keyID       = "66666666-6666-4666-8666-666666666666"
	canary      = "canary-secret"
)

// answer is what the fake says to one request or one item of a batch.
type answer struct {
	status  int
	body    string
	headers map[string]string
}

func ok(body string) answer { return answer{status: http.StatusOK, body: body} }

func refused(status int, code, message string) answer {
	return answer{status: status, body: fmt.Sprintf(
		`{"error":{"code":%q,"message":%q,"innerError":{"request-id":"rid"}}}`, code, message)}
}

var notFound = refused(404, "Request_ResourceNotFound",
	"Resource 'x' does not exist or one of its queried reference-property objects are not present.")

// request is what reached the fake.
type request struct {
	Method, Path, Body string
	Header             http.Header
}

// fake is a Graph that says what a test wants. Keys of says are "METHOD path"
// as the URL has it below /v1.0; items of batches have "GET path" without the
// query. A list is used up from its front, its last answer stays.
type fake struct {
	t    *testing.T
	says map[string][]answer

	mu       sync.Mutex
	requests []request
}

func (f *fake) next(key string) answer {
	list := f.says[key]
	if len(list) == 0 {
		return refused(400, "BadRequest", "the test has no answer to "+key)
	}
	if len(list) > 1 {
		f.says[key] = list[1:]
	}
	return list[0]
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	path := r.URL.EscapedPath()[len("/v1.0"):]
	f.requests = append(f.requests, request{r.Method, path, string(body), r.Header})
	key := r.Method + " " + path
	a := answer{}
	if path == "/$batch" && f.says[key] == nil {
		a = f.batch(body)
	} else {
		a = f.next(key)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("request-id", "rid")
	for name, value := range a.headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

// batch answers in reverse order, which Graph may do.
func (f *fake) batch(body []byte) answer {
	var in struct {
		Requests []struct{ ID, Method, URL string }
	}
	if err := json.Unmarshal(body, &in); err != nil {
		f.t.Errorf("batch: %v", err)
	}
	out := []any{}
	for i := len(in.Requests) - 1; i >= 0; i-- {
		r := in.Requests[i]
		a := f.next(r.Method + " " + withoutQuery(r.URL))
		if a.status == 0 {
			continue
		}
		item := map[string]any{"id": r.ID, "status": a.status, "headers": a.headers}
		if a.body != "" {
			item["body"] = json.RawMessage(a.body)
		}
		out = append(out, item)
	}
	text, err := json.Marshal(map[string]any{"responses": out})
	if err != nil {
		f.t.Errorf("batch: %v", err)
	}
	return ok(string(text))
}

func withoutQuery(url string) string {
	path, _, _ := strings.Cut(url, "?")
	return path
}

// paths are the requests that came, as "METHOD path".
func (f *fake) paths() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var result []string
	for _, r := range f.requests {
		result = append(result, r.Method+" "+r.Path)
	}
	return result
}

func (f *fake) last() request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests[len(f.requests)-1]
}

// open is a Directory whose Graph is f, reached through the product's
// own transport.
func open(t *testing.T, f *fake) *graph.Directory {
	t.Helper()
	return openAs(t, f, credential{})
}

func openAs(t *testing.T, f *fake, cred azcore.TokenCredential) *graph.Directory {
	t.Helper()
	f.t = t
	dir := t.TempDir()
	server := httptest.NewUnstartedServer(f)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(t, filepath.Join(dir, "ca.pem"))}}
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	file := filepath.Join(dir, "cloud.json")
	text := fmt.Sprintf(`{"name":"fake","base":"public","dial":{"*:443":%q},"caFile":"ca.pem",
		"retry":{"base":"1ms","max":"1s"},"pollInterval":"1ms"}`, server.Listener.Addr().String())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := cloud.Load(file, "")
	if err != nil {
		t.Fatal(err)
	}
	d, err := graph.New(e, cred)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// certificate makes one for Graph's name, its own CA, which goes to file.
func certificate(t *testing.T, file string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// credential gives tokens that tell what they were asked for.
type credential struct{ err error }

func (c credential) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token := "token " + options.Scopes[0] + options.Claims
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, c.err
}

// always says the same to the same request.
func always(answers map[string]answer) map[string][]answer {
	says := map[string][]answer{}
	for key, a := range answers {
		says[key] = []answer{a}
	}
	return says
}
