package exchange

import (
	"context"
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// recipient is what an address is that no mailbox has; nil if it is nothing.
func (a *Admin) recipient(ctx context.Context, address string) (*mailflow.Recipient, error) {
	c := command{cmdlet: "Get-Recipient", params: params{"Identity": address}, mailbox: address}
	found, err := one(ctx, a, c, func(r *mailflow.Recipient) bool { return r.Is(address) })
	if microsoft.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// mailbox is nil, without error, when Exchange says that there is none.
func (a *Admin) mailbox(ctx context.Context, address string) (*mailflow.Mailbox, error) {
	c := command{cmdlet: "Get-Mailbox", params: params{"Identity": address}, mailbox: address}
	found, err := one(ctx, a, c, func(m *mailflow.Mailbox) bool { return m.Is(address) })
	if microsoft.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// clientAccess is the switch of Authenticated SMTP. Its record is one of the
// account's, if it names an address at all: see account.
func (a *Admin) clientAccess(ctx context.Context, address string) (*mailflow.CASMailbox, error) {
	c := command{cmdlet: "Get-CASMailbox", params: params{"Identity": address}, mailbox: address}
	return one[mailflow.CASMailbox](ctx, a, c, nil)
}

func (a *Admin) sendAs(ctx context.Context, address string) ([]string, []mailflow.Gap, error) {
	c := command{cmdlet: "Get-RecipientPermission", params: params{"Identity": address}, mailbox: address}
	found, gaps, err := list[mailflow.RecipientPermission](ctx, a, c)
	return mailflow.SendAsTrustees(found), gaps, err
}

func same(address, other string) bool { return strings.EqualFold(address, other) }
