package directory

import (
	"slices"
	"time"

	"wxmail/internal/secret"
)

// Application ids of the resources whose permissions wxmail deals in. They
// are the same in every tenant of every cloud.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
const (
	ExchangeAppID       = "00000002-0000-0ff1-ce00-000000000000"
	MicrosoftGraphAppID = "00000003-0000-0000-c000-000000000000"
)

// Kinds of Access.
const (
	Role  = "Role"  // an application permission
	Scope = "Scope" // a delegated permission
)

// AllPrincipals is the ConsentType of a tenant-wide grant; "Principal" is one
// user's.
const AllPrincipals = "AllPrincipals"

// Organization is the tenant.
type Organization struct {
	ID, DisplayName string
	Domains         []Domain // verified ones only
}

// Domain is a verified domain of the tenant.
type Domain struct {
	Name             string
	Default, Initial bool
}

// Application is an app registration.
// https://learn.microsoft.com/graph/api/resources/application
type Application struct {
	ObjectID, AppID      string
	UniqueName           string // "" where nobody gave one
	DisplayName          string
	SignInAudience       string
	Notes                string
	Tags                 []string
	RedirectURIs         []string // platform Web
	SPARedirects         []string
	PublicRedirects      []string // mobile and desktop
	ImplicitAccessTokens bool
	Required             []RequiredResource
	Secrets              []SecretInfo
	Created              time.Time
}

// Candidate is an application that somebody made and that the operator may
// adopt.
type Candidate struct {
	Application
	Owners      []string // user principal names, or names
	OwnersKnown bool     // false: they could not be read, or were not
}

// RequiredResource is what an application declares to need of one resource.
type RequiredResource struct {
	ResourceAppID string
	Access        []Access
}

// Access is one declared permission: the id of a role or scope, and which.
type Access struct{ ID, Type string }

// SecretInfo is a client secret as the directory shows it: never its value.
type SecretInfo struct {
	KeyID, Label string
	Hint         string // its first three characters
	Start, End   time.Time
}

// Password is a new client secret, the only time its value is told.
type Password struct {
	KeyID, Label string
	Secret       secret.Value
	End          time.Time
}

// ServicePrincipal is our application's presence in the tenant.
// https://learn.microsoft.com/graph/api/resources/serviceprincipal
type ServicePrincipal struct {
	ID, AppID, DisplayName string
	Notes                  string
	Tags                   []string
	Disabled               bool // nobody may sign in to it
	AssignmentRequired     bool // users must be assigned, and only an admin can consent
}

// Resource is a service principal that has permissions to give.
type Resource struct {
	ID, AppID string
	Roles     []Permission // application permissions that applications may hold
	Scopes    []Permission // delegated permissions
}

// Permission is an enabled role or scope of a Resource.
type Permission struct{ ID, Value string }

// Role is the application permission of that value.
func (r *Resource) Role(value string) (Permission, bool) { return find(r.Roles, value) }

// Scope is the delegated permission of that value.
func (r *Resource) Scope(value string) (Permission, bool) { return find(r.Scopes, value) }

func find(permissions []Permission, value string) (Permission, bool) {
	i := slices.IndexFunc(permissions, func(p Permission) bool { return p.Value == value })
	if i < 0 {
		return Permission{}, false
	}
	return permissions[i], true
}

// Assignment is an application permission that our application holds.
type Assignment struct{ ID, RoleID, ResourceID string }

// Grant is a set of delegated permissions that our application holds.
type Grant struct {
	ID, ConsentType string
	PrincipalID     string // the one user, "" for AllPrincipals
	ResourceID      string
	Scopes          []string
}
