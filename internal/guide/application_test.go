package guide

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

func (trials) Application() trial {
	return trial{key: "azure.application", values: valuesOf[Application]([]step.Value{
		Application{"id", "unique", "name", "notes", []string{"u"}, true,
			[]Permission{{directory.ExchangeAppID, "1", directory.Role, "Mail.Send"}}},
		Application{DisplayName: "name", RedirectURIs: []string{}, Permissions: []Permission{}}},
		map[string]step.Value{`{"displayName":"X","redirectUris":["u"],"implicitAccessTokens":true,
			"permissions":["Mail.Send (application)","SMTP.Send (delegated)"]}`: Application{
			DisplayName: "X", RedirectURIs: []string{"u"}, ImplicitAccessTokens: true,
			Permissions: []Permission{{Type: directory.Role, Value: "Mail.Send"}, {Type: directory.Scope, Value: "SMTP.Send"}}}}),
		breaks: map[string]breaking{"noApplication": noApplication, "noCallback": noCallback, "implicitOff": implicitOff,
			"undeclared": undeclared, "otherURI": otherURI, "adopted": adopted, "movedCallback": movedCallback,
			"callbackReplaced": callbackReplaced, "oldCallback": together(movedCallback, callbackReplaced),
			"setUpByHand": together(noApplication, byHand)}}
}

func TestPlanOfTheApplication(t *testing.T) {
	runPlans(t, []planTest{
		{"nothing differs", healthy(), outline{}},
		{"there is none", healthy(noApplication, emptyVault), outline{Changes: []string{"azure.application/create WX-APPLICATION-MISSING",
			"azure.service-principal/create", "azure.secret/create", "azure.app-role.Mail.Send/create",
			"azure.grant.Office-365-Exchange-Online/create",
			"azure.grant.Microsoft-Graph/create", "token.redirect-uri/create", "token.sign-in/create", "token.redirect-uri/delete",
			"token.smtp-sign-in/create"}}},
		{"the callback is missing", healthy(noCallback), outline{Changes: []string{"azure.application/update WX-REDIRECT-URI-MISSING"}}},
		{"no access tokens are issued", healthy(implicitOff), outline{Changes: []string{"azure.application/update WX-IMPLICIT-GRANT"}}},
		{"the operator wants none", healthy(answer("azure.implicit-grant", "false")),
			outline{Changes: []string{"azure.application/update WX-IMPLICIT-GRANT"}}},
		{"a permission is not declared", healthy(undeclared), outline{Changes: []string{"azure.application/update WX-PERMISSION-UNDECLARED"}}},
		{"all at once", healthy(noCallback, implicitOff, undeclared),
			outline{Changes: []string{"azure.application/update WX-REDIRECT-URI-MISSING WX-IMPLICIT-GRANT WX-PERMISSION-UNDECLARED"}}},
		{"somebody's own parts stay and differ in nothing", healthy(otherSecret, otherURI, otherConsent), outline{}},
		{"the adopted one is not there", healthy(noApplication, answer("azure.application", "04b07795-8ddb-461a-bbee-02f9e1bf7b46")), outline{
			Withheld: []string{"azure.service-principal/create", "azure.secret/create", "azure.app-role.Mail.Send/create",
				"azure.grant.Office-365-Exchange-Online/create", "azure.grant.Microsoft-Graph/create", "token.redirect-uri/create",
				"token.sign-in/create",
				"token.redirect-uri/delete"},
			Obstacles: []string{"azure.register WX-APPLICATION-UNKNOWN, stops", "azure.consent WX-APPLICATION-UNKNOWN, stops, repeats",
				"token WX-APPLICATION-UNKNOWN, stops, repeats"}}},
	})
}

