package setup

import (
	"slices"

	"wxmail/internal/directory"
)

// The resources whose permissions the guide needs. The ids of their
// permissions are read from the tenant.
const (
	exchangeAppID = directory.ExchangeAppID
	graphAppID    = directory.MicrosoftGraphAppID
)

// permission is one that the application declares and is granted.
type permission struct {
	ResourceAppID string
	Resource      string // its name in the portal
	Value         string
	Application   bool // an application permission (app role), else delegated
}

// permissions are what the operator's answers ask for. Mail.Send is what the
// guide asks and, by all evidence, not used by the token that Webex Connect
// gets; `least` leaves it out.
func (w *Wanted) permissions() []permission {
	all := []permission{
		{exchangeAppID, "Office 365 Exchange Online", "Mail.Send", true},
		{exchangeAppID, "Office 365 Exchange Online", "SMTP.Send", false},
		{graphAppID, "Microsoft Graph", "openid", false},
		{graphAppID, "Microsoft Graph", "profile", false},
		{graphAppID, "Microsoft Graph", "offline_access", false},
	}
	if w.LeastRights {
		return all[1:]
	}
	return all
}

// resource is the tenant's own service principal of a resource, or nil.
func (o *Observed) resource(appID string) *directory.Resource {
	if o.Directory == nil {
		return nil
	}
	if appID == exchangeAppID {
		return o.Directory.Exchange
	}
	return o.Directory.MicrosoftGraph
}

// permissionID is a permission's id in this tenant, or "".
func (o *Observed) permissionID(p permission) string {
	res := o.resource(p.ResourceAppID)
	if res == nil {
		return ""
	}
	find := res.Scope
	if p.Application {
		find = res.Role
	}
	known, _ := find(p.Value)
	return known.ID
}

func (p permission) accessType() string {
	if p.Application {
		return directory.Role
	}
	return directory.Scope
}

// declare is the union of what an application declares and what is wanted.
func (r *Run) declare(declared []directory.RequiredResource) []directory.RequiredResource {
	out := slices.Clone(declared)
	for _, p := range r.Wanted.permissions() {
		id := r.Observed.permissionID(p)
		if id == "" {
			continue
		}
		out = addAccess(out, p.ResourceAppID, directory.Access{ID: id, Type: p.accessType()})
	}
	return out
}

func addAccess(declared []directory.RequiredResource, appID string, access directory.Access) []directory.RequiredResource {
	for i, res := range declared {
		if res.ResourceAppID != appID {
			continue
		}
		if !slices.Contains(res.Access, access) {
			declared[i].Access = append(slices.Clone(res.Access), access)
		}
		return declared
	}
	return append(declared, directory.RequiredResource{ResourceAppID: appID, Access: []directory.Access{access}})
}

func (r *Run) declaresAll(declared []directory.RequiredResource) bool {
	return sameStrings(flatten(declared), flatten(r.declare(declared)))
}

// permissionNames are declared permissions as a person knows them.
func (r *Run) permissionNames(declared []directory.RequiredResource) []string {
	names := []string{}
	for _, res := range declared {
		for _, a := range res.Access {
			names = append(names, r.permissionName(res.ResourceAppID, a))
		}
	}
	return names
}

func (r *Run) permissionName(appID string, a directory.Access) string {
	kind, published := " (delegated)", []directory.Permission(nil)
	res := r.Observed.resource(appID)
	if res != nil && (appID == exchangeAppID || appID == graphAppID) {
		published = res.Scopes
		if a.Type == directory.Role {
			kind, published = " (application)", res.Roles
		}
	}
	for _, p := range published {
		if p.ID == a.ID {
			return p.Value + kind
		}
	}
	return a.ID + kind
}
