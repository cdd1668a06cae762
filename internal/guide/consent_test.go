package guide

import (
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/step"
)

func (trials) AppRole() trial {
	return trial{key: "azure.app-role",
		values: valuesOf[Role]([]step.Value{Role{"a", "p", "r", "i", "Mail.Send", exchangeName}, Role{Value: "x"}},
			map[string]step.Value{`"Mail.Send (application) of Office 365 Exchange Online"`: Role{Value: "Mail.Send", Resource: exchangeName}}),
		breaks: map[string]breaking{"noMailSend": noMailSend}}
}

func (trials) Grant() trial {
	return trial{key: "azure.grant",
		values: valuesOf[Grant]([]step.Value{Grant{"g", "r", graphName, []string{"a", "b"}}, Grant{Scopes: []string{}}},
			map[string]step.Value{`"openid profile (delegated, all users) of Microsoft Graph"`: Grant{Resource: graphName,
				Scopes: []string{"openid", "profile"}}}),
		breaks: map[string]breaking{"noGrants": noGrants, "narrowGrant": narrowGrant, "otherConsent": otherConsent}}
}

func TestPlanOfTheConsent(t *testing.T) {
	const mailSend, smtp, graph = "azure.app-role.Mail.Send/create", "azure.grant.Office-365-Exchange-Online/create",
		"azure.grant.Microsoft-Graph/create"
	runPlans(t, []planTest{
		{"nothing is granted", healthy(noMailSend, noGrants), outline{Changes: []string{mailSend + " WX-MAIL-SEND-MISSING",
			smtp + " WX-CONSENT-MISSING", graph + " WX-CONSENT-MISSING"}}},
		{"a grant lacks scopes", healthy(narrowGrant), outline{Changes: []string{"azure.grant.Microsoft-Graph/update WX-CONSENT-MISSING"}}},
		{"one user's own consent is not the tenant's", healthy(func(f *Facts) { f.Seen.Directory.Value.Grants[1].ConsentType = "Principal" }),
			outline{Changes: []string{graph + " WX-CONSENT-MISSING"}}},
		{"the role is not wanted", healthy(noMailSend, answer("azure.permissions", "least")), outline{}},
		{"the role is not wanted, and stays where it is", healthy(answer("azure.permissions", "least")), outline{}},
		{"the tenant has no Exchange", healthy(noMailSend, noGrants, func(f *Facts) { f.Seen.Directory.Value.Exchange = nil }), outline{
			Withheld:  []string{graph + " WX-CONSENT-MISSING"},
			Obstacles: []string{"azure.consent WX-NO-EXCHANGE, stops"}}},
		{"a permission is unknown there", healthy(noMailSend, func(f *Facts) { f.Seen.Directory.Value.Exchange.Roles = nil }), outline{
			Obstacles: []string{"azure.consent WX-PERMISSION-UNKNOWN, stops"}}},
		{"nobody may read the policy", healthy(func(f *Facts) { f.Seen.Directory.Value.ConsentPolicy = nil }),
			outline{Notes: []string{"note.consent-policy-unreadable"}}},
		{"users may consent to nothing", healthy(func(f *Facts) { f.Seen.Directory.Value.ConsentPolicy.UserConsent = directory.ConsentNone }),
			outline{Notes: []string{"note.consent-policy-strict"}}},
		{"users may consent to little", healthy(func(f *Facts) { f.Seen.Directory.Value.ConsentPolicy.UserConsent = directory.ConsentLow }),
			outline{Notes: []string{"note.consent-policy-strict"}}},
	})
}

func TestConsentNeedsAnApplication(t *testing.T) {
	f := untouched()
	f.Wanted.Run.Steps = []string{"azure.consent"}
	same(t, "plan", outlineOf(Guide([]string{"azure.consent"}, nil).Plan(f)), outline{
		Withheld: []string{"azure.app-role.Mail.Send/create", "azure.grant.Office-365-Exchange-Online/create",
			"azure.grant.Microsoft-Graph/create"},
		Obstacles: []string{"azure.consent WX-STEP-FIRST, stops"}})
}

func TestTheEvidenceOfAMissingConsentNamesTheScopes(t *testing.T) {
	same(t, "why", planned(t, healthy(narrowGrant), "azure.grant.Microsoft-Graph/update").Why, []step.Reason{{Code: "WX-CONSENT-MISSING",
		Object: "profile offline_access", Detail: "Microsoft Graph",
		Evidence: "oauth2PermissionGrants (AllPrincipals): profile, offline_access missing; wxmail set it at 2026-10-27T09:00:00Z",
		Page:     EnterprisePage("Permissions", principalID, clientID)}})
	intended := step.Entry{Key: "azure.grant.Microsoft-Graph", Op: step.Create, Target: "WebexConnect"}
	why := planned(t, healthy(narrowGrant, journal(intended)), "azure.grant.Microsoft-Graph/update").Why[0]
	same(t, "of what may never have been done", why.Evidence,
		"oauth2PermissionGrants (AllPrincipals): profile, offline_access missing")
	same(t, "an obstacle's", missingPermission(healthy(), healthy().Wanted.Permissions()[0]).Object, "Mail.Send")
}

