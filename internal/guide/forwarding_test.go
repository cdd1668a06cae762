package guide

import (
	"testing"

	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

func (trials) Forwarding() trial {
	return trial{key: "mailbox.forwarding",
		values: valuesOf[Forwarding]([]step.Value{Forwarding{"sales", "a@b.example", true}, Forwarding{}},
			map[string]step.Value{`{"forwardingTo":"a@b.example","keepCopy":true}`: Forwarding{ForwardingTo: "a@b.example", KeepCopy: true}}),
		breaks: map[string]breaking{"noForwarding": noForwarding, "keepsNoCopy": keepsNoCopy, "forwardsInside": forwardsInside,
			"forwardsToOthers": forwardsTo("crm@fabrikam.example")}}
}

func TestPlanOfTheForwarding(t *testing.T) {
	const foreign = "mailbox.forward WX-FORWARDING-FOREIGN, asks mailbox.replace-forwarding, about mailbox.forwarding, stops"
	runPlans(t, []planTest{
		{"nowhere", healthy(noForwarding), outline{Changes: []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"}}},
		{"in another case", healthy(func(f *Facts) {
			mail(f).Mailbox.Forwarding.SMTPAddress = "0123456789ABCDEF0123456789abcdef@Mail-US.imiconnect.io"
		}), outline{}},
		{"without the copy", healthy(keepsNoCopy), outline{Changes: []string{"mailbox.forwarding/update WX-KEEP-COPY"}}},
		{"with a copy that is not wanted", healthy(answer("mailbox.keep-copy", "false")), outline{
			Withheld:  []string{"mailbox.forwarding/update WX-KEEP-COPY"},
			Obstacles: []string{"mailbox.forward WX-COPY-KEPT, about mailbox.forwarding, waits"}}},
		{"to somebody's address", healthy(forwardsTo("crm@fabrikam.example")), outline{
			Withheld: []string{"mailbox.forwarding/update WX-FORWARDING-CHANGED"}, Obstacles: []string{foreign}}},
		{"to somebody's, who is to be replaced", healthy(forwardsTo("crm@fabrikam.example"), answer("mailbox.replace-forwarding", "true")),
			outline{Changes: []string{"mailbox.forwarding/update WX-FORWARDING-CHANGED"}}},
		{"to somebody's, who is not", healthy(forwardsTo("crm@fabrikam.example"), answer("mailbox.replace-forwarding", "false")), outline{
			Withheld:  []string{"mailbox.forwarding/update WX-FORWARDING-CHANGED"},
			Obstacles: []string{"mailbox.forward WX-FORWARDING-KEPT, about mailbox.forwarding"}}},
		{"to be sent to a domain that is not known", healthy(noForwarding, answer("webex.forwarding-address", "x@evil.example")), outline{
			Withheld:  []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"},
			Obstacles: []string{"mailbox.forward WX-FORWARDING-DOMAIN, asks webex.forwarding-domain-known, about mailbox.forwarding, stops"}}},
		{"to be sent to one that only looks like it", healthy(answer("webex.forwarding-address", "x@mail-us.imiconnect.io.evil.example",
			"mailbox.replace-forwarding", "true", "webex.forwarding-domain-known", "false")), outline{
			Withheld:  []string{"mailbox.forwarding/update WX-FORWARDING-CHANGED"},
			Obstacles: []string{"mailbox.forward WX-FORWARDING-DOMAIN-REFUSED, about mailbox.forwarding"}}},
		{"to be sent to one that the page shows", healthy(noForwarding, answer("webex.forwarding-address", "x@mail.example",
			"webex.forwarding-domain-known", "true")), outline{Changes: []string{"mailbox.forwarding/create WX-FORWARDING-CLEARED"}}},
		{"to such a one already", healthy(forwardsTo("x@mail.example"), answer("webex.forwarding-address", "x@mail.example")), outline{}},
		{"to a recipient inside, which wins", healthy(forwardsInside), outline{
			Withheld: []string{"mailbox.forwarding/update WX-FORWARDING-SHADOWED"}, Obstacles: []string{foreign}}},
		{"to where wxmail sent it before", healthy(answer("webex.forwarding-address", "fedcba9876543210fedcba9876543210@mail-us.imiconnect.io")),
			outline{Changes: []string{"mailbox.forwarding/update WX-FORWARDING-CHANGED"}}},
	})
}

func TestForwardingIsSetAsItWasShown(t *testing.T) {
	f := healthy(noForwarding, answer("mailbox.keep-copy", "false", "webex.asset-saved", "true"))
	c := planned(t, f, "mailbox.forwarding/create")
	if c.Target != mailboxAddress || c.Before != step.Value(Forwarding{}) {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("SetForwarding", mailboxAddress, mailflow.Forwarding{SMTPAddress: assetAddress}))
}

func TestTheEvidenceOfTheForwardingIsWhatExchangeShows(t *testing.T) {
	for name, test := range map[string]struct {
		facts            Facts
		detail, evidence string
	}{
		"cleared": {healthy(noForwarding), "",
			"Get-Mailbox: ForwardingSmtpAddress = (null), ForwardingAddress = (null), DeliverToMailboxAndForward = false" +
				"; wxmail set it at 2026-10-27T09:00:00Z"},
		"inside": {healthy(forwardsInside), "sales", "Get-Mailbox: ForwardingSmtpAddress = " + assetAddress +
			", ForwardingAddress = sales, DeliverToMailboxAndForward = true; wxmail set it at 2026-10-27T09:00:00Z"},
		"keeps no copy": {healthy(emptyJournal, keepsNoCopy), "false", "Get-Mailbox: ForwardingSmtpAddress = " + assetAddress +
			", ForwardingAddress = (null), DeliverToMailboxAndForward = false"},
	} {
		why := Guide(nil, nil).Plan(test.facts)
		got := append(why.Changes, why.Withheld...)[0].Why[0]
		if got.Detail != test.detail || got.Evidence != test.evidence {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

const undoForward = "mailbox.forward"

// forwardingEnds are the changes that end forwarding and take away what let it leave.
func forwardingEnds() []string {
	return []string{"undo.mailbox.forwarding/update", "undo.mailbox.outbound-rule/delete", "undo.mailbox.outbound-policy/delete"}
}

func TestUndoOfTheForwarding(t *testing.T) {
	restore := answer("undo.changed-since", "restore")
	other := "fedcba9876543210fedcba9876543210@mail-us.imiconnect.io"
	again := did(step.Update, "mailbox.forwarding", mailboxAddress, Forwarding{ForwardingTo: assetAddress, KeepCopy: true},
		Forwarding{ForwardingTo: other, KeepCopy: true}, `null`)
	kept := []string{"mailbox.forwarding kept.changed", "mailbox.outbound-rule kept.forwarding", "mailbox.outbound-policy kept.stands-on"}
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"as wxmail left it", healthy(), outline{Changes: forwardingEnds()}},
		{"somebody changed what is kept", healthy(keepsNoCopy), outline{Changes: forwardingEnds()}},
		{"to a later address of wxmail's", healthy(forwardsTo(other), later(again)), outline{Changes: forwardingEnds()}},
		{"to an earlier one, by somebody", healthy(later(again)), outline{Changes: forwardingEnds()}},
		{"somebody cleared it", healthy(noForwarding), outline{Changes: forwardingEnds()[1:]}},
		{"somebody sends it outside: what lets it leave stays", healthy(forwardsTo("crm@fabrikam.example")), outline{Kept: kept}},
		{"somebody sends it outside, and the operator insists", healthy(restore, forwardsTo("crm@fabrikam.example")),
			outline{Changes: forwardingEnds()}},
		{"somebody sends it inside, which needs no policy", healthy(forwardsInside), outline{Changes: forwardingEnds()[1:],
			Kept: []string{"mailbox.forwarding kept.changed"}}},
		{"somebody sends it to the tenant's own domain", healthy(forwardsTo("sales@contoso.example")), outline{Changes: forwardingEnds()[1:],
			Kept: []string{"mailbox.forwarding kept.changed"}}},
	} {
		t.Run(test.name, func(t *testing.T) { same(t, "plan", outlineOf(undoOf(test.facts, undoForward)), test.want) })
	}
}

func TestUndoGivesBackTheForwardingOfBefore(t *testing.T) {
	before := Forwarding{ForwardingAddress: "sales", ForwardingTo: "crm@fabrikam.example", KeepCopy: true}
	replaced := did(step.Update, "mailbox.forwarding", mailboxAddress, before, Forwarding{ForwardingTo: assetAddress, KeepCopy: true}, `null`)
	f := healthy(journal(replaced))
	c := changeOf(t, undoOf(f, undoForward), "undo.mailbox.forwarding/update")
	applying(t, tenantOf(f), c, called("SetForwarding", mailboxAddress,
		mailflow.Forwarding{SMTPAddress: "crm@fabrikam.example", Address: "sales", KeepCopy: true}))
	given := healthy(journal(replaced), func(f *Facts) {
		mail(f).Mailbox.Forwarding = mailflow.Forwarding{SMTPAddress: "crm@fabrikam.example", Address: "sales", KeepCopy: true}
	})
	if p := undoOf(given, undoForward); len(p.Changes)+len(p.Kept) != 0 {
		t.Errorf("it was given back already: %+v", outlineOf(p))
	}
}

// The mailbox forwards through our policy, and wxmail never set the
// forwarding: somebody did, and needs the policy.
func TestSomebodysOwnForwardingKeepsOurPolicy(t *testing.T) {
	f := healthy(forwardsTo("crm@fabrikam.example"), never("mailbox.forwarding"))
	same(t, "plan", outlineOf(undoOf(f, undoForward)), outline{
		Kept: []string{"mailbox.outbound-rule kept.forwarding", "mailbox.outbound-policy kept.stands-on"}})
	k := undoOf(f, undoForward).Keeps("mailbox.outbound-rule")
	if k.Target != policyOfOurs || k.Step != undoForward {
		t.Errorf("%+v", k)
	}
	// What it did before wxmail came, it did without.
	before := did(step.Update, "mailbox.forwarding", mailboxAddress, Forwarding{ForwardingTo: "crm@fabrikam.example", KeepCopy: true},
		Forwarding{ForwardingTo: assetAddress, KeepCopy: true}, `null`)
	same(t, "plan", outlineOf(undoOf(healthy(forwardsTo("crm@fabrikam.example"), later(before), func(f *Facts) {
		d := memory(f).Deeds["mailbox.forwarding"]
		d.Before = before.Before
		memory(f).Deeds["mailbox.forwarding"] = d
	}), undoForward)), outline{Changes: forwardingEnds()[1:]})
}

func TestWhereWxmailForwardedToIsRemembered(t *testing.T) {
	m := remember([]step.Entry{
		did(step.Create, "mailbox.forwarding", mailboxAddress, Forwarding{}, Forwarding{ForwardingTo: "A@Mail.example"}, `null`),
		did(step.Update, "mailbox.forwarding", mailboxAddress, Forwarding{}, Forwarding{}, `null`)})
	same(t, "addresses, in lower case", m.Forwarding, map[string]bool{"a@mail.example": true})
}

// What wxmail has taken back, and somebody set again by hand, is somebody's.
func TestAForwardingThatWasTakenBackIsNotOursAnyMore(t *testing.T) {
	live := Forwarding{ForwardingTo: assetAddress, KeepCopy: true}
	back := did(step.Update, step.Undoing("mailbox.forwarding"), mailboxAddress, live, Forwarding{}, `null`)
	moved := answer("webex.forwarding-address", "fedcba9876543210fedcba9876543210@mail-us.imiconnect.io")
	for name, test := range map[string]struct {
		journal breaking
		want    []string
	}{
		"wxmail's own is moved": {later(), nil},
		"somebody's is asked for": {later(back), []string{
			"mailbox.forward WX-FORWARDING-FOREIGN, asks mailbox.replace-forwarding, about mailbox.forwarding, stops"}},
	} {
		f := healthy(test.journal, moved)
		same(t, name, outlineOf(Guide([]string{"mailbox.forward"}, nil).Plan(f)).Obstacles, test.want)
	}
}
