package exchange

import (
	"context"
	"slices"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// recipient is what an address is that no mailbox has; nil if it is nothing.
func (a *Admin) recipient(ctx context.Context, address string) (*mailflow.Recipient, error) {
	c := command{cmdlet: "Get-Recipient", params: params{"Identity": address}, mailbox: address}
	found, err := one[mailflow.Recipient](ctx, a, c, recipientShape())
	if microsoft.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

// mailbox is nil, without error, when Exchange says that there is none.
func (a *Admin) mailbox(ctx context.Context, address string) (*mailflow.Mailbox, error) {
	c := command{cmdlet: "Get-Mailbox", params: params{"Identity": address}, mailbox: address}
	found, err := one[mailflow.Mailbox](ctx, a, c, mailboxShape())
	if microsoft.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

func (a *Admin) smtpAuthDisabled(ctx context.Context, address string) (*bool, error) {
	const property = "SmtpClientAuthenticationDisabled"
	c := command{cmdlet: "Get-CASMailbox", params: params{"Identity": address}, mailbox: address}
	type record struct {
		SMTPClientAuthenticationDisabled *bool `json:"SmtpClientAuthenticationDisabled"`
	}
	found, err := one[record](ctx, a, c, shape{nullable: []string{property}, optional: []string{"PrimarySmtpAddress"}})
	if err != nil {
		return nil, err
	}
	return found.SMTPClientAuthenticationDisabled, nil
}

func (a *Admin) sendAs(ctx context.Context, address string) ([]string, error) {
	c := command{cmdlet: "Get-RecipientPermission", params: params{"Identity": address}, mailbox: address}
	type record struct {
		Trustee           string
		AccessControlType string
		AccessRights      []string
	}
	found, err := list[record](ctx, a, c, shape{set: []string{"Trustee", "AccessControlType", "AccessRights"}})
	var trustees []string
	for _, r := range found {
		if r.AccessControlType == "Allow" && slices.Contains(r.AccessRights, "SendAs") {
			trustees = append(trustees, r.Trustee)
		}
	}
	return trustees, err
}

func (a *Admin) dehydrated(ctx context.Context) (bool, error) {
	type record struct{ IsDehydrated bool }
	found, err := one[record](ctx, a, command{cmdlet: "Get-OrganizationConfig"}, shape{set: []string{"IsDehydrated"}})
	if err != nil {
		return false, err
	}
	return found.IsDehydrated, nil
}

func (a *Admin) tenantSMTPAuthDisabled(ctx context.Context) (bool, error) {
	type record struct {
		SMTPClientAuthenticationDisabled bool `json:"SmtpClientAuthenticationDisabled"`
	}
	s := shape{set: []string{"SmtpClientAuthenticationDisabled"}}
	found, err := one[record](ctx, a, command{cmdlet: "Get-TransportConfig"}, s)
	if err != nil {
		return false, err
	}
	return found.SMTPClientAuthenticationDisabled, nil
}