func TestTheRoleIsAssignedToThePrincipalOfThisRun(t *testing.T) {
	f := healthy(noMailSend)
	c := planned(t, f, "azure.app-role.Mail.Send/create")
	same(t, "after", c.After, step.Value(Role{ResourceID: exchangeID, RoleID: roleMailSend, Value: "Mail.Send", Resource: exchangeName}))
	if c.Risk.ID != "risk.mail-send" {
		t.Error("that the right is the whole tenant's is not said")
	}
	made := applying(t, tenantOf(f), c, called("AssignAppRole", principalID, exchangeID, roleMailSend))
	same(t, "made", made, any(map[string]string{"id": "assignment made 1", "principal": principalID}))
	tn := tenantOf(f).refuse("AssignAppRole", notYet())
	if _, err := apply(tn.hands(), c); err != nil || len(tn.said()) != 2 {
		t.Errorf("%v after %d tries", err, len(tn.said()))
	}
}

func TestAGrantIsMadeOrAmendedByUnion(t *testing.T) {
	f := healthy(noGrants)
	c := planned(t, f, "azure.grant.Microsoft-Graph/create")
	made := applying(t, tenantOf(f), c, called("CreateGrant", principalID, graphID, []string{"openid", "profile", "offline_access"}))
	same(t, "made", made, any(map[string]string{"id": "grant made 1"}))

	f = healthy(narrowGrant)
	c = planned(t, f, "azure.grant.Microsoft-Graph/update")
	same(t, "before", c.Before, step.Value(Grant{"grant-2", graphID, graphName, []string{"openid", "User.Read"}}))
	tn := tenantOf(f)
	h := tn.hands()
	if _, err := apply(h, c); err != nil {
		t.Fatal(err)
	}
	same(t, "calls", tn.said(), []call{called("UpdateGrant", "grant-2", []string{"openid", "User.Read", "profile", "offline_access"})})
	if h.Made.shown(nil) {
		t.Error("a sign-in does not wait for it")
	}
}

// A replica did not show the grant that was there: it is amended, once it is
// shown.
func TestAGrantThatExistsAlreadyIsAmended(t *testing.T) {
	f := healthy(noGrants)
	c := planned(t, f, "azure.grant.Microsoft-Graph/create")
	tn := tenantOf(f).refuse("CreateGrant", existsInGraph())
	tn.facts.Seen.Directory.Value.Grants = healthy(narrowGrant).Seen.Directory.Value.Grants
	made := applying(t, tn, c, called("CreateGrant", principalID, graphID, []string{"openid", "profile", "offline_access"}),
		called("UpdateGrant", "grant-2", []string{"openid", "User.Read", "profile", "offline_access"}))
	same(t, "made", made, any(map[string]string{"id": "grant-2"}))

	tn = tenantOf(f).refuse("CreateGrant", existsInGraph())
	if _, err := apply(tn.hands(), c); err == nil || len(tn.waited) == 0 {
		t.Errorf("one that is never shown: %v", err)
	}
	tn = tenantOf(f).refuse("CreateGrant", existsInGraph()).refuse("Look", refusedByGraph())
	if _, err := apply(tn.hands(), c); err == nil {
		t.Error("one that nobody may read")
	}
}

