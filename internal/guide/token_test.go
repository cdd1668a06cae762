package guide

import (
	"errors"
	"slices"
	"testing"

	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func (trials) SignIn() trial {
	return trial{key: "token.sign-in", notDrifting: "is wxmail's own",
		values: valuesOf[Token]([]step.Value{Token{"a@b.example", "upn"}, Token{Login: "a"}},
			map[string]step.Value{`"token with SMTP.Send and offline_access"`: Token{}, `"stored tokens"`: Token{}}),
		breaks: map[string]breaking{"noToken": noToken, "notRefreshed": notRefreshed, "renamed": refreshErr(renamed{}),
			"refusedAsRenamed": together(notRefreshed, refreshErr(renamed{}))}}
}

func (trials) SMTPProof() trial {
	return trial{key: "token.smtp-sign-in", notUndone: "leaves nothing behind", notMissed: "is the proof that all is well",
		notDrifting: "is nothing that stays",
		values: valuesOf[SMTPProof]([]step.Value{SMTPProof{User: "a@b.example"}},
			map[string]step.Value{`"signed in over SMTP"`: SMTPProof{}}),
		breaks: map[string]breaking{"notProved": notProved}}
}

func TestPlanOfTheToken(t *testing.T) {
	all := []string{"token.redirect-uri/create", "token.sign-in/create WX-TOKEN-MISSING", "token.redirect-uri/delete",
		"token.smtp-sign-in/create"}
	withheld := []string{"token.redirect-uri/create", "token.sign-in/create WX-TOKEN-MISSING", "token.redirect-uri/delete"}
	runPlans(t, []planTest{
		{"it refreshes and is proved", healthy(), outline{}},
		{"there is none", healthy(noToken), outline{Changes: all}},
		{"it is another account's", healthy(notRefreshed), outline{Changes: []string{"token.redirect-uri/create",
			"token.sign-in/create WX-TOKEN-STALE",
			"token.redirect-uri/delete", "token.smtp-sign-in/create"}}},
		{"it is dead, which the refusal says", healthy(notRefreshed, refreshErr(errors.New("dead"))),
			outline{Changes: []string{"token.redirect-uri/create",
				"token.sign-in/create", "token.redirect-uri/delete", "token.smtp-sign-in/create"}}},
		{"its account was renamed", healthy(notRefreshed, refreshErr(renamed{})), outline{Changes: []string{"token.redirect-uri/create",
			"token.sign-in/create WX-ACCOUNT-RENAMED", "token.redirect-uri/delete", "token.smtp-sign-in/create"}}},
		{"it was never proved", healthy(notProved), outline{Changes: []string{"token.smtp-sign-in/create"}}},
		{"it was never proved, and SMTP is hindered", healthy(notProved, unreadExchange(roleMissing())), outline{Obstacles: []string{
			"mailbox.smtp WX-ROLE-EXCHANGE, waits", "mailbox.forward WX-ROLE-EXCHANGE, waits, repeats", "token WX-ROLE-EXCHANGE, waits, repeats"}}},
		{"nobody knows the vault", healthy(locked), outline{Notes: []string{"note.vault-locked"}}},
		{"a permission is not known in the tenant", healthy(noToken, func(f *Facts) { f.Seen.Directory.Value.Exchange.Roles = nil }), outline{
			Withheld:  withheld,
			Obstacles: []string{"azure.consent WX-PERMISSION-UNKNOWN, stops", "token WX-PERMISSION-UNKNOWN, stops, repeats"}}},
		{"another has yet to consent", healthy(noToken, noGrants, roles(applicationDeveloper)), outline{
			Withheld: append([]string{"azure.grant.Office-365-Exchange-Online/create WX-CONSENT-MISSING",
				"azure.grant.Microsoft-Graph/create WX-CONSENT-MISSING"}, withheld...),
			Obstacles: []string{"azure.consent WX-ROLE-DIRECTORY, waits", "token WX-ROLE-DIRECTORY, waits, repeats"}}},
	})
}

func refreshErr(err error) breaking { return func(f *Facts) { f.Seen.Here.Value.RefreshErr = err } }

// roleMissing is why Exchange could not be read.
func roleMissing() *step.Obstacle {
	return &step.Obstacle{Code: "WX-ROLE-EXCHANGE", Object: "exchange@contoso.example", Waiting: true}
}

// renamed is an error that tells who was asked for and who came.
type renamed struct{}

func (renamed) Error() string { return "somebody else" }
func (renamed) Accounts() (wanted, got string) {
	return "support@contoso.example", "help@contoso.example"
}

// The step alone, in a tenant where nothing was done: the codes of what comes
// first are those that are told.
func TestTheSignInIsHinderedByWhatComesFirst(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts Facts
		steps []string
		want  []string
	}{
		{"no application, and nobody makes one", untouched(), []string{"token"}, []string{"token WX-STEP-FIRST, stops"}},
		{"no secret, and nobody makes one", healthy(emptyVault), []string{"token"}, []string{"token WX-STEP-FIRST, stops"}},
		{"an application that cannot be made", untouched(unreadDirectory(roleMissing())), nil, []string{"azure.register WX-ROLE-EXCHANGE, waits",
			"azure.consent WX-ROLE-EXCHANGE, waits, repeats", "token WX-ROLE-EXCHANGE, waits, repeats", forwardingWaits}},
		{"an application that somebody else has to make", untouched(roles("reader")), nil, []string{"azure.register WX-ROLE-DIRECTORY, waits",
			"azure.consent WX-ROLE-DIRECTORY, waits, repeats", "token WX-ROLE-DIRECTORY, waits, repeats", forwardingWaits}},
	} {
		f := test.facts
		if test.steps != nil {
			f.Wanted.Run.Steps = test.steps
		}
		same(t, test.name, outlineOf(Guide(test.steps, nil).Plan(f)).Obstacles, test.want)
	}
}

