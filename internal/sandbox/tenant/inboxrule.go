package tenant

import (
	"cmp"
	"slices"

	"wxmail/internal/sandbox/pattern"
)

// InboxRule is a rule of a mailbox, with the conditions and actions that can
// hide or forward mail. A list is null when there is none.
// https://learn.microsoft.com/powershell/module/exchange/new-inboxrule
type InboxRule struct {
	Name                  string   `json:"Name"`
	Identity              string   `json:"Identity"`       // MailboxOwnerId\RuleIdentity
	RuleIdentity          string   `json:"RuleIdentity"`   // a number beyond what JSON's can hold
	MailboxOwnerID        string   `json:"MailboxOwnerId"` // the mailbox's Identity
	Enabled               bool     `json:"Enabled"`
	Priority              int      `json:"Priority"` // 1 is the first
	Description           string   `json:"Description"`
	From                  []string `json:"From"`
	SubjectContainsWords  []string `json:"SubjectContainsWords"`
	ForwardTo             []string `json:"ForwardTo"`
	ForwardAsAttachmentTo []string `json:"ForwardAsAttachmentTo"`
	RedirectTo            []string `json:"RedirectTo"`
	DeleteMessage         bool     `json:"DeleteMessage"`
	MoveToFolder          *string  `json:"MoveToFolder"`
	StopProcessingRules   bool     `json:"StopProcessingRules"`

	// Hidden rules are those that Get-InboxRule shows with IncludeHidden
	// only; it does not say which they are.
	Hidden bool `json:"Hidden"`
}

// InboxRulesOf are the rules of a mailbox that a replica shows, in order of
// priority, the hidden and the disabled ones among them.
func (t *Tenant) InboxRulesOf(m Mailbox) []InboxRule {
	rules := slices.DeleteFunc(t.InboxRules.All(), func(r InboxRule) bool { return r.MailboxOwnerID != m.Identity })
	slices.SortStableFunc(rules, func(a, b InboxRule) int { return cmp.Compare(a.Priority, b.Priority) })
	return rules
}

// LegacyExchangeDN is the name by which an inbox rule refers to a recipient
// of this organization, and under which the cmdlets find it too.
func LegacyExchangeDN(identity string) string {
	return "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=" + identity
}

// InsideRecipient is how an inbox rule shows a recipient of this
// organization. Public programs that read rules agree on it, and on
// OutsideRecipient; it is not documented.
func InsideRecipient(name, identity string) string {
	return `"` + name + `" [EX:` + LegacyExchangeDN(identity) + `]`
}

// OutsideRecipient is how an inbox rule shows any other address.
func OutsideRecipient(address string) string { return `"` + address + `" [SMTP:` + address + `]` }

var shownRecipient = pattern.Of(`^".*" \[(?:SMTP:|EX:/o=.*/cn=)([^\[\]]+)\]$`)

// RecipientOf is the address or the identity of a recipient that an inbox
// rule shows; what has another form is one already.
func RecipientOf(shown string) string {
	if found := shownRecipient().FindStringSubmatch(shown); found != nil {
		return found[1]
	}
	return shown
}
