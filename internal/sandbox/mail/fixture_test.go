package mail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/emersion/go-smtp"

	"wxmail/internal/sandbox/tenant"
)

const (
	support  = "support@contoso.example"
	sales    = "sales@contoso.example"
	help     = "help@contoso.example"
	customer = "customer@fabrikam.example"
	agent    = "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io"
)

// newTenant has two people with mailboxes, a shared mailbox and a group, and
// forwards nothing.
func newTenant() *tenant.Tenant {
	t := tenant.New(&tenant.Clock{}, 1)
	t.Organization = tenant.Organization{ID: "contoso", VerifiedDomains: []tenant.VerifiedDomain{
		{Name: "contoso.example", IsDefault: true}, {Name: "contoso.onmicrosoft.com", IsInitial: true},
	}}
	addPerson(t, support, "UserMailbox")
	addPerson(t, sales, "UserMailbox")
	addPerson(t, help, "SharedMailbox")
	t.Recipients.Put("team", tenant.Recipient{Identity: "team", Name: "team", PrimarySMTPAddress: "team@contoso.example"})
	t.RemoteDomains.Put("Default", tenant.RemoteDomain{Identity: "Default", DomainName: "*", AutoForwardEnabled: true})
	t.OutboundPolicies.Put("Default", tenant.OutboundPolicy{Name: "Default", IsDefault: true, AutoForwardingMode: "Automatic"})
	return t
}

func addPerson(t *tenant.Tenant, address, kind string) {
	t.Users.Put(address, tenant.User{
		ID: address, UserPrincipalName: address, AccountEnabled: kind == "UserMailbox",
		AssignedPlans: []tenant.AssignedPlan{{Service: "exchange", ServicePlanID: "plan", CapabilityStatus: "Enabled"}},
	})
	t.Mailboxes.Put(address, tenant.Mailbox{
		Identity: address, PrimarySMTPAddress: address, UserPrincipalName: address, RecipientTypeDetails: kind,
		ExternalDirectoryObjectID: address, ExchangeGUID: address,
		EmailAddresses: []string{"SMTP:" + address, "smtp:alias-" + address},
	})
}

func setMailbox(t *tenant.Tenant, address string, change func(*tenant.Mailbox)) {
	m, _ := t.Mailboxes.Latest(address)
	change(&m)
	t.Mailboxes.Put(address, m)
}

// tokenOf is a token for SMTP of a person; its raw form is the address.
func tokenOf(address string) tenant.Token {
	return tenant.Token{
		Audience: "https://outlook.office.com", TenantID: "contoso",
		ObjectID: address, UPN: address, Scopes: []string{"SMTP.Send"},
	}
}

// verifyNames accepts an address as its owner's token.
func verifyNames(raw string) (tenant.Token, error) {
	if domainOf(raw) == "" {
		return tenant.Token{}, errors.New("invalid token")
	}
	return tokenOf(raw), nil
}

// start serves on loopback until the test ends, and dials.
func start(t *testing.T, s *Server, observe Observer) (dial func() net.Conn, trust *tls.Config) {
	t.Helper()
	donor := httptest.NewTLSServer(nil) // its certificate is for example.com
	t.Cleanup(donor.Close)
	roots := x509.NewCertPool()
	roots.AddCert(donor.Certificate())

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- s.Serve(l, &tls.Config{Certificates: donor.TLS.Certificates}, observe)
	}()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	dial = func() net.Conn {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	return dial, &tls.Config{RootCAs: roots, ServerName: "example.com"}
}

// secured is a client after STARTTLS and EHLO.
func secured(t *testing.T, conn net.Conn, trust *tls.Config) *smtp.Client {
	t.Helper()
	client, err := smtp.NewClientStartTLS(conn, trust)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Hello("client.example"); err != nil {
		t.Fatal(err)
	}
	return client
}

// speaker is a SASL client that says what it is told to.
type speaker struct {
	mechanism string
	first     []byte
	then      []string
}

func (c *speaker) Start() (string, []byte, error) { return c.mechanism, c.first, nil }

func (c *speaker) Next([]byte) ([]byte, error) {
	if len(c.then) == 0 {
		return nil, errors.New("nothing left to say")
	}
	answer := c.then[0]
	c.then = c.then[1:]
	return []byte(answer), nil
}

func bearer(user, token string) *speaker {
	return &speaker{mechanism: "XOAUTH2", first: []byte("user=" + user + "\x01auth=Bearer " + token + "\x01\x01")}
}
