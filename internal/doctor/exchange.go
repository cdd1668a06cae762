package doctor

import (
	"cmp"
	"slices"

	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// exchangeChecks are what a plan does not know of Exchange Online.
func exchangeChecks() []check {
	return []check{
		{"WX-FORWARDING-TAKEN", step.Error, 2, "mailbox.forward", findShared},
		{"WX-PROFILE-MIXED", step.Warning, 3, "mailbox.forward", findApart},
		{"WX-ACCOUNT-EARLIER", step.Info, 3, "mailbox.smtp", findEarlier},
		{"WX-MAILBOX-RENAMED", step.Error, 1, "mailbox.smtp", findRenamedMailbox},
		{"WX-MAILBOX-CLOSED", step.Error, 1, "mailbox.forward", findClosed},
		{"WX-MAILBOX-MODERATED", step.Warning, 10, "mailbox.forward", findModerated},
		{"WX-TRANSPORT-RULE-UNSURE", step.Warning, 3, "mailbox.forward", findUnsureRules},
		{"WX-INBOX-RULE", step.Warning, 3, "mailbox.forward", findInboxRules},
		{"WX-INBOX-RULES-UNREAD", step.Info, 3, "mailbox.forward", findNoInboxRules},
		{"WX-NOT-JUDGED", step.Warning, 3, "mailbox.forward", findGaps},
		{codeMark, step.Info, 3, "mailbox.forward", findMarksIn(world.Exchange)},
		{"WX-SET-BACK", step.Warning, 3, "mailbox.forward", findBaseline},
	}
}

// findShared: two mailboxes whose customers reach one asset.
func findShared(s subject) []Finding {
	address := s.Wanted.ForwardingAddress
	by := s.Seen.Local().Sharing(address, s.Wanted.Run.Profile)
	if by == "" {
		return nil
	}
	return []Finding{{Object: address, Detail: by, Evidence: "profiles of this computer: webex.forwarding-address = " + address}}
}

// findApart: an older version let the profile change its mailbox.
func findApart(s subject) (all []Finding) {
	for _, a := range s.Seen.Local().Apart {
		var keys []string
		for _, d := range a.Deeds {
			keys = append(keys, d.Key)
		}
		all = append(all, Finding{Object: a.Mailbox, Detail: list(keys), Evidence: "journal: made for " + a.Mailbox + ", and not taken back"})
	}
	return all
}

// findEarlier: another account signed in for the mailbox before.
func findEarlier(s subject) (all []Finding) {
	for _, account := range guide.Earlier(s.Facts) {
		all = append(all, Finding{Object: account, Detail: list(guide.EarlierDeeds(s.Facts, account)),
			Evidence: "journal: made for " + account + ", and not taken back"})
	}
	return all
}

// findRenamedMailbox: an address that is only an alias, or is one by now, still
// gets mail, but nobody may send as it.
func findRenamedMailbox(s subject) []Finding {
	o := guide.NotPrimary(s.Facts)
	if o == nil {
		return nil
	}
	return []Finding{{Object: o.Object, Detail: o.Detail, Evidence: o.Evidence, Page: step.Page{Portal: step.AdminPortal, Path: "/#/users"}}}
}

// findClosed: customers cannot write to the mailbox, and it has nothing to
// forward.
// https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/fix-error-code-5-7-134-in-exchange-online
func findClosed(s subject) []Finding {
	m := s.Seen.Mail().Mailbox
	switch {
	case m == nil:
		return nil
	case m.RequireSenderAuthentication:
		return []Finding{{Object: s.Wanted.Mailbox, Detail: "550 5.7.134", Evidence: "Get-Mailbox: RequireSenderAuthenticationEnabled = true"}}
	case len(m.AcceptOnlyFrom) > 0:
		return []Finding{{Object: s.Wanted.Mailbox, Detail: "550 5.7.129",
			Evidence: "Get-Mailbox: AcceptMessagesOnlyFromSendersOrMembers = " + list(m.AcceptOnlyFrom)}}
	}
	return nil
}

func findModerated(s subject) []Finding {
	m := s.Seen.Mail().Mailbox
	if m == nil || !m.Moderated {
		return nil
	}
	return []Finding{{Object: s.Wanted.Mailbox, Evidence: "Get-Mailbox: ModerationEnabled = true"}}
}

func findUnsureRules(s subject) (all []Finding) {
	if s.Seen.Mail().Mailbox == nil {
		return nil
	}
	for _, b := range mailflow.BlockingTransportRules(s.Seen.Mail().TransportRules, s.Wanted.ForwardingAddress) {
		if !b.Certain {
			all = append(all, Finding{Object: b.Rule.Name, Detail: s.Wanted.ForwardingAddress,
				Evidence: "Get-TransportRule: Conditions = " + list(b.Rule.Conditions) + ", Exceptions = " + list(b.Rule.Exceptions)})
		}
	}
	return all
}

// findInboxRules finds rules of the mailbox itself that take mail elsewhere.
func findInboxRules(s subject) (all []Finding) {
	for _, rule := range s.Seen.Mail().InboxRules {
		if what := rule.Diverts(); what != "" {
			all = append(all, Finding{Object: rule.Name, Detail: s.Wanted.Mailbox, Evidence: "Get-InboxRule: " + what})
		}
	}
	return all
}

// findNoInboxRules: a failed read is not "none".
func findNoInboxRules(s subject) []Finding {
	ex := s.Seen.Mail()
	if ex.Mailbox == nil || ex.NoInboxRules == nil {
		return nil
	}
	return []Finding{{Object: s.Wanted.Mailbox, Evidence: ex.NoInboxRules.Error(), Err: ex.NoInboxRules}}
}

// findGaps: what of others could not be judged is not harmless.
func findGaps(s subject) (all []Finding) {
	gaps := guide.RouteGaps(s.Facts)
	for _, cmdlet := range []string{"Get-InboxRule", "Get-TransportConfig", "Get-OrganizationConfig"} {
		gaps = append(gaps, s.Seen.Mail().GapsOf(cmdlet)...)
	}
	for _, g := range gaps {
		all = append(all, Finding{Object: cmp.Or(g.Name, g.Cmdlet), Detail: s.Wanted.ForwardingAddress, Evidence: g.Cmdlet + ": " + g.Problem(),
			Err: g.Err})
	}
	return all
}

// findBaseline: what sets several things back, or one thing twice, is a tool
// that somebody runs by schedule. What waits for customization was refused by
// Exchange, not by a person.
func findBaseline(s subject) []Finding {
	var back []string
	again := false
	for _, c := range s.plan.Changes {
		t, _ := guide.ThingOf(c.Key)
		refused := s.Hydrating() && slices.Contains(c.Needs, "exchange.customization")
		if t.Writes.Has(world.Exchange) && !c.Drift.IsZero() && !refused {
			back = append(back, c.Key)
			again = again || s.Seen.Local().Memory.Deeds[c.Key].Times > 1
		}
	}
	if !again && len(back) < 2 {
		return nil
	}
	return []Finding{{Object: s.Wanted.Mailbox, Detail: list(back), Evidence: "journal: wxmail had set " + list(back)}}
}
