package exchange

import (
	netmail "net/mail"
	"reflect"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// notOfMailbox are the model's properties that Get-Mailbox doesn't show.
var notOfMailbox = []string{"SmtpClientAuthenticationDisabled", "SendAs"}

func getMailbox(c *call) ([]any, error) {
	kinds, _ := c.arguments["RecipientTypeDetails"].(list)
	var rows []any
	for _, m := range c.Mailboxes.All() {
		if c.asked(m) && (kinds.Replace == nil || containsFold(kinds.Replace, m.RecipientTypeDetails)) {
			rows = append(rows, with(m, map[string]any{
				"Guid": m.ExchangeGUID, "Alias": alias(m), "RecipientType": "UserMailbox",
			}, notOfMailbox...))
		}
	}
	return c.found(rows)
}

func getCASMailbox(c *call) ([]any, error) {
	var rows []any
	for _, m := range c.Mailboxes.All() {
		if c.asked(m) {
			rows = append(rows, map[string]any{
				"Identity": m.Identity, "Name": m.Name, "DisplayName": m.DisplayName, "Guid": m.ExchangeGUID,
				"PrimarySmtpAddress": m.PrimarySMTPAddress, "EmailAddresses": m.EmailAddresses,
				"ExternalDirectoryObjectId":        m.ExternalDirectoryObjectID,
				"SmtpClientAuthenticationDisabled": m.SMTPClientAuthenticationDisabled,
				"ActiveSyncEnabled":                true, "EwsEnabled": nil, "ImapEnabled": true,
				"MAPIEnabled": true, "OWAEnabled": true, "PopEnabled": true,
			})
		}
	}
	return c.found(rows)
}

func getRecipient(c *call) ([]any, error) {
	var rows []any
	for _, m := range c.Mailboxes.All() {
		if c.asked(m) {
			rows = append(rows, tenant.Recipient{
				Identity: m.Identity, Name: m.Name, DisplayName: m.DisplayName,
				PrimarySMTPAddress: m.PrimarySMTPAddress, EmailAddresses: m.EmailAddresses,
				RecipientType: "UserMailbox", RecipientTypeDetails: m.RecipientTypeDetails,
				ExternalDirectoryObjectID: m.ExternalDirectoryObjectID,
			})
		}
	}
	for _, r := range c.Recipients.All() {
		if !c.has("Identity") || isRecipient(r, c.text("Identity")) {
			rows = append(rows, r)
		}
	}
	return c.found(rows)
}

// setMailbox changes forwarding. null clears; an address is stored with the
// prefix that it is read back with.
// https://learn.microsoft.com/powershell/module/exchange/set-mailbox
func setMailbox(c *call) ([]any, error) {
	m, err := c.mailbox(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	before := m
	if c.has("ForwardingSmtpAddress") {
		if m.ForwardingSMTPAddress, err = proxyAddress(c.arguments["ForwardingSmtpAddress"]); err != nil {
			return nil, err
		}
	}
	if c.has("ForwardingAddress") {
		if m.ForwardingAddress, err = c.internal(c.arguments["ForwardingAddress"]); err != nil {
			return nil, err
		}
	}
	if keep, given := c.arguments["DeliverToMailboxAndForward"].(bool); given {
		m.DeliverToMailboxAndForward = keep
	}
	if reflect.DeepEqual(before, m) {
		c.warn("The command completed successfully but no settings of '%s' have been modified.", m.Identity)
		return nil, nil
	}
	c.Mailboxes.Put(m.ExchangeGUID, m)
	return nil, nil
}

// setCASMailbox changes the mailbox's own SMTP AUTH switch; null hands the
// decision back to the tenant's. SMTP goes by what a replica shows.
func setCASMailbox(c *call) ([]any, error) {
	m, err := c.mailbox(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	if !c.has("SmtpClientAuthenticationDisabled") {
		c.warn("The command completed successfully but no settings of '%s' have been modified.", m.Identity)
		return nil, nil
	}
	m.SMTPClientAuthenticationDisabled = nil
	if disabled, given := c.arguments["SmtpClientAuthenticationDisabled"].(bool); given {
		m.SMTPClientAuthenticationDisabled = &disabled
	}
	m.SMTPAuthChangedAt = c.Clock.Now()
	c.Mailboxes.Put(m.ExchangeGUID, m)
	return nil, nil
}

// mailbox is the newest version of a mailbox, for a write.
func (c *call) mailbox(identity string) (tenant.Mailbox, error) {
	m, ok := c.Mailboxes.FindLatest(func(m tenant.Mailbox) bool { return isMailbox(m, identity) })
	if !ok {
		return m, notFound(identity)
	}
	return m, nil
}

// asked tells whether a mailbox is what Identity asks for.
func (c *call) asked(m tenant.Mailbox) bool {
	return !c.has("Identity") || isMailbox(m, c.text("Identity"))
}

// proxyAddress checks and prefixes an SMTP address.
func proxyAddress(value any) (*string, error) {
	address, given := value.(string)
	if !given {
		return nil, nil
	}
	if kind, rest, prefixed := strings.Cut(address, ":"); prefixed && strings.EqualFold(kind, "smtp") {
		address = rest
	}
	if parsed, err := netmail.ParseAddress(address); err != nil || parsed.Address != address {
		return nil, transformation("ForwardingSmtpAddress", `"`+address+`"`, "The address isn't a valid SMTP address.")
	}
	stored := "smtp:" + address
	return &stored, nil
}

// internal resolves a recipient of this organization to its identity.
func (c *call) internal(value any) (*string, error) {
	identity, given := value.(string)
	if !given {
		return nil, nil
	}
	if m, err := c.mailbox(identity); err == nil {
		return &m.Identity, nil
	}
	r, ok := c.Recipients.FindLatest(func(r tenant.Recipient) bool { return isRecipient(r, identity) })
	if !ok {
		return nil, notFound(identity)
	}
	return &r.Identity, nil
}

func alias(m tenant.Mailbox) string {
	local, _, _ := strings.Cut(m.PrimarySMTPAddress, "@")
	return local
}

func isMailbox(m tenant.Mailbox, identity string) bool {
	names := []string{m.Identity, m.Name, m.DisplayName, m.PrimarySMTPAddress, m.UserPrincipalName, m.ExchangeGUID,
		m.ExternalDirectoryObjectID, alias(m), tenant.LegacyExchangeDN(m.Identity)}
	return containsFold(names, identity) || containsFold(m.EmailAddresses, "smtp:"+identity)
}

func isRecipient(r tenant.Recipient, identity string) bool {
	names := []string{r.Identity, r.Name, r.DisplayName, r.PrimarySMTPAddress, r.ExternalDirectoryObjectID,
		tenant.LegacyExchangeDN(r.Identity)}
	return containsFold(names, identity) || containsFold(r.EmailAddresses, "smtp:"+identity)
}
