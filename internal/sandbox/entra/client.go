package entra

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// The resources that clients may name, and Microsoft's own clients.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
const (
	graphAppID    = "00000003-0000-0000-c000-000000000000"
	exchangeAppID = "00000002-0000-0ff1-ce00-000000000000"
	azureAppID    = "797f4846-ba00-4fd7-ba43-dac1f8f63013"

	graphTools    = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
	azureCLI      = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	exchangeShell = "fb78d390-0c51-40cd-8e17-fdbfab77341b"
)

// firstParty is a public client of Microsoft's: it has a service principal in
// the tenant but no application object, and cannot be changed there.
type firstParty struct {
	redirects     []string
	dynamic       string              // the resource for whose scopes it asks consent like any application
	preauthorised map[string][]string // by resource: what it has everywhere without consent
}

var firstParties = map[string]firstParty{
	graphTools: {redirects: []string{"http://localhost"}, dynamic: graphAppID},
	azureCLI: {
		redirects: []string{"http://localhost", authority + "/common/oauth2/nativeclient"},
		preauthorised: map[string][]string{
			graphAppID: {
				"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "AuditLog.Read.All",
				"DelegatedPermissionGrant.ReadWrite.All", "Directory.AccessAsUser.All", "Group.ReadWrite.All",
				"User.Read.All", "User.ReadWrite.All", "email", "openid", "profile",
			},
			exchangeAppID: {"user_impersonation"},
			azureAppID:    {"user_impersonation"},
		},
	},
	exchangeShell: {
		redirects: []string{
			"http://localhost", authority + "/common/oauth2/nativeclient", authority + "/organizations/oauth2/nativeclient",
		},
		preauthorised: map[string][]string{
			exchangeAppID: {"AdminApi.AccessAsUser.All", "FfoPowerShell.AccessAsUser.All", "RemotePowerShell.AccessAsUser.All"},
		},
	},
}

// client is who asks: an application registered in the tenant, or Microsoft's.
type client struct {
	id, name string
	sp       tenant.ServicePrincipal
	app      *tenant.Application // nil for Microsoft's own
	own      *firstParty         // nil for the tenant's
}

// client finds a client as the replicas show it, fit to sign somebody in.
func (c *call) client(id string, in realm) (*client, *refusal) {
	found, refused := c.findClient(id)
	switch {
	case refused != nil:
		return nil, refused
	case !found.sp.AccountEnabled:
		return nil, refuse(7000112, id, found.name)
	case in.multi && found.singleTenant():
		return nil, refuse(50194, id, found.name)
	}
	return found, nil
}

func (c *call) findClient(id string) (*client, *refusal) {
	found := &client{id: id}
	if own, is := firstParties[id]; is {
		found.own = &own
	} else if app, is := c.tenant.Applications.Find(func(a tenant.Application) bool { return a.AppID == id }); is {
		found.app, found.name = &app, app.DisplayName
	} else {
		return nil, refuse(700016, id, c.tenant.Organization.DisplayName)
	}
	sp, is := c.principal(id)
	if !is {
		return nil, refuse(700016, id, c.tenant.Organization.DisplayName)
	}
	if found.sp = sp; found.own != nil {
		found.name = sp.DisplayName
	}
	return found, nil
}

// registered says that there is an application, be it without its service
// principal: the token endpoint tells these apart.
// https://github.com/Azure/Commercial-Marketplace-SaaS-Accelerator/issues/830
func (c *call) registered(appID string) bool {
	_, is := c.tenant.Applications.Find(func(a tenant.Application) bool { return a.AppID == appID })
	return is
}

func (c *call) principal(appID string) (tenant.ServicePrincipal, bool) {
	return c.tenant.ServicePrincipals.Find(func(sp tenant.ServicePrincipal) bool { return sp.AppID == appID })
}

func (cl *client) singleTenant() bool {
	return cl.app != nil && cl.app.SignInAudience == "AzureADMyOrg"
}

// fallbackPublic says that the client is public where no redirect URI tells.
func (cl *client) fallbackPublic() bool {
	return cl.own != nil || cl.app.IsFallbackPublicClient != nil && *cl.app.IsFallbackPublicClient
}

// authenticate checks the client's own credential at the token endpoint.
func (c *call) authenticate(cl *client, secret string, public bool) *refusal {
	switch {
	case public && secret != "":
		return refuse(700025)
	case public:
		return nil
	case secret == "":
		return refuse(7000218)
	case cl.app == nil:
		return refuse(7000215, cl.id)
	}
	for _, known := range cl.app.PasswordCredentials {
		if known.SecretText != secret || known.StartDateTime.After(c.now) {
			continue
		}
		if !known.EndDateTime.After(c.now) {
			return refuse(7000222, cl.id)
		}
		return nil
	}
	return refuse(7000215, cl.id)
}

// declared is the permissions of one type (Scope or Role) that the
// application lists for a resource, by value.
func (cl *client) declared(resource tenant.ServicePrincipal, kind string) []string {
	values := []string{}
	if cl.app == nil {
		return values
	}
	for _, required := range cl.app.RequiredResourceAccess {
		if !strings.EqualFold(required.ResourceAppID, resource.AppID) {
			continue
		}
		for _, access := range required.ResourceAccess {
			if value := published(resource, access); access.Type == kind && value != "" && !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
	}
	return values
}

// published is the value of a permission that a resource publishes, or "".
func published(resource tenant.ServicePrincipal, access tenant.ResourceAccess) string {
	for _, role := range resource.AppRoles {
		if access.Type == "Role" && role.ID == access.ID && role.IsEnabled {
			return role.Value
		}
	}
	for _, scope := range resource.OAuth2PermissionScopes {
		if access.Type == "Scope" && scope.ID == access.ID && scope.IsEnabled {
			return scope.Value
		}
	}
	return ""
}
