package main

import (
	"context"
	"slices"
)

// directoryAilments are those of Entra ID.
func directoryAilments() []ailment {
	everything := func(map[string]any) bool { return true }
	return []ailment{
		{name: "the application was deleted", facts: []string{"AADSTS700016"}, finds: []string{"WX-APPLICATION-DELETED"},
			harm: func(p *patient) { p.call("DELETE", "/applications/"+p.application()["id"].(string), nil) }},
		{
			name:  "nothing was ever set up",
			finds: []string{"WX-APPLICATION-MISSING", "WX-FORWARDING-CLEARED", "WX-OUTBOUND-OFF", "WX-SMTP-AUTH-TENANT"},
			harm: func(p *patient) {
				p.call("POST", "/reset", nil)
				p.home = p.Home()
				p.Run(p.home, "webex", "collect", "--no-input", "--answers", p.AnswersFile(p.answers)).Must(p.t, 0)
			},
		},
		{name: "the service principal was deleted", finds: []string{"WX-SERVICE-PRINCIPAL-MISSING"},
			harm: func(p *patient) { p.call("DELETE", "/servicePrincipals/"+p.principal()["id"].(string), nil) }},
		{name: "sign-in to the application is off", facts: []string{"AADSTS7000112"}, finds: []string{"WX-SERVICE-PRINCIPAL-DISABLED"},
			harm: func(p *patient) { p.changePrincipal(map[string]any{"accountEnabled": false}) },
			heal: func(p *patient) { p.changePrincipal(map[string]any{"accountEnabled": true}) }},
		{name: "users must be assigned", facts: []string{"AADSTS50105"}, finds: []string{"WX-NOT-ASSIGNED"},
			harm: func(p *patient) { p.changePrincipal(map[string]any{"appRoleAssignmentRequired": true}) },
			heal: func(p *patient) { p.changePrincipal(map[string]any{"appRoleAssignmentRequired": false}) }},
		{
			name:  "the redirect URI was changed",
			facts: []string{"AADSTS50011", "AADSTS500113", "callback-differs"},
			finds: []string{"WX-REDIRECT-URI-MISSING"},
			harm: func(p *patient) {
				p.changeApplication(map[string]any{"web": map[string]any{"redirectUris": []string{"https://contoso.us.webexconnect.io/other"}}})
			},
		},
		{name: "the redirect URI stands under another platform", finds: []string{"WX-REDIRECT-URI-PLATFORM"},
			harm: func(p *patient) {
				p.changeApplication(map[string]any{"web": map[string]any{"redirectUris": []string{}},
					"spa": map[string]any{"redirectUris": []string{p.answers["webex.callback-url"]}}})
			},
			heal: func(p *patient) { // as the fix says: there first, then the command that it names
				p.changeApplication(map[string]any{"spa": map[string]any{"redirectUris": []string{}}})
			}},
		{name: "our own redirect URI was left behind", finds: []string{"WX-REDIRECT-URI-LEFT", "WX-TOKEN-MISSING"},
			harm: func(p *patient) {
				p.Run(p.home, "token", "--forget").Must(p.t, 0)
				p.killedWhileSigningIn()
			}},
		{name: "the tick Access tokens was cleared", finds: []string{"WX-IMPLICIT-GRANT"},
			harm: func(p *patient) {
				p.changeApplication(map[string]any{"web": map[string]any{"implicitGrantSettings": map[string]any{"enableAccessTokenIssuance": false}}})
			}},
		{name: "a permission is no longer declared", facts: []string{"AADSTS650057"}, finds: []string{"WX-PERMISSION-UNDECLARED"},
			harm: func(p *patient) { p.changeApplication(map[string]any{"requiredResourceAccess": []any{}}) }},
		{name: "the portal's button revoked what is not declared", facts: []string{"consent-needs-an-admin", "AADSTS65001", "consent-asked-for"},
			finds: []string{"WX-CONSENT-MISSING", "WX-MAIL-SEND-MISSING", "WX-PERMISSION-UNDECLARED"},
			harm: func(p *patient) {
				p.changeApplication(map[string]any{"requiredResourceAccess": []any{}})
				p.revoke("oauth2PermissionGrants", "clientId", everything)
				p.revoke("appRoleAssignments", "principalId", everything)
			}},
		{name: "the consent to SMTP.Send was revoked", facts: []string{"AADSTS650056", "consent-not-yet"}, finds: []string{"WX-CONSENT-MISSING"},
			harm: func(p *patient) {
				p.revoke("oauth2PermissionGrants", "clientId", func(g map[string]any) bool { return g["scope"] == "SMTP.Send" })
			}},
		{name: "Mail.Send was revoked", finds: []string{"WX-MAIL-SEND-MISSING"},
			harm: func(p *patient) { p.revoke("appRoleAssignments", "principalId", everything) }},
		{name: "the adopted application is gone", finds: []string{"WX-APPLICATION-UNKNOWN"},
			harm: func(p *patient) { p.args = []string{"--application", "00000000-1111-2222-3333-444444444444"} },
			heal: func(p *patient) { p.args = nil }},
		{name: "Exchange publishes no Mail.Send", finds: []string{"WX-PERMISSION-UNKNOWN"},
			harm: func(p *patient) {
				p.call("PATCH", "/servicePrincipals/00000002-0000-0ff1-ce00-000000000000", map[string]any{"appRoles": []any{}})
			},
			heal: func(p *patient) { p.args = []string{"--permissions", "least"} }},
		{name: "the administrator may not consent to the tools", finds: []string{"WX-ROLE-CONSENT"}, args: []string{"--admin", exchangeAdmin},
			harm: func(p *patient) {
				tools := having(objects(p.World, "servicePrincipals"), "appId", "14d82eec-204b-4c2f-b7e8-296a70dab67e")[0]
				for _, grant := range having(objects(p.World, "oauth2PermissionGrants"), "clientId", tools["id"]) {
					p.call("DELETE", "/oauth2PermissionGrants/"+grant["id"].(string), nil)
				}
			},
			heal: func(p *patient) {
				p.call("PATCH", "/users/"+exchangeAdmin,
					map[string]any{"directoryRoles": []string{"Exchange Administrator", "Cloud Application Administrator"}})
			}},
		{name: "the directory forbids reading", finds: []string{"WX-GRAPH-FORBIDDEN"}, heal: nothing,
			harm: func(p *patient) {
				p.forbid("graph", "batch", map[string]any{"error": map[string]any{
					"code":    "Authorization_RequestDenied",
					"message": "Insufficient privileges to complete the operation.",
				}})
			}},
		{name: "Exchange Online is gone", facts: []string{"AADSTS650052"}, finds: []string{"WX-NO-EXCHANGE"},
			harm: func(p *patient) { p.call("POST", "/tenant", map[string]any{"exchangeProvisioned": false}) },
			heal: func(p *patient) {
				p.call("POST", "/tenant", map[string]any{"exchangeProvisioned": true})
				p.Run(p.home, "setup", "--no-input", "-y").Must(p.t, 0) // its permissions have other ids now
			}},
	}
}

// killedWhileSigningIn kills a wxmail token while it waits for the mailbox
// user.
func (p *patient) killedWhileSigningIn() {
	p.t.Helper()
	p.NobodySignsIn(mailboxScope)
	defer p.SignInsAs("")
	ctx, kill := context.WithCancel(p.t.Context())
	waiting := p.Command(ctx, p.home, "token", "--no-input", "-y")
	if err := waiting.Start(); err != nil {
		p.t.Fatal(err)
	}
	for !slices.Contains(redirectURIs(p.application()), any("http://localhost")) {
		if p.t.Context().Err() != nil {
			p.t.Fatal("no redirect URI of its own")
		}
	}
	kill()
	_ = waiting.Wait() // killed
}
