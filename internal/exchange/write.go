package exchange

import (
	"context"

	"wxmail/internal/mailflow"
)

// Every write is one request. It is not repeated once it may have acted: after
// an error without answer only reading tells what happened.

// write runs a cmdlet whose answer says nothing more than that it was done.
func (a *Admin) write(ctx context.Context, c command) error {
	_, err := a.invoke(ctx, c)
	return err
}

// SetSMTPAuthDisabled sets SmtpClientAuthenticationDisabled of a mailbox:
// false allows Authenticated SMTP whatever the tenant's switch says, nil lets
// that switch decide. It takes effect only after minutes.
// https://learn.microsoft.com/powershell/module/exchange/set-casmailbox
func (a *Admin) SetSMTPAuthDisabled(ctx context.Context, mailbox string, disabled *bool) error {
	return a.write(ctx, command{
		cmdlet: "Set-CASMailbox", mailbox: mailbox,
		params: params{"Identity": mailbox, "SmtpClientAuthenticationDisabled": disabled},
	})
}

// GrantSendAs lets trustee send as the mailbox.
// https://learn.microsoft.com/powershell/module/exchange/add-recipientpermission
func (a *Admin) GrantSendAs(ctx context.Context, mailbox, trustee string) error {
	return a.sendAsPermission(ctx, "Add-RecipientPermission", mailbox, trustee)
}

// RevokeSendAs takes back what GrantSendAs gave.
// https://learn.microsoft.com/powershell/module/exchange/remove-recipientpermission
func (a *Admin) RevokeSendAs(ctx context.Context, mailbox, trustee string) error {
	return a.sendAsPermission(ctx, "Remove-RecipientPermission", mailbox, trustee)
}

func (a *Admin) sendAsPermission(ctx context.Context, cmdlet, mailbox, trustee string) error {
	return a.write(ctx, command{
		cmdlet: cmdlet, mailbox: mailbox,
		params: params{"Identity": mailbox, "Trustee": trustee, "AccessRights": []string{"SendAs"}, "Confirm": false},
	})
}

// SetForwarding makes a mailbox forward as f says, all of it: what is empty is
// cleared. Give back a Mailbox's earlier Forwarding to restore it.
// https://learn.microsoft.com/powershell/module/exchange/set-mailbox
func (a *Admin) SetForwarding(ctx context.Context, mailbox string, f mailflow.Forwarding) error {
	return a.write(ctx, command{
		cmdlet: "Set-Mailbox", mailbox: mailbox,
		params: params{
			"Identity":                   mailbox,
			"ForwardingSmtpAddress":      orNull(f.SMTPAddress),
			"ForwardingAddress":          orNull(f.Address),
			"DeliverToMailboxAndForward": f.KeepCopy,
		},
	})
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// CreateOutboundPolicy makes a policy that allows automatic forwarding to
// outside. It does nothing until a rule points at it. See IsExists,
// IsDehydrated.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterpolicy
func (a *Admin) CreateOutboundPolicy(ctx context.Context, name, comment string) error {
	return a.write(ctx, command{
		cmdlet: "New-HostedOutboundSpamFilterPolicy", object: name,
		params: params{"Name": name, "AdminDisplayName": comment, "AutoForwardingMode": "On"},
	})
}

// SetOutboundPolicyMode sets AutoForwardingMode of a policy: On, Off or
// Automatic.
// https://learn.microsoft.com/powershell/module/exchange/set-hostedoutboundspamfilterpolicy
func (a *Admin) SetOutboundPolicyMode(ctx context.Context, name, mode string) error {
	return a.write(ctx, command{
		cmdlet: "Set-HostedOutboundSpamFilterPolicy", object: name,
		params: params{"Identity": name, "AutoForwardingMode": mode},
	})
}

// RemoveOutboundPolicy deletes a policy; its rule must be gone before.
// https://learn.microsoft.com/powershell/module/exchange/remove-hostedoutboundspamfilterpolicy
func (a *Admin) RemoveOutboundPolicy(ctx context.Context, name string) error {
	return a.remove(ctx, "Remove-HostedOutboundSpamFilterPolicy", name)
}

// CreateOutboundRule makes an enabled rule. Rules from its priority on move
// back by one. See IsExists, IsDehydrated.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterrule
func (a *Admin) CreateOutboundRule(ctx context.Context, r mailflow.NewRule) error {
	given := params{
		"Name": r.Name, "HostedOutboundSpamFilterPolicy": r.Policy, "From": r.From, "Enabled": true, "Comments": r.Comment,
	}
	if r.Priority != nil {
		given["Priority"] = *r.Priority
	}
	return a.write(ctx, command{cmdlet: "New-HostedOutboundSpamFilterRule", object: r.Name, params: given})
}

// SetOutboundRule changes a rule.
// https://learn.microsoft.com/powershell/module/exchange/set-hostedoutboundspamfilterrule
func (a *Admin) SetOutboundRule(ctx context.Context, name string, change mailflow.RuleChange) error {
	given := params{"Identity": name}
	if change.From != nil {
		given["From"] = change.From
	}
	if change.Policy != nil {
		given["HostedOutboundSpamFilterPolicy"] = *change.Policy
	}
	if change.Priority != nil {
		given["Priority"] = *change.Priority
	}
	return a.write(ctx, command{cmdlet: "Set-HostedOutboundSpamFilterRule", object: name, params: given})
}

// EnableOutboundRule puts a rule into use.
// https://learn.microsoft.com/powershell/module/exchange/enable-hostedoutboundspamfilterrule
func (a *Admin) EnableOutboundRule(ctx context.Context, name string) error {
	return a.write(ctx, command{
		cmdlet: "Enable-HostedOutboundSpamFilterRule", object: name, params: params{"Identity": name},
	})
}

// DisableOutboundRule takes a rule out of use. Unlike its opposite it would
// ask for confirmation.
// https://learn.microsoft.com/powershell/module/exchange/disable-hostedoutboundspamfilterrule
func (a *Admin) DisableOutboundRule(ctx context.Context, name string) error {
	return a.write(ctx, command{
		cmdlet: "Disable-HostedOutboundSpamFilterRule", object: name, params: params{"Identity": name, "Confirm": false},
	})
}

// RemoveOutboundRule deletes a rule, not its policy.
// https://learn.microsoft.com/powershell/module/exchange/remove-hostedoutboundspamfilterrule
func (a *Admin) RemoveOutboundRule(ctx context.Context, name string) error {
	return a.remove(ctx, "Remove-HostedOutboundSpamFilterRule", name)
}

func (a *Admin) remove(ctx context.Context, cmdlet, name string) error {
	return a.write(ctx, command{cmdlet: cmdlet, object: name, params: params{"Identity": name, "Confirm": false}})
}

// EnableCustomization allows the organization to have policies of its own,
// for good; that it was allowed already is success. Creates may go on failing
// with IsDehydrated for an hour.
// https://learn.microsoft.com/powershell/module/exchange/enable-organizationcustomization
func (a *Admin) EnableCustomization(ctx context.Context) error {
	err := a.write(ctx, command{cmdlet: "Enable-OrganizationCustomization"})
	if mailflow.IsCustomizedAlready(err) {
		return nil
	}
	return err
}
