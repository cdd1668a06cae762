package entra_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"wxmail/internal/sandbox/entra"
	"wxmail/internal/sandbox/tenant"
)

const (
	graphID    = "00000003-0000-0000-c000-000000000000"
	exchangeID = "00000002-0000-0ff1-ce00-000000000000"
	azureID    = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
	graphTools = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
	azureCLI   = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	exoShell   = "fb78d390-0c51-40cd-8e17-fdbfab77341b"

	appID    = "aaaaaaaa-0000-4000-8000-000000000001" // a confidential web application
	nativeID = "aaaaaaaa-0000-4000-8000-000000000002" // a public one
	bareID   = "aaaaaaaa-0000-4000-8000-000000000003" // without a redirect URI
	callback = "https://contoso.us.webexconnect.io/callback"
	local    = "http://localhost:8400"
	smtpSend = "https://outlook.office.com/SMTP.Send"
	mailAsk  = "offline_access " + smtpSend
	secret   = "the-right-secret"
	verifier = "verifier-verifier-verifier-verifier-verifier"
)

// world is a tenant behind its token service.
type world struct {
	*testing.T
	tenant *tenant.Tenant
	server *entra.Server
	url    string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := &tenant.Clock{}
	model := tenant.New(clock, 1)
	fill(model)
	w := &world{T: t, tenant: model, server: entra.New(model)}
	server := httptest.NewServer(w.server)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func fill(t *tenant.Tenant) {
	t.Organization = tenant.Organization{
		ID: t.IDs.New(), DisplayName: "Contoso",
		VerifiedDomains: []tenant.VerifiedDomain{{Name: "contoso.example"}},
	}
	setPolicy(t, "microsoft-user-default-legacy")
	for name, role := range map[string]string{
		"admin": "Global Administrator", "entra": "Cloud Application Administrator",
		"exchange": "Exchange Administrator", "support": "", "former": "",
	} {
		u := tenant.User{
			ID: "user-" + name, UserPrincipalName: name + "@contoso.example", DisplayName: name,
			AccountEnabled: name != "former", Password: "sandbox", DirectoryRoles: roles(role),
		}
		t.Users.Put(u.ID, u)
	}
	principals(t)
	applications(t)
}

func roles(role string) []string {
	if role == "" {
		return nil
	}
	return []string{role}
}

func setPolicy(t *tenant.Tenant, policies ...string) {
	assigned := []string{}
	for _, p := range policies {
		assigned = append(assigned, "ManagePermissionGrantsForSelf."+p)
	}
	t.Policies.AuthorizationPolicy.DefaultUserRolePermissions.PermissionGrantPoliciesAssigned = assigned
}

func principals(t *tenant.Tenant) {
	scope := func(value, kind string) tenant.PermissionScope {
		return tenant.PermissionScope{ID: "scope-" + value, Value: value, Type: kind, IsEnabled: true}
	}
	for _, sp := range []tenant.ServicePrincipal{
		{AppID: graphID, DisplayName: "Microsoft Graph", ServicePrincipalNames: []string{"https://graph.microsoft.com"},
			OAuth2PermissionScopes: []tenant.PermissionScope{
				scope("openid", "User"), scope("profile", "User"), scope("email", "User"), scope("offline_access", "User"),
				scope("User.Read", "User"), scope("Application.ReadWrite.All", "Admin"), scope("Policy.Read.All", "Admin"),
			}},
		{AppID: exchangeID, DisplayName: "Office 365 Exchange Online",
			ServicePrincipalNames: []string{"https://outlook.office365.com", "https://outlook.office.com/"},
			AppRoles:              []tenant.AppRole{{ID: "role-Mail.Send", Value: "Mail.Send", IsEnabled: true}},
			OAuth2PermissionScopes: []tenant.PermissionScope{
				scope("SMTP.Send", "User"), scope("IMAP.AccessAsUser.All", "User"), scope("Exchange.Manage", "Admin"),
			}},
		{AppID: azureID, DisplayName: "Windows Azure Service Management API",
			ServicePrincipalNames:  []string{"https://management.core.windows.net/", "https://management.azure.com/"},
			OAuth2PermissionScopes: []tenant.PermissionScope{scope("user_impersonation", "User")}},
		{AppID: graphTools, DisplayName: "Microsoft Graph Command Line Tools"},
		{AppID: azureCLI, DisplayName: "Microsoft Azure CLI"},
		{AppID: exoShell, DisplayName: "Microsoft Exchange REST API Based Powershell"},
		{AppID: appID, DisplayName: "WebexConnect"},
		{AppID: nativeID, DisplayName: "Native"},
		{AppID: bareID, DisplayName: "Bare"},
	} {
		sp.ID, sp.AccountEnabled = "sp-"+sp.AppID, true
		t.ServicePrincipals.Put(sp.ID, sp)
	}
}

func applications(t *tenant.Tenant) {
	yes := true
	now := t.Clock.Now()
	for _, app := range []tenant.Application{
		{AppID: appID, DisplayName: "WebexConnect",
			Web: tenant.Web{RedirectURIs: []string{callback, "http://localhost", "http://localhost/path", "https://bare.example"}},
			SPA: tenant.RedirectURIs{RedirectURIs: []string{"https://spa.example/"}},
			PasswordCredentials: []tenant.PasswordCredential{
				{KeyID: "k1", SecretText: secret, StartDateTime: now.Add(-time.Hour), EndDateTime: now.AddDate(2, 0, 0)},
				{KeyID: "k2", SecretText: "expired", StartDateTime: now.Add(-time.Hour), EndDateTime: now.Add(-time.Minute)},
			},
			RequiredResourceAccess: []tenant.RequiredResourceAccess{{ResourceAppID: exchangeID, ResourceAccess: []tenant.ResourceAccess{
				{ID: "scope-SMTP.Send", Type: "Scope"}, {ID: "role-Mail.Send", Type: "Role"},
			}}}},
		{AppID: nativeID, DisplayName: "Native", IsFallbackPublicClient: &yes,
			PublicClient: tenant.RedirectURIs{RedirectURIs: []string{"http://localhost"}}},
		{AppID: bareID, DisplayName: "Bare"},
	} {
		app.ID, app.SignInAudience = "app-"+app.AppID, "AzureADMyOrg"
		t.Applications.Put(app.ID, app)
	}
}

// with changes the tenant under its lock.
func (w *world) with(change func(*tenant.Tenant)) {
	w.tenant.Lock()
	defer w.tenant.Unlock()
	change(w.tenant)
}

// grant consents for everybody.
func (w *world) grant(client, resource, scope string) {
	w.with(func(t *tenant.Tenant) {
		g := tenant.OAuth2PermissionGrant{
			ID: t.IDs.New(), ClientID: "sp-" + client, ResourceID: "sp-" + resource, ConsentType: "AllPrincipals", Scope: scope,
		}
		t.OAuth2PermissionGrants.Put(g.ID, g)
	})
}

func (w *world) grantMail() {
	w.grant(appID, exchangeID, "SMTP.Send")
	w.grant(appID, graphID, "openid profile offline_access")
}

// application edits the confidential application.
func (w *world) application(edit func(*tenant.Application)) {
	w.with(func(t *tenant.Tenant) {
		app, _ := t.Applications.Latest("app-" + appID)
		edit(&app)
		t.Applications.Put(app.ID, app)
	})
}

func (w *world) user(name string, edit func(*tenant.User)) {
	w.with(func(t *tenant.Tenant) {
		u, _ := t.Users.Latest("user-" + name)
		edit(&u)
		t.Users.Put(u.ID, u)
	})
}

func (w *world) grants() []tenant.OAuth2PermissionGrant {
	w.tenant.Lock()
	defer w.tenant.Unlock()
	return w.tenant.OAuth2PermissionGrants.AllLatest()
}
