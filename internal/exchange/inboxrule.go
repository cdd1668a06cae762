package exchange

import (
	"context"

	"wxmail/internal/mailflow"
)

// InboxRules are the rules of a mailbox, those included that Outlook does not
// show, and what of them could not be judged. Who may only look (Global Reader)
// is refused. It may be repeated.
func (a *Admin) InboxRules(ctx context.Context, mailbox string) ([]mailflow.InboxRule, []mailflow.Gap, error) {
	c := command{cmdlet: "Get-InboxRule", mailbox: mailbox, params: params{"Mailbox": mailbox, "IncludeHidden": true}}
	return list[mailflow.InboxRule](ctx, a, c)
}
