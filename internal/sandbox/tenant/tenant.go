package tenant

import (
	"sync"
	"time"
)

// Tenant is everything the sandbox knows. Lock before touching it.
type Tenant struct {
	sync.Mutex
	Clock    *Clock
	Settings Settings
	IDs      *IDs

	Organization           Organization
	Users                  *Set[User]
	DeletedUsers           []DeletedUser // the oldest first; those whose 30 days are over too
	Applications           *Set[Application]
	DeletedItems           *Set[Application]
	ReservedNames          map[string]time.Time // of purged applications, in lower case: until when
	ServicePrincipals      *Set[ServicePrincipal]
	AppRoleAssignments     *Set[AppRoleAssignment]
	OAuth2PermissionGrants *Set[OAuth2PermissionGrant]
	Policies               Policies

	Mailboxes          *Set[Mailbox]   // by ExchangeGuid
	Recipients         *Set[Recipient] // by Identity
	TransportConfig    TransportConfig
	OrganizationConfig OrganizationConfig
	OutboundPolicies   *Set[OutboundPolicy] // by Name
	OutboundRules      *Set[OutboundRule]   // by Name
	RemoteDomains      *Set[RemoteDomain]   // by Identity
	TransportRules     *Set[TransportRule]  // by Name
	InboxRules         *Set[InboxRule]      // by Identity
	Messages           []Message

	Webex Webex

	issued []Issued
	writes int // to all sets, ever
	marks  map[string]mark
}

// Issued is a secret the sandbox gave out, for tests that search for leaks.
type Issued struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// New is a tenant with nothing in it; package scenario fills it.
func New(clock *Clock, seed int64) *Tenant {
	t := &Tenant{Clock: clock}
	t.Reset(seed)
	return t
}

// Reset empties the tenant and starts the seed's ids again. The caller holds
// the lock; the clock is the caller's too.
func (t *Tenant) Reset(seed int64) {
	t.IDs = NewIDs(seed)
	t.Settings, t.Organization, t.Policies = Settings{}, Organization{}, Policies{}
	t.TransportConfig, t.OrganizationConfig = TransportConfig{}, OrganizationConfig{}
	t.Users, t.DeletedUsers = newSet[User](t), []DeletedUser{}
	t.Applications = newSet[Application](t)
	t.DeletedItems = newSet[Application](t)
	t.ReservedNames = map[string]time.Time{}
	t.ServicePrincipals = newSet[ServicePrincipal](t)
	t.AppRoleAssignments = newSet[AppRoleAssignment](t)
	t.OAuth2PermissionGrants = newSet[OAuth2PermissionGrant](t)
	t.Mailboxes = newSet[Mailbox](t)
	t.Recipients = newSet[Recipient](t)
	t.OutboundPolicies = newSet[OutboundPolicy](t)
	t.OutboundRules = newSet[OutboundRule](t)
	t.RemoteDomains = newSet[RemoteDomain](t)
	t.TransportRules = newSet[TransportRule](t)
	t.InboxRules = newSet[InboxRule](t)
	t.Messages = []Message{}
	t.Webex = Webex{Drafts: []Draft{}, Assets: []Asset{}, Inbox: []InboxMessage{}}
	t.issued, t.writes, t.marks = nil, 0, map[string]mark{}
}

// Issue records a secret given out and returns it.
func (t *Tenant) Issue(kind, value string) string {
	t.issued = append(t.issued, Issued{kind, value})
	return value
}

// Secrets is every secret issued, in order.
func (t *Tenant) Secrets() []Issued { return append([]Issued{}, t.issued...) }
