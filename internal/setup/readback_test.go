package setup_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"wxmail/internal/microsoft"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/testkit"
)

// after is a fault at requests to a service that come after others to it.
func after(service, write, read, action string, more map[string]any) map[string]any {
	fault := map[string]any{"service": service, "path": read, "action": action, "count": 1000,
		"after": map[string]any{"service": service, "path": write}}
	for key, value := range more {
		fault[key] = value
	}
	return fault
}

func TestAValueThatIsShownOtherwiseIsADisagreement(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.looksOnce()
	for key, fault := range map[string]map[string]any{
		"mailbox.forwarding": after("exchange", "^Set-Mailbox$", "^Get-Mailbox$", "alter",
			map[string]any{"json": "value.*.DeliverToMailboxAndForward", "value": false}),
		"azure.application": after("graph", "^/v1.0/applications", "batch$", "alter",
			map[string]any{"json": "responses.*.body.web.redirectUris", "value": []string{}}),
	} {
		o.changedBySomebody(mailbox, map[string]any{"ForwardingSmtpAddress": nil})
		o.Call("PATCH", "/applications/"+testkit.UniqueName(mailbox),
			map[string]any{"web": map[string]any{"implicitGrantSettings": map[string]any{"enableAccessTokenIssuance": false}}}, nil)
		o.fault(fault)
		result := o.goes(o.nobody(), whole())
		is(t, "problems", codes(result.Problems), []string{"WX-READ-BACK"})
		var obstacle *step.Obstacle
		if errors.As(errors.Join(result.Problems...), &obstacle) {
			is(t, "about", obstacle.Detail, key)
		}
		is(t, "what was written is planned again", planned(result.Plan), []string{key})
		is(t, "its step", states(result.Summary)[result.Plan.Changes[0].Step], "drifted")
		o.Call("DELETE", "/faults", nil, nil)
	}
}

func TestALaggingReplicaSettles(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	stale := after("exchange", "^Set-Mailbox$", "^Get-Mailbox$", "stale", map[string]any{"count": 2})
	o.fault(stale)
	result := o.goes(o.nobody(), only("mailbox.forward"))
	well(t, result)
	looks := 0
	for _, r := range o.since("exchange", "Set-Mailbox") {
		if r.Path == "Get-Mailbox" {
			looks++
		}
	}
	is(t, "looks", looks, 3)
}

func TestAReplicaThatLagsTooLongIsWaitedForInVain(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.looksOnce()
	o.fault(after("exchange", "^Set-Mailbox$", "^Get-Mailbox$", "stale", nil))
	result := o.goes(o.nobody(), only("mailbox.forward"))
	var late *microsoft.NotSettled
	is(t, "it has not settled", len(result.Problems) == 1 && errors.As(result.Problems[0], &late), true)
	is(t, "what was written is planned again", planned(result.Plan), []string{"mailbox.forwarding"})
	is(t, "the step", states(result.Summary)["mailbox.forward"], "waiting")
}

func TestAReadBackThatFailsIsAProblem(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for _, nth := range []int{1, 2} { // as soon as the change has ended, and while it settles
		o.afresh().fault(after("exchange", "^Set-Mailbox$", "^Get-Mailbox$", "status:403", map[string]any{"nth": nth}),
			after("exchange", "^Set-Mailbox$", "^Get-Mailbox$", "stale", nil))
		result := o.goes(o.nobody(), only("mailbox.forward"))
		is(t, "problems", len(result.Problems), 1)
		refused := microsoft.Of(result.Problems[0])
		is(t, "it was refused", refused != nil && refused.Status == 403, true)
		is(t, "changes", made(result), everything()[7:10])
	}
}

// since are the requests to a service after the last one of that name.
func (o *office) since(service, path string) []testkit.Request {
	o.t.Helper()
	all := slices.DeleteFunc(o.Requests(), func(r testkit.Request) bool { return r.Service != service })
	for i, r := range slices.Backward(all) {
		if r.Path == path {
			return all[i+1:]
		}
	}
	o.t.Errorf("no request %s", path)
	return nil
}

