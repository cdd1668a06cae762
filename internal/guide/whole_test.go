package guide

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

// Intend implements step.Recorder: the tenant's journal is its entries.
func (t *tenant) Intend(c step.Change) (int64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = append(t.entries, step.Entry{Key: c.Key, Target: c.Target, Op: c.Op, At: today(), Before: raw(c.Before), After: raw(c.After)})
	return int64(len(t.entries) - 1), nil
}

// Done implements step.Recorder.
func (t *tenant) Done(entry int64, made any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries[entry].Done, t.entries[entry].Made = true, json.RawMessage(raw(made))
	return nil
}

// Failed implements step.Recorder.
func (t *tenant) Failed(entry int64, cause error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := microsoft.Of(cause)
	t.entries[entry].Refused = e != nil && e.Refused()
	return nil
}

// run goes a course: it plans, applies, looks again and reads back. It gives
// what did not succeed and what did not read back.
func (t *tenant) run(ctx context.Context, course Course) (failed, unread []string) {
	before := t.seen(course)
	plan := course.Plan(before)
	h := t.hands()
	var made []step.Change
	execution := step.Execution{Recorder: t, Report: func(step.Outcome) {}, Grace: time.Minute,
		Apply: func(ctx context.Context, c step.Change) (any, error) {
			thing, _ := ThingOf(c.Key)
			return thing.Apply(ctx, h, c)
		}}
	for _, o := range execution.Run(ctx, plan) {
		if o.State == step.Done {
			made = append(made, o.Change)
		} else {
			failed = append(failed, o.Change.ID()+" "+string(o.State))
		}
	}
	after := t.seen(course)
	if course.Backwards { // an undoing is read back against what it knew
		here := *after.Seen.Here.Value
		here.Memory = before.Seen.Here.Value.Memory
		after.Seen.Here.Value = &here
	}
	for _, u := range ReadBack(after, course.Plan(after), made) {
		unread = append(unread, u.Change.ID())
	}
	return failed, unread
}

// seen is the tenant as the next run sees it, with what the journal knows.
func (t *tenant) seen(course Course) Facts {
	f := t.facts
	f.Wanted.Run.Steps, f.Wanted.UndoConfirm = course.Steps, f.Wanted.Run.Profile
	here := *f.Seen.Here.Value
	label := ""
	if here.Secret != nil {
		label = here.Secret.Label
	}
	here.Memory = Remember(t.entries, t.stored, label)
	here.Refreshed = here.Token != nil && here.Secret != nil && here.Token.ClientID == here.Secret.ClientID &&
		here.Token.Login == f.Wanted.Login() &&
		f.Seen.Directory.Value.Application != nil
	f.Seen.Here.Value = &here
	return f
}

// standing is what undo must give back: all but what the directory keeps of
// deleted things, and the order of what has none.
func (t *tenant) standing() any {
	d, e := *t.facts.Seen.Directory.Value, *t.facts.Seen.Exchange.Value
	return struct {
		Application   *directory.Application
		Grants        []directory.Grant
		Roles         []directory.Assignment
		Exchange      mailflow.Snapshot
		Secret, Token bool
	}{d.Application, d.Grants, d.Assignments, e, t.facts.Seen.Here.Value.Secret != nil, t.facts.Seen.Here.Value.Token != nil}
}

// beforehand is what somebody may have done to a tenant before wxmail comes.
var beforehand = map[string]breaking{
	"smtpDisabled": smtpDisabled, "tenantSMTP": tenantSMTP, "shared": func(f *Facts) { shared(f); mayNotSendAs(f) }, "defaultOn": defaultOn,
	"ruleFirst": ruleFirst, "ruleMaybe": ruleMaybe, "forwardsInside": forwardsInside, "forwardsToOthers": forwardsTo("crm@fabrikam.example"),
	"dehydratedOrg": dehydratedOrg, "theirPolicy": func(f *Facts) {
		mail(f).OutboundPolicies = append(mail(f).OutboundPolicies, mailflow.OutboundPolicy{Name: "Theirs", AutoForwardingMode: "On"})
	},
	"least": func(f *Facts) { f.Wanted.LeastRights = true }, "noCopy": func(f *Facts) { f.Wanted.KeepCopy = false },
}