func TestAnApplicationIsMadeWithAllThatTheGuideAsks(t *testing.T) {
	f := untouched()
	c := planned(t, f, "azure.application/create")
	want := Application{UniqueName: wanted.UniqueName(mailboxAddress), DisplayName: "WebexConnect", Notes: notes(mailboxAddress),
		RedirectURIs: []string{callbackURL}, ImplicitAccessTokens: true, Permissions: healthyPermissions()}
	same(t, "after", c.After, step.Value(want))
	if c.Before != nil || !c.Ours || !c.Risk.IsZero() || c.Target != "WebexConnect" {
		t.Errorf("%+v", c)
	}
	tn := tenantOf(f)
	made := applying(t, tn, c, called("UpsertApplication", want.UniqueName, directory.ApplicationSpec{
		DisplayName: "WebexConnect", Notes: want.Notes, Tags: []string{"wxmail"}, RedirectURIs: want.RedirectURIs,
		ImplicitAccessTokens: true, Required: healthyRequired()}))
	same(t, "made", made, any(map[string]string{"objectId": "object made 1", "appId": "client made 2"}))
}

// What is there stays, whoever made it; what the guide asks for joins it.
func TestAnApplicationIsChangedByUnion(t *testing.T) {
	f := healthy(noCallback, implicitOff, undeclared, otherURI)
	c := planned(t, f, "azure.application/update")
	uris := []string{"https://elsewhere.example/callback", "https://crm.example/cb", callbackURL}
	after, on := c.After.(Application), true
	same(t, "redirect URIs", after.RedirectURIs, uris)
	same(t, "permissions", sorted(names(after.Permissions)), sorted(names(healthyPermissions())))
	if !c.Ours || !c.Risk.IsZero() {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("UpdateApplication", objectID, directory.ApplicationPatch{RedirectURIs: uris, ImplicitAccessTokens: &on,
		Required: []directory.RequiredResource{healthyRequired()[1], healthyRequired()[0]}}))
}

// The temporary redirect URI is a write of its own, beside what the
// application's own write has left, and is taken back; that one is refused
// costs nothing else.
func TestTheTemporaryRedirectComesAfterTheApplicationsWrite(t *testing.T) {
	for name, f := range map[string]Facts{"a new one": untouched(), "one that differs": healthy(implicitOff, noToken, otherURI)} {
		p, tn := Guide(nil, nil).Plan(f), tenantOf(f)
		h := tn.hands()
		after, _ := typed[Application](p.Find("azure.application").After)
		for _, c := range []step.Change{*p.Find("azure.application"), changeOf(t, p, "token.redirect-uri/create")} {
			if _, err := apply(h, c); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		shown := tn.facts.Seen.Directory.Value.Application.RedirectURIs
		same(t, name, shown, append(slices.Clone(after.RedirectURIs), TemporaryRedirect))
		if _, err := apply(h, changeOf(t, p, "token.redirect-uri/delete")); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, name, tn.facts.Seen.Directory.Value.Application.RedirectURIs, after.RedirectURIs)
	}
}

func TestAPolicyMayRefuseTheTemporaryRedirect(t *testing.T) {
	refused := &microsoft.Error{Service: microsoft.Graph, Status: 400, Code: "SomethingAsPerAppPolicy"}
	f := healthy(noToken)
	tn := tenantOf(f).refuse("UpdateApplication", refused)
	h := tn.hands()
	_, err := apply(h, planned(t, f, "token.redirect-uri/create"))
	var o *step.Obstacle
	if !errors.As(err, &o) || o.Code != "WX-LOCALHOST-REFUSED" || o.Object == "" || o.Detail != refused.Code || !o.Waiting {
		t.Errorf("%v", err)
	}
	if _, err := apply(h, planned(t, f, "token.redirect-uri/delete")); !errors.Is(err, step.ErrNothingToDo) {
		t.Errorf("it is said to be taken back: %v", err)
	}
}

