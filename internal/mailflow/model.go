package mailflow

import (
	"encoding/json"
	"slices"
	"strings"
)

// Forwarding is where a mailbox forwards to. "" is nowhere.
// https://learn.microsoft.com/powershell/module/exchange/set-mailbox
type Forwarding struct {
	SMTPAddress string // any address, without prefix; ignored by Exchange while Address is set
	Address     string // a recipient of the organization, by identity; wins over SMTPAddress
	KeepCopy    bool   // the mailbox keeps what it forwards
}

// Mailbox is what Get-Mailbox shows, as far as it matters.
type Mailbox struct {
	Identity                  string
	Name                      string
	DisplayName               string
	PrimarySMTPAddress        string `json:"PrimarySmtpAddress"`
	UserPrincipalName         string
	RecipientTypeDetails      string // UserMailbox, SharedMailbox, RoomMailbox, …
	ExternalDirectoryObjectID string `json:"ExternalDirectoryObjectId"` // the user's object id in Entra ID
	EmailAddresses            List   // "SMTP:" the primary one, "smtp:" the others; other kinds too
	AccountDisabled           bool
	IsDirSynced               bool
	MailboxPlan               string // "" without a licence, and for shared mailboxes
	Forwarding                Forwarding

	// Who may write to it; of a record that lacks them, everybody.
	// https://learn.microsoft.com/powershell/module/exchange/set-mailbox
	RequireSenderAuthentication bool     `json:"RequireSenderAuthenticationEnabled"` // nobody from outside
	AcceptOnlyFrom              []string `json:"AcceptMessagesOnlyFromSendersOrMembers"`
	Moderated                   bool     `json:"ModerationEnabled"` // somebody approves each message first
}

// UnmarshalJSON reads a record of Get-Mailbox. Exchange stores the SMTP
// address of a forwarding with a prefix.
func (m *Mailbox) UnmarshalJSON(data []byte) error {
	type plain Mailbox
	wire := struct {
		*plain
		ForwardingSMTPAddress      string `json:"ForwardingSmtpAddress"`
		ForwardingAddress          string
		DeliverToMailboxAndForward bool
	}{plain: (*plain)(m)}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	m.Forwarding = Forwarding{trimSMTP(wire.ForwardingSMTPAddress), wire.ForwardingAddress, wire.DeliverToMailboxAndForward}
	return nil
}

// trimSMTP takes off the prefix of a proxy address, whatever its case.
func trimSMTP(address string) string {
	const prefix = "smtp:"
	if len(address) >= len(prefix) && strings.EqualFold(address[:len(prefix)], prefix) {
		return address[len(prefix):]
	}
	return address
}

// IsShared says whether nobody can sign in as this mailbox.
func (m *Mailbox) IsShared() bool { return strings.EqualFold(m.RecipientTypeDetails, "SharedMailbox") }

// Is says whether text, as Exchange shows recipients in lists, means this
// mailbox: an address, the user principal name, an identity, a name or an id.
func (m *Mailbox) Is(text string) bool {
	return slices.ContainsFunc(m.Names(), func(own string) bool { return strings.EqualFold(own, text) })
}

// IsAllOf says whether a list means this mailbox and no other; a nil mailbox is
// none.
func (m *Mailbox) IsAllOf(texts []string) bool { return m != nil && len(texts) == 1 && m.Is(texts[0]) }

// Names are all texts that mean this mailbox, as Is compares them.
func (m *Mailbox) Names() []string {
	all := append(m.addresses(), m.UserPrincipalName, m.Identity, m.Name, m.DisplayName, m.ExternalDirectoryObjectID)
	return slices.DeleteFunc(all, func(name string) bool { return name == "" })
}

// Alias says whether mail to an address reaches this mailbox although it is not
// the primary one: another address, the user principal name, or one of these
// with a plus and a tag. Nobody may send as it.
func (m *Mailbox) Alias(address string) bool {
	if strings.EqualFold(address, m.PrimarySMTPAddress) {
		return false
	}
	names := []string{address, WithoutTag(address)}
	return slices.ContainsFunc(append(m.addresses(), m.UserPrincipalName), func(own string) bool {
		return own != "" && slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(own, name) })
	})
}

// WithoutTag is the address that a plus address belongs to: without what
// begins at its first plus. It is "" for any other address.
// https://learn.microsoft.com/exchange/recipients-in-exchange-online/plus-addressing-in-exchange-online
func WithoutTag(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	base, _, tagged := strings.Cut(local, "+")
	if !tagged || base == "" {
		return ""
	}
	return base + "@" + domain
}

// addresses are all SMTP addresses of the mailbox.
func (m *Mailbox) addresses() []string {
	all := []string{m.PrimarySMTPAddress}
	for _, proxy := range m.EmailAddresses {
		if address := trimSMTP(proxy); address != proxy {
			all = append(all, address)
		}
	}
	return all
}

// Recipient is something that has an address but is no mailbox: a group, a
// contact, a mail user whose mailbox is elsewhere.
type Recipient struct {
	Identity             string
	DisplayName          string
	PrimarySMTPAddress   string `json:"PrimarySmtpAddress"`
	EmailAddresses       List
	RecipientType        string
	RecipientTypeDetails string
}

// Is says whether an address is the recipient's, as far as its record tells.
func (r *Recipient) Is(address string) bool {
	own := Mailbox{PrimarySMTPAddress: r.PrimarySMTPAddress, EmailAddresses: r.EmailAddresses}
	return len(own.Names()) == 0 || own.Is(address) || strings.EqualFold(r.Identity, address)
}

// OutboundPolicy is a hosted outbound spam filter policy.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterpolicy
type OutboundPolicy struct {
	Name               string
	Identity           string
	GUID               string `json:"Guid"`
	AdminDisplayName   string
	AutoForwardingMode string // Automatic, On, Off
	IsDefault          bool
}

// OutboundRule says whom an OutboundPolicy covers.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterrule
type OutboundRule struct {
	Name                   string
	Identity               string
	Policy                 string `json:"HostedOutboundSpamFilterPolicy"`
	State                  string // Enabled, Disabled
	Priority               int    // 0 comes first
	Comments               string
	From                   List
	FromMemberOf           List
	SenderDomainIs         List
	ExceptIfFrom           List
	ExceptIfFromMemberOf   List
	ExceptIfSenderDomainIs List
}

// IsEnabled says whether the rule is in use.
func (r *OutboundRule) IsEnabled() bool { return strings.EqualFold(r.State, "Enabled") }

// RemoteDomain is how mail to a domain is treated.
// https://learn.microsoft.com/powershell/module/exchange/get-remotedomain
type RemoteDomain struct {
	Name               string
	DomainName         string // contoso.com, *.contoso.com, or * for all others
	AutoForwardEnabled bool
}

// TransportRule is a mail flow rule, with the parts that touch forwarded mail.
// https://learn.microsoft.com/powershell/module/exchange/get-transportrule
type TransportRule struct {
	Name       string
	State      string // Enabled, Disabled
	Mode       string // Enforce, Audit, AuditAndNotify
	Conditions List   // .NET class names
	Actions    List
	Exceptions List

	MessageTypeMatches              string
	FromScope                       string
	SentToScope                     string
	RecipientDomainIs               List
	ExceptIfRecipientDomainIs       List
	HeaderMatchesMessageHeader      string
	RejectMessageReasonText         string
	RejectMessageEnhancedStatusCode string
	DeleteMessage                   bool
	Quarantine                      bool
}
