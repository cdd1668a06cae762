package mail

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// keep puts the letter into the mailbox, where its inbox rules act on it:
// the enabled ones whose conditions hold, in order of priority, hidden or
// not, until one of them stops the processing.
//
//   - DeleteMessage ends the copy; Exchange moves it to Deleted Items. Later
//     rules act all the same. MoveToFolder changes nothing that is seen here.
//   - ForwardTo, ForwardAsAttachmentTo and RedirectTo send the same letter on
//     as an automatic forward of the mailbox. Exchange writes a new message
//     for the first two, with the mailbox as its sender.
//   - A letter that the mailbox forwarded before is kept and goes no further,
//     without a report: Exchange knows it by X-MS-Exchange-Inbox-Rules-Loop.
//
// https://learn.microsoft.com/powershell/module/exchange/new-inboxrule
func (r *router) keep(l letter, mailbox tenant.Mailbox) {
	status := "delivered"
	var targets []string
	for _, rule := range r.acting(l, mailbox) {
		if rule.DeleteMessage && status == "delivered" {
			status = "dropped: deleted by the inbox rule " + rule.Name
		}
		targets = slices.Concat(targets, rule.ForwardTo, rule.ForwardAsAttachmentTo, rule.RedirectTo)
	}
	r.end(l, status)
	if l.forwardedBy(mailbox) {
		return
	}
	for _, target := range targets {
		r.forward(l, mailbox, r.addressOf(tenant.RecipientOf(target)))
	}
}

// acting are the mailbox's rules that act on a letter, in their order.
func (r *router) acting(l letter, mailbox tenant.Mailbox) []tenant.InboxRule {
	var rules []tenant.InboxRule
	for _, rule := range r.InboxRulesOf(mailbox) {
		if !rule.Enabled || !r.holds(rule, l) {
			continue
		}
		rules = append(rules, rule)
		if rule.StopProcessingRules {
			break
		}
	}
	return rules
}

// holds tells whether every condition of a rule holds: the sender is one of
// From, and the subject contains one of the words, in any case of letters.
func (r *router) holds(rule tenant.InboxRule, l letter) bool {
	from := slices.ContainsFunc(rule.From, func(sender string) bool {
		return strings.EqualFold(r.addressOf(tenant.RecipientOf(sender)), l.from)
	})
	subject := strings.ToLower(l.subject)
	worded := slices.ContainsFunc(rule.SubjectContainsWords, func(word string) bool {
		return strings.Contains(subject, strings.ToLower(word))
	})
	return (from || len(rule.From) == 0) && (worded || len(rule.SubjectContainsWords) == 0)
}
