package handoff

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// An untouched organization is one in which the whole of both steps is open.
func TestUntouched(t *testing.T) {
	for name, test := range map[string]struct {
		answers map[string]string
		plan    string
	}{
		"a user": {nil, everything},
		"a shared mailbox": {map[string]string{"webex.email-id": shared, "mailbox.sign-in-as": anna},
			"smtp-auth send-as outbound-policy outbound-rule forwarding"},
		"the existing policy":  {map[string]string{"mailbox.outbound-policy": "existing"}, "smtp-auth forwarding"},
		"whatever was agreed":  {map[string]string{"mailbox.replace-forwarding": "true", "exchange.enable-customization": "true"}, everything},
		"whatever was refused": {map[string]string{"mailbox.replace-forwarding": "false", "exchange.enable-customization": "false"}, everything},
	} {
		w := answers(t, test.answers)
		if got := summary(Plan(w, Untouched(w))); got != test.plan {
			t.Errorf("%s: %q, want %q", name, got, test.plan)
		}
	}
}

// What needs an answer is an obstacle with its question, and stops everything;
// nothing else does.
func TestPlanAsks(t *testing.T) {
	questions := map[string]string{
		"forwards elsewhere, and nobody was asked": "mailbox.replace-forwarding",
		"forwards inside, and nobody was asked":    "mailbox.replace-forwarding",
		"dehydrated, and nobody was asked":         "exchange.enable-customization",
		"a shared mailbox, and nobody to sign in":  "mailbox.sign-in-as",
		"shared, and the account is disabled":      "mailbox.sign-in-as",
	}
	unusable := []string{"an alias is meant", "a room", "a disabled account", "shared, and the account is disabled"}
	for _, c := range cases() {
		plan, asks := build(t, c).script.Plan, questions[c.name]
		stops := asks != "" || slices.Contains(unusable, c.name)
		got := ""
		for _, o := range plan.Obstacles {
			if got == "" {
				got = o.Question
			}
		}
		if got != asks || stops != (len(plan.Stoppers()) > 0) {
			t.Errorf("%s: asks %q, %v", c.name, got, plan.Stoppers())
		}
	}
}

// The mailbox turns out to be shared, somebody is named who signs in, and one
// more trip is enough: of an account that nobody has looked at nothing is known.
func TestAnotherAccountThanWasLookedAt(t *testing.T) {
	x, first := plain(), answers(t, map[string]string{"webex.email-id": shared})
	if done := scriptFor(t, first, Untouched(first)).write(t).perform(t, x, x.look(first)); done.differs == "" {
		t.Fatal("the script takes a shared mailbox for a user's")
	}
	seen := x.seen(t, first)
	if got := firstQuestion(Plan(first, seen)); got != "mailbox.sign-in-as" {
		t.Fatalf("asks %q", got)
	}
	w := answers(t, map[string]string{"webex.email-id": shared, "mailbox.sign-in-as": anna})
	script := scriptFor(t, w, seen)
	if got := summary(script.Plan); got != "smtp-auth send-as outbound-policy outbound-rule forwarding" {
		t.Errorf("the plan is %q", got)
	}
	if done := script.write(t).perform(t, x, x.look(w)); done.differs != "" || done.unread != "" {
		t.Errorf("%+v", done)
	}
	if after := Plan(w, x.seen(t, w)); len(after.Changes) > 0 {
		t.Errorf("then it wants %s", summary(after))
	}
}

func TestTheMailboxSignsInAfterAll(t *testing.T) {
	delegate := answers(t, map[string]string{"mailbox.sign-in-as": anna})
	got := asked(answers(t, nil), plain().seen(t, delegate))
	if got.SignIn != got.Mailbox || got.SendAs != nil || got.SMTPAuthDisabled != nil {
		t.Errorf("%+v", got)
	}
}

