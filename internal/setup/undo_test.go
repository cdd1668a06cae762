package setup_test

import (
	"encoding/json"
	"slices"
	"testing"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
)

// undoes takes back what was done, of some steps or of all.
func (o *office) undoes(steps ...string) *setup.Result {
	o.t.Helper()
	return o.goes(o.somebody(map[string]string{"undo.confirm": "default"}), guide.Undo(steps))
}

// taken are the keys of what was taken back, sorted.
func taken(report *setup.Undone) (keys []string) {
	for _, c := range report.TakenBack {
		keys = append(keys, c.Key)
	}
	slices.Sort(keys)
	return keys
}

func ids(messages []msg.Message) (all []string) {
	for _, m := range messages {
		all = append(all, m.ID)
	}
	return all
}

func TestUndoTakesEverythingBack(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	before := o.tenant()
	o.isSetUp()
	result := o.undoes()
	well(t, result)
	report := setup.ReportUndone(result, true)
	is(t, "taken back", taken(report), []string{"undo.azure.application", "undo.mailbox.forwarding", "undo.mailbox.outbound-policy",
		"undo.mailbox.outbound-rule", "undo.mailbox.smtp-auth", "undo.token.sign-in"})
	is(t, "kept", report.Kept, []setup.KeptObject{})
	is(t, "left", ids(report.Left), []string{"undo.left.deleted", "undo.left.tools", "undo.left.asset", "undo.left.profile"})

	after := o.tenant()
	is(t, "deleted", len(after.DeletedItems), 1)
	after.DeletedItems = before.DeletedItems
	is(t, "the tenant", after, before)
	keys, err := o.vault.Keys()
	must(t, err)
	is(t, "in the vault", len(keys), 0)
	want := all("pending")
	want["webex.collect"], want["azure.consent"] = "done", "done"
	is(t, "steps", states(result.Summary), want)
}

func TestUndoOfNothingTalksToNobody(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.nobody()
	result := o.goes(p, guide.Undo(nil))
	well(t, result)
	is(t, "signed in", p.signedIn(), nil)
	report := setup.ReportUndone(result, true)
	is(t, "taken back", len(report.TakenBack), 0)
	is(t, "left", ids(report.Left), []string{"undo.left.asset", "undo.left.profile"})
}

func TestUndoOfOneStepSignsInOnlyWhomItNeeds(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	for _, test := range []struct {
		step  string
		roles []signin.Role
		taken []string
	}{
		{"mailbox.forward", []signin.Role{signin.Exchange},
			[]string{"undo.mailbox.forwarding", "undo.mailbox.outbound-policy", "undo.mailbox.outbound-rule"}},
		{"token", nil, []string{"undo.token.sign-in"}},
		{"azure.consent", []signin.Role{signin.Directory},
			[]string{"undo.azure.app-role.Mail.Send", "undo.azure.grant.Microsoft-Graph", "undo.azure.grant.Office-365-Exchange-Online"}},
	} {
		p := o.nobody()
		result := o.goes(p, guide.Undo([]string{test.step}))
		well(t, result)
		is(t, test.step+": signed in", p.signedIn(), test.roles)
		is(t, test.step+": taken back", taken(setup.ReportUndone(result, false)), test.taken)
		is(t, test.step+": state", states(result.Summary)[test.step], "pending")
		is(t, test.step+": another", states(result.Summary)["mailbox.smtp"], "done")
	}
	well(t, o.goes(o.nobody(), whole()))
}