// Entra compares redirect URIs with the case of their letters: what Generate
// Token asks for has to be there as it is, and what somebody has stays.
// https://learn.microsoft.com/entra/identity-platform/reply-url
func TestARedirectURIInAnotherCaseIsAnother(t *testing.T) {
	for _, other := range []string{strings.ToUpper(callbackURL), "HTTPS" + strings.TrimPrefix(callbackURL, "https"), callbackURL + "/"} {
		f := healthy(noCallback, func(f *Facts) { app(f).RedirectURIs = []string{other} })
		after, _ := typed[Application](planned(t, f, "azure.application/update").After)
		same(t, "redirect URIs", after.RedirectURIs, []string{other, callbackURL})
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

func TestAnAdoptedApplicationIsNotOurs(t *testing.T) {
	c := planned(t, healthy(noCallback, answer("azure.application", "04b07795-8ddb-461a-bbee-02f9e1bf7b46")), "azure.application/update")
	if c.Ours {
		t.Error("an adopted application is called ours")
	}
}

// A redirect URI of another platform is of no use, and Graph takes it but once:
// it is told where it is, and nothing is planned that would be refused.
func TestARedirectURIOfAnotherPlatformHinders(t *testing.T) {
	for name, move := range map[string]func(*directory.Application){
		"Single-page application":         func(a *directory.Application) { a.SPARedirects = []string{callbackURL} },
		"Mobile and desktop applications": func(a *directory.Application) { a.PublicRedirects = []string{callbackURL} },
	} {
		f := healthy(noCallback, func(f *Facts) { move(app(f)) })
		p := Guide([]string{"azure.register"}, nil).Plan(f)
		o := p.Hindered("azure.register")
		if o == nil || o.Code != "WX-REDIRECT-URI-PLATFORM" || o.Object != callbackURL || o.Detail != name || p.Has("azure.application") {
			t.Errorf("%s: %+v, %+v", name, o, p.Changes)
		}
	}
}

func TestAnswersThatWereLostAreLookedFor(t *testing.T) {
	f := untouched()
	c := planned(t, f, "azure.application/create")
	tn := tenantOf(f)
	tn.facts.Seen.Directory.Value.Application = healthyApplication() // made by a request whose answer was lost
	tn.hidden = 2
	made := applying(t, tn, c, called("UpsertApplication", wanted.UniqueName(mailboxAddress), spec(c.After.(Application))))
	same(t, "made", made, any(map[string]string{"objectId": objectID, "appId": clientID}))
}

func spec(a Application) directory.ApplicationSpec {
	return directory.ApplicationSpec{DisplayName: a.DisplayName, Notes: a.Notes, Tags: []string{"wxmail"}, RedirectURIs: a.RedirectURIs,
		ImplicitAccessTokens: a.ImplicitAccessTokens, Required: a.required()}
}

func TestAWriteIsRepeatedUntilTheReplicaKnowsTheObject(t *testing.T) {
	f := healthy(implicitOff)
	c := planned(t, f, "azure.application/update")
	tn := tenantOf(f).refuse("UpdateApplication", notYet(), notYet())
	if _, err := apply(tn.hands(), c); err != nil || len(tn.said()) != 3 {
		t.Errorf("%v after %d tries", err, len(tn.said()))
	}
	tn = tenantOf(f).refuse("UpdateApplication", refusedByGraph())
	if _, err := apply(tn.hands(), c); err == nil || len(tn.said()) != 1 {
		t.Errorf("a refusal: %v after %d tries", err, len(tn.said()))
	}
	tn = tenantOf(untouched()).refuse("UpsertApplication", refusedByGraph())
	_, err := apply(tn.hands(), planned(t, untouched(), "azure.application/create"))
	if !microsoft.HasCode(err, "Authorization_RequestDenied") {
		t.Errorf("a refusal is looked for: %v", err)
	}
}

// oursIsUsed is an undo that leaves our application to whoever uses it.
func oursIsUsed() outline {
	return outline{Changes: []string{"undo.azure.secret.secret-1/delete"}, Kept: []string{"azure.application kept.application"}}
}

func TestUndoOfTheApplication(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"ours goes, with all that stands on it", healthy(), outline{Changes: []string{"undo.azure.application/delete"}}},
		{"a later callback of ours is nobody else's", healthy(otherURI, later(did(step.Update, "azure.application", "WebexConnect",
			Application{RedirectURIs: []string{callbackURL}}, Application{RedirectURIs: []string{callbackURL, "https://crm.example/cb"}}, `{}`))),
			outline{Changes: []string{"undo.azure.application/delete"}}},
		{"two secrets of ours are nobody else's", healthy(rotating), outline{Changes: []string{"undo.azure.application/delete"}}},
		{"a secret of somebody's keeps it, ours goes", healthy(otherSecret), outline{Changes: []string{"undo.azure.secret.secret-1/delete"},
			Kept: []string{"azure.application kept.application"}}},
		{"a redirect URI of somebody's keeps it", healthy(otherURI), outline{Changes: []string{"undo.azure.secret.secret-1/delete"},
			Kept: []string{"azure.application kept.application"}}},
		{"a consent of somebody's keeps it", healthy(otherConsent), outline{Changes: []string{"undo.azure.secret.secret-1/delete"},
			Kept: []string{"azure.application kept.application"}}},
		{"a page of somebody's keeps it", healthy(func(f *Facts) { app(f).SPARedirects = []string{"https://portal.example/"} }), oursIsUsed()},
		{"a program of somebody's keeps it", healthy(func(f *Facts) { app(f).PublicRedirects = []string{"portal://auth"} }), oursIsUsed()},
		{"a permission of somebody's keeps it", healthy(otherRole), oursIsUsed()},
		{"a consent of one user keeps it", healthy(func(f *Facts) {
			f.Seen.Tenant().Grants = append(f.Seen.Tenant().Grants, directory.Grant{ConsentType: "Principal", PrincipalID: "user-2",
				ResourceID: graphID, Scopes: []string{"User.Read"}})
		}), oursIsUsed()},
		{"another mailbox's profile keeps it", healthy(neighbourOn(clientID, "another")), oursIsUsed()},
		{"its secret too, where that is the same", healthy(neighbourOn(clientID, secretID)), outline{
			Kept: []string{"azure.secret kept.used", "azure.application kept.stands-on"}}},
		{"an adopted one that another mailbox uses stays", healthy(otherURI, adopted, neighbourOn(clientID, "another")), outline{
			Changes: []string{"undo.azure.secret.secret-1/delete"}, Kept: []string{"azure.application kept.used"}}},
		{"another mailbox's application is no reason", healthy(neighbourOn("client-2", "another")), outline{
			Changes: []string{"undo.azure.application/delete"}}},
		{"unless the operator insists", healthy(otherSecret, answer("undo.changed-since", "restore")),
			outline{Changes: []string{"undo.azure.application/delete"}}},
		{"somebody deleted it", healthy(deletedApplication), outline{}},
		{"one that was there loses what wxmail added", healthy(otherURI, adopted), outline{
			Changes: []string{"undo.azure.secret.secret-1/delete", "undo.azure.application/update"}}},
		{"one that lacked the callback alone", healthy(later(), lackedCallback), outline{Changes: []string{"undo.azure.secret.secret-1/delete",
			"undo.azure.application/update"}}},
		{"one that lacked the access tokens alone", healthy(later(), lackedTokens), outline{Changes: []string{"undo.azure.secret.secret-1/delete",
			"undo.azure.application/update"}}},
		{"one to which nothing was added stays as it is", healthy(never("azure.application", "azure.secret")), outline{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(undoOf(test.facts, "azure.register")), test.want)
		})
	}
}

