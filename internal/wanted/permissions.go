package wanted

import "wxmail/internal/directory"

// Permission is one that the application declares and is granted.
type Permission struct {
	ResourceAppID string
	Resource      string // its name in the portal
	Value         string
	Application   bool // an application permission (app role), else delegated
}

// Names in the portal of the resources whose permissions the guide needs.
const (
	exchangeOnline = "Office 365 Exchange Online"
	microsoftGraph = "Microsoft Graph"
)

// Permissions are what the operator's answers ask for. Mail.Send is what the
// guide asks and, by all evidence, not used by the token that Webex Connect
// gets; `least` leaves it out.
func (w Wanted) Permissions() []Permission {
	all := All()
	if w.LeastRights {
		return all[1:]
	}
	return all
}

// All are the permissions that any answers can ask for.
func All() []Permission {
	return []Permission{
		{directory.ExchangeAppID, exchangeOnline, "Mail.Send", true},
		{directory.ExchangeAppID, exchangeOnline, "SMTP.Send", false},
		{directory.MicrosoftGraphAppID, microsoftGraph, "openid", false},
		{directory.MicrosoftGraphAppID, microsoftGraph, "profile", false},
		{directory.MicrosoftGraphAppID, microsoftGraph, "offline_access", false},
	}
}

// Kind is directory.Role or directory.Scope.
func (p Permission) Kind() string {
	if p.Application {
		return directory.Role
	}
	return directory.Scope
}
