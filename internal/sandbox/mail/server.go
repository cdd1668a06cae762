// Package mail is the sandbox's Exchange Online transport: SMTP submission
// with XOAUTH2 at smtp.office365.com, and the routing of messages through
// mailboxes, automatic forwarding and everything that may stop it.
//
// Every leg of a message is a row in the tenant's Messages with its outcome.
package mail

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	netmail "net/mail"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"wxmail/internal/sandbox/tenant"
)

// maxMessageBytes is the SIZE that smtp.office365.com announces.
const maxMessageBytes = 157286400

// ErrClosed is what Serve returns on a server that was closed before.
var ErrClosed = errors.New("mail: server closed")

// Inbound is a message that reached a Webex Connect forwarding address.
type Inbound struct {
	From              string // the From header: forwarding leaves it alone
	To                string // the To header: the mailbox that was written to
	Subject           string
	Text              string
	MessageID         string // in angle brackets
	ForwardingAddress string
}

// Server is the transport of one tenant. It may be used from many goroutines.
type Server struct {
	tenant  *tenant.Tenant
	verify  tenant.Verify
	closing chan struct{}

	mu      sync.Mutex
	deliver func(Inbound) error
	servers []*smtp.Server
	closed  bool
}

// New is the transport of t; verify checks the access tokens of XOAUTH2.
func New(t *tenant.Tenant, verify tenant.Verify) *Server {
	return &Server{tenant: t, verify: verify, closing: make(chan struct{})}
}

// SetDeliver names who takes mail for Webex Connect. An error of deliver is
// the reason why the message was dropped there. Without it such mail counts
// as delivered.
func (s *Server) SetDeliver(deliver func(Inbound) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deliver = deliver
}

// Send routes a message from outside and returns its legs, in order, when
// routing has ended. From and to are bare addresses.
func (s *Server) Send(from, to, subject, text string) ([]tenant.Message, error) {
	for _, address := range []string{from, to} {
		if parsed, err := netmail.ParseAddress(address); err != nil || parsed.Address != address {
			return nil, fmt.Errorf("%q is not a bare address", address)
		}
	}
	return s.route(letter{
		id: newMessageID(domainOf(from)), from: from, returnPath: from,
		headerTo: to, to: to, subject: subject, text: text,
	}), nil
}

// Serve accepts SMTP connections on l until Close, offering STARTTLS with
// tlsConfig. It returns nil after Close, else what ended the listener.
func (s *Server) Serve(l net.Listener, tlsConfig *tls.Config, observe Observer) error {
	server := smtp.NewServer(smtp.BackendFunc(s.newSession))
	server.Domain = "sandbox.outlook.office365.com Microsoft"
	server.TLSConfig = tlsConfig
	server.MaxMessageBytes = maxMessageBytes
	server.EnableSMTPUTF8, server.EnableBINARYMIME, server.EnableDSN = true, true, true
	server.ReadTimeout = 10 * time.Minute
	server.MaxLineLength = 64 * 1024 // an access token is sent on one line
	server.ErrorLog = log.New(io.Discard, "", 0)

	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return ErrClosed
	}
	s.servers = append(s.servers, server)
	s.mu.Unlock()
	return server.Serve(watched{l, observe})
}

// Close ends the listeners and every connection. It may be repeated.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	close(s.closing)
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}

// stall waits, and tells whether it was to the end and not to Close.
func (s *Server) stall(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.closing:
		return false
	}
}