func TestTheSignInComesWhenAllElseIsInPlace(t *testing.T) {
	c := planned(t, untouched(), "token.sign-in/create")
	same(t, "needs", c.Needs, []string{"token.redirect-uri", "azure.application", "azure.service-principal", "azure.secret",
		"azure.app-role.Mail.Send", "azure.grant.Office-365-Exchange-Online", "azure.grant.Microsoft-Graph"})
	same(t, "the proof needs", planned(t, untouched(), "token.smtp-sign-in/create").Needs, []string{"token.sign-in", "mailbox.smtp-auth"})
	upn := healthy(noToken, func(f *Facts) { f.Seen.Directory.Value.User.UPN = "s.upport@contoso.example" })
	same(t, "after", planned(t, upn, "token.sign-in/create").After, step.Value(Token{mailboxAddress, "s.upport@contoso.example"}))
}

func TestTheSignInIsMadeWithTheHeldSecretAndKept(t *testing.T) {
	f := healthy(noToken, redirectOfOthers)
	c := planned(t, f, "token.sign-in/create")
	token := world.Token{ClientID: clientID, TenantID: "tenant-1", Login: mailboxAddress, Account: mailboxAddress, Scope: "SMTP.Send",
		Access: secret.New("first")}
	made := applying(t, tenantOf(f), c, called("SignIn", secretID, mailboxAddress, mailboxAddress), called("StoreToken", token))
	same(t, "made", made, any(map[string]string{"account": mailboxAddress, "scope": "SMTP.Send"}))
}

// Entra answers a missing redirect URI in the browser, and that never comes
// back: nobody is asked before replicas show all that a sign-in needs.
func TestTheSignInWaitsUntilAllIsShown(t *testing.T) {
	signIn := planned(t, healthy(noToken), "token.sign-in/create")
	for name, test := range map[string]struct {
		facts  Facts
		hidden int
		given  []string
		asked  bool
	}{
		"all is there":                  {healthy(noToken, redirectOfOthers), 0, nil, true},
		"all is there, late":            {healthy(noToken, redirectOfOthers), 3, nil, true},
		"the application is not shown":  {healthy(noToken, redirectOfOthers), 99, nil, false},
		"the redirect URI is not there": {healthy(noToken), 0, nil, false},
		"the secret is not listed":      {healthy(noToken, redirectOfOthers, secretGone), 0, nil, false},
		"the principal is not there":    {healthy(noToken, redirectOfOthers, noPrincipal), 0, nil, false},
		"the grant of this run is not":  {healthy(noToken, redirectOfOthers, noGrants), 0, []string{"openid"}, false},
		"the grant of this run is":      {healthy(noToken, redirectOfOthers), 0, []string{"openid"}, true},
	} {
		tn := tenantOf(test.facts)
		tn.hidden = test.hidden
		h := tn.hands()
		h.Made.note(func(is *ids) { is.redirectSeen = false })
		if test.given != nil {
			h.Made.gave(graphID, test.given)
		}
		_, err := apply(h, signIn)
		asked := slices.ContainsFunc(tn.said(), func(c call) bool { return c.Verb == "SignIn" })
		if asked != test.asked || (err == nil) != test.asked {
			t.Errorf("%s: asked %v, %v", name, asked, err)
		}
		if asked && !h.Made.now().redirectSeen {
			t.Errorf("%s: that the redirect URI was shown is forgotten", name)
		}
	}
}

