package setup_test

import (
	"context"
	"testing"

	"wxmail/internal/setup"
	"wxmail/internal/signin"
)

// keepsCopy says whether the mailbox keeps a copy of what it forwards.
func (o *office) keepsCopy() bool {
	o.t.Helper()
	for _, m := range o.tenant().Mailboxes {
		if m.PrimarySMTPAddress == mailbox {
			return m.DeliverToMailboxAndForward
		}
	}
	return false
}

func TestAPersonIsShownTheFormAndAskedBeforeForwardingStarts(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"mailbox.keep-copy": "no", "webex.asset-saved": "yes"})
	p.atForm = func(shown *setup.Summary) {
		is(t, "forwarding meanwhile", o.forwardsTo(mailbox), "")
		is(t, "the client ID shown", string(shown.Azure.ClientID), o.application().AppID)
		kept := setup.LastSeen("default", o.data())
		is(t, "the client ID that the profile has", string(kept.Azure.ClientID), o.application().AppID)
		is(t, "the forwarding's step meanwhile", states(kept)["mailbox.forward"], "waiting")
		is(t, "the token's step meanwhile", states(kept)["token"], "done")
	}
	result := o.goes(p, whole())
	well(t, result)
	is(t, "forms", len(p.forms), 1)
	is(t, "plans shown", len(p.plans), 1)
	is(t, "asked", p.asked, []string{"webex.asset-name", "mailbox.keep-copy", "webex.asset-saved"})
	is(t, "forwarding", o.forwardsTo(mailbox), "smtp:"+o.draft.ForwardingAddress)
	is(t, "a copy", o.keepsCopy(), false)
	is(t, "steps", states(result.Summary), all("done"))
	is(t, "the last change", p.outcomes[len(p.outcomes)-1].Change.Key, "mailbox.forwarding")

	again := o.somebody(map[string]string{})
	well(t, o.goes(again, whole()))
	is(t, "forms of a rerun", len(again.forms), 0)
	is(t, "asked by a rerun", again.asked, nil)
}

func TestNotYetLeavesForwardingWaitingAndTheNextRunGoesOnThere(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"webex.asset-saved": "no"})
	result := o.goes(p, whole())
	is(t, "problems", codes(result.Problems), []string{"WX-ASSET-UNSAVED"})
	is(t, "it only waits for the asset", result.AwaitsAsset(), true)
	is(t, "forwarding", o.forwardsTo(mailbox), "")
	want := all("done")
	want["mailbox.forward"] = "waiting"
	is(t, "steps", states(result.Summary), want)
	is(t, "said", p.said, []string{"tenant.found"}) // the problem says it

	// Nobody is remembered to have said anything: a person is asked again.
	p = o.somebody(map[string]string{"webex.asset-saved": "yes"})
	result = o.goes(p, whole())
	well(t, result)
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange})
	is(t, "asked", p.asked, []string{"webex.asset-saved"})
	is(t, "changes", made(result), []string{"mailbox.forwarding"})
	is(t, "steps", states(result.Summary), all("done"))
}

func TestWhoIsInterruptedAtTheQuestionGoesOnThere(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"webex.asset-saved": "perhaps"})
	result := o.goes(p, whole())
	is(t, "problems", codes(result.Problems), []string{"WX-ANSWER-INVALID"})
	is(t, "the forwarding's step", states(result.Summary)["mailbox.forward"], "waiting")
	is(t, "forwarding", o.forwardsTo(mailbox), "")

	ctx, interrupt := context.WithCancel(t.Context())
	p = o.somebody(map[string]string{"webex.asset-saved": "yes"})
	p.atForm = func(*setup.Summary) { interrupt() }
	result = setup.Run{Connection: o.connection(p), Course: whole()}.Do(ctx)
	p.robots.Wait()
	is(t, "forwarding after an interruption", o.forwardsTo(mailbox), "")
	is(t, "the forwarding's step after it", states(result.Summary)["mailbox.forward"], "waiting")
	well(t, o.goes(o.somebody(map[string]string{"webex.asset-saved": "yes"}), whole()))
}

// What somebody did while the person pasted is seen before forwarding starts.
func TestForwardingOfSomebodyElseIsSeenAfterTheForm(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"webex.asset-saved": "yes"})
	p.atForm = func(*setup.Summary) { o.forwards() }
	result := o.goes(p, whole())
	is(t, "problems", codes(result.Problems), []string{"WX-FORWARDING-FOREIGN"})
	is(t, "forwarding", o.forwardsTo(mailbox), "smtp:archive@fabrikam.example")
	is(t, "the forwarding's step", states(result.Summary)["mailbox.forward"], "pending")
}

func TestKeepingNoCopyWaitsForTheAsset(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers["mailbox.keep-copy"] = "false"
	result := o.goes(o.nobody(), whole())
	is(t, "problems", codes(result.Problems), []string{"WX-COPY-KEPT"})
	is(t, "it only waits for the asset", result.AwaitsAsset(), true)
	is(t, "changes", made(result), everything())
	is(t, "forwarding", o.forwardsTo(mailbox), "smtp:"+o.draft.ForwardingAddress)
	is(t, "a copy", o.keepsCopy(), true)
	want := all("done")
	want["mailbox.forward"] = "waiting"
	is(t, "steps", states(result.Summary), want)

	before := len(o.Writes())
	is(t, "again", codes(o.goes(o.nobody(), whole()).Problems), []string{"WX-COPY-KEPT"})
	is(t, "writes", len(o.Writes()), before)

	o.answers["webex.asset-saved"] = "true"
	result = o.goes(o.nobody(), whole())
	well(t, result)
	is(t, "changes", made(result), []string{"mailbox.forwarding"})
	is(t, "a copy, once it is saved", o.keepsCopy(), false)
	delete(o.answers, "webex.asset-saved")
	result = o.goes(o.nobody(), whole())
	well(t, result)
	is(t, "changes of a rerun", made(result), nil)
}

func TestNothingOfTheFormIsShownWhereTheRestFailed(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"webex.asset-saved": "yes"})
	p.as[signin.Mailbox] = colleague
	result := o.goes(p, whole())
	is(t, "problems", codes(result.Problems), []string{"WX-WRONG-ACCOUNT"})
	is(t, "forms", len(p.forms), 0)
	is(t, "asked", p.asked, []string{"webex.asset-name", "mailbox.keep-copy"})
	is(t, "forwarding", o.forwardsTo(mailbox), "")
	is(t, "the forwarding's step", states(result.Summary)["mailbox.forward"], "waiting")
	is(t, "said", p.said, []string{"tenant.found", "note.forwarding-waits"})
	is(t, "ends shown", len(p.outcomes), len(everything()))
}
