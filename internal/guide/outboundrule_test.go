package guide

import (
	"testing"

	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// ruleWas is our rule as wxmail found it: somebody else had seen to it.
func ruleWas(before OutboundRule) breaking {
	return journal(did(step.Update, "mailbox.outbound-rule", policyOfOurs, before,
		OutboundRule{From: []string{mailboxAddress}, Policy: policyOfOurs, State: "Enabled"}, `null`))
}

func TestUndoGivesARuleBackThatWasThere(t *testing.T) {
	const policy, first, last = policyOfOurs, 0, 1
	place := func(n int) *int { return &n }
	change := func(to string, at *int, from ...string) mailflow.RuleChange {
		c := mailflow.RuleChange{From: append([]string{}, from...), Priority: at}
		if to != "" {
			c.Policy = &to
		}
		return c
	}
	ours, sales := []string{mailboxAddress}, []string{"sales@contoso.example"}
	second := func(f *Facts) { // somebody's rule comes after ours
		mail(f).OutboundRules = append(mail(f).OutboundRules, mailflow.OutboundRule{Name: "Sales", State: "Enabled", Priority: 1,
			From: []string{"sales@contoso.example"}, Policy: "Sales"})
	}
	for name, test := range map[string]struct {
		facts Facts
		calls []call
	}{
		"disabled": {healthy(noForwarding, ruleWas(OutboundRule{From: ours, Policy: policy, State: "Disabled"})),
			[]call{called("SetOutboundRule", policy, change(policy, nil, ours...)), called("DisableOutboundRule", policy)}},
		"about another": {healthy(noForwarding,
			ruleWas(OutboundRule{From: sales, Policy: policy, State: "Enabled"})),
			[]call{called("SetOutboundRule", policy, change(policy, nil, "sales@contoso.example"))}},
		"about a group alone": {healthy(noForwarding, ruleWas(OutboundRule{Policy: policy, State: "Enabled"})),
			[]call{called("SetOutboundRule", policy, change(policy, nil))}},
		"second": {healthy(noForwarding, second,
			ruleWas(OutboundRule{From: ours, Policy: policy, State: "Enabled", Place: place(last)})),
			[]call{called("SetOutboundRule", policy, change(policy, place(last), ours...))}},
		"third of what are two now": {healthy(noForwarding, second,
			ruleWas(OutboundRule{From: ours, Policy: policy, State: "Enabled", Place: place(2)})),
			[]call{called("SetOutboundRule", policy, change(policy, place(last), ours...))}},
		"of a policy that is gone": {healthy(noForwarding, ruleWas(OutboundRule{From: ours, Policy: "Gone", State: "Disabled"})),
			[]call{called("SetOutboundRule", policy, change("", nil, ours...)), called("DisableOutboundRule", policy)}},
		"first, as it is": {healthy(noForwarding, second,
			ruleWas(OutboundRule{From: ours, Policy: policy, State: "Enabled", Place: place(first)})), nil},
		"as an old journal words it": {healthy(noForwarding, journal(did(step.Update, "mailbox.outbound-rule", policy, nil, nil, `null`))), nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := undoOf(test.facts, "mailbox.forward")
			if same(t, "changes", len(p.Changes), min(len(test.calls), 1)); len(test.calls) > 0 {
				c := changeOf(t, p, "undo.mailbox.outbound-rule/update")
				same(t, "needs", c.Needs, []string{"undo.mailbox.forwarding"})
				applying(t, tenantOf(test.facts), c, test.calls...)
			}
		})
	}
}

// What was there keeps the policy that it goes on using.
func TestUndoOfAPolicyWhoseRuleWasThere(t *testing.T) {
	made := did(step.Create, "mailbox.outbound-policy", policyOfOurs, nil, OutboundPolicy{AutoForwarding: "On"}, `null`)
	found := func(before OutboundRule) breaking {
		return journal(made, did(step.Update, "mailbox.outbound-rule", policyOfOurs, before,
			OutboundRule{From: []string{mailboxAddress}, Policy: policyOfOurs, State: "Enabled"}, `null`))
	}
	const given = "undo.mailbox.outbound-rule/update"
	for name, test := range map[string]struct {
		facts Facts
		want  outline
	}{
		"of another policy": {healthy(noForwarding, found(OutboundRule{From: []string{mailboxAddress}, Policy: "Default", State: "Enabled"})),
			outline{Changes: []string{given, "undo.mailbox.outbound-policy/delete"}}},
		"of a name that wxmail's policy has now": {healthy(noForwarding, found(OutboundRule{Policy: policyOfOurs, State: "Disabled"})),
			outline{Changes: []string{given}, Kept: []string{"mailbox.outbound-policy kept.used"}}},
		"somebody has changed it since": {healthy(noForwarding, ruleOfSales, found(OutboundRule{Policy: policyOfOurs, State: "Disabled"})),
			outline{Kept: []string{"mailbox.outbound-rule kept.changed", "mailbox.outbound-policy kept.stands-on"}}},
		"the mailbox goes on forwarding": {healthy(forwardsTo("crm@fabrikam.example"), found(OutboundRule{Policy: "Default", State: "Enabled"})),
			outline{Kept: []string{"mailbox.outbound-rule kept.forwarding", "mailbox.outbound-policy kept.stands-on"}}},
	} {
		t.Run(name, func(t *testing.T) { same(t, "plan", outlineOf(undoOf(test.facts, "mailbox.forward")), test.want) })
	}
}