// adopted is the journal of a setup with an application that was there, with
// one redirect URI and one permission.
func adopted(f *Facts) {
	before := Application{ObjectID: objectID, DisplayName: "WebexConnect", RedirectURIs: []string{"https://crm.example/cb"},
		Permissions: healthyPermissions()[:1]}
	after := Application{ObjectID: objectID, DisplayName: "WebexConnect", RedirectURIs: []string{"https://crm.example/cb", callbackURL},
		ImplicitAccessTokens: true, Permissions: healthyPermissions()}
	entries := setUp()
	entries[0] = did(step.Update, "azure.application", "WebexConnect", before, after, `{"objectId":"object-1","appId":"client-1"}`)
	journal(entries...)(f)
}

func TestUndoTakesBackOnlyWhatWasAdded(t *testing.T) {
	f := healthy(otherURI, adopted, func(f *Facts) { // and what somebody declared since stays
		app(f).Required[1].Access = append(app(f).Required[1].Access, directory.Access{ID: "id-user-read", Type: directory.Scope})
	})
	c := changeOf(t, undoOf(f), "undo.azure.application/update")
	off := false
	applying(t, tenantOf(f), c, called("UpdateApplication", objectID,
		directory.ApplicationPatch{RedirectURIs: []string{"https://crm.example/cb"},
			ImplicitAccessTokens: &off, Required: []directory.RequiredResource{
				{ResourceAppID: directory.ExchangeAppID, Access: []directory.Access{{ID: roleMailSend, Type: directory.Role}}},
				{ResourceAppID: directory.MicrosoftGraphAppID, Access: []directory.Access{{ID: "id-user-read", Type: directory.Scope}}}}}))
}

