// Package webex is the sandbox's Webex Connect tenant, as far as e-mail
// assets go: the page of a new asset, Save, Generate Token by the real
// authorization code flow, what the agent receives, and the agent's answer
// over SMTP with the asset's own token.
package webex

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"

	"wxmail/internal/sandbox/tenant"
)

// Options are the ways out of Webex Connect.
type Options struct {
	HTTP     *http.Client                                              // to the token endpoint
	DialSMTP func(context.Context) (net.Conn, error)                   // to the asset's SMTP server
	TLS      *tls.Config                                               // trust for STARTTLS
	Browse   func(ctx context.Context, url, as string) (string, error) // the pop-up of Generate Token; returns where it ended
}

// Server is one Webex Connect tenant. It may be used from many goroutines.
type Server struct {
	tenant *tenant.Tenant
	Options

	mu      sync.Mutex
	pending map[string]*signIn // by state
}

// New is the Webex Connect tenant of t.
func New(t *tenant.Tenant, opts Options) *Server {
	return &Server{tenant: t, Options: opts, pending: map[string]*signIn{}}
}

// Reset forgets the sign-ins under way.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = map[string]*signIn{}
}

// callbackURL is the Call Back URL of every asset of this tenant.
const callbackURL = "https://contoso.us.webexconnect.io/callback"

// NewDraft opens the page of a new asset, with its forwarding address.
func (s *Server) NewDraft() tenant.Draft {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	d := tenant.Draft{
		ID:                s.tenant.IDs.New(),
		ForwardingAddress: strings.ReplaceAll(s.tenant.IDs.New(), "-", "") + "@mail-us.imiconnect.io",
		CallbackURL:       callbackURL,
	}
	s.tenant.Webex.Drafts = append(s.tenant.Webex.Drafts, d)
	return d
}

// Inbox is what agents received, in order.
func (s *Server) Inbox() []tenant.InboxMessage {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	return append([]tenant.InboxMessage{}, s.tenant.Webex.Inbox...)
}

// asset is a copy of a saved asset.
func (s *Server) asset(match func(tenant.Asset) bool) (tenant.Asset, bool) {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	for _, a := range s.tenant.Webex.Assets {
		if match(a) {
			return a, true
		}
	}
	return tenant.Asset{}, false
}

func (s *Server) assetByID(id string) (tenant.Asset, error) {
	a, ok := s.asset(func(a tenant.Asset) bool { return a.ID == id })
	if !ok {
		return a, fmt.Errorf("no asset %q", id)
	}
	return a, nil
}

// update changes a saved asset; one that is gone stays gone.
func (s *Server) update(id string, change func(*tenant.Asset)) {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	for i := range s.tenant.Webex.Assets {
		if s.tenant.Webex.Assets[i].ID == id {
			change(&s.tenant.Webex.Assets[i])
		}
	}
}

// field is a field of a saved asset; empty if it was left empty.
func field(a tenant.Asset, label string) string {
	if value := a.Fields[label]; value != nil {
		return *value
	}
	return ""
}