func TestTheSignInFailsAsItMust(t *testing.T) {
	signIn := planned(t, healthy(noToken), "token.sign-in/create")
	f := healthy(noToken, redirectOfOthers)
	for name, test := range map[string]struct {
		tn   *tenant
		kept bool
	}{
		"no secret is held": {tenantOf(healthy(emptyVault, redirectOfOthers)), false},
		"nobody can look":   {tenantOf(f).refuse("Look", refusedByGraph()), false},
		"nobody came":       {tenantOf(f).refuse("SignIn", errors.New("declined")), false},
		"it cannot be kept": {tenantOf(f).refuse("StoreToken", errors.New("disk full")), false},
	} {
		if _, err := apply(test.tn.hands(), signIn); err == nil || test.tn.facts.Seen.Here.Value.Token != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// smtpOffNow is Exchange's answer until the mailbox's switch takes effect.
func smtpOffNow() error {
	return &microsoft.Error{Service: microsoft.SMTP, Status: 535, Code: "5.7.139",
		Message: "SmtpClientAuthentication is disabled for the Mailbox"}
}

// The token is refreshed once, as Webex Connect will, and kept; beside that it
// is tried, and that it was taken is kept, too.
func TestTheProofRefreshesOnceAndSignsInOverSMTP(t *testing.T) {
	f := healthy(notProved)
	f.Seen.Here.Value.Token.Access = secret.New("first")
	c := planned(t, f, "token.smtp-sign-in/create")
	fresh := *f.Seen.Here.Value.Token
	fresh.Access = secret.New("fresh")
	proved := fresh
	proved.Proved = true
	tn := tenantOf(f).refuse("SMTP", smtpOffNow(), smtpOffNow())
	if _, err := apply(tn.hands(), c); err != nil {
		t.Error(err)
	}
	calls := map[string][]call{}
	for _, c := range tn.said() {
		calls[c.Verb] = append(calls[c.Verb], c)
	}
	try := called("SMTP", mailboxAddress, "first")
	same(t, "calls", calls, map[string][]call{"Refresh": {called("Refresh", secretID, mailboxAddress)}, "SMTP": {try, try, try},
		"StoreToken": {called("StoreToken", fresh), called("StoreToken", proved)}})
	same(t, "what is waited for", tn.waited, []string{microsoft.SMTPAuth})
}

func TestTheProofFailsAsItMust(t *testing.T) {
	f := healthy(notProved)
	c := planned(t, f, "token.smtp-sign-in/create")
	never := make([]error, attempts)
	for i := range never {
		never[i] = smtpOffNow()
	}
	policy := &microsoft.Error{Service: microsoft.SMTP, Status: 535, Code: "5.7.139",
		Message: "the request did not meet the criteria to be authenticated successfully"}
	if _, err := apply(tenantOf(f).refuse("SMTP", policy).hands(), c); !errors.Is(err, policy) {
		t.Errorf("a policy is waited for: %v", err)
	}
	for name, test := range map[string]struct {
		tn   *tenant
		code string
	}{
		"no secret is held":   {tenantOf(healthy(emptyVault)), "WX-STEP-FIRST"},
		"no token is held":    {tenantOf(healthy(noToken)), "WX-STEP-FIRST"},
		"it does not refresh": {tenantOf(f).refuse("Refresh", &step.Obstacle{Code: "WX-TOKEN-SCOPE"}), "WX-TOKEN-SCOPE"},
		"it cannot be kept":   {tenantOf(f).refuse("StoreToken", &step.Obstacle{Code: "WX-DISK"}), "WX-DISK"},
		"Exchange refuses it": {tenantOf(f).refuse("SMTP", &step.Obstacle{Code: "WX-SMTP-IDENTITY"}), "WX-SMTP-IDENTITY"},
		"it takes too long":   {tenantOf(f).refuse("SMTP", never...), "WX-SMTP-AUTH-WAIT"},
	} {
		_, err := apply(test.tn.hands(), c)
		var fact interface {
			Fact() (code, object, detail string)
		}
		if !errors.As(err, &fact) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if code, _, _ := fact.Fact(); code != test.code {
			t.Errorf("%s: %s", name, code)
		}
	}
}

// Nobody has allowed SMTP yet: the proof is tried, and does not wait for what
// cannot come.
func TestTheProofDoesNotWaitForWhatAnotherHasToDo(t *testing.T) {
	f := healthy(noToken, redirectOfOthers, unreadExchange(roleMissing()))
	c := planned(t, f, "token.smtp-sign-in/create")
	f.Seen.Here.Value.Token = healthyHere().Token
	tn := tenantOf(f).refuse("SMTP", smtpOffNow())
	_, err := apply(tn.hands(), c)
	var o *step.Obstacle
	if !errors.As(err, &o) || o.Code != "WX-ROLE-EXCHANGE" || len(tn.waited) != 0 {
		t.Errorf("%v, waited for %v", err, tn.waited)
	}
	tn = tenantOf(f)
	if _, err := apply(tn.hands(), c); err != nil {
		t.Errorf("it was allowed already: %v", err)
	}
}

func TestTheEvidenceOfATokenIsItsAccount(t *testing.T) {
	f := healthy(notRefreshed)
	same(t, "stale", f.WhySignIn(), []step.Reason{{Code: "WX-TOKEN-STALE", Object: mailboxAddress, Detail: mailboxAddress,
		Evidence: "vault: token of support@contoso.example for application client-1"}})
	f = healthy(notRefreshed, refreshErr(renamed{}))
	same(t, "renamed", f.WhySignIn(), []step.Reason{{Code: "WX-ACCOUNT-RENAMED", Object: "support@contoso.example",
		Detail:   "help@contoso.example",
		Evidence: "access token: upn = help@contoso.example"}})
	for name, f := range map[string]Facts{
		"whose mailbox is shared: who signs in is not settled": healthy(notRefreshed,
			func(f *Facts) { mail(f).SignIn.RecipientTypeDetails = "SharedMailbox" }),
		"without a secret that is of use": healthy(notRefreshed, secretGone),
		"without a secret, unlooked":      healthy(emptyVault, func(f *Facts) { f.Seen.Directory.Value = nil }),
	} {
		if why := f.WhySignIn(); why != nil {
			t.Errorf("%s: %v", name, why)
		}
	}
	for name, f := range map[string]Facts{"a token that refreshes": healthy(), "a vault that does not open": healthy(locked)} {
		if why := f.WhySignIn(); why != nil {
			t.Errorf("%s: %v", name, why)
		}
	}
	unlooked := healthy(noToken, func(f *Facts) { f.Seen.Directory.Value = nil })
	if why := unlooked.WhySignIn(); len(why) != 1 || why[0].Code != "WX-TOKEN-MISSING" {
		t.Errorf("the vault alone: %v", why)
	}
}

func TestUndoForgetsTheToken(t *testing.T) {
	f := healthy()
	c := changeOf(t, undoOf(f, "token"), "undo.token.sign-in/delete")
	applying(t, tenantOf(f), c, called("ForgetToken"))
	if p := undoOf(healthy(noToken), "token"); len(p.Changes) != 0 {
		t.Errorf("%+v", outlineOf(p))
	}
	// It stays in the vault when the application goes, and can be forgotten later.
	left := healthy(noApplication, later(did(step.Delete, "undo.azure.application", "WebexConnect", Application{}, nil, `null`)))
	same(t, "plan", outlineOf(undoOf(left, "token")), outline{Changes: []string{"undo.token.sign-in/delete"}})
}