// What somebody declared before wxmail mended the application is somebody's.
func TestUndoLeavesWhatSomebodyDeclaredMeanwhile(t *testing.T) {
	theirs := Permission{directory.MicrosoftGraphAppID, "id-user-read", directory.Scope, "User.Read"}
	f := healthy(adopted, func(f *Facts) {
		app(f).Required[1].Access = append(app(f).Required[1].Access, directory.Access{ID: "id-user-read", Type: directory.Scope})
		d := memory(f).Deeds["azure.application"]
		after := decode[Application](d.After)
		after.Permissions = append(after.Permissions, theirs)
		d.After = raw(after)
		memory(f).Deeds["azure.application"] = d
	})
	after := changeOf(t, undoOf(f), "undo.azure.application/update").After.(Application)
	same(t, "permissions", after.Permissions, []Permission{healthyPermissions()[0], theirs})
}

// lacking is a journal with an application that was there and differed in one.
func lacking(change func(*Application)) breaking {
	return func(f *Facts) {
		after := Application{ObjectID: objectID, RedirectURIs: []string{callbackURL}, ImplicitAccessTokens: true,
			Permissions: healthyPermissions()}
		before := after
		change(&before)
		entries := setUp()
		entries[0] = did(step.Update, "azure.application", "WebexConnect", before, after, `{"objectId":"object-1"}`)
		journal(entries...)(f)
	}
}

var (
	lackedCallback = lacking(func(a *Application) { a.RedirectURIs = []string{} })
	lackedTokens   = lacking(func(a *Application) { a.ImplicitAccessTokens = false })
)

func TestUndoTakesNoRedirectURIOfOthersAlong(t *testing.T) {
	for name, f := range map[string]Facts{
		"one that somebody added while ours was there": healthy(redirectOfOthers, otherURI, lackedCallback,
			func(f *Facts) { memory(f).TemporaryRedirect = true }),
		"a temporary one of somebody's": healthy(redirectOfOthers, otherURI, lackedCallback),
	} {
		after := changeOf(t, undoOf(f), "undo.azure.application/update").After.(Application)
		want := []string{TemporaryRedirect, "https://crm.example/cb"}
		if memory(&f).TemporaryRedirect {
			want = want[1:]
		}
		same(t, name, after.RedirectURIs, want)
	}
}

func TestUndoTakesTheTemporaryRedirectAlong(t *testing.T) {
	f := healthy(redirectOfOthers, adopted, func(f *Facts) { memory(f).TemporaryRedirect = true })
	after := changeOf(t, undoOf(f), "undo.azure.application/update").After.(Application)
	same(t, "redirect URIs", after.RedirectURIs, []string{})
}

func TestOurApplicationIsDeletedWithItsSecret(t *testing.T) {
	f := healthy()
	c := changeOf(t, undoOf(f), "undo.azure.application/delete")
	applying(t, tenantOf(f), c, called("DeleteApplication", objectID), called("ForgetSecret"))
	tn := tenantOf(f).refuse("DeleteApplication", refusedByGraph())
	if _, err := apply(tn.hands(), c); err == nil || tn.facts.Seen.Here.Value.Secret == nil {
		t.Errorf("%v: the secret of an application that stays is forgotten", err)
	}
}

