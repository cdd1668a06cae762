package submit

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"wxmail/internal/cloud"
)

// server is a submission server that refuses where it is told to.
type server struct {
	authError, mailError, rcptError, dataError error
	mechanisms                                 []string

	mu         sync.Mutex
	hellos     []string
	identity   string // the decoded XOAUTH2 message
	from, to   string
	content    string
	loggedOut  chan struct{}
	startedTLS bool
}

type serverSession struct {
	*server
	conn  *smtp.Conn
	asked bool // for the response, on a line of its own
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hellos = append(s.hellos, c.Hostname())
	_, s.startedTLS = c.TLSConnectionState()
	return &serverSession{server: s, conn: c}, nil
}

func (s *serverSession) AuthMechanisms() []string { return s.mechanisms }

func (s *serverSession) Auth(string) (sasl.Server, error) { return s, nil }

// Next is the server's side of XOAUTH2 in two steps. Like Dovecot it refuses a
// token on the line of the command, which is longer than such a line may be.
func (s *serverSession) Next(response []byte) ([]byte, bool, error) {
	if response == nil {
		s.asked = true
		return nil, false, nil
	}
	if !s.asked {
		return nil, false, refusal(500, smtp.EnhancedCode{5, 5, 2}, "Line too long")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identity = string(response)
	return nil, true, s.authError
}

func (s *serverSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return s.mailError
}

func (s *serverSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.rcptError
}

func (s *serverSession) Data(r io.Reader) error {
	content, _ := io.ReadAll(r)
	s.content = string(content)
	return s.dataError
}

func (s *serverSession) Reset() {}
func (s *serverSession) Logout() error {
	select {
	case s.loggedOut <- struct{}{}:
	default:
	}
	return nil
}

// serve starts it with a certificate for host and gives the cloud that
// dials it, trusting that certificate only.
func (s *server) serve(t *testing.T, host string) *cloud.Endpoints {
	t.Helper()
	if s.mechanisms == nil {
		s.mechanisms = []string{"LOGIN", "XOAUTH2"}
	}
	s.loggedOut = make(chan struct{}, 8)
	certificate := selfSigned(t, host)
	listener := listen(t)
	library := smtp.NewServer(s)
	library.Domain = host
	library.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	library.ErrorLog = quiet{}
	go func() { _ = library.Serve(listener) }()
	t.Cleanup(func() { _ = library.Close() })
	return endpoints(t, listener.Addr().String(), certificate, "5s")
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

func endpoints(t *testing.T, address string, certificate tls.Certificate, timeout string) *cloud.Endpoints {
	t.Helper()
	dir := t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	file := filepath.Join(dir, "cloud.json")
	text := fmt.Sprintf(`{"name":"test","base":"public","dial":{"smtp.office365.com:587":%q},"caFile":"ca.pem",
		"timeouts":{"request":%q}}`, address, timeout)
	for path, content := range map[string]string{filepath.Join(dir, "ca.pem"): string(ca), file: text} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e, err := cloud.Load(file, "")
	if err != nil {
		t.Fatal(err)
	}
	return e
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
