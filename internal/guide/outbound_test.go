package guide

import (
	"errors"
	"testing"
	"time"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

func (trials) Customization() trial {
	return trial{key: "exchange.customization", notUndone: "cannot be undone", notMissed: "is told by its obstacle",
		notDrifting: "nobody can take it back",
		values:      valuesOf[Customization]([]step.Value{dehydrated, customized}, map[string]step.Value{`"customized"`: customized}),
		breaks:      map[string]breaking{"dehydratedOrg": dehydratedOrg, "customized": customizedAt(1)}}
}

func (trials) OutboundPolicy() trial {
	return trial{key: "mailbox.outbound-policy",
		values: valuesOf[OutboundPolicy]([]step.Value{OutboundPolicy{"On", "comment"}, OutboundPolicy{AutoForwarding: "Off"}},
			map[string]step.Value{`"automatic forwarding Automatic"`: OutboundPolicy{AutoForwarding: "Automatic"}}),
		breaks: map[string]breaking{"noPolicy": noPolicy, "policyOff": policyOff, "defaultOn": defaultOn, "usesOurPolicy": usesOurPolicy,
			"hydrating": together(noPolicy, customizedAt(1))}}
}

func (trials) OutboundRule() trial {
	ours := func(state string, from ...string) OutboundRule { return OutboundRule{From: from, State: state} }
	before := ours("Enabled", "a@contoso.example")
	before.Before = "Nobody, but me"
	return trial{key: "mailbox.outbound-rule", notMissed: "has the reasons of the policy that it stands on",
		values: valuesOf[OutboundRule]([]step.Value{OutboundRule{[]string{"a"}, "p", "Disabled", "X"},
			OutboundRule{From: []string{}, State: "Enabled"}},
			map[string]step.Value{
				`"from a@contoso.example"`:                             ours("Enabled", "a@contoso.example"),
				`"from a@contoso.example, before rule Nobody, but me"`: before,
				`"from a@contoso.example, b@contoso.example, enabled"`: ours("Enabled", "a@contoso.example", "b@contoso.example"),
				`"from a@contoso.example, disabled"`:                   ours("Disabled", "a@contoso.example"),
			}),
		breaks: map[string]breaking{"noRule": noRule, "ruleDisabled": ruleDisabled, "ruleOfSales": ruleOfSales, "ruleFirst": ruleFirst,
			"ruleMaybe": ruleMaybe}}
}

func TestPlanOfTheOutboundPolicy(t *testing.T) {
	const policy, rule = "mailbox.outbound-policy/create", "mailbox.outbound-rule/create"
	declined, agreed := answer("exchange.enable-customization", "false"), answer("exchange.enable-customization", "true")
	runPlans(t, []planTest{
		{"the default forbids", healthy(noPolicy), outline{Changes: []string{policy + " WX-OUTBOUND-OFF", rule}}},
		{"the default allows", healthy(noPolicy, defaultOn), outline{}},
		{"ours is off", healthy(policyOff), outline{Changes: []string{"mailbox.outbound-policy/update WX-OUTBOUND-OFF"}}},
		{"ours has no rule", healthy(noRule), outline{Changes: []string{rule + " WX-OUTBOUND-OFF"}}},
		{"our rule is disabled", healthy(ruleDisabled), outline{Changes: []string{"mailbox.outbound-rule/update WX-OUTBOUND-OFF"}}},
		{"our rule is about another mailbox", healthy(ruleOfSales), outline{Changes: []string{"mailbox.outbound-rule/update WX-OUTBOUND-OFF"}}},
		{"our rule uses another policy", healthy(ruleFirst,
			func(f *Facts) { mail(f).OutboundRules = mail(f).OutboundRules[1:]; ourRule(f).Policy = "Strict" }),
			outline{Changes: []string{"mailbox.outbound-rule/update WX-OUTBOUND-OFF"}}},
		{"our rule comes second", healthy(ruleFirst), outline{Changes: []string{"mailbox.outbound-rule/update WX-OUTBOUND-SHADOWED"}}},
		{"a group may catch it first", healthy(ruleMaybe), outline{Changes: []string{"mailbox.outbound-rule/update WX-OUTBOUND-UNSURE"}}},
		{"a rule of somebody's forbids, and behind it another's allows", healthy(noPolicy, ruleFirst, allowsBehind),
			outline{Changes: []string{policy + " WX-OUTBOUND-OFF", rule}}},
		{"a rule of somebody's forbids", healthy(noPolicy, ruleFirst), outline{Changes: []string{policy + " WX-OUTBOUND-OFF", rule}}},
		{"a group may be forbidden, else the default allows", healthy(noPolicy, defaultOn, ruleMaybe),
			outline{Changes: []string{policy + " WX-OUTBOUND-UNSURE", rule}}},
		{"the organization was never customized", healthy(noPolicy, dehydratedOrg), outline{Withheld: []string{policy, rule},
			Obstacles: []string{"mailbox.forward WX-DEHYDRATED, asks exchange.enable-customization, stops"}}},
		{"nobody wants it customized", healthy(noPolicy, dehydratedOrg, declined), outline{Withheld: []string{policy, rule},
			Obstacles: []string{"mailbox.forward WX-CUSTOMIZATION-DECLINED"}}},
		{"it is to be customized", healthy(noPolicy, dehydratedOrg, agreed),
			outline{Changes: []string{"exchange.customization/update", policy, rule}}},
		{"it was an hour ago", healthy(noPolicy, customizedAt(1)), outline{Changes: []string{policy + " WX-HYDRATING", rule}}},
		{"it was a day ago", healthy(noPolicy, customizedAt(24)), outline{Changes: []string{policy + " WX-OUTBOUND-OFF", rule}}},
		{"only the existing policies are wanted, and forbid", healthy(noPolicy, noForwarding, dehydratedOrg,
			answer("mailbox.outbound-policy", "existing")),
			outline{Withheld: []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"},
				Obstacles: []string{"mailbox.forward WX-POLICY-OFF, waits"}}},
		{"our rule was removed, and somebody's has our policy", healthy(policyTaken, noForwarding), outline{
			Withheld:  []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"},
			Obstacles: []string{"mailbox.forward WX-POLICY-USED, waits"}}},
		{"only the existing policies are wanted, and allow", healthy(noPolicy, defaultOn, answer("mailbox.outbound-policy", "existing")),
			outline{}},
		{"the way is barred by a remote domain", healthy(noForwarding, noRemoteDomain), outline{
			Withheld: []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"}, Obstacles: []string{"mailbox.forward WX-REMOTE-DOMAIN, waits"}}},
		{"the way is barred by a transport rule", healthy(noForwarding, transportRule), outline{
			Withheld: []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"}, Obstacles: []string{"mailbox.forward WX-TRANSPORT-RULE, waits"}}},
		{"a transport rule may bar the way", healthy(unsureTransportRule), outline{Notes: []string{"note.transport-rule"}}},
	})
}

// policyTaken: our rule is gone, and a rule of somebody's has our policy.
func policyTaken(f *Facts) {
	theirs := mailflow.OutboundRule{Name: "Theirs", Policy: policyOfOurs, State: "Enabled", From: []string{"help@contoso.example"}}
	mail(f).OutboundRules = []mailflow.OutboundRule{theirs}
}

// allowsBehind: another rule of somebody's would let the mailbox forward.
func allowsBehind(f *Facts) {
	mail(f).OutboundPolicies = append(mail(f).OutboundPolicies, mailflow.OutboundPolicy{Name: "Theirs", AutoForwardingMode: "On"})
	mail(f).OutboundRules = append(mail(f).OutboundRules, mailflow.OutboundRule{Name: "Theirs", Policy: "Theirs", State: "Enabled",
		Priority: 9,
		From:     []string{mailboxAddress}})
}

// customizedAt is a journal in which the organization was customized so many
// hours ago.
func customizedAt(hours int) breaking {
	return func(f *Facts) {
		at := did(step.Update, "exchange.customization", "Contoso", dehydrated, customized, `null`)
		at.At = today().Add(-time.Duration(hours) * time.Hour)
		later(at)(f)
	}
}

func TestWhichPolicyIsInForceIsTheEvidence(t *testing.T) {
	for name, test := range map[string]struct {
		facts            Facts
		id               string
		object, evidence string
	}{
		"the default": {healthy(noPolicy, emptyJournal), "mailbox.outbound-policy/create", "Default",
			"Get-HostedOutboundSpamFilterPolicy: Default has AutoForwardingMode = Automatic (no rule, the default policy)"},
		"somebody's": {healthy(ruleFirst, emptyJournal), "mailbox.outbound-rule/update", "Nobody forwards",
			"Get-HostedOutboundSpamFilterPolicy: Strict has AutoForwardingMode = Off (rule Nobody forwards, priority 0)"},
		"one that nobody lists": {healthy(noPolicy, func(f *Facts) { mail(f).OutboundPolicies = nil }, emptyJournal),
			"mailbox.outbound-policy/create", "Default",
			"Get-HostedOutboundSpamFilterPolicy: (none) has AutoForwardingMode = (none) (no rule, the default policy)"},
		"a group's": {healthy(ruleMaybe), "mailbox.outbound-rule/update", "Nobody forwards",
			"Get-HostedOutboundSpamFilterRule: Nobody forwards comes first and names groups: FromMemberOf = team"},
		"ours, closed": {healthy(policyOff), "mailbox.outbound-policy/update", policyOfOurs, "Get-HostedOutboundSpamFilterPolicy: " +
			policyOfOurs +
			" has AutoForwardingMode = Off (rule " + policyOfOurs + ", priority 0); wxmail set it at 2026-10-27T09:00:00Z"},
	} {
		why := planned(t, test.facts, test.id).Why[0]
		if why.Object != test.object || why.Evidence != test.evidence || why.Detail != mailboxAddress || why.Page.Portal != step.DefenderPortal {
			t.Errorf("%s: %+v", name, why)
		}
	}
}

func TestAPolicyAndARuleAreMadeForTheOneMailbox(t *testing.T) {
	f := healthy(noPolicy)
	c := planned(t, f, "mailbox.outbound-policy/create")
	if !c.Ours || c.Risk.ID != "risk.outbound-policy" || c.After != step.Value(OutboundPolicy{"On", outboundComment(mailboxAddress)}) {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("CreateOutboundPolicy", policyOfOurs, "wxmail: lets support@contoso.example forward to Webex Connect"))

	c = planned(t, f, "mailbox.outbound-rule/create")
	same(t, "after", c.After, step.Value(OutboundRule{From: []string{mailboxAddress}, Policy: policyOfOurs, State: "Enabled"}))
	if !c.Risk.IsZero() || !c.Ours {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("CreateOutboundRule", mailflow.NewRule{Name: policyOfOurs, Policy: policyOfOurs,
		From:    []string{mailboxAddress},
		Comment: "wxmail: lets support@contoso.example forward to Webex Connect"}))
}

// Foreign rules keep their order: ours comes first only where an earlier one
// catches the mailbox, or may.
func TestOurRuleComesFirstOnlyWhereItMust(t *testing.T) {
	for name, test := range map[string]struct {
		facts Facts
		id    string
		first bool
	}{
		"another forbids":       {healthy(noPolicy, ruleFirst), "mailbox.outbound-rule/create", true},
		"another may":           {healthy(ruleMaybe), "mailbox.outbound-rule/update", true},
		"ours is second":        {healthy(ruleFirst), "mailbox.outbound-rule/update", true},
		"ours is only disabled": {healthy(ruleDisabled), "mailbox.outbound-rule/update", false},
		"another is about somebody": {healthy(noPolicy, ruleFirst,
			func(f *Facts) { mail(f).OutboundRules[0].SenderDomainIs = []string{"fabrikam.example"} }), "mailbox.outbound-rule/create", false},
	} {
		c := planned(t, test.facts, test.id)
		tn := tenantOf(test.facts)
		if _, err := apply(tn.hands(), c); err != nil {
			t.Fatal(err)
		}
		var priority *int
		switch args := tn.said()[0].Args; rule := args[len(args)-1].(type) {
		case mailflow.NewRule:
			priority = rule.Priority
		case mailflow.RuleChange:
			priority = rule.Priority
		}
		if (priority != nil) != test.first || (c.Risk.ID == "risk.rule-first") != test.first ||
			(c.After.(OutboundRule).Before == "Nobody forwards") != test.first {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestARuleIsMendedInPlace(t *testing.T) {
	policy := policyOfOurs
	change := mailflow.RuleChange{From: []string{mailboxAddress}, Policy: &policy}
	f := healthy(ruleDisabled)
	applying(t, tenantOf(f), planned(t, f, "mailbox.outbound-rule/update"), called("SetOutboundRule", policyOfOurs, change),
		called("EnableOutboundRule", policyOfOurs))
	f = healthy(ruleOfSales)
	c := planned(t, f, "mailbox.outbound-rule/update")
	same(t, "before", c.Before, step.Value(OutboundRule{From: []string{"sales@contoso.example"}, Policy: policyOfOurs, State: "Enabled"}))
	applying(t, tenantOf(f), c, called("SetOutboundRule", policyOfOurs, change))
	tn := tenantOf(f).refuse("SetOutboundRule", byExchange("X"))
	if _, err := apply(tn.hands(), c); err == nil || len(tn.said()) != 1 {
		t.Errorf("%v: %v", err, tn.said())
	}
}

func TestAClosedPolicyIsOpened(t *testing.T) {
	f := healthy(policyOff)
	c := planned(t, f, "mailbox.outbound-policy/update")
	same(t, "before", c.Before, step.Value(OutboundPolicy{AutoForwarding: "Off"}))
	applying(t, tenantOf(f), c, called("SetOutboundPolicyMode", policyOfOurs, "On"))
}

func TestCustomizationIsEnabled(t *testing.T) {
	f := healthy(noPolicy, dehydratedOrg, answer("exchange.enable-customization", "true"))
	c := planned(t, f, "exchange.customization/update")
	if c.Target != "Contoso" || c.Before != step.Value(dehydrated) || c.After != step.Value(customized) || c.Risk.ID != "risk.customization" {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("EnableCustomization"))
}

// What exists already is success; that the organization is not ready is a
// wait, for as long as Exchange says so.
func TestExchangesRefusalsOfACreateAreJudged(t *testing.T) {
	f := healthy(noPolicy)
	for _, id := range []string{"mailbox.outbound-policy/create", "mailbox.outbound-rule/create"} {
		c := planned(t, f, id)
		verb := map[string]string{"mailbox.outbound-policy/create": "CreateOutboundPolicy",
			"mailbox.outbound-rule/create": "CreateOutboundRule"}[id]
		if _, err := apply(tenantOf(f).refuse(verb, byExchange("ADObjectAlreadyExistsException")).hands(), c); err != nil {
			t.Errorf("%s exists: %v", id, err)
		}
		if _, err := apply(tenantOf(f).refuse(verb, byExchange("X")).hands(), c); microsoft.Of(err) == nil {
			t.Errorf("%s is refused: %v", id, err)
		}
		_, err := apply(tenantOf(f).refuse(verb, byExchange("InvalidOperationInDehydratedContextException")).hands(), c)
		var o *step.Obstacle
		if !errors.As(err, &o) || o.Code != "WX-HYDRATING" || !o.Waiting || o.Object != "contoso.example" || microsoft.Of(err) == nil {
			t.Errorf("%s is early: %+v", id, err)
		}
	}
}

// wasThere is a policy of that mode that wxmail found, and opened.
func wasThere(mode string) step.Entry {
	return did(step.Update, "mailbox.outbound-policy", policyOfOurs, OutboundPolicy{AutoForwarding: mode},
		OutboundPolicy{AutoForwarding: "On"}, `null`)
}

func TestUndoOfThePolicy(t *testing.T) {
	restore := answer("undo.changed-since", "restore")
	rule, policy := "undo.mailbox.outbound-rule/delete", "undo.mailbox.outbound-policy/delete"
	theirs := []string{"mailbox.outbound-rule kept.changed", "mailbox.outbound-policy kept.stands-on"}
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"as wxmail left it", healthy(noForwarding), outline{Changes: []string{rule, policy}}},
		{"somebody disabled the rule", healthy(noForwarding, ruleDisabled), outline{Changes: []string{rule, policy}}},
		{"the rule is shown by display name", healthy(noForwarding, func(f *Facts) { ourRule(f).From = []string{"The support desk"} }),
			outline{Changes: []string{rule, policy}}},
		{"somebody closed the policy: without it the next would decide", healthy(noForwarding, policyOff), outline{Kept: theirs}},
		{"somebody closed it, and the operator insists", healthy(restore, noForwarding, policyOff), outline{Changes: []string{rule, policy}}},
		{"somebody gave the rule to another mailbox", healthy(noForwarding, ruleOfSales), outline{Kept: theirs}},
		{"somebody gave it to another too", healthy(noForwarding, func(f *Facts) {
			ourRule(f).From = append(ourRule(f).From,
				"sales@contoso.example")
		}),
			outline{Kept: theirs}},
		{"somebody gave it to a group", healthy(noForwarding, func(f *Facts) { ourRule(f).FromMemberOf = []string{"team"} }),
			outline{Kept: theirs}},
		{"somebody has it, and the operator insists", healthy(restore, noForwarding, ruleOfSales), outline{Changes: []string{rule, policy}}},
		{"somebody removed the rule", healthy(noForwarding, noRule), outline{Changes: []string{policy}}},
		{"a rule of somebody's uses the policy", healthy(noForwarding, usesOurPolicy), outline{Changes: []string{rule},
			Kept: []string{"mailbox.outbound-policy kept.used"}}},
		{"even where the operator insists", healthy(restore, noForwarding, usesOurPolicy), outline{Changes: []string{rule},
			Kept: []string{"mailbox.outbound-policy kept.used"}}},
		{"nothing is left", healthy(noForwarding, noPolicy), outline{}},
		{"they were there before wxmail", healthy(noForwarding, later(), func(f *Facts) {
			for _, key := range []string{"mailbox.outbound-rule", "mailbox.outbound-policy"} {
				d := memory(f).Deeds[key]
				d.Op = step.Update
				memory(f).Deeds[key] = d
			}
		}), outline{}},
		{"the policy was there, and closed", healthy(noForwarding, journal(wasThere("Automatic"))),
			outline{Changes: []string{"undo.mailbox.outbound-policy/update"}}},
		{"it was there, and somebody gave it back", healthy(noForwarding, journal(wasThere("Off")), policyOff), outline{}},
		{"it was there, and the mailbox goes on forwarding", healthy(forwardsTo("crm@fabrikam.example"), journal(wasThere("Off"))),
			outline{Kept: []string{"mailbox.outbound-policy kept.forwarding"}}},
		{"only the policy is wxmail's", healthy(noForwarding, never("mailbox.outbound-rule")),
			outline{Kept: []string{"mailbox.outbound-policy kept.used"}}},
		{"the mailbox is gone", healthy(noMailbox), outline{Kept: theirs}},
		{"the journal names what is somebody's", healthy(noForwarding, nowCalled("Partners")), outline{
			Kept: []string{"mailbox.outbound-rule kept.foreign", "mailbox.outbound-policy kept.stands-on"}}},
		{"the journal names somebody's policy", healthy(noForwarding, nowCalled("Partners"), noRule), outline{
			Kept: []string{"mailbox.outbound-policy kept.foreign"}}},
		{"it does, and the operator insists", healthy(restore, noForwarding, nowCalled("Partners"), noRule), outline{
			Kept: []string{"mailbox.outbound-policy kept.foreign"}}},
		{"somebody renamed what wxmail made", healthy(noForwarding, nowCalled("Partners"), commented), outline{Changes: []string{rule, policy}}},
		{"customization stays", healthy(noForwarding, noPolicy, customizedAt(1)), outline{}},
	} {
		t.Run(test.name, func(t *testing.T) { same(t, "plan", outlineOf(undoOf(test.facts, "mailbox.forward")), test.want) })
	}
}

// nowCalled gives policy and rule a name, in the tenant and in the journal.
func nowCalled(name string) breaking {
	return func(f *Facts) {
		ourRule(f).Name, ourRule(f).Policy, ourRule(f).Comments = name, name, ""
		mail(f).OutboundPolicies[1].Name, mail(f).OutboundPolicies[1].AdminDisplayName = name, ""
		for _, key := range []string{"mailbox.outbound-rule", "mailbox.outbound-policy"} {
			d := memory(f).Deeds[key]
			d.Target = name
			memory(f).Deeds[key] = d
		}
	}
}

func commented(f *Facts) {
	mail(f).OutboundRules[0].Comments = outboundComment(mailboxAddress)
	mail(f).OutboundPolicies[1].AdminDisplayName = outboundComment(mailboxAddress)
}

func TestUndoRemovesRuleThenPolicy(t *testing.T) {
	f := healthy()
	p := undoOf(f)
	rule, policy := changeOf(t, p, "undo.mailbox.outbound-rule/delete"), changeOf(t, p, "undo.mailbox.outbound-policy/delete")
	same(t, "the rule needs", rule.Needs, []string{"undo.mailbox.forwarding"})
	same(t, "the policy needs", policy.Needs, []string{"undo.mailbox.outbound-rule"})
	for verb, c := range map[string]step.Change{"RemoveOutboundRule": rule, "RemoveOutboundPolicy": policy} {
		applying(t, tenantOf(f), c, called(verb, policyOfOurs))
		if _, err := apply(tenantOf(f).refuse(verb, byExchange("ManagementObjectNotFoundException")).hands(), c); err != nil {
			t.Errorf("what is gone already is success: %v", err)
		}
	}
}

func TestARuleThatIsPlannedAgainHasDrifted(t *testing.T) {
	for name, test := range map[string]struct {
		facts   Facts
		id      string
		drifted bool
	}{
		"somebody disabled it":       {healthy(ruleDisabled), "mailbox.outbound-rule/update", true},
		"somebody removed it":        {healthy(noRule), "mailbox.outbound-rule/create", true},
		"somebody closed the policy": {healthy(policyOff), "mailbox.outbound-policy/update", true},
		"the words of old name no policy": {healthy(ruleFirst, later(did(step.Update, "mailbox.outbound-rule", policyOfOurs, nil,
			OutboundRule{From: []string{mailboxAddress}, State: "Enabled"}, `null`))), "mailbox.outbound-rule/update", false},
		"somebody's came before it": {healthy(ruleFirst), "mailbox.outbound-rule/update", false},
		"nobody: it was never made": {healthy(noRule, never("mailbox.outbound-rule")), "mailbox.outbound-rule/create", false},
		"nobody: its making was not done": {healthy(noRule, journal(step.Entry{Key: "mailbox.outbound-rule", Op: step.Create,
			Target: policyOfOurs})), "mailbox.outbound-rule/create", false},
	} {
		if c := planned(t, test.facts, test.id); c.Drift.IsZero() == test.drifted {
			t.Errorf("%s: %v", name, c.Drift)
		}
	}
}
