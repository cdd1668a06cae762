package guide

import (
	"errors"
	"slices"
	"testing"

	"wxmail/internal/mailflow"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func TestTheGuideIsItsSteps(t *testing.T) {
	same(t, "steps", StepIDs(), []string{"webex.collect", "azure.register", "azure.consent", "mailbox.smtp", "mailbox.forward", "token"})
	all := Guide(nil, nil)
	same(t, "all", all.Steps, StepIDs())
	same(t, "one", Guide([]string{"token"}, nil).Steps, []string{"token"})
	same(t, "all but one", Guide(nil, []string{"token"}).Steps, StepIDs()[:5])
	same(t, "asks, each once", all.Asks, []string{"webex.email-id", "webex.asset-name", "webex.forwarding-address", "webex.callback-url",
		"azure.admin",
		"mailbox.keep-copy"})
	for course, secrets := range map[string]bool{"azure.register": true, "token": true, "azure.consent": false, "mailbox.forward": false} {
		if Guide([]string{course}, nil).Secrets != secrets {
			t.Errorf("%s: secrets %v", course, !secrets)
		}
	}
	if all.Backwards || !Undo(nil).Backwards || !Rotation().Secrets || !Undo(nil).Secrets {
		t.Error("a course does not know what it is")
	}
}

func TestReadsAreThoseOfTheSteps(t *testing.T) {
	for name, test := range map[string]struct {
		steps []string
		facts Facts
		want  world.Source
	}{
		"the answers alone": {[]string{"webex.collect"}, Facts{}, 0},
		"the directory":     {[]string{"azure.register"}, Facts{}, world.Held | world.Directory},
		"Exchange":          {[]string{"mailbox.smtp"}, Facts{}, world.Held | world.Exchange},
		"all":               {nil, Facts{}, world.Held | world.Directory | world.Exchange},
		"a finished token":  {[]string{"token"}, healthy(), world.Held},
	} {
		if got := Guide(test.steps, nil).Reads(test.facts); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := Finish("").Reads(Facts{}); got != world.Held|world.Directory {
		t.Errorf("a rotation reads %v", got)
	}
}

// Who may do less than all: only the steps wait of which something differs
// that they may not write, and the rest goes on.
func TestALackingRightHandsOverItsStepOnly(t *testing.T) {
	const directoryRole, exchangeRole = "WX-ROLE-DIRECTORY, waits", "WX-ROLE-EXCHANGE, waits"
	reader := roles("reader")
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"nothing differs, and nothing may be done", healthy(reader, cmdlets()), outline{}},
		{"nobody knows what may be done", untouched(),
			outlineOf(Guide(nil, nil).Plan(untouched(roles(globalAdministrator), cmdlets(allCmdlets()...))))},
		{"a developer registers and does not consent", untouched(roles(applicationDeveloper), cmdlets()), outline{
			Changes: []string{"azure.application/create WX-APPLICATION-MISSING", "azure.service-principal/create", "azure.secret/create"},
			Withheld: []string{"azure.app-role.Mail.Send/create", "azure.grant.Office-365-Exchange-Online/create",
				"azure.grant.Microsoft-Graph/create",
				"mailbox.smtp-auth/update WX-SMTP-AUTH-TENANT", "mailbox.outbound-policy/create WX-OUTBOUND-OFF", "mailbox.outbound-rule/create",
				"mailbox.forwarding/create WX-FORWARDING-CLEARED", "token.redirect-uri/create", "token.sign-in/create",
				"token.redirect-uri/delete"},
			Obstacles: []string{"azure.consent " + directoryRole, "mailbox.smtp " + exchangeRole, "mailbox.forward " + exchangeRole + ", repeats",
				"token " + directoryRole + ", repeats"}}},
		{"a secret needs less than a consent", healthy(secretGone, roles(applicationDeveloper)),
			outline{Changes: []string{"azure.secret/create WX-SECRET-GONE"}}},
		{"a consent needs more", healthy(noMailSend, roles(applicationDeveloper)), outline{
			Withheld: []string{"azure.app-role.Mail.Send/create WX-MAIL-SEND-MISSING"}, Obstacles: []string{"azure.consent " + directoryRole}}},
		{"a consent by who may", healthy(noMailSend, roles("reader", "9B895D92-2CD3-44C7-9D02-A6AC2D5EA5C3")),
			outline{Changes: []string{"azure.app-role.Mail.Send/create WX-MAIL-SEND-MISSING"}}},
		{"a role elsewhere", healthy(secretGone, reader), outline{Withheld: []string{"azure.secret/create WX-SECRET-GONE"},
			Obstacles: []string{"azure.register " + directoryRole}}},
		{"SMTP is another's than forwarding", healthy(smtpInherited, noForwarding, cmdlets("Set-CASMailbox")), outline{
			Changes:  []string{"mailbox.smtp-auth/update WX-SMTP-AUTH-TENANT"},
			Withheld: []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"}, Obstacles: []string{"mailbox.forward " + exchangeRole}}},
		{"forwarding needs no policy where one allows it", healthy(noForwarding, cmdlets("Set-Mailbox")), outline{
			Changes: []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"}}},
		{"a question is not asked of who cannot act on the answer",
			healthy(forwardsTo("crm@fabrikam.example"), policyOff, cmdlets("Set-Mailbox")), outline{
				Withheld:  []string{"mailbox.outbound-policy/update WX-OUTBOUND-OFF", "mailbox.forwarding/update WX-FORWARDING-CHANGED"},
				Obstacles: []string{"mailbox.forward " + exchangeRole}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(Guide(nil, nil).Plan(test.facts)), test.want)
		})
	}
}

func allCmdlets() (all []string) {
	for _, t := range Things() {
		all = append(all, t.Right.Cmdlets...)
	}
	return all
}

// What has to come first is a step of somebody who lacks the role: that is
// what is told.
func TestWhoMayNotDoWhatComesFirstIsToldSo(t *testing.T) {
	f := untouched(roles("reader"))
	f.Wanted.Run.Steps = []string{"azure.consent"}
	same(t, "obstacles", outlineOf(Guide(f.Wanted.Run.Steps, nil).Plan(f)).Obstacles, []string{"azure.consent WX-ROLE-DIRECTORY, waits"})
}

func TestLacksNamesWhoAndWhat(t *testing.T) {
	may := May{Directory: Admin{Account: "admin@contoso.example", Refused: []Refusal{{Right: mayConsent()}}},
		Exchange: Admin{Account: "exchange@contoso.example", Cmdlets: mailflow.NewRights("Get-Mailbox")}}
	o := may.Lacks("azure.app-role.Mail.Send")
	if o == nil || o.Object != "admin@contoso.example" || o.Detail != "Cloud Application Administrator" {
		t.Errorf("%+v", o)
	}
	o = may.LacksCmdlets("Get-Mailbox", "Get-CASMailbox", "Set-Mailbox")
	if o == nil || o.Object != "exchange@contoso.example" || o.Detail != "Get-CASMailbox, Set-Mailbox" || !o.Waiting {
		t.Errorf("%+v", o)
	}
}

func TestWhatNeedsNoRightLacksNone(t *testing.T) {
	may := May{Directory: Admin{Refused: []Refusal{{Right: mayRegister()}}}, Exchange: Admin{Cmdlets: mailflow.NewRights()}}
	for _, key := range []string{"token.sign-in", "no.such.thing"} {
		if o := may.Lacks(key); o != nil {
			t.Errorf("%s: %v", key, o)
		}
	}
	if o := (May{}).Lacks("mailbox.forwarding"); o != nil {
		t.Errorf("what is unknown is not denied: %v", o)
	}
}

func TestASourceThatCouldNotBeReadHindersItsSteps(t *testing.T) {
	f := untouched(unreadExchange(roleMissing()))
	same(t, "plan", outlineOf(Guide([]string{"azure.consent", "mailbox.smtp", "mailbox.forward"}, nil).Plan(f)).Obstacles,
		[]string{"azure.consent WX-STEP-FIRST, stops", "mailbox.smtp WX-ROLE-EXCHANGE, waits",
			"mailbox.forward WX-ROLE-EXCHANGE, waits, repeats"})
	unlooked := untouched(func(f *Facts) {
		f.Seen.Exchange.Err = errors.New("an inspection tells this one itself")
		f.Seen.Exchange.Value = nil
	})
	p := Guide([]string{"mailbox.smtp"}, nil).Plan(unlooked)
	if len(p.Obstacles)+len(p.Changes) != 0 {
		t.Errorf("%+v", outlineOf(p))
	}
}

func TestDriftIsWhatSomebodyChangedSince(t *testing.T) {
	for name, test := range map[string]struct {
		facts Facts
		id    string
		drift bool
	}{
		"the redirect URI is gone":   {healthy(noCallback), "azure.application/update", true},
		"a permission is undeclared": {healthy(undeclared), "azure.application/update", true},
		"another callback is wanted": {healthy(answer("webex.callback-url", "https://other.us.webexconnect.io/callback")),
			"azure.application/update", false},
		"the service principal is gone":   {healthy(noPrincipal), "azure.service-principal/create", true},
		"a secret ended, which is nobody": {healthy(secretEnded), "azure.secret/create", false},
		"a grant lost scopes":             {healthy(narrowGrant), "azure.grant.Microsoft-Graph/update", true},
		"a role is gone":                  {healthy(noMailSend), "azure.app-role.Mail.Send/create", true},
		"SMTP was switched off":           {healthy(smtpDisabled), "mailbox.smtp-auth/update", true},
		"somebody else signs in":          {healthy(shared, smtpInherited), "mailbox.smtp-auth/update", false},
		"the forwarding was cleared":      {healthy(noForwarding), "mailbox.forwarding/create", true},
		"another forwarding address is wanted": {healthy(answer("webex.forwarding-address",
			"fedcba9876543210fedcba9876543210@mail-us.imiconnect.io")), "mailbox.forwarding/update", false},
		"the token died, which is nobody": {healthy(notRefreshed), "token.sign-in/create", false},
		"it was never done":               {untouched(), "mailbox.forwarding/create", false},
	} {
		c := planned(t, test.facts, test.id)
		if c.Drift.IsZero() == test.drift || test.drift && !c.Drift.Equal(today().AddDate(0, -1, 0)) {
			t.Errorf("%s: %v", name, c.Drift)
		}
	}
}

// What wxmail makes is marked as its own; what it only changes is not, nor
// what an undo gives back.
func TestWhatIsOursIsSaid(t *testing.T) {
	agreed := answer("exchange.enable-customization", "true", "mailbox.sign-in-as", "sales@contoso.example")
	notOurs := []string{"mailbox.smtp-auth/update", "mailbox.forwarding/create", "mailbox.forwarding/update", "exchange.customization/update",
		"undo.mailbox.smtp-auth/update", "undo.mailbox.forwarding/update", "undo.azure.application/update"}
	for _, p := range []*step.Plan{
		Guide(nil, nil).Plan(untouched(dehydratedOrg, agreed, func(f *Facts) { mail(f).SignIn = userMailbox("sales") })),
		Guide(nil, nil).Plan(healthy(noToken, deletedApplication)),
		Guide(nil, nil).Plan(healthy(implicitOff, narrowGrant, policyOff, ruleDisabled)),
		Guide(nil, nil).Plan(healthy(noToken, orphan, keepsNoCopy)), Rotation().Plan(healthy()),
		Finish("").Plan(healthy(rotating, answer("azure.old-secret-replaced", "true"))),
		undoOf(healthy()), undoOf(healthy(adopted)), undoOf(healthy(hadBack())), undoOf(healthy(otherConsent), "azure.consent"),
		undoOf(healthy(shared, sentAs("sales@contoso.example"))),
	} {
		for _, c := range p.Changes {
			if c.Ours == slices.Contains(notOurs, c.ID()) {
				t.Errorf("%s: ours %v", c.ID(), c.Ours)
			}
		}
	}
}

// The order of writing is in the needs alone.
func TestEveryChangeWaitsForWhatItStandsOn(t *testing.T) {
	smtp := []string{"mailbox.smtp-auth", "mailbox.send-as"} // Exchange is written one change at a time
	made := []string{"azure.application-restored", "azure.application"}
	type waits struct{ Needs, Follows []string }
	want := map[string]waits{
		"azure.application/create":                      {},
		"azure.service-principal/create":                {Needs: made},
		"azure.secret/create":                           {Needs: made},
		"azure.app-role.Mail.Send/create":               {Needs: []string{"azure.service-principal"}},
		"azure.grant.Office-365-Exchange-Online/create": {Needs: []string{"azure.service-principal"}},
		"azure.grant.Microsoft-Graph/create":            {Needs: []string{"azure.service-principal"}},
		"mailbox.smtp-auth/update":                      {},
		"mailbox.send-as/create":                        {Follows: smtp[:1]},
		"exchange.customization/update":                 {Follows: smtp},
		"mailbox.outbound-policy/create":                {Needs: []string{"exchange.customization"}, Follows: smtp},
		"mailbox.outbound-rule/create":                  {Needs: []string{"mailbox.outbound-policy", "exchange.customization"}},
		"mailbox.forwarding/create":                     {Needs: allBeforeForwarding(), Follows: smtp},
		"token.redirect-uri/delete":                     {Follows: []string{"token.sign-in"}},
	}
	agreed := answer("exchange.enable-customization", "true", "mailbox.sign-in-as", "sales@contoso.example")
	p := Guide(nil, nil).Plan(untouched(dehydratedOrg, agreed, func(f *Facts) { mail(f).SignIn = userMailbox("sales") }))
	for id, w := range want {
		c := changeOf(t, p, id)
		same(t, id, waits{c.Needs, c.Follows}, w)
	}
	redirect := planned(t, healthy(noToken, deletedApplication), "token.redirect-uri/create")
	same(t, "the redirect URI, where the application is restored", redirect.Needs, made)
}