// reads counts what was read of a service since it was last written to.
func (o *office) reads(service string) (n int) {
	for _, r := range o.Requests() {
		switch {
		case r.Service != service:
		case r.Write:
			n = 0
		case r.Ended != nil:
			n++
		}
	}
	return n
}

// Each source is read again once the last change to it has ended and the
// mailbox user has signed in, beside the changes that are still under way: here
// the end of a change is held up until that has been seen. Forwarding waits for
// the person's word, and is read back by itself.
func TestEachSourceIsReadAgainBesideWhatIsStillUnderWay(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"webex.asset-saved": "yes"})
	p.atEnd = func(outcome step.Outcome) {
		switch outcome.Change.Key {
		case "token.sign-in":
			o.until(func() bool { return o.reads("exchange") == 4 })
		case "token.redirect-uri":
			o.until(func() bool { return o.reads("graph") == 1 })
		}
	}
	p.atSignIn = func(prompt signin.Prompt) bool { // a replica that lags has the time of a sign-in
		if prompt.Role == signin.Mailbox {
			o.until(o.mayForward)
			is(t, "read of Exchange before the mailbox user has answered", o.reads("exchange"), 0)
		}
		return true
	}
	p.atForm = func(*setup.Summary) { is(t, "forwarding before the person has answered", o.forwardsTo(mailbox), "") }
	well(t, o.goes(p, whole()))
	if n := o.reads("exchange"); n != 4 && n != 8 { // all of it on a computer that was too slow to believe an earlier look
		t.Errorf("read of Exchange after forwarding: %d", n)
	}
	is(t, "read of the directory in all", o.reads("graph"), 1)
}

// mayForward says whether the mailbox has a rule of its own.
func (o *office) mayForward() bool { return len(o.tenant().OutboundRules) > 0 }

func TestWhatWasNotWrittenToIsNotReadAgain(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.changedBySomebody(mailbox, map[string]any{"ForwardingSmtpAddress": nil})
	before := len(o.Requests())
	well(t, o.goes(o.nobody(), whole()))
	batches := 0
	for _, r := range o.Requests()[before:] {
		if r.Service == "graph" {
			batches++
		}
	}
	is(t, "read of the directory", batches, 1)
}

func TestAnInterruptedRunTakesItsRedirectURIBack(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.nobody()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	p.atSignIn = func(prompt signin.Prompt) bool {
		if prompt.Role != signin.Mailbox {
			return true
		}
		o.until(o.mayForward) // all that need not wait is done
		is(t, "redirect URIs meanwhile", o.application().Web.RedirectURIs, []string{o.draft.CallbackURL, "http://localhost"})
		interrupt()
		return false
	}
	result := setup.Run{Connection: o.connection(p), Course: whole()}.Do(ctx)
	p.robots.Wait()
	is(t, "it was interrupted", errors.Is(result.Problems[0], context.Canceled), true)
	is(t, "redirect URIs", o.application().Web.RedirectURIs, []string{o.draft.CallbackURL})
	is(t, "changes", made(result), append(everything()[:9], "token.redirect-uri", "token.redirect-uri"))
	is(t, "the token's step", states(result.Summary)["token"], "pending")
	is(t, "the forwarding's step", states(result.Summary)["mailbox.forward"], "waiting")

	again := o.goes(o.nobody(), whole())
	well(t, again)
	is(t, "changes of the next run", made(again), append([]string{"mailbox.forwarding"}, signsInAgain()...))
}

func TestAKilledRunsRedirectURIIsTakenBackByTheNext(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	uris := append(o.application().Web.RedirectURIs, "http://localhost")
	o.Call("PATCH", "/applications/"+testkit.UniqueName(mailbox), map[string]any{"web": map[string]any{"redirectUris": uris}}, nil)
	well(t, o.goes(o.nobody(), whole()))
	is(t, "somebody's own stays", o.application().Web.RedirectURIs, uris)

	o.rewrite(func(r store.Record) bool { return r.Seq != o.intent("token.redirect-uri") })
	result := o.goes(o.nobody(), whole())
	well(t, result)
	is(t, "changes", made(result), []string{"token.redirect-uri"})
	is(t, "redirect URIs", o.application().Web.RedirectURIs, uris[:1])
}
