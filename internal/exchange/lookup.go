package exchange

import (
	"context"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// recipient is what an address is that no mailbox has; nil if it is nothing.
func (a *Admin) recipient(ctx context.Context, address string) (*mailflow.Recipient, error) {
	c := command{cmdlet: "Get-Recipient", params: params{"Identity": address}, mailbox: address}
	found, err := one[mailflow.Recipient](ctx, a, c)
	if microsoft.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// mailbox is nil, without error, when Exchange says that there is none.
func (a *Admin) mailbox(ctx context.Context, address string) (*mailflow.Mailbox, error) {
	c := command{cmdlet: "Get-Mailbox", params: params{"Identity": address}, mailbox: address}
	found, err := one[mailflow.Mailbox](ctx, a, c)
	if microsoft.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

func (a *Admin) smtpAuthDisabled(ctx context.Context, address string) (*bool, error) {
	c := command{cmdlet: "Get-CASMailbox", params: params{"Identity": address}, mailbox: address}
	found, err := one[mailflow.CASMailbox](ctx, a, c)
	if err != nil {
		return nil, err
	}
	return found.SMTPAuthDisabled, nil
}

func (a *Admin) sendAs(ctx context.Context, address string) ([]string, error) {
	c := command{cmdlet: "Get-RecipientPermission", params: params{"Identity": address}, mailbox: address}
	found, err := list[mailflow.RecipientPermission](ctx, a, c)
	return mailflow.SendAsTrustees(found), err
}

func (a *Admin) dehydrated(ctx context.Context) (bool, error) {
	found, err := one[mailflow.OrganizationConfig](ctx, a, command{cmdlet: "Get-OrganizationConfig"})
	if err != nil {
		return false, err
	}
	return found.IsDehydrated, nil
}

func (a *Admin) tenantSMTPAuthDisabled(ctx context.Context) (bool, error) {
	found, err := one[mailflow.TransportConfig](ctx, a, command{cmdlet: "Get-TransportConfig"})
	if err != nil {
		return false, err
	}
	return found.SMTPAuthDisabled, nil
}
