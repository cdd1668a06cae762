package exchange

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
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"wxmail/internal/cloud"
)

const (
	tenantID = "11111111-2222-3333-4444-555555555555"
	token    = "canary-token"
)

// seen is one request as the fake received it.
type seen struct {
	method, path, query string
	header              http.Header
	cmdlet              string
	params              map[string]any
}

// fake answers cmdlets by name; what has no answer is refused.
type fake struct {
	mu       sync.Mutex
	requests []seen
	answers  map[string]http.HandlerFunc
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var input struct {
		CmdletInput struct {
			CmdletName string
			Parameters map[string]any
		}
	}
	_ = json.Unmarshal(body, &input)
	request := seen{r.Method, r.URL.Path, r.URL.Query().Get("$select"), r.Header, input.CmdletInput.CmdletName, input.CmdletInput.Parameters}
	f.mu.Lock()
	f.requests = append(f.requests, request)
	answer := f.answers[request.cmdlet]
	f.mu.Unlock()
	if answer == nil {
		answer = status(http.StatusForbidden, "\x00\x00\x00")
	}
	answer(w, r)
}

// sent are the cmdlets that arrived, with how often.
func (f *fake) sent() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	count := map[string]int{}
	for _, r := range f.requests {
		count[r.cmdlet]++
	}
	return count
}

func (f *fake) last() seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests[len(f.requests)-1]
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("request-id", "req-1")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// value answers with records as Exchange sends them.
func value(records string) http.HandlerFunc {
	return status(http.StatusOK, `{"@adminapi.warnings@odata.type":"#Collection(String)","@adminapi.warnings":[],"value":[`+records+`]}`)
}

// refused answers as Exchange refuses, with a .NET type and a text.
func refused(code int, kind, text string) http.HandlerFunc {
	body, _ := json.Marshal(map[string]any{"error": map[string]any{
		"code": "BadRequest", "message": "Error executing request. Invalid Operation",
		"details": []any{map[string]string{"code": "Context", "target": "", "message": "Ex6F9304|" + kind + "|" + text}},
		"innererror": map[string]any{
			"message": "Error executing request. Invalid Operation", "type": "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
			"internalexception": map[string]string{"message": text, "type": kind},
		},
	}})
	return status(code, string(body))
}

func notFound() http.HandlerFunc {
	return refused(http.StatusNotFound, "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
		"The operation couldn't be performed because object 'x' couldn't be found on 'y'.")
}

type fixedToken struct{}

func (fixedToken) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 || o.Scopes[0] != "https://outlook.office365.com/.default" {
		return azcore.AccessToken{}, fmt.Errorf("scopes %v", o.Scopes)
	}
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// start serves a fake Exchange at its real host name.
func start(t *testing.T, answers map[string]http.HandlerFunc) (*Admin, *fake) {
	t.Helper()
	f := &fake{answers: answers}
	server := httptest.NewUnstartedServer(f)
	certificate := selfSigned(t, "outlook.office365.com")
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)

	dir := t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	write(t, filepath.Join(dir, "ca.pem"), string(ca))
	file := filepath.Join(dir, "cloud.json")
	write(t, file, fmt.Sprintf(`{"name":"fake","base":"public","dial":{"*:443":%q},"caFile":"ca.pem","retry":{"base":"1ms","max":"5ms"}}`,
		server.Listener.Addr().String()))
	e, err := cloud.Load(file, "")
	if err != nil {
		t.Fatal(err)
	}
	return New(e, fixedToken{}, tenantID), f
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// selfSigned is a certificate that is its own authority.
func selfSigned(t *testing.T, host string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
