package setup_test

import (
	"errors"
	"testing"

	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/wanted"
)

func TestADeclinedPlanIsNotApplied(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{})
	p.no = true
	result := o.goes(p, whole())
	is(t, "declined", len(result.Problems) == 1 && errors.Is(result.Problems[0], setup.ErrDeclined), true)
	is(t, "problems", codes(result.Problems), []string{"WX-DECLINED"})
	is(t, "text", setup.ErrDeclined.Error(), "the plan was declined")
	is(t, "plans shown", len(p.plans), 1)
	is(t, "writes", len(o.Writes()), 0)
	data := o.data()
	is(t, "the tenant that the profile belongs to", data.TenantID, "")
	is(t, "an answer", data.Answers["mailbox.keep-copy"], "true")
	want := all("pending")
	want["webex.collect"] = "done"
	is(t, "steps", states(result.Summary), want)
}

func TestNobodyAgreesToAPlan(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.tune = func(c *setup.Connection) { c.Yes = false }
	result := o.goes(o.nobody(), whole())
	var missing *wanted.MissingAnswers
	is(t, "missing", len(result.Problems) == 1 && errors.As(result.Problems[0], &missing), true)
	is(t, "missing", missing.Questions, []string{"--yes"})
	is(t, "writes", len(o.Writes()), 0)
}

// forwards has somebody else forward the mailbox.
func (o *office) forwards() *office {
	o.t.Helper()
	o.changedBySomebody(mailbox, map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"})
	return o
}

func TestForeignForwardingIsReplacedWhereThePersonSaysSo(t *testing.T) {
	t.Parallel()
	o := open(t, "").forwards()
	p := o.somebody(map[string]string{"mailbox.replace-forwarding": "yes", "webex.asset-saved": "yes"})
	well(t, o.goes(p, whole()))
	is(t, "asked", p.asked, []string{"webex.asset-name", "mailbox.replace-forwarding", "mailbox.keep-copy", "webex.asset-saved"})
	is(t, "told before", p.about, []string{"tells.forwards-no-copy", "tells.forwards-no-copy"})
	is(t, "forwarding", o.forwardsTo(mailbox), "smtp:"+o.draft.ForwardingAddress)

	again := o.somebody(map[string]string{})
	well(t, o.goes(again, whole()))
	is(t, "asked again", again.asked, nil)
}

func TestForeignForwardingStaysWhereThePersonSaysSo(t *testing.T) {
	t.Parallel()
	o := open(t, "").forwards()
	result := o.goes(o.somebody(map[string]string{"mailbox.replace-forwarding": "no"}), whole())
	is(t, "problems", codes(result.Problems), []string{"WX-FORWARDING-KEPT"})
	is(t, "forwarding", o.forwardsTo(mailbox), "smtp:archive@fabrikam.example")
	is(t, "the token's step", states(result.Summary)["token"], "done")
	is(t, "the forwarding's step", states(result.Summary)["mailbox.forward"], "pending")
}

func TestForeignForwardingStopsWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	o := open(t, "").forwards()
	p := o.nobody()
	is(t, "nobody is there", codes(o.goes(p, whole()).Problems), []string{"WX-FORWARDING-FOREIGN"})
	is(t, "plans shown", len(p.plans), 0)
	for _, question := range []string{"mailbox.keep-copy", "mailbox.replace-forwarding"} {
		p := o.somebody(map[string]string{question: "perhaps"})
		is(t, question, codes(o.goes(p, whole()).Problems)[0], "WX-ANSWER-INVALID")
	}
	is(t, "writes", len(o.Writes()), 0)
}

// An answer that does not help is not asked for again.
func TestAQuestionOfTheWorldIsAskedOnce(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	before := len(o.Writes())
	p := o.somebody(map[string]string{"undo.confirm": "another profile"})
	result := o.goes(p, guide.Undo(nil))
	is(t, "asked", p.asked, []string{"undo.confirm"})
	is(t, "problems", codes(result.Problems), []string{"WX-ANSWER-INVALID", "WX-UNDO-CONFIRM"})
	is(t, "plans shown before it", len(p.plans), 1)
	is(t, "writes", len(o.Writes()), before)
}

// From a question that the world raises a person goes back to what they said
// before, and is asked again; nobody signs in twice for that.
func TestBackFromAQuestionOfTheWorld(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"webex.asset-saved": "yes"})
	p.backs = map[string]int{"mailbox.keep-copy": 1}
	well(t, o.goes(p, whole()))
	is(t, "asked", p.asked, []string{"webex.asset-name", "mailbox.keep-copy", "mailbox.keep-copy", "webex.asset-saved"})
	is(t, "reviews", len(p.reviewed), 2)
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange, signin.Mailbox})
}

