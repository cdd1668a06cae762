package msgraph

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// Directory roles by display name.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
const (
	globalAdministrator           = "Global Administrator"
	globalReader                  = "Global Reader"
	applicationAdministrator      = "Application Administrator"
	cloudApplicationAdministrator = "Cloud Application Administrator"
	applicationDeveloper          = "Application Developer"
	privilegedRoleAdministrator   = "Privileged Role Administrator"
	securityAdministrator         = "Security Administrator"
	securityReader                = "Security Reader"
	directoryWriters              = "Directory Writers"
	userAdministrator             = "User Administrator"
)

const (
	graphAudience = "https://graph.microsoft.com"
	graphAppID    = "00000003-0000-0000-c000-000000000000"
)

// access is what a caller of a route needs.
type access struct {
	scopes [][]string // of each group one; application permissions for an app-only token
	roles  []string   // one of these; nil: any user
	policy bool       // refused in the words of the policy service
}

// The scopes follow Graph's own permission table:
// https://github.com/microsoftgraph/microsoft-graph-devx-content (permissions/new/permissions.json).

func readApplications() access {
	return access{scopes: [][]string{{"Application.Read.All", "Application.ReadWrite.All",
		"Directory.Read.All", "Directory.ReadWrite.All"}}}
}

func createApplications() access {
	return access{scopes: [][]string{{"AppRegistration.Create", "Application.ReadWrite.All"}}}
}

func writeApplications() access {
	return access{scopes: [][]string{{"Application.ReadWrite.All"}}}
}

// writeDirectory is for service principals and for an application's secrets.
func writeDirectory() access {
	return access{scopes: [][]string{{"Application.ReadWrite.All", "Directory.ReadWrite.All"}}}
}

func assignAppRoles() access {
	return access{
		scopes: [][]string{
			{"AppRoleAssignment.ReadWrite.All"},
			{"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"},
		},
		roles: append(applicationAdministrators(), privilegedRoleAdministrator),
	}
}

func readGrants() access {
	return access{scopes: [][]string{{"DelegatedPermissionGrant.ReadWrite.All",
		"Directory.Read.All", "Directory.ReadWrite.All"}}}
}

func writeGrants() access {
	return access{
		scopes: [][]string{{"DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"}},
		roles: append(applicationAdministrators(), applicationDeveloper, directoryWriters,
			userAdministrator, privilegedRoleAdministrator),
	}
}

func readPolicy(or string, roles ...string) access {
	return access{scopes: [][]string{{"Policy.Read.All", or}}, roles: roles, policy: true}
}

func readOrganization() access {
	return access{scopes: [][]string{append(organizationScopes(), "User.Read")}}
}

func organizationScopes() []string {
	return []string{"Organization.Read.All", "Organization.ReadWrite.All", "User.Read.All",
		"Directory.Read.All", "Directory.ReadWrite.All"}
}

func readUsers() access {
	return access{scopes: [][]string{append(userScopes(), "User.ReadBasic.All")}}
}

func readUser() access {
	return access{scopes: [][]string{append(userScopes(), "User.ReadBasic.All", "User.Read")}}
}

func userScopes() []string {
	return []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
}

func applicationAdministrators() []string {
	return []string{globalAdministrator, applicationAdministrator, cloudApplicationAdministrator}
}

// authenticate takes a bearer token; its errors never show it.
func (s *server) authenticate(header string) (tenant.Token, error) {
	scheme, raw, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || raw == "" {
		return tenant.Token{}, unauthenticated("Access token is empty.")
	}
	token, err := s.verify(raw)
	if err != nil {
		return tenant.Token{}, unauthenticated("Access token validation failure.")
	}
	if strings.TrimSuffix(token.Audience, "/") != graphAudience { // the Azure CLI asks under the name with the slash
		return tenant.Token{}, unauthenticated("Access token validation failure. Invalid audience.")
	}
	return token, nil
}

func (a access) check(token tenant.Token) error {
	for _, group := range a.scopes {
		if holds(token, group...) {
			continue
		}
		if a.policy {
			return scopesMissing()
		}
		return denied()
	}
	if a.roles != nil && !hasRole(token, a.roles...) {
		return denied()
	}
	return nil
}

// appOnly says that a token stands for an application without a user, which
// needs permissions but no directory role.
func appOnly(token tenant.Token) bool { return token.UPN == "" }

func holds(token tenant.Token, anyOf ...string) bool {
	held := token.Scopes
	if appOnly(token) {
		held = token.Roles
	}
	return slices.ContainsFunc(anyOf, func(scope string) bool { return slices.Contains(held, scope) })
}

func hasRole(token tenant.Token, anyOf ...string) bool {
	return appOnly(token) || slices.ContainsFunc(anyOf, func(role string) bool {
		return slices.Contains(token.DirectoryRoles, role)
	})
}

// mayCreate: any member may where the tenant allows it.
// https://learn.microsoft.com/graph/api/application-post-applications
func (c *call) mayCreate() error {
	policy := c.tenant.Policies.AuthorizationPolicy.DefaultUserRolePermissions
	if policy.AllowedToCreateApps || hasRole(c.token, append(applicationAdministrators(), applicationDeveloper, securityAdministrator)...) {
		return nil
	}
	return denied()
}

// mayManage: an administrator of applications, or the owner.
func (c *call) mayManage(app tenant.Application) error {
	if hasRole(c.token, append(applicationAdministrators(), securityAdministrator)...) {
		return nil
	}
	if owner, known := c.owners[owned(app)]; known && owner == c.token.ObjectID {
		return nil
	}
	return denied()
}

func owned(app tenant.Application) registration {
	return registration{app.ID, app.CreatedDateTime.UnixNano()}
}
