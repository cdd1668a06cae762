package directory

import (
	"slices"
	"strings"
)

// Query says what Read looks at.
type Query struct {
	Organization bool
	Resources    bool // Exchange Online and Microsoft Graph
	Policies     bool
	User         string // a user principal name or an address; "": nobody

	// Application, with its service principal and what that was granted. It
	// is found by AppID if that is set, an application that the operator
	// adopted, else by UniqueName. AppID may be its object id as well.
	Application bool
	AppID       string
	UniqueName  string
	// FormerName is the unique name that an earlier version gave: it counts
	// where UniqueName names no application. "": none.
	FormerName string

	// RedirectURI asks for Candidates where UniqueName names no application;
	// "": for none.
	RedirectURI string

	// HintAppID is the application id that an earlier run saw. It saves the
	// second request, and is believed only as far as the directory says the
	// same.
	HintAppID string
}

// Snapshot is what the directory answered. What was asked for and is nil or
// empty does not exist, unless it stands in Unreadable.
type Snapshot struct {
	Organization     *Organization
	Application      *Application
	ServicePrincipal *ServicePrincipal
	Assignments      []Assignment // of our service principal
	Grants           []Grant      // of our service principal, users' own included
	Exchange         *Resource    // nil: Exchange Online was never provisioned in the tenant
	MicrosoftGraph   *Resource
	User             *User
	ConsentPolicy    *ConsentPolicy
	SecretPolicy     *SecretPolicy
	SecurityDefaults *bool

	// Deleted is the application of Query.UniqueName among the deleted items,
	// the one created last if there are several. For 30 days it keeps the name
	// taken (IsUniqueNameTaken) and can be had back (RestoreApplication). It is
	// not looked for where Query.AppID names the application.
	Deleted *Application

	// Candidates are the applications with Query.RedirectURI on the platform
	// Web, where there is no Application. The directory's index of them lags,
	// so one that is not listed may exist all the same.
	Candidates []Candidate

	// Unreadable holds why a policy, Deleted or Candidates could not be read,
	// by the names below. The Azure CLI's client may read no policy:
	// AccessDenied.
	Unreadable map[string]error
}

// Names in Snapshot.Unreadable.
const (
	PartConsentPolicy    = "consentPolicy"
	PartSecretPolicy     = "secretPolicy"
	PartSecurityDefaults = "securityDefaults"
	PartDeleted          = "deleted"
	PartCandidates       = "candidates"
)

// User is the mailbox's account.
type User struct {
	ID, UPN       string
	Mail          string   // the primary address of the mailbox, "" without one
	Addresses     []string // all addresses of the mailbox, the primary one too
	Enabled       bool
	Type          string   // Member or Guest; "" in old tenants
	Synced        bool     // mastered in an on-premises directory
	ExchangePlans []string // service plans of Exchange that are on: names of those with a mailbox, ids of others

	// Licensed says whether a plan known to hold a mailbox is on. False is no
	// proof: there are plans that wxmail does not know, and shared mailboxes
	// need none. Exchange decides.
	Licensed bool
}

// Alias says whether an address is another name of the user than the primary
// address: the user principal name, or a further address.
func (u *User) Alias(address string) bool {
	is := func(own string) bool { return strings.EqualFold(own, address) }
	return u.Mail != "" && !is(u.Mail) && slices.ContainsFunc(append([]string{u.UPN}, u.Addresses...), is)
}
