package exchange

import "wxmail/internal/sandbox/tenant"

// getInboxRule shows the rules of a mailbox in order of priority; the hidden
// ones only if IncludeHidden asks for them.
// https://learn.microsoft.com/powershell/module/exchange/get-inboxrule
func getInboxRule(c *call) ([]any, error) {
	mailbox := c.text("Mailbox")
	m, known := c.Mailboxes.Find(func(m tenant.Mailbox) bool { return isMailbox(m, mailbox) })
	if !known {
		return nil, notFound(mailbox)
	}
	hidden, _ := c.arguments["IncludeHidden"].(bool)
	var rows []any
	for _, r := range c.InboxRulesOf(m) {
		named := !c.has("Identity") || isInboxRule(r, m, c.text("Identity"))
		if named && (hidden || !r.Hidden) {
			rows = append(rows, with(r, nil, "Hidden"))
		}
	}
	return c.found(rows)
}

// isInboxRule tells whether an identity names the rule of the mailbox; with
// a mailbox in front it must be this one.
func isInboxRule(r tenant.InboxRule, m tenant.Mailbox, identity string) bool {
	return containsFold([]string{r.Name, r.RuleIdentity, r.Identity, alias(m) + `\` + r.RuleIdentity}, identity)
}
