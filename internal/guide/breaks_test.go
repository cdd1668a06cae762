package guide

import (
	"slices"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// together breaks several things.
func together(breaks ...breaking) breaking { return func(f *Facts) { *f = broken(*f, breaks) } }

// Of the application.

func app(f *Facts) *directory.Application { return f.Seen.Directory.Value.Application }

func noApplication(f *Facts) {
	d := f.Seen.Directory.Value
	d.Application, d.ServicePrincipal, d.Assignments, d.Grants = nil, nil, nil, nil
}

func deletedApplication(f *Facts) {
	deleted := f.Seen.Directory.Value.Application
	noApplication(f)
	f.Seen.Directory.Value.Deleted = deleted
}

func noCallback(f *Facts) { app(f).RedirectURIs = []string{"https://elsewhere.example/callback"} }

// movedCallback is an application that got another Call Back URL since; with
// callbackReplaced the asset has moved to it.
func movedCallback(f *Facts) {
	app(f).RedirectURIs = append(app(f).RedirectURIs, oldCallback)
	memory(f).RedirectURIs[oldCallback] = true
}

func callbackReplaced(f *Facts) {
	yes := true
	f.Wanted.OldCallbackReplaced = &yes
}

func implicitOff(f *Facts) { app(f).ImplicitAccessTokens = false }
func undeclared(f *Facts)  { app(f).Required = app(f).Required[1:] }
func noPrincipal(f *Facts) {
	d := f.Seen.Directory.Value
	d.ServicePrincipal, d.Assignments, d.Grants = nil, nil, nil
}
func noMailSend(f *Facts)   { f.Seen.Directory.Value.Assignments = nil }
func noGrants(f *Facts)     { f.Seen.Directory.Value.Grants = nil }
func narrowGrant(f *Facts)  { f.Seen.Directory.Value.Grants[1].Scopes = []string{"openid", "User.Read"} }
func redirectLeft(f *Facts) { redirectOfOthers(f); memory(f).TemporaryRedirect = true }

// redirectOfOthers is the redirect URI of a sign-in where the journal knows
// nothing of it.
func redirectOfOthers(f *Facts) { app(f).RedirectURIs = append(app(f).RedirectURIs, TemporaryRedirect) }

// otherSecret, otherURI and otherConsent are somebody's own use of it.
func otherSecret(f *Facts) {
	app(f).Secrets = append(app(f).Secrets, directory.SecretInfo{KeyID: "theirs", Label: "CRM", End: today().AddDate(1, 0, 0)})
}

func otherURI(f *Facts) { app(f).RedirectURIs = append(app(f).RedirectURIs, "https://crm.example/cb") }

func otherConsent(f *Facts) {
	grants := f.Seen.Directory.Value.Grants
	grants[1].Scopes = append(grants[1].Scopes, "User.Read")
}

func otherRole(f *Facts) {
	seen := f.Seen.Directory.Value
	seen.Assignments = append(seen.Assignments, directory.Assignment{ID: "assignment-2", RoleID: "id-user-read-all", ResourceID: graphID})
}

// neighbourOn is another profile of this computer, whose mailbox works by an
// application and a secret.
func neighbourOn(clientID, keyID string) breaking {
	return func(f *Facts) {
		f.Seen.Here.Value.Neighbours = []world.Neighbour{{Profile: "sales", Mailbox: "sales@contoso.example", ClientID: clientID,
			SecretID: keyID, Login: "sales@contoso.example"}}
	}
}

// Of secrets and tokens.

func secretEnded(f *Facts)    { app(f).Secrets[0].End = today() }
func secretGone(f *Facts)     { app(f).Secrets = nil }
func secretsBlocked(f *Facts) { f.Seen.Directory.Value.SecretPolicy.Blocked = true }
func locked(f *Facts)         { h := f.Seen.Here.Value; h.Vault = world.Vault{Locked: true} }
func noToken(f *Facts)        { v := &f.Seen.Here.Value.Vault; v.Token, v.Refreshed = nil, false }
func notRefreshed(f *Facts)   { f.Seen.Here.Value.Refreshed = false }
func notProved(f *Facts)      { f.Seen.Here.Value.Token.Proved = false }

// byHand: somebody has an application with our redirect URI.
func byHand(f *Facts) {
	f.Seen.Directory.Value.Candidates = append(f.Seen.Directory.Value.Candidates, directory.Candidate{Application: directory.Application{
		ObjectID: "object by hand", AppID: "client by hand", DisplayName: "By hand", RedirectURIs: []string{callbackURL},
		Secrets: []directory.SecretInfo{{KeyID: "k", Label: "s", End: today().AddDate(1, 0, 0)}}}})
}

func emptyVault(f *Facts)   { h := f.Seen.Here.Value; h.Vault = world.Vault{Open: true} }
func emptyJournal(f *Facts) { f.Seen.Here.Value.Memory = world.NewMemory() }

func orphan(f *Facts) {
	app(f).Secrets = append(app(f).Secrets, directory.SecretInfo{KeyID: "orphan-1", Label: "wxmail 2026-11-27 lost",
		End: today().AddDate(2, 0, 0)})
	memory(f).Orphans["wxmail 2026-11-27 lost"], memory(f).Labels["wxmail 2026-11-27 lost"] = true, true
}

// rotating: a second secret stands beside the first one.
func rotating(f *Facts) {
	app(f).Secrets = append(app(f).Secrets, directory.SecretInfo{KeyID: "secret-0", Label: "wxmail 2026-01-01 older",
		End: today().AddDate(1, 0, 0)})
	f.Seen.Here.Value.Secret.Previous = &world.Previous{KeyID: "secret-0", Label: "wxmail 2026-01-01 older"}
	memory(f).Labels["wxmail 2026-01-01 older"] = true
}

func memory(f *Facts) *world.Memory { return &f.Seen.Here.Value.Memory }

// journal is another journal than that of one setup.
func journal(entries ...step.Entry) breaking {
	return func(f *Facts) { f.Seen.Here.Value.Memory = remember(entries) }
}

// later is a setup, and what was done after it.
func later(entries ...step.Entry) breaking { return journal(append(setUp(), entries...)...) }

// without is a setup of which these keys were never done.
func never(keys ...string) breaking {
	return journal(slices.DeleteFunc(setUp(), func(e step.Entry) bool { return slices.Contains(keys, e.Key) })...)
}

// Of the mailbox.

func mail(f *Facts) *mailflow.Snapshot { return f.Seen.Exchange.Value }

func smtpInherited(f *Facts) { mail(f).SMTPAuthDisabled = nil }
func smtpDisabled(f *Facts)  { is := true; mail(f).SMTPAuthDisabled = &is }
func tenantSMTP(f *Facts)    { mail(f).TenantSMTPAuthDisabled = false }
func noMailbox(f *Facts)     { mail(f).Mailbox, mail(f).SignIn, mail(f).SMTPAuthDisabled = nil, nil, nil }
func noForwarding(f *Facts)  { mail(f).Mailbox.Forwarding = mailflow.Forwarding{} }
func keepsNoCopy(f *Facts)   { mail(f).Mailbox.Forwarding.KeepCopy = false }

func forwardsTo(address string) breaking {
	return func(f *Facts) { mail(f).Mailbox.Forwarding = mailflow.Forwarding{SMTPAddress: address, KeepCopy: true} }
}

func forwardsInside(f *Facts) { mail(f).Mailbox.Forwarding.Address = "sales" }

// shared: support is a shared mailbox, and sales signs in for it.
func shared(f *Facts) {
	answer("mailbox.sign-in-as", "sales@contoso.example")(f)
	mail(f).Mailbox.RecipientTypeDetails, mail(f).Mailbox.AccountDisabled = "SharedMailbox", true
	mail(f).SignIn, mail(f).SendAs = userMailbox("sales"), []string{"sales@contoso.example"}
	f.Seen.Directory.Value.User = &directory.User{ID: "user-2", UPN: "sales@contoso.example", Enabled: true, Licensed: true}
	f.Seen.Here.Value.Token.Login = "sales@contoso.example"
}

func mayNotSendAs(f *Facts) { mail(f).SendAs = []string{"somebody@contoso.example"} }

// Of outbound policies.

func ourPolicy(f *Facts) *mailflow.OutboundPolicy { return &mail(f).OutboundPolicies[1] }
func ourRule(f *Facts) *mailflow.OutboundRule     { return &mail(f).OutboundRules[0] }

func noPolicy(f *Facts) {
	mail(f).OutboundPolicies, mail(f).OutboundRules = mail(f).OutboundPolicies[:1], nil
}
func noRule(f *Facts)        { mail(f).OutboundRules = nil }
func policyOff(f *Facts)     { ourPolicy(f).AutoForwardingMode = "Off" }
func ruleDisabled(f *Facts)  { ourRule(f).State = "Disabled" }
func ruleOfSales(f *Facts)   { ourRule(f).From = []string{"sales@contoso.example"} }
func defaultOn(f *Facts)     { mail(f).OutboundPolicies[0].AutoForwardingMode = "On" }
func dehydratedOrg(f *Facts) { mail(f).Dehydrated = true }

// ruleFirst: somebody's rule comes before ours, and forbids.
func ruleFirst(f *Facts) {
	strict := mailflow.OutboundPolicy{Name: "Strict", AutoForwardingMode: "Off"}
	rule := mailflow.OutboundRule{Name: "Nobody forwards", Policy: "Strict", State: "Enabled", SenderDomainIs: []string{"contoso.example"}}
	mail(f).OutboundPolicies = append(mail(f).OutboundPolicies, strict)
	for i := range mail(f).OutboundRules {
		mail(f).OutboundRules[i].Priority++
	}
	mail(f).OutboundRules = append([]mailflow.OutboundRule{rule}, mail(f).OutboundRules...)
}

// ruleMaybe: somebody's rule comes before ours, and asks for a group.
func ruleMaybe(f *Facts) {
	ruleFirst(f)
	mail(f).OutboundRules[0].SenderDomainIs, mail(f).OutboundRules[0].FromMemberOf = nil, []string{"team"}
}

// usesOurPolicy: a rule of somebody's uses the policy that wxmail made.
func usesOurPolicy(f *Facts) {
	mail(f).OutboundRules = append(mail(f).OutboundRules, mailflow.OutboundRule{Name: "Theirs", Policy: policyOfOurs, State: "Enabled",
		Priority: 1,
		From:     []string{"sales@contoso.example"}})
}

func noRemoteDomain(f *Facts) { mail(f).RemoteDomains[0].AutoForwardEnabled = false }

func transportRule(f *Facts) {
	mail(f).TransportRules = []mailflow.TransportRule{{Name: "Stop forwards", State: "Enabled", MessageTypeMatches: "AutoForward",
		DeleteMessage: true}}
}

func unsureTransportRule(f *Facts) {
	transportRule(f)
	mail(f).TransportRules[0].Conditions = []string{"Microsoft.SomePredicate"}
}

// Of who signed in.

// roles are those that a token names, and nothing more is allowed: what needs
// others was tried, and refused.
func roles(ids ...string) breaking {
	return func(f *Facts) {
		hinted(ids...)(f)
		for _, right := range []Right{mayRegister(), mayConsent()} {
			if f.May.hints(right) {
				f.May.Directory.Refused = append(f.May.Directory.Refused, Refusal{Right: right})
			}
		}
	}
}

// hinted are the roles that a token names.
func hinted(ids ...string) breaking {
	return func(f *Facts) { f.May.Directory = Admin{Account: "admin@contoso.example", Roles: ids} }
}

func cmdlets(names ...string) breaking {
	return func(f *Facts) {
		f.May.Exchange = Admin{Account: "exchange@contoso.example", Cmdlets: mailflow.NewRights(names...)}
	}
}

func unreadDirectory(o *step.Obstacle) breaking {
	return func(f *Facts) { f.Seen.Directory = world.Look[directory.Snapshot]{Err: o} }
}

func unreadExchange(o *step.Obstacle) breaking {
	return func(f *Facts) { f.Seen.Exchange = world.Look[mailflow.Snapshot]{Err: o} }
}