// What was done to another application says nothing of this one.
func TestAnApplicationThatWasAdoptedLaterIsNotDeleted(t *testing.T) {
	theirs := did(step.Update, "azure.application", "WebexConnect", Application{ObjectID: "theirs",
		RedirectURIs: []string{"https://crm.example/cb"}},
		Application{ObjectID: "theirs", RedirectURIs: []string{"https://crm.example/cb", callbackURL}}, `{"objectId":"theirs"}`)
	other := func(f *Facts) {
		app(f).ObjectID, app(f).RedirectURIs = "theirs", []string{"https://crm.example/cb", callbackURL}
	}
	adopts := answer("azure.application", "04b07795-8ddb-461a-bbee-02f9e1bf7b46")
	for name, f := range map[string]Facts{
		"something was added to it": healthy(later(theirs), other, adopts),
		"nothing was added to it":   healthy(other, adopts),
		"it may never have been made": healthy(adopts, journal(step.Entry{Key: "azure.application", Op: step.Create, Target: "WebexConnect",
			After: raw(Application{})})),
	} {
		if p := undoOf(f); slices.ContainsFunc(p.Changes, func(c step.Change) bool { return c.ID() == "undo.azure.application/delete" }) {
			t.Errorf("%s: %+v", name, outlineOf(p))
		}
	}
	intended := step.Entry{Key: "azure.application", Op: step.Create, Target: "WebexConnect", After: raw(Application{})}
	after := changeOf(t, undoOf(healthy(later(theirs), other, adopts)), "undo.azure.application/update").After.(Application)
	same(t, "what is left of theirs", after.RedirectURIs, []string{"https://crm.example/cb"})
	if p := undoOf(healthy(journal(intended))); !p.Has("undo.azure.application") {
		t.Error("one of ours whose creation has no recorded end stays")
	}
}

func TestWhatTheJournalTeachesOfRedirectURIs(t *testing.T) {
	m := healthyHere().Memory
	same(t, "ours", m.RedirectURIs, map[string]bool{callbackURL: true})
	if m.TemporaryRedirect {
		t.Error("it was removed")
	}
	before := Application{RedirectURIs: []string{TemporaryRedirect}}
	m = remember([]step.Entry{did(step.Update, "azure.application", "X", before,
		Application{RedirectURIs: []string{TemporaryRedirect, callbackURL}}, `{}`)})
	if m.TemporaryRedirect {
		t.Error("what was there before is not ours")
	}
	m = remember(setUp()[:1])
	if !m.TemporaryRedirect {
		t.Error("the first write brought it")
	}
}

func TestPermissionsAreToldByIDOrByTheWordsOfOldJournals(t *testing.T) {
	role := Permission{directory.ExchangeAppID, "1", directory.Role, "Mail.Send"}
	for name, test := range map[string]struct {
		other Permission
		is    bool
	}{
		"the same":                      {role, true},
		"by words":                      {Permission{Type: directory.Role, Value: "Mail.Send"}, true},
		"the delegated one":             {Permission{Type: directory.Scope, Value: "Mail.Send"}, false},
		"the same id of other resource": {Permission{directory.MicrosoftGraphAppID, "1", directory.Role, "Mail.Send"}, false},
	} {
		if role.is(test.other) != test.is {
			t.Error(name)
		}
	}
}

// A resource that the guide does not deal in, and a permission that the tenant
// does not publish, have no names.
func TestUnknownPermissionsAreShownByID(t *testing.T) {
	f := healthy(func(f *Facts) {
		app(f).Required = []directory.RequiredResource{{ResourceAppID: "crm",
			Access: []directory.Access{{ID: "id-openid", Type: directory.Scope}}},
			{ResourceAppID: directory.ExchangeAppID, Access: []directory.Access{{ID: "retired", Type: directory.Role}}}}
	})
	same(t, "names", names(f.shownApplication(app(&f)).Permissions), []string{"id-openid (delegated)", "retired (application)"})
}

func names(permissions []Permission) []string {
	texts := []string{}
	for _, p := range permissions {
		texts = append(texts, p.String())
	}
	return texts
}