// meanwhile is what somebody may do to it after.
var meanwhile = map[string]breaking{
	"noCallback": noCallback, "implicitOff": implicitOff, "undeclared": undeclared, "noPrincipal": noPrincipal, "noMailSend": noMailSend,
	"noGrants": noGrants, "narrowGrant": narrowGrant, "secretEnded": secretEnded, "secretGone": secretGone, "smtpInherited": smtpInherited,
	"smtpDisabled": smtpDisabled, "noForwarding": noForwarding, "keepsNoCopy": keepsNoCopy, "noPolicy": noPolicy, "policyOff": policyOff,
	"ruleDisabled": ruleDisabled, "ruleOfSales": ruleOfSales, "deletedApplication": deletedApplication,
}

// some breaks what a random choice of these names breaks, and gives the names.
func some(random *rand.Rand, f *Facts, of map[string]breaking, oneIn int) (names []string) {
	for _, name := range sortedKeys(of) {
		if random.IntN(oneIn) == 0 && breakable(f, of[name]) {
			names = append(names, name)
		}
	}
	return names
}

func sortedKeys(of map[string]breaking) (names []string) {
	for name := range of {
		names = append(names, name)
	}
	return sorted(names)
}

// Whatever was there: one setup makes all that the guide asks, and reads it
// back; a second finds nothing to do; an undo gives back what was there.
func TestSetupConvergesAndUndoGivesBackWhatWasThere(t *testing.T) {
	random := seeded(t)
	for range 20 {
		f := untouched()
		names := some(random, &f, beforehand, 3)
		yes := true
		f.Wanted.ReplaceForwarding, f.Wanted.EnableCustomization, f.Wanted.AssetSaved = &yes, &yes, &yes
		tn := tenantOf(f)
		tn.facts.Seen.Exchange.Value.Dehydrated = false // that it was enabled is not taken back
		start := tn.standing()
		tn.facts.Seen.Exchange.Value.Dehydrated = f.Seen.Exchange.Value.Dehydrated

		settles(t, tn, Guide(nil, nil), names)
		failed, unread := tn.run(t.Context(), Undo(nil))
		if len(failed)+len(unread) != 0 {
			t.Errorf("undo after %v: failed %v, unread %v", names, failed, unread)
		}
		tn.facts.Seen.Exchange.Value.Dehydrated = false
		same(t, "what is left", tn.standing(), start)
		if p := Undo(nil).Plan(tn.seen(Undo(nil))); len(p.Changes) != 0 {
			t.Errorf("undo again after %v: %+v", names, outlineOf(p))
		}
		if t.Failed() {
			t.Fatalf("%v", names)
		}
	}
}

// settles runs a course, and again: the second time nothing is left to do.
func settles(t *testing.T, tn *tenant, course Course, names []string) {
	t.Helper()
	failed, unread := tn.run(t.Context(), course)
	if len(failed)+len(unread) != 0 {
		t.Errorf("%v: failed %v, unread %v", names, failed, unread)
	}
	if p := course.Plan(tn.seen(course)); len(p.Changes)+len(p.Obstacles) != 0 {
		t.Errorf("%v: planned again: %+v", names, outlineOf(p))
	}
}