// A shared mailbox cannot sign in: the question for whom does is raised by
// Exchange, and the world looks different for another account.
func TestWhoSignsInForASharedMailboxIsAskedAndLookedAt(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers = o.draft.Answers(shared)
	p := o.somebody(map[string]string{"mailbox.sign-in-as": colleague, "webex.asset-saved": "yes"})
	result := o.goes(p, whole())
	well(t, result)
	is(t, "asked", p.asked, []string{"webex.asset-name", "mailbox.sign-in-as", "mailbox.keep-copy", "webex.asset-saved"})
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange, signin.Mailbox})
	is(t, "the mailbox's account", p.prompts[2].Account, colleague)
	for _, m := range o.tenant().Mailboxes {
		switch m.PrimarySMTPAddress {
		case shared:
			is(t, "who may send as it", m.SendAs, []string{colleague})
		case colleague:
			is(t, "its switch", m.SMTPClientAuthenticationDisabled != nil && !*m.SMTPClientAuthenticationDisabled, true)
		}
	}
	is(t, "signs in as", string(result.Summary.Mailbox.SignInAs), colleague)
}

func TestASharedMailboxStopsWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers = o.draft.Answers(shared)
	is(t, "problems", codes(o.goes(o.nobody(), whole()).Problems), []string{"WX-SHARED-MAILBOX"})
	is(t, "writes", len(o.Writes()), 0)
}

// While a person reads the plan somebody else changes what it is about: that
// is not written over, but asked about, and what is there then is shown.
func TestWhatChangedWhileThePlanWasReadIsShownAnew(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]struct {
		problems []string
		writes   int
		to       func(*office) string
	}{
		"no":  {[]string{"WX-FORWARDING-KEPT"}, 1, func(*office) string { return "archive@fabrikam.example" }},
		"yes": {nil, 2, func(o *office) string { return o.draft.ForwardingAddress }},
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			o := open(t, "")
			well(t, o.goes(o.nobody(), whole()))
			o.changedBySomebody(mailbox, map[string]any{"SmtpClientAuthenticationDisabled": true})
			p := o.somebody(map[string]string{"mailbox.replace-forwarding": answer})
			p.atPlan = func() {
				p.atPlan = nil
				o.forwards()
			}
			writes := len(o.Writes())
			is(t, "problems", codes(o.goes(p, whole()).Problems), want.problems)
			is(t, "warned", p.warned, []string{"warning.changed-meanwhile"})
			is(t, "writes", len(o.Writes())-writes, want.writes)
			is(t, "forwarding", o.forwardsTo(mailbox), "smtp:"+want.to(o))
		})
	}
}

// The mailbox user takes long to sign in, and meanwhile somebody forwards the
// mailbox, or stops what is forwarded.
func TestWhatComesInTheWayDuringTheSignInIsSeen(t *testing.T) {
	t.Parallel()
	for code, test := range map[string]struct {
		happens func(*office)
		to      string
	}{
		"WX-FORWARDING-FOREIGN": {func(o *office) { o.forwards() }, "smtp:archive@fabrikam.example"},
		"WX-TRANSPORT-RULE": {func(o *office) {
			o.Call("POST", "/transportRules", map[string]any{"Name": "No forwarding", "MessageTypeMatches": "AutoForward",
				"RejectMessageReasonText": "no", "SentToScope": "NotInOrganization"}, nil)
		}, ""},
		"WX-REMOTE-DOMAIN": {func(o *office) {
			o.Call("PATCH", "/remoteDomains/Default", map[string]any{"AutoForwardEnabled": false}, nil)
		}, ""},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			o := open(t, "")
			p := o.nobody()
			p.atSignIn = func(prompt signin.Prompt) bool {
				if prompt.Role == signin.Mailbox {
					test.happens(o)
					o.Advance("1m")
				}
				return true
			}
			is(t, "problems", codes(o.goes(p, whole()).Problems), []string{code})
			is(t, "forwarding", o.forwardsTo(mailbox), test.to)
		})
	}
}

// Each wait is short, and together they are long: what was taken over from look
// to look does not stay young.
func TestLooksThatTakeOverFromEachOtherGrowOld(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"webex.asset-saved": "yes"})
	p.atPlan = func() {
		p.atPlan = nil
		o.Call("PATCH", "/remoteDomains/Default", map[string]any{"AutoForwardEnabled": false}, nil)
		o.Advance("8s")
	}
	p.atSignIn = func(prompt signin.Prompt) bool {
		if prompt.Role == signin.Mailbox {
			o.Advance("8s")
		}
		return true
	}
	p.atForm = func(*setup.Summary) { o.Advance("8s") }
	is(t, "problems", codes(o.goes(p, whole()).Problems), []string{"WX-REMOTE-DOMAIN"})
	is(t, "forwarding", o.forwardsTo(mailbox), "")
}
