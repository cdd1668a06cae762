package guide

import (
	"testing"

	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

// ruleWas is our rule as wxmail found it: somebody else had seen to it. Its
// policy is wxmail's.
func ruleWas(before OutboundRule, put ...string) breaking {
	after := OutboundRule{From: []string{mailboxAddress}, Policy: policyOfOurs, State: "Enabled"}
	if len(put) > 0 {
		after.Before = put[0]
	}
	return journal(did(step.Create, "mailbox.outbound-policy", policyOfOurs, nil, OutboundPolicy{AutoForwarding: "On"}, `null`),
		did(step.Update, "mailbox.outbound-rule", policyOfOurs, before, after, `null`))
}

// A rule that was there before is taken out of use where it was out of use and
// nothing else; of any other it is told what it was. Its policy stays with it.
func TestUndoOfARuleThatWasThere(t *testing.T) {
	const given = "undo.mailbox.outbound-rule/update"
	ours, sales, policy := []string{mailboxAddress}, []string{"sales@contoso.example"}, policyOfOurs
	stays := []string{"mailbox.outbound-policy kept.used"}
	told := []string{"mailbox.outbound-rule kept.was-there", "mailbox.outbound-policy kept.stands-on"}
	wasOff := OutboundRule{From: ours, Policy: policy, State: "Disabled"}
	for name, test := range map[string]struct {
		facts Facts
		want  outline
	}{
		"disabled": {healthy(noForwarding, ruleWas(wasOff)),
			outline{Changes: []string{given}, Kept: stays}},
		"disabled, and put before another": {healthy(noForwarding, ruleWas(wasOff, "X")),
			outline{Changes: []string{given}, Kept: stays}},
		"disabled, in words": {healthy(noForwarding, ruleWas(OutboundRule{From: ours, State: "Disabled"})),
			outline{Changes: []string{given}, Kept: stays}},
		"disabled, and somebody did so now": {healthy(noForwarding, ruleDisabled, ruleWas(wasOff)),
			outline{Kept: stays}},
		"disabled, and the mailbox goes on forwarding": {healthy(forwardsTo("crm@fabrikam.example"), ruleWas(wasOff)),
			outline{Kept: []string{"mailbox.outbound-rule kept.forwarding", "mailbox.outbound-policy kept.stands-on"}}},
		"disabled, by display name": {healthy(noForwarding, func(f *Facts) { ourRule(f).From = []string{"The support desk"} }, ruleWas(wasOff)),
			outline{Changes: []string{given}, Kept: stays}},
		"disabled, and somebody gave it to a group": {healthy(noForwarding, func(f *Facts) { ourRule(f).FromMemberOf = []string{"team"} },
			ruleWas(wasOff)), outline{Kept: told}},
		"about another": {healthy(noForwarding, ruleWas(OutboundRule{From: sales, Policy: policy, State: "Enabled"})),
			outline{Kept: told}},
		"about another, disabled": {healthy(noForwarding, ruleWas(OutboundRule{From: sales, Policy: policy, State: "Disabled"})),
			outline{Kept: told}},
		"about another, and half made": {healthy(noForwarding, ruleDisabled,
			ruleWas(OutboundRule{From: sales, Policy: "Strict", State: "Disabled"})), outline{Kept: told}},
		"of another policy": {healthy(noForwarding, ruleWas(OutboundRule{From: ours, Policy: "Strict", State: "Enabled"})),
			outline{Kept: told}},
		"about a group": {healthy(noForwarding, ruleWas(OutboundRule{Policy: policy, State: "Enabled"})),
			outline{Kept: told}},
		"behind another": {healthy(noForwarding, ruleWas(OutboundRule{From: ours, Policy: policy, State: "Enabled"}, "X")),
			outline{Kept: told}},
		"as it is": {healthy(noForwarding, ruleWas(OutboundRule{From: ours, Policy: policy, State: "Enabled"})),
			outline{Kept: stays}},
		"of a damaged journal": {healthy(noForwarding, ruleWas(OutboundRule{})), outline{Kept: stays}},
		"removed by somebody since, and made anew": {healthy(noForwarding, journal(did(step.Update, "mailbox.outbound-rule", policy, wasOff,
			OutboundRule{From: ours, Policy: policy, State: "Enabled"}, `null`), did(step.Create, "mailbox.outbound-rule", policy, nil,
			OutboundRule{From: ours, Policy: policy, State: "Enabled"}, `null`))), outline{Changes: []string{"undo.mailbox.outbound-rule/delete"}}},
	} {
		t.Run(name, func(t *testing.T) { same(t, "plan", outlineOf(undoOf(test.facts, "mailbox.forward")), test.want) })
	}

	f := healthy(noForwarding, ruleWas(wasOff))
	c := changeOf(t, undoOf(f, "mailbox.forward"), given)
	same(t, "needs", c.Needs, []string{"undo.mailbox.forwarding"})
	applying(t, tenantOf(f), c, called("DisableOutboundRule", policy))
}

// A change that was made in part is none that was refused: undo has to know.
func TestARuleThatWasChangedInPart(t *testing.T) {
	f := healthy(ruleDisabled)
	c := planned(t, f, "mailbox.outbound-rule/update")
	for verb, refused := range map[string]bool{"SetOutboundRule": true, "EnableOutboundRule": false} {
		_, err := apply(tenantOf(f).refuse(verb, &microsoft.Error{Service: microsoft.Exchange, Status: 403}).hands(), c)
		if got := microsoft.Of(err); got == nil || got.Refused() != refused {
			t.Errorf("%s: %v", verb, err)
		}
	}
}
