// Package cloudtest is a Microsoft cloud on loopback, for tests only: a
// handler behind TLS that answers to Microsoft's own host names, reached as
// the product reaches any cloud, by an endpoints file.
package cloudtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wxmail/internal/cloud"
)

// Hosts of the public cloud, as a handler finds them in Request.Host.
const (
	Login    = "login.microsoftonline.com"
	Graph    = "graph.microsoft.com"
	Exchange = "outlook.office365.com"
	SMTP     = "smtp.office365.com"
)

// Serve starts the handler and gives the cloud that reaches it. Pauses are
// short; keys of the endpoints file may be overridden.
func Serve(t testing.TB, handler http.Handler, override map[string]any) *cloud.Endpoints {
	t.Helper()
	e, err := cloud.Load(Start(t, handler, override), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Client().CloseIdleConnections)
	return e
}

// Start starts the handler and gives the path of the endpoints file.
func Start(t testing.TB, handler http.Handler, override map[string]any) string {
	t.Helper()
	certificate, authority := Certificate(t, Login, Graph, Exchange, SMTP)
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	file := map[string]any{
		"name": "test", "base": "public", "caFile": "ca.pem",
		"dial":         map[string]string{"*:443": server.Listener.Addr().String()},
		"retry":        map[string]string{"base": "1ms", "max": "1s"},
		"pollInterval": "1ms",
	}
	maps.Copy(file, override)
	return write(t, file, authority)
}

func write(t testing.TB, file map[string]any, authority []byte) string {
	t.Helper()
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "cloud.json")
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), authority, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Certificate makes an authority and a certificate of it for some hosts.
func Certificate(t testing.TB, hosts ...string) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "wxmail test"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		DNSNames:              hosts,
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, authority
}
