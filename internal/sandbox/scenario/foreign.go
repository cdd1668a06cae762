package scenario

import (
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// byHand is a tenant set up from the guide in the portals: nothing in it is
// ours, and everything works for support@ and the first draft.
func byHand(t *tenant.Tenant) {
	draft := tenant.Draft{
		ID:                t.IDs.New(),
		ForwardingAddress: strings.ReplaceAll(t.IDs.New(), "-", "") + "@mail-us.imiconnect.io",
		CallbackURL:       "https://contoso.us.webexconnect.io/callback",
	}
	t.Webex.Drafts = append(t.Webex.Drafts, draft)
	app := foreignApp(t, "WebexConnect")
	app.Web.RedirectURIs = []string{draft.CallbackURL}
	app.Web.ImplicitGrantSettings.EnableAccessTokenIssuance = true
	app.RequiredResourceAccess = []tenant.RequiredResourceAccess{
		{ResourceAppID: exchangeAppID, ResourceAccess: []tenant.ResourceAccess{
			{ID: mailSendRole, Type: "Role"}, {ID: smtpSendScope, Type: "Scope"}}},
		{ResourceAppID: graphAppID, ResourceAccess: []tenant.ResourceAccess{
			{ID: userReadScope, Type: "Scope"}, {ID: openidScope, Type: "Scope"},
			{ID: profileScope, Type: "Scope"}, {ID: offlineAccessScope, Type: "Scope"}}},
	}
	t.Applications.Put(app.ID, app)
	grantAsPortal(t, foreignPrincipal(t, app))
	outboundPolicy(t, "Webex forwarding", "On")
	outboundRule(t, "Webex forwarding", 0, []string{"support@" + Domain}, []string{})
	forward(t, "support@"+Domain, draft.ForwardingAddress)
	forward(t, "sales@"+Domain, "archive@fabrikam.example")
}

// grantAsPortal is what the button "Grant admin consent" leaves behind.
func grantAsPortal(t *tenant.Tenant, sp tenant.ServicePrincipal) {
	exchange := bySPAppID(t, exchangeAppID)
	assignment := tenant.AppRoleAssignment{
		ID: t.IDs.New(), AppRoleID: mailSendRole,
		PrincipalID: sp.ID, PrincipalDisplayName: sp.DisplayName, PrincipalType: "ServicePrincipal",
		ResourceID: exchange.ID, ResourceDisplayName: exchange.DisplayName,
		CreatedDateTime: t.Clock.Now(),
	}
	t.AppRoleAssignments.Put(assignment.ID, assignment)
	grant(t, sp, exchange, "SMTP.Send")
	grant(t, sp, bySPAppID(t, graphAppID), "User.Read openid profile offline_access")
}

func grant(t *tenant.Tenant, client, resource tenant.ServicePrincipal, scope string) {
	g := tenant.OAuth2PermissionGrant{
		ID: t.IDs.New(), ClientID: client.ID, ConsentType: "AllPrincipals", ResourceID: resource.ID, Scope: scope}
	t.OAuth2PermissionGrants.Put(g.ID, g)
}

func bySPAppID(t *tenant.Tenant, appID string) tenant.ServicePrincipal {
	sp, _ := t.ServicePrincipals.FindLatest(func(sp tenant.ServicePrincipal) bool { return sp.AppID == appID })
	return sp
}

// forward has somebody else turn on a mailbox's SMTP AUTH and forwarding.
func forward(t *tenant.Tenant, address, to string) {
	box, _ := t.Mailboxes.FindLatest(func(m tenant.Mailbox) bool { return m.PrimarySMTPAddress == address })
	disabled, target := false, "smtp:"+to
	box.SMTPClientAuthenticationDisabled = &disabled
	box.ForwardingSMTPAddress, box.DeliverToMailboxAndForward = &target, true
	t.Mailboxes.Put(box.ExchangeGUID, box)
}

// foreignApp is an application that somebody made in the portal, with a
// secret of theirs.
func foreignApp(t *tenant.Tenant, name string) tenant.Application {
	now := t.Clock.Now()
	secret, label := t.Issue("client-secret", tenant.NewSecret("secret", 30)), name
	app := tenant.Application{
		ID: t.IDs.New(), AppID: t.IDs.New(), DisplayName: name,
		Tags: []string{}, SignInAudience: "AzureADMyOrg",
		Web:                    tenant.Web{RedirectURIs: []string{}},
		PublicClient:           tenant.RedirectURIs{RedirectURIs: []string{}},
		SPA:                    tenant.RedirectURIs{RedirectURIs: []string{}},
		RequiredResourceAccess: []tenant.RequiredResourceAccess{},
		PasswordCredentials: []tenant.PasswordCredential{{
			KeyID: t.IDs.New(), DisplayName: &label, Hint: secret[:3],
			StartDateTime: now.AddDate(0, -1, 0), EndDateTime: now.AddDate(0, 23, 0), SecretText: secret,
		}},
		CreatedDateTime: now.AddDate(0, -1, 0),
	}
	t.Applications.Put(app.ID, app)
	return app
}

func foreignPrincipal(t *tenant.Tenant, app tenant.Application) tenant.ServicePrincipal {
	sp := principal(t, app.AppID, app.DisplayName)
	sp.AppOwnerOrganizationID = t.Organization.ID
	sp.Tags = []string{"WindowsAzureActiveDirectoryIntegratedApp"}
	put(t, sp)
	return sp
}

// busy is a large organization: other people's applications, one of them by
// our usual display name, and outbound rules that come before ours, the
// second of which catches everybody.
func busy(t *tenant.Tenant) {
	for _, name := range []string{"Payroll", "Ticketing", "WebexConnect"} {
		foreignPrincipal(t, foreignApp(t, name))
	}
	outboundPolicy(t, "Sales may forward", "On")
	outboundRule(t, "Sales may forward", 0, []string{"sales@" + Domain}, []string{})
	outboundPolicy(t, "Nobody forwards", "Off")
	outboundRule(t, "Nobody forwards", 1, []string{}, []string{Domain})
}
