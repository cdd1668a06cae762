package setup_test

import (
	"os"
	"testing"

	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
)

// everything are the changes of a first run, in the guide's order.
func everything() []string {
	return []string{
		"azure.application", "azure.service-principal", "azure.secret",
		"azure.app-role.Mail.Send", "azure.grant.Office-365-Exchange-Online", "azure.grant.Microsoft-Graph",
		"mailbox.smtp-auth", "mailbox.outbound-policy", "mailbox.outbound-rule", "mailbox.forwarding",
		"token.redirect-uri", "token.sign-in", "token.redirect-uri", "token.smtp-sign-in",
	}
}

// signsInAgain are the changes of a mailbox user's sign-in where all the rest
// is done.
func signsInAgain() []string {
	return []string{"token.redirect-uri", "token.sign-in", "token.redirect-uri", "token.smtp-sign-in"}
}

// all is one state for every step.
func all(state string) map[string]string {
	by := map[string]string{}
	for _, id := range guide.StepIDs() {
		by[id] = state
	}
	return by
}

func TestAFirstRunDoesTheWholeGuide(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.nobody()
	result := o.goes(p, whole())
	well(t, result)
	is(t, "changes", made(result), everything())
	is(t, "expected", p.expected, []setup.ExpectedSignIn{
		{Role: signin.Directory, Account: admin}, {Role: signin.Exchange, Account: admin}, {Role: signin.Mailbox, Account: mailbox}})
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange, signin.Mailbox})
	is(t, "said", p.said, []string{"tenant.found"})
	is(t, "plans shown", len(p.plans), 1)
	is(t, "ends shown", len(p.outcomes), len(everything()))
	is(t, "steps", states(result.Summary), all("done"))
	is(t, "forwarding", o.forwardsTo(mailbox), "smtp:"+o.draft.ForwardingAddress)
	is(t, "redirect URIs", o.application().Web.RedirectURIs, []string{o.draft.CallbackURL})
	is(t, "left of the plan", len(result.Plan.Changes), 0)
}

func TestARerunChangesNothingAndAsksTheMailboxUserNothing(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	before := o.Writes()
	p := o.somebody(map[string]string{})
	result := o.goes(p, whole())
	well(t, result)
	is(t, "writes", o.Writes(), before)
	is(t, "asked", p.asked, []string{"webex.asset-name", "mailbox.keep-copy"})
	is(t, "plans shown", len(p.plans), 0)
	is(t, "expected", p.expected, []setup.ExpectedSignIn{{Role: signin.Directory, Account: admin}, {Role: signin.Exchange, Account: admin}})
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange})
	is(t, "steps", states(result.Summary), all("done"))

	p = o.somebody(map[string]string{})
	well(t, o.goes(p, whole()))
	is(t, "asked once more", p.asked, nil)
}

func TestAPlanChangesNothingAndAsksNothing(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{})
	result := o.plans(p, whole())
	well(t, result)
	is(t, "changes", planned(result.Plan), everything())
	is(t, "asked", p.asked, nil)
	is(t, "plans shown", len(p.plans), 0)
	is(t, "writes", len(o.Writes()), 0)
	is(t, "expected", p.expected, []setup.ExpectedSignIn{{Role: signin.Directory, Account: admin}, {Role: signin.Exchange, Account: admin}})
	_, err := os.Stat(o.profile.Dir())
	is(t, "the profile's folder is there", err == nil, false)

	delete(o.answers, "webex.callback-url")
	is(t, "without an answer", codes(o.plans(p, whole()).Problems), []string{"WX-ANSWER-NEEDED"})
}

func TestAPlanSaysItsNotes(t *testing.T) {
	t.Parallel()
	o := open(t, "hardened")
	p := o.nobody()
	result := o.plans(p, whole())
	well(t, result)
	is(t, "said", p.said, []string{"tenant.found", "note.secret-lifetime-clipped", "note.consent-policy-strict"})
}

func TestOneStepAloneSignsInOnlyWhomItNeeds(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for _, test := range []struct {
		step    string
		changes []string
		roles   []signin.Role
	}{
		{"webex.collect", nil, nil},
		{"azure.register", everything()[:3], []signin.Role{signin.Directory}},
		{"azure.consent", everything()[3:6], []signin.Role{signin.Directory}},
		{"mailbox.smtp", everything()[6:7], []signin.Role{signin.Exchange}},
		{"mailbox.forward", everything()[7:10], []signin.Role{signin.Exchange}},
		{"token", signsInAgain(), []signin.Role{signin.Directory, signin.Mailbox}},
		{"token", nil, nil},
	} {
		p := o.nobody()
		result := o.goes(p, only(test.step))
		well(t, result)
		is(t, test.step+": changes", made(result), test.changes)
		is(t, test.step+": signed in", p.signedIn(), test.roles)
		is(t, test.step+": state", states(result.Summary)[test.step], "done")
	}
	result := o.goes(o.nobody(), only("webex.collect"))
	is(t, "all steps", states(result.Summary), all("done"))
}

func TestSignInsAreAnnouncedOnce(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	well(t, o.goes(o.nobody(), guide.Guide(nil, []string{"token"})))
	p := o.nobody()
	well(t, o.goes(p, only("token")))
	is(t, "expected", p.expected, []setup.ExpectedSignIn{{Role: signin.Directory, Account: admin}, {Role: signin.Mailbox, Account: mailbox}})
}

func TestCollectingTalksToNobody(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	well(t, o.goes(o.nobody(), only("webex.collect")))
	is(t, "requests", len(o.Requests()), 0)
	data := o.data()
	is(t, "kept", data.Answers["webex.callback-url"], o.draft.CallbackURL)
}

func TestASkippedStepIsLeftOut(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.nobody()
	skip := []string{"azure.consent", "token"}
	result := o.goes(p, guide.Guide(nil, skip), skip...)
	well(t, result)
	is(t, "changes", made(result), append(everything()[:3], everything()[6:10]...))
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange})
	want := all("done")
	want["azure.consent"], want["token"] = "skipped", "skipped"
	is(t, "steps", states(result.Summary), want)
	is(t, "redirect URIs", o.application().Web.RedirectURIs, []string{o.draft.CallbackURL})
}
