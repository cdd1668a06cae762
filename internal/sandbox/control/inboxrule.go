package control

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wxmail/internal/sandbox/tenant"
)

// inboxRules are named by name, identity or number. A body's MailboxOwnerId
// is any address of a mailbox; its people are addresses or identities, and
// read back as Get-InboxRule shows them. A new rule is enabled and the last
// one of its mailbox.
// https://learn.microsoft.com/powershell/module/exchange/new-inboxrule
func inboxRules() collection[tenant.InboxRule] {
	return collection[tenant.InboxRule]{
		noun:  "inbox rule",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.InboxRule] { return t.InboxRules },
		key:   func(r tenant.InboxRule) string { return r.Identity },
		named: func(r tenant.InboxRule, id string) bool { return is(id, r.Name, r.Identity, r.RuleIdentity) },
		blank: func(t *tenant.Tenant) tenant.InboxRule {
			return tenant.InboxRule{RuleIdentity: t.IDs.Number(), Enabled: true, Priority: math.MaxInt32}
		},
		finish: finishInboxRule,
		after:  renumberInboxRules,
	}
}

func finishInboxRule(t *tenant.Tenant, r, _ *tenant.InboxRule, _ hidden) error {
	if err := checkInboxRule(*r); err != nil {
		return err
	}
	owner, ok := t.Mailboxes.FindLatest(func(m tenant.Mailbox) bool { return isMailbox(m, r.MailboxOwnerID) })
	if !ok {
		return notFound("mailbox", r.MailboxOwnerID)
	}
	r.MailboxOwnerID = owner.Identity
	identity := owner.Identity + `\` + r.RuleIdentity
	if r.Identity = cmp.Or(r.Identity, identity); r.Identity != identity {
		return fmt.Errorf("body: the Identity of this inbox rule is %q", identity)
	}
	if len(r.SubjectContainsWords) == 0 {
		r.SubjectContainsWords = nil
	}
	return errors.Join(finishPeople(t, &r.From), finishPeople(t, &r.ForwardTo),
		finishPeople(t, &r.ForwardAsAttachmentTo), finishPeople(t, &r.RedirectTo))
}

// checkInboxRule knows the limits that New-InboxRule documents.
func checkInboxRule(r tenant.InboxRule) error {
	if utf8.RuneCountInString(r.Name) > 512 {
		return errors.New("body: Name has more than 512 characters")
	}
	if _, err := strconv.ParseUint(r.RuleIdentity, 10, 64); err != nil {
		return fmt.Errorf("body: RuleIdentity %q is no number", r.RuleIdentity)
	}
	for _, word := range r.SubjectContainsWords {
		if word == "" || strings.TrimSpace(word) != word || utf8.RuneCountInString(word) > 255 {
			return fmt.Errorf("body: SubjectContainsWords: %q is empty, has spaces around it or more than 255 characters", word)
		}
	}
	return errors.Join(required("Name", r.Name), required("MailboxOwnerId", r.MailboxOwnerID))
}

// finishPeople shows each recipient as Get-InboxRule does; none is null.
func finishPeople(t *tenant.Tenant, people *[]string) error {
	var shown []string
	for _, given := range *people {
		one, err := person(t, given)
		if err != nil {
			return err
		}
		shown = append(shown, one)
	}
	*people = shown
	return nil
}

// person is a recipient of the organization by any of its addresses, or an
// address elsewhere.
func person(t *tenant.Tenant, given string) (string, error) {
	id := tenant.RecipientOf(given)
	if m, ok := t.Mailboxes.FindLatest(func(m tenant.Mailbox) bool { return isMailbox(m, id) }); ok {
		return tenant.InsideRecipient(m.DisplayName, m.Identity), nil
	}
	if r, ok := t.Recipients.FindLatest(func(r tenant.Recipient) bool { return isRecipient(r, id) }); ok {
		return tenant.InsideRecipient(r.DisplayName, r.Identity), nil
	}
	if parsed, err := mail.ParseAddress(id); err != nil || parsed.Address != id {
		return "", notFound("recipient", given)
	}
	if id != given { // with a name of its own
		return given, nil
	}
	return tenant.OutsideRecipient(id), nil
}

func isMailbox(m tenant.Mailbox, id string) bool {
	return is(id, m.Identity) || mailboxes().named(m, id)
}

func isRecipient(r tenant.Recipient, id string) bool {
	return is(id, r.Identity, r.PrimarySMTPAddress) ||
		slices.ContainsFunc(r.EmailAddresses, func(a string) bool { return is("smtp:"+id, a) })
}

// renumberInboxRules gives the rules of a mailbox the priorities 1, 2, 3 …;
// the one just changed has the place that it asks for.
func renumberInboxRules(t *tenant.Tenant, changed tenant.InboxRule, gone bool) {
	others := slices.DeleteFunc(t.InboxRules.AllLatest(), func(r tenant.InboxRule) bool {
		return r.MailboxOwnerID != changed.MailboxOwnerID || r.Identity == changed.Identity
	})
	for i, rule := range ranked(others, changed, gone, func(r tenant.InboxRule) int { return r.Priority - 1 }) {
		if rule.Priority != i+1 {
			rule.Priority = i + 1
			t.InboxRules.Put(rule.Identity, rule)
		}
	}
}