// A file of another mailbox plans nothing.
func TestPlanOfAnotherMailbox(t *testing.T) {
	w := answers(t, map[string]string{"webex.email-id": anna})
	plan := Plan(w, plain().seen(t, answers(t, nil)))
	refused := (*SeenError)(nil)
	if !errors.As(plan.Obstacles[0].Err, &refused) || msg.New("en").Say(refused.Reason()) != "It is about "+box+"." {
		t.Errorf("%v", plan.Obstacles[0].Err)
	}
	plan.Obstacles[0].Err = nil
	want := &step.Obstacle{Code: "WX-SEEN-FILE", Step: "mailbox.smtp", Object: anna, Detail: box, Stops: true}
	if diff := cmp.Diff([]*step.Obstacle{want}, plan.Obstacles); diff != "" || len(plan.Changes) > 0 {
		t.Errorf("%v (-want +got):\n%s", plan.Changes, diff)
	}
	var o *step.Obstacle
	if !errors.As(plan.Obstacles[0], &o) || !strings.Contains(o.Error(), box) {
		t.Error(plan.Obstacles[0])
	}
}

// An address that Exchange does not know is an obstacle of setup's own.
func TestPlanOfNoMailbox(t *testing.T) {
	w := answers(t, nil)
	seen := Untouched(w)
	seen.Mailbox, seen.SignIn = nil, nil
	if got := summary(Plan(w, seen)); got != "WX-MAILBOX-UNKNOWN" {
		t.Error(got)
	}
}

// The steps of the plan are the two that Exchange is written by.
func TestPlanIsOfTheMailboxSteps(t *testing.T) {
	w := answers(t, nil)
	for _, c := range Plan(w, Untouched(w)).Changes {
		if thing, known := guide.ThingOf(c.Key); !known || !strings.HasPrefix(c.Step, "mailbox.") || len(thing.Right.Cmdlets) == 0 {
			t.Errorf("%s of %s", c.Key, c.Step)
		}
	}
}

// What is handed over proves nothing: until somebody has said that the asset is
// saved, a copy is kept, whatever is wanted.
func TestAScriptKeepsACopyUntilTheAssetIsSaved(t *testing.T) {
	for _, test := range []struct {
		answers   map[string]string
		live      bool // it forwards to the asset already, with a copy
		keeps     bool
		changes   string
		told, due bool
	}{
		{answers: map[string]string{}, keeps: true, changes: everything},
		{answers: map[string]string{"mailbox.keep-copy": "false"}, keeps: true, changes: everything, told: true},
		{answers: map[string]string{"mailbox.keep-copy": "false", "webex.asset-saved": "false"}, keeps: true, changes: everything, told: true},
		{answers: map[string]string{"mailbox.keep-copy": "false", "webex.asset-saved": "true"}, changes: everything},
		{answers: map[string]string{"mailbox.keep-copy": "false"}, live: true, keeps: true,
			changes: "smtp-auth outbound-policy outbound-rule WX-COPY-KEPT", due: true},
	} {
		x, w := plain(), answers(t, test.answers)
		if test.live {
			x.mailboxes[box] = x.mailboxes[box].with(object{"ForwardingSmtpAddress": "smtp:" + outside, "DeliverToMailboxAndForward": true})
		}
		plan := Plan(w, x.seen(t, w))
		if got := summary(plan); got != test.changes {
			t.Errorf("%v: %s", test.answers, got)
		}
		c := plan.Find("mailbox.forwarding")
		if c != nil && c.After.(guide.Forwarding).KeepCopy != test.keeps || (c == nil) != test.due {
			t.Errorf("%v: %+v", test.answers, c)
		}
		told := slices.ContainsFunc(plan.Notes, func(m msg.Message) bool { return m.ID == "note.copy-first" })
		if told != test.told {
			t.Errorf("%v: %+v", test.answers, plan.Notes)
		}
	}
}

// firstQuestion is the first that a person may answer now, or "".
func firstQuestion(p *step.Plan) string {
	for _, a := range p.Asks() {
		return a.Question
	}
	return ""
}