// Whatever somebody breaks afterwards is mended by the next setup; and what
// was made stays ours, so that an undo leaves nothing of it.
func TestSetupMendsWhatSomebodyBroke(t *testing.T) {
	random := seeded(t)
	for range 20 {
		tn := tenantOf(untouched())
		settles(t, tn, Guide(nil, nil), nil)
		names := some(random, &tn.facts, meanwhile, 4)
		settles(t, tn, Guide(nil, nil), names)
		tn.facts.Wanted.RestoreChanged = true
		if failed, unread := tn.run(t.Context(), Undo(nil)); len(failed)+len(unread) != 0 {
			t.Errorf("undo: failed %v, unread %v", failed, unread)
		}
		left := tn.facts.Seen
		if left.Directory.Value.Application != nil || len(left.Exchange.Value.OutboundPolicies) != 1 ||
			len(left.Exchange.Value.OutboundRules) != 0 ||
			left.Exchange.Value.Mailbox.Forwarding.SMTPAddress != "" {
			t.Errorf("something is left: %+v", tn.standing())
		}
		if t.Failed() {
			t.Fatalf("%v", names)
		}
	}
}

var errKilled = errors.New("killed")

// A run that is killed before any request, or before its answer, is finished
// by the next; no secret is left behind, and no redirect URI.
func TestAKilledRunIsFinishedByTheNext(t *testing.T) {
	for verb, times := range verbsOf(t) {
		for at := range times {
			for _, killed := range []error{errKilled, errAnswerLost} {
				tn := tenantOf(untouched()).refuse(verb, append(make([]error, at), killed)...)
				tn.run(t.Context(), Guide(nil, nil))
				failed, unread := tn.run(t.Context(), Guide(nil, nil))
				app := tn.facts.Seen.Directory.Value.Application
				if len(failed)+len(unread) != 0 || len(app.Secrets) != 1 || hasTemporary(app) {
					t.Errorf("%v at %s %d: failed %v, unread %v, %+v", killed, verb, at, failed, unread, app)
				}
			}
		}
	}
}

// Somebody presses Ctrl-C while the browser is open: nothing more begins, and
// the redirect URI goes all the same.
func TestAnInterruptedSignInLeavesNoRedirectURI(t *testing.T) {
	tn := tenantOf(untouched())
	ctx, interrupt := context.WithCancel(t.Context())
	tn.during["SignIn"] = interrupt
	tn.refuse("SignIn", context.Canceled)
	failed, unread := tn.run(ctx, Guide(nil, nil))
	failed = slices.DeleteFunc(failed, func(id string) bool { return !strings.HasPrefix(id, "token.") }) // what had not begun by then
	same(t, "failed", failed, []string{"token.sign-in/create failed", "token.smtp-sign-in/create skipped"})
	if app := tn.facts.Seen.Directory.Value.Application; hasTemporary(app) || len(unread) != 0 {
		t.Errorf("%+v, unread %v", app, unread)
	}
}

// verbsOf are the verbs of a whole setup, and how often each is used.
func verbsOf(t *testing.T) map[string]int {
	tn := tenantOf(untouched())
	settles(t, tn, Guide(nil, nil), nil)
	verbs := map[string]int{"Look": 3} // before the sign-in, beside it, and once more where that one fails
	for _, c := range tn.said() {
		verbs[c.Verb]++
	}
	return verbs
}

// A rotation stands beside the old secret, and its end removes the old one.
func TestARotationEndsWithOneSecret(t *testing.T) {
	tn := tenantOf(untouched())
	settles(t, tn, Guide(nil, nil), nil)
	first := *tn.facts.Seen.Here.Value.Secret
	if failed, unread := tn.run(t.Context(), Rotation()); len(failed)+len(unread) != 0 {
		t.Errorf("failed %v, unread %v", failed, unread)
	}
	if n := len(tn.facts.Seen.Directory.Value.Application.Secrets); n != 2 {
		t.Errorf("%d secrets during the rotation", n)
	}
	replaced := true
	tn.facts.Wanted.OldSecretReplaced = &replaced
	if failed, unread := tn.run(t.Context(), Finish("")); len(failed)+len(unread) != 0 {
		t.Errorf("failed %v, unread %v", failed, unread)
	}
	left := tn.facts.Seen.Directory.Value.Application.Secrets
	if len(left) != 1 || slices.ContainsFunc(left, first.Is) {
		t.Errorf("after it: %+v", left)
	}
}