func TestUndoKeepsWhatSomebodyHasChangedAndWhatThatStandsOn(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.changedBySomebody(mailbox, map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"})
	p := o.nobody()
	result := o.goes(p, guide.Undo([]string{"mailbox.forward"}))
	well(t, result)
	report := setup.ReportUndone(result, false)
	is(t, "taken back", len(report.TakenBack), 0)
	is(t, "kept", kept(report), map[string]string{"change.mailbox.forwarding": "kept.changed",
		"change.mailbox.outbound-rule": "kept.forwarding", "change.mailbox.outbound-policy": "kept.stands-on"})
	is(t, "said", p.said, []string{"kept.note", "kept.note", "kept.note"})
	raw, err := json.Marshal(report.Kept[0])
	must(t, err)
	var document map[string]any
	must(t, json.Unmarshal(raw, &document))
	is(t, "its key and operation", []any{document["key"], document["op"]}, []any{nil, nil})
	is(t, "its step", document["step"].(string), "mailbox.forward")

	o.answers["undo.changed-since"] = "restore"
	restored := o.goes(o.nobody(), guide.Undo([]string{"mailbox.forward"}))
	well(t, restored)
	is(t, "taken back", len(setup.ReportUndone(restored, false).TakenBack), 3)
	is(t, "forwarding", o.forwardsTo(mailbox), "")
}

// kept is why each object stays.
func kept(report *setup.Undone) map[string]string {
	why := map[string]string{}
	for _, k := range report.Kept {
		why[k.Target.ID] = k.Because.ID
	}
	return why
}

// What cannot be taken back is told of.
func TestUndoTellsWhatCannotBeTakenBack(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.Call("POST", "/tenant", map[string]any{"organizationDehydrated": true}, nil)
	o.answers["exchange.enable-customization"] = "yes"
	well(t, o.goes(o.nobody(), only("mailbox.forward")))
	result := o.goes(o.nobody(), guide.Undo([]string{"mailbox.forward"}))
	well(t, result)
	is(t, "left", ids(setup.ReportUndone(result, false).Left), []string{"undo.left.customization", "undo.left.tools"})
	other := o.goes(o.nobody(), guide.Undo([]string{"token"}))
	well(t, other)
	is(t, "left of another step", ids(setup.ReportUndone(other, false).Left), nil)
}

// What was done for the account that signed in before stays, and is told: with
// the summary as well.
func TestUndoTellsWhatStandsForAnEarlierAccount(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers = o.draft.Answers(shared)
	o.answers["mailbox.sign-in-as"] = colleague
	well(t, o.goes(o.nobody(), only("mailbox.smtp")))
	o.answers["mailbox.sign-in-as"] = mailbox
	well(t, o.goes(o.nobody(), only("mailbox.smtp")))
	want := []string{"undo.left.earlier-send-as", "undo.left.earlier-smtp"}
	earlier, err := o.connection(o.nobody()).Earlier()
	must(t, err)
	is(t, "summary", slices.Sorted(slices.Values(ids(earlier))), want)
	result := o.undoes("mailbox.smtp")
	well(t, result)
	report := setup.ReportUndone(result, false)
	is(t, "taken back", taken(report), []string{"undo.mailbox.send-as", "undo.mailbox.smtp-auth"})
	is(t, "left", slices.Sorted(slices.Values(ids(report.Left))), append(want, "undo.left.tools"))
}

func TestUndoWaitsForWhoMayDoIt(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.answers["azure.admin"], o.answers["exchange.admin"] = entraAdmin, entraAdmin
	result := o.undoes()
	for _, code := range codes(result.Problems) {
		is(t, "problem", code, "WX-ROLE-EXCHANGE")
	}
	is(t, "taken back", taken(setup.ReportUndone(result, true)), []string{"undo.azure.application", "undo.token.sign-in"})
	is(t, "forwarding", o.forwardsTo(mailbox), "smtp:"+o.draft.ForwardingAddress)
	is(t, "the forwarding's step", states(result.Summary)["mailbox.forward"], "done")
	o.answers["exchange.admin"] = exchangeAdmin
	well(t, o.undoes())
	is(t, "forwarding in the end", o.forwardsTo(mailbox), "")
}

func TestAnUndoThatFailsLeavesItsStepAsItWas(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.fault(map[string]any{"service": "exchange", "path": "^Set-Mailbox$", "action": "status:403"})
	result := o.undoes("mailbox.forward")
	is(t, "problems", len(result.Problems), 1)
	report := setup.ReportUndone(result, false)
	is(t, "taken back", len(report.TakenBack), 0)
	is(t, "ends", ends(result), map[string]step.State{"undo.mailbox.forwarding": step.Failed, "undo.mailbox.outbound-rule": step.Skipped,
		"undo.mailbox.outbound-policy": step.Skipped})
	is(t, "the step", states(result.Summary)["mailbox.forward"], "done")
	well(t, o.undoes("mailbox.forward"))
}

// ends is how each change ended.
func ends(result *setup.Result) map[string]step.State {
	by := map[string]step.State{}
	for _, o := range result.Outcomes {
		by[o.Change.Key] = o.State
	}
	return by
}
