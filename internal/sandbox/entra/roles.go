package entra

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// roleTemplates are the wids of the directory roles, by display name.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
var roleTemplates = map[string]string{
	"Global Administrator":            "62e90394-69f5-4237-9190-012177145e10",
	"Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
	"Application Administrator":       "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
	"Exchange Administrator":          "29232cdf-9323-42fd-ade2-1d097af3e4de",
	"Privileged Role Administrator":   "e8611ab8-c189-46e8-94e1-60213ab1f814",
	"Global Reader":                   "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
	"Application Developer":           "cf1c38e5-3621-4004-a7cb-879624dced7c",
	"Security Reader":                 "5d6b6bb7-de71-4623-b4af-96380a352509",
	"Security Administrator":          "194ae4cb-b126-40b2-bd5b-6091b380977d",
	"User Administrator":              "fe930be7-5e62-47db-91af-98c3a49a38b1",
}

// everyone is the wid of a member without a role.
const everyone = "b79fbf4d-3ef9-4689-8143-76b194e85509"

// wids is the token claim for a user's roles.
func wids(u tenant.User) []string {
	out := []string{}
	for _, role := range u.DirectoryRoles {
		if template, known := roleTemplates[role]; known {
			out = append(out, template)
		}
	}
	return append(out, everyone)
}

// roleNames reads wids back.
func roleNames(wids []string) []string {
	names := []string{}
	for name, template := range roleTemplates {
		if slices.Contains(wids, template) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// custom begins the name of a role of the tenant's own that allows what the one
// does that is named behind it. No token names such a role: the stricter choice,
// since no page says that one does.
const custom = "Custom: "

// ownRoles are what a user's custom roles allow, as built-in roles.
func (s *Server) ownRoles(userID string) (names []string) {
	user, _ := s.tenant.Users.Get(userID)
	for _, role := range user.DirectoryRoles {
		if like, is := strings.CutPrefix(role, custom); is {
			names = append(names, like)
		}
	}
	return names
}

// consentAdmin says that a user may consent for the whole organization, to
// delegated permissions and to application permissions other than Graph's.
// https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent#prerequisites
func consentAdmin(u tenant.User) bool {
	return roleAdmin(u) || holds(u, "Application Administrator", "Cloud Application Administrator")
}

// roleAdmin says that a user may also grant Microsoft Graph's app roles.
func roleAdmin(u tenant.User) bool {
	return holds(u, "Global Administrator", "Privileged Role Administrator")
}

func holds(u tenant.User, roles ...string) bool {
	return slices.ContainsFunc(roles, func(role string) bool { return slices.Contains(u.DirectoryRoles, role) })
}