// What the application was granted shares its fate: it goes along, or stays
// with it for whoever uses it. Alone, the step is taken back.
func TestUndoOfTheConsent(t *testing.T) {
	all := []string{"undo.azure.grant.Office-365-Exchange-Online/delete", "undo.azure.grant.Microsoft-Graph/delete",
		"undo.azure.app-role.Mail.Send/delete"}
	for _, test := range []struct {
		name  string
		facts Facts
		steps []string
		want  outline
	}{
		{"the step alone", healthy(), []string{"azure.consent"}, outline{Changes: all}},
		{"the step alone, of an application that somebody uses", healthy(otherSecret), []string{"azure.consent"}, outline{Changes: all}},
		{"with the application it goes along", healthy(), []string{"azure.consent", "azure.register"},
			outline{Changes: []string{"undo.azure.application/delete"}}},
		{"with an application that stays it stays, too", healthy(otherSecret), []string{"azure.consent", "azure.register"}, outline{
			Changes: []string{"undo.azure.secret.secret-1/delete"}, Kept: []string{"azure.application kept.application"}}},
		{"of an adopted application it is revoked", healthy(adopted), []string{"azure.consent", "azure.register"}, outline{
			Changes: append(all[:len(all):len(all)], "undo.azure.secret.secret-1/delete", "undo.azure.application/update")}},
		{"under other answers, too", healthy(answer("azure.permissions", "least")), []string{"azure.consent"}, outline{Changes: all}},
		{"scopes of somebody's stay", healthy(narrowGrant), []string{"azure.consent"}, outline{Changes: []string{
			"undo.azure.grant.Office-365-Exchange-Online/delete", "undo.azure.grant.Microsoft-Graph/update",
			"undo.azure.app-role.Mail.Send/delete"}}},
		{"nothing is there any more", healthy(noPrincipal), []string{"azure.consent"}, outline{}},
		{"what was wxmail's is revoked already", healthy(noMailSend, func(f *Facts) { f.Seen.Directory.Value.Grants[0].Scopes = []string{"EWS"} },
			func(f *Facts) { f.Seen.Directory.Value.Grants = f.Seen.Directory.Value.Grants[:1] }), []string{"azure.consent"}, outline{}},
		{"somebody deleted the application", healthy(deletedApplication), nil, outline{Changes: []string{"undo.token.sign-in/delete",
			"undo.mailbox.forwarding/update", "undo.mailbox.outbound-rule/delete", "undo.mailbox.outbound-policy/delete",
			"undo.mailbox.smtp-auth/update"}}},
		{"the tenant has no Exchange", healthy(func(f *Facts) { f.Seen.Directory.Value.Exchange = nil }), []string{"azure.consent"},
			outline{Changes: []string{"undo.azure.grant.Microsoft-Graph/delete"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", sortedPlan(undoOf(test.facts, test.steps...)), sortedOutline(test.want))
		})
	}
}

// sortedPlan is an outline in which the order of changes is of no matter.
func sortedPlan(p *step.Plan) outline { return sortedOutline(outlineOf(p)) }

func sortedOutline(o outline) outline {
	o.Changes = sorted(o.Changes)
	return o
}

func TestConsentIsRevokedByTheIDsOfNow(t *testing.T) {
	f := healthy()
	p := undoOf(f, "azure.consent")
	applying(t, tenantOf(f), changeOf(t, p, "undo.azure.app-role.Mail.Send/delete"), called("RemoveAppRoleAssignment", principalID,
		"assignment-1"))
	applying(t, tenantOf(f), changeOf(t, p, "undo.azure.grant.Microsoft-Graph/delete"), called("DeleteGrant", "grant-2"))

	f = healthy(otherConsent)
	c := changeOf(t, undoOf(f, "azure.consent"), "undo.azure.grant.Microsoft-Graph/update")
	applying(t, tenantOf(f), c, called("UpdateGrant", "grant-2", []string{"User.Read"}))
}

// A scope that somebody gave before wxmail mended the grant is somebody's.
func TestAMendedGrantKeepsWhatSomebodyAdded(t *testing.T) {
	mended := did(step.Update, "azure.grant.Microsoft-Graph", "WebexConnect", Grant{"grant-2", graphID, graphName, []string{"User.Read"}},
		Grant{"grant-2", graphID, graphName, []string{"User.Read", "openid", "profile", "offline_access"}}, `{}`)
	f := healthy(otherConsent, later(mended))
	c := changeOf(t, undoOf(f, "azure.consent"), "undo.azure.grant.Microsoft-Graph/update")
	same(t, "after", c.After, step.Value(Grant{"grant-2", graphID, graphName, []string{"User.Read"}}))
}

// A grant that was there before wxmail came is given back as it was.
func TestAnAmendedGrantLosesWhatWasAdded(t *testing.T) {
	before := Grant{"grant-2", graphID, graphName, []string{"openid", "User.Read"}}
	after := Grant{"grant-2", graphID, graphName, []string{"openid", "User.Read", "profile", "offline_access"}}
	f := healthy(otherConsent, journal(did(step.Update, "azure.grant.Microsoft-Graph", "WebexConnect", before, after, `{}`)))
	c := changeOf(t, undoOf(f, "azure.consent"), "undo.azure.grant.Microsoft-Graph/update")
	same(t, "after", c.After, step.Value(Grant{"grant-2", graphID, graphName, []string{"openid", "User.Read"}}))
}

func TestAResourceIsFoundByItsNameInThePortal(t *testing.T) {
	f := healthy()
	if r := resourceNamed(f, exchangeName); r == nil || r.ID != exchangeID {
		t.Errorf("%+v", r)
	}
	if r := resourceNamed(f, "somebody's"); r != nil {
		t.Errorf("%+v", r)
	}
}
