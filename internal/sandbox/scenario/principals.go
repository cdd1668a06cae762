package scenario

import (
	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// Application ids of Microsoft's own resources and command-line clients.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
const (
	graphAppID           = "00000003-0000-0000-c000-000000000000"
	exchangeAppID        = "00000002-0000-0ff1-ce00-000000000000"
	azureAppID           = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
	graphToolsAppID      = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
	azureCLIAppID        = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	exchangeShellAppID   = "fb78d390-0c51-40cd-8e17-fdbfab77341b"
	microsoftServicesOrg = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
)

// Permissions that the by-hand scenario grants, too.
const (
	mailSendRole  = "b633e1c5-b582-4048-a93e-9f11b44c7e96" // the same id on both APIs
	smtpSendScope = "76faac2a-0f20-42f1-928a-50de5b9dbe52" // of Exchange; Graph's is another
)

// Graph's own: openid, profile, offline_access, User.Read.
const (
	openidScope        = "37f7f235-527c-4136-accd-4a02d197296e"
	profileScope       = "14dad69e-099b-42c9-810b-d002981feec1"
	offlineAccessScope = "7427e0e9-2fba-42fe-b0c0-848c9e6a8182"
	userReadScope      = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
)

// principals are Microsoft's resources and, in every scenario, the
// command-line clients' enterprise applications.
func principals(t *tenant.Tenant) {
	graph, tools := graphPrincipal(t), principal(t, graphToolsAppID, "Microsoft Graph Command Line Tools")
	put(t, graph)
	put(t, exchangePrincipal(t))
	put(t, tools)
	consentToTools(t, tools.ID, graph.ID)
	put(t, principal(t, azureCLIAppID, "Microsoft Azure CLI"))
	put(t, principal(t, exchangeShellAppID, "Microsoft Exchange REST API Based Powershell"))
	put(t, azurePrincipal(t))
}

// consentToTools is what an admin left behind who once ticked "Consent on
// behalf of your organization" for Microsoft Graph Command Line Tools, as in
// many tenants: anybody may sign in with it, and then has no more rights than
// before. In the hardened scenario nobody did.
func consentToTools(t *tenant.Tenant, toolsID, graphID string) {
	grant := tenant.OAuth2PermissionGrant{ID: t.IDs.New(), ClientID: toolsID, ConsentType: "AllPrincipals", ResourceID: graphID,
		Scope: "openid profile offline_access User.Read User.Read.All Policy.Read.All Application.ReadWrite.All " +
			"AppRoleAssignment.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All"}
	t.OAuth2PermissionGrants.Put(grant.ID, grant)
}

// nobodyConsented takes back every consent that there is.
func nobodyConsented(t *tenant.Tenant) {
	for _, grant := range t.OAuth2PermissionGrants.AllLatest() {
		t.OAuth2PermissionGrants.Delete(grant.ID)
	}
}

func put(t *tenant.Tenant, sp tenant.ServicePrincipal) { t.ServicePrincipals.Put(sp.ID, sp) }

func principal(t *tenant.Tenant, appID, name string, names ...string) tenant.ServicePrincipal {
	return enterprise(t.IDs.New(), appID, name, names...)
}

func enterprise(id, appID, name string, names ...string) tenant.ServicePrincipal {
	return tenant.ServicePrincipal{
		ID:                     id,
		AppID:                  appID,
		DisplayName:            name,
		AccountEnabled:         true,
		AppOwnerOrganizationID: microsoftServicesOrg,
		ServicePrincipalType:   "Application",
		ServicePrincipalNames:  append([]string{appID}, names...),
		Tags:                   []string{},
		AppRoles:               []tenant.AppRole{},
		OAuth2PermissionScopes: []tenant.PermissionScope{},
	}
}

// graphPrincipal publishes what a setup tool may ask for.
// https://learn.microsoft.com/graph/permissions-reference
func graphPrincipal(t *tenant.Tenant) tenant.ServicePrincipal {
	sp := principal(t, graphAppID, "Microsoft Graph", "https://graph.microsoft.com")
	sp.AppRoles = []tenant.AppRole{
		role(mailSendRole, "Mail.Send", "Send mail as any user"),
		role("1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "Application.ReadWrite.All", "Read and write all applications"),
		role("df021288-bdef-4463-88db-98f22de89214", "User.Read.All", "Read all users' full profiles"),
	}
	sp.OAuth2PermissionScopes = append(graphUserScopes(), graphAdminScopes()...)
	return sp
}

func graphUserScopes() []tenant.PermissionScope {
	return []tenant.PermissionScope{
		userScope(openidScope, "openid"),
		userScope(profileScope, "profile"),
		userScope(offlineAccessScope, "offline_access"),
		userScope("64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", "email"),
		userScope(userReadScope, "User.Read"),
		userScope("e383f46e-2787-4529-855e-0e479a3ffac0", "Mail.Send"),
		userScope("258f6531-6087-4cc4-bb90-092c5fb3ed3f", "SMTP.Send"),
	}
}

func graphAdminScopes() []tenant.PermissionScope {
	return []tenant.PermissionScope{
		adminScope("c79f8feb-a9db-4090-85f9-90d820caa0eb", "Application.Read.All"),
		adminScope("bdfbf15f-ee85-4955-8675-146e8e5296b5", "Application.ReadWrite.All"),
		adminScope("84bccea3-f856-4a8a-967b-dbe0a3d53a64", "AppRoleAssignment.ReadWrite.All"),
		adminScope("41ce6ca6-6826-4807-84f1-1c82854f7ee5", "DelegatedPermissionGrant.ReadWrite.All"),
		adminScope("572fea84-0151-49b2-9301-11cb16974376", "Policy.Read.All"),
		adminScope("a154be20-db9c-4678-8ab7-66f6cc099a59", "User.Read.All"),
		adminScope("204e0828-b5ca-4ad8-b9f3-f32a958e7cc4", "User.ReadWrite.All"),
		adminScope("4908d5b9-3fb2-4b1e-9336-1888b7937185", "Organization.Read.All"),
		adminScope("e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20", "AuditLog.Read.All"),
		adminScope("06da0dbc-49e2-44d2-8312-53f166ab848a", "Directory.Read.All"),
		adminScope("c5366453-9fb0-48a5-a156-24f0c49a4b84", "Directory.ReadWrite.All"),
		adminScope("0e263e50-5827-48a4-b97c-d940288653c7", "Directory.AccessAsUser.All"),
		adminScope("4e46008b-f24c-477d-8fff-7bb4ec7aafe0", "Group.ReadWrite.All"),
	}
}

// exchangePrincipal publishes Exchange Online's permissions. The ids that no
// trustworthy page gives, SMTP.SendAsApp's among them, are this tenant's own:
// a client has to resolve permissions by value.
func exchangePrincipal(t *tenant.Tenant) tenant.ServicePrincipal {
	sp := principal(t, exchangeAppID, "Office 365 Exchange Online",
		"https://outlook.office365.com", "https://outlook.office365.com/",
		"https://outlook.office.com", "https://outlook.office.com/", "https://ps.outlook.com")
	sp.AppRoles = []tenant.AppRole{
		role(mailSendRole, "Mail.Send", "Send mail as any user"),
		role("5e5addcd-3e8d-4e90-baf5-964efab2b20a", "IMAP.AccessAsApp", "IMAP.AccessAsApp"),
		role("cb842b43-da6e-4506-86fe-bb12199c656d", "POP.AccessAsApp", "POP.AccessAsApp"),
		role("dc890d15-9560-4a4c-9b7f-a736ec74ec40", "full_access_as_app", "Use Exchange Web Services with full access to all mailboxes"),
		role("dc50a0fb-09a3-484d-be87-e023b12c6440", "Exchange.ManageAsApp", "Manage Exchange As Application"),
		role(t.IDs.New(), "SMTP.SendAsApp", "Application access for sending emails via SMTP AUTH"),
	}
	sp.OAuth2PermissionScopes = []tenant.PermissionScope{
		userScope(smtpSendScope, "SMTP.Send"),
		userScope("5eb43c10-865a-4259-960a-83946678f8dd", "Mail.Send"),
		adminScope("ab4f2b77-0b06-4fc1-a9de-02113fc2ab7c", "Exchange.Manage"),
	}
	for _, value := range []string{
		"IMAP.AccessAsUser.All", "POP.AccessAsUser.All", "EWS.AccessAsUser.All", "EAS.AccessAsUser.All", "user_impersonation",
	} {
		sp.OAuth2PermissionScopes = append(sp.OAuth2PermissionScopes, userScope(t.IDs.New(), value))
	}
	for _, value := range []string{"AdminApi.AccessAsUser.All", "FfoPowerShell.AccessAsUser.All", "RemotePowerShell.AccessAsUser.All"} {
		sp.OAuth2PermissionScopes = append(sp.OAuth2PermissionScopes, adminScope(t.IDs.New(), value))
	}
	return sp
}

// azurePrincipal is Azure Resource Manager's: every tenant has it, with a
// subscription or without. Its id is none of the seed's sequence, which people
// and scenarios know the rest of.
func azurePrincipal(t *tenant.Tenant) tenant.ServicePrincipal {
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte(t.Organization.ID+"/"+azureAppID)).String()
	sp := enterprise(id, azureAppID, "Windows Azure Service Management API",
		"https://management.azure.com/", "https://management.core.windows.net/")
	sp.OAuth2PermissionScopes = []tenant.PermissionScope{userScope("41094075-9dad-400e-a0bd-54e686782033", "user_impersonation")}
	return sp
}

func role(id, value, name string) tenant.AppRole {
	return tenant.AppRole{ID: id, Value: value, DisplayName: name, IsEnabled: true, AllowedMemberTypes: []string{"Application"}}
}

func userScope(id, value string) tenant.PermissionScope {
	return tenant.PermissionScope{ID: id, Value: value, Type: "User", IsEnabled: true}
}

func adminScope(id, value string) tenant.PermissionScope {
	return tenant.PermissionScope{ID: id, Value: value, Type: "Admin", IsEnabled: true}
}
