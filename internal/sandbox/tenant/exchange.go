package tenant

import "time"

// The types of this file carry the property names of the Exchange Online
// cmdlets and are what GET /state shows.

// Mailbox merges what Get-Mailbox and Get-CASMailbox show.
// https://learn.microsoft.com/powershell/module/exchange/get-mailbox
type Mailbox struct {
	Identity                   string   `json:"Identity"`
	Name                       string   `json:"Name"`
	DisplayName                string   `json:"DisplayName"`
	PrimarySMTPAddress         string   `json:"PrimarySmtpAddress"`
	UserPrincipalName          string   `json:"UserPrincipalName"`
	RecipientTypeDetails       string   `json:"RecipientTypeDetails"`
	ExternalDirectoryObjectID  string   `json:"ExternalDirectoryObjectId"`
	ExchangeGUID               string   `json:"ExchangeGuid"`
	AccountDisabled            bool     `json:"AccountDisabled"`
	IsMailboxEnabled           bool     `json:"IsMailboxEnabled"`
	IsDirSynced                bool     `json:"IsDirSynced"`
	MailboxPlan                *string  `json:"MailboxPlan"`
	EmailAddresses             []string `json:"EmailAddresses"`
	ForwardingAddress          *string  `json:"ForwardingAddress"`
	ForwardingSMTPAddress      *string  `json:"ForwardingSmtpAddress"` // stored as "smtp:x@y"
	DeliverToMailboxAndForward bool     `json:"DeliverToMailboxAndForward"`

	// Who may write to it.
	// https://learn.microsoft.com/powershell/module/exchange/set-mailbox
	RequireSenderAuthenticationEnabled     bool     `json:"RequireSenderAuthenticationEnabled"`
	AcceptMessagesOnlyFromSendersOrMembers []string `json:"AcceptMessagesOnlyFromSendersOrMembers"` // empty: everybody
	ModerationEnabled                      bool     `json:"ModerationEnabled"`

	SMTPClientAuthenticationDisabled *bool `json:"SmtpClientAuthenticationDisabled"` // null: the tenant's switch decides

	// SendAs are the trustees of Add-RecipientPermission, as user principal names.
	SendAs []string `json:"SendAs"`
	// SMTPAuthChangedAt is when the switch was last set: it is not effective at once.
	SMTPAuthChangedAt time.Time `json:"-"`
}

// Recipient is what Get-Recipient finds besides mailboxes: groups, contacts
// and mail users (the on-premises mailboxes of a hybrid organization).
type Recipient struct {
	Identity                  string   `json:"Identity"`
	Name                      string   `json:"Name"`
	DisplayName               string   `json:"DisplayName"`
	PrimarySMTPAddress        string   `json:"PrimarySmtpAddress"`
	RecipientType             string   `json:"RecipientType"`
	RecipientTypeDetails      string   `json:"RecipientTypeDetails"`
	ExternalDirectoryObjectID string   `json:"ExternalDirectoryObjectId"`
	EmailAddresses            []string `json:"EmailAddresses"`
}

// TransportConfig is the tenant-wide transport configuration.
type TransportConfig struct {
	SMTPClientAuthenticationDisabled bool `json:"SmtpClientAuthenticationDisabled"`
}

// OrganizationConfig is the part of Get-OrganizationConfig that is read.
type OrganizationConfig struct {
	Name                 string     `json:"Name"`
	Identity             string     `json:"Identity"`
	IsDehydrated         bool       `json:"IsDehydrated"`
	HydrationEffectiveAt *time.Time `json:"-"` // after Enable-OrganizationCustomization: when creates begin to work
}

// OutboundPolicy is a hosted outbound spam filter policy.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterpolicy
type OutboundPolicy struct {
	Name                          string `json:"Name"`
	Identity                      string `json:"Identity"`
	GUID                          string `json:"Guid"`
	AdminDisplayName              string `json:"AdminDisplayName"`
	IsDefault                     bool   `json:"IsDefault"`
	Enabled                       bool   `json:"Enabled"`
	IsValid                       bool   `json:"IsValid"`
	AutoForwardingMode            string `json:"AutoForwardingMode"` // Automatic, On, Off
	ActionWhenThresholdReached    string `json:"ActionWhenThresholdReached"`
	RecipientLimitExternalPerHour int    `json:"RecipientLimitExternalPerHour"`
	RecipientLimitInternalPerHour int    `json:"RecipientLimitInternalPerHour"`
	RecipientLimitPerDay          int    `json:"RecipientLimitPerDay"`
	RecommendedPolicyType         string `json:"RecommendedPolicyType"`
}

// OutboundRule says whom an outbound policy covers.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterrule
type OutboundRule struct {
	Name                           string   `json:"Name"`
	Identity                       string   `json:"Identity"`
	GUID                           string   `json:"Guid"`
	HostedOutboundSpamFilterPolicy string   `json:"HostedOutboundSpamFilterPolicy"`
	State                          string   `json:"State"` // Enabled, Disabled
	Priority                       int      `json:"Priority"`
	Comments                       *string  `json:"Comments"`
	From                           []string `json:"From"`
	FromMemberOf                   []string `json:"FromMemberOf"`
	SenderDomainIs                 []string `json:"SenderDomainIs"`
	ExceptIfFrom                   []string `json:"ExceptIfFrom"`
	ExceptIfFromMemberOf           []string `json:"ExceptIfFromMemberOf"`
	ExceptIfSenderDomainIs         []string `json:"ExceptIfSenderDomainIs"`
}

// RemoteDomain is how mail to a domain is treated; DomainName * is the rest.
type RemoteDomain struct {
	Name               string `json:"Name"`
	Identity           string `json:"Identity"`
	DomainName         string `json:"DomainName"`
	AutoForwardEnabled bool   `json:"AutoForwardEnabled"`
	AutoReplyEnabled   bool   `json:"AutoReplyEnabled"`
	NDREnabled         bool   `json:"NDREnabled"`
	AllowedOOFType     string `json:"AllowedOOFType"`
}

// TransportRule is a mail flow rule, with the predicates and actions that
// touch forwarded mail.
type TransportRule struct {
	Name                            string   `json:"Name"`
	Identity                        string   `json:"Identity"`
	GUID                            string   `json:"Guid"`
	State                           string   `json:"State"`
	Mode                            string   `json:"Mode"`
	Priority                        int      `json:"Priority"`
	Conditions                      []string `json:"Conditions"`
	Actions                         []string `json:"Actions"`
	Exceptions                      []string `json:"Exceptions"`
	MessageTypeMatches              *string  `json:"MessageTypeMatches"`
	FromScope                       *string  `json:"FromScope"`
	SentToScope                     *string  `json:"SentToScope"`
	RecipientDomainIs               []string `json:"RecipientDomainIs"`
	ExceptIfRecipientDomainIs       []string `json:"ExceptIfRecipientDomainIs"`
	HeaderMatchesMessageHeader      *string  `json:"HeaderMatchesMessageHeader"`
	HeaderMatchesPatterns           []string `json:"HeaderMatchesPatterns"`
	RejectMessageReasonText         *string  `json:"RejectMessageReasonText"`
	RejectMessageEnhancedStatusCode *string  `json:"RejectMessageEnhancedStatusCode"`
	DeleteMessage                   bool     `json:"DeleteMessage"`
	Quarantine                      bool     `json:"Quarantine"`
	StopRuleProcessing              bool     `json:"StopRuleProcessing"`
	Description                     string   `json:"Description"`
}

// Message is one leg of a message through the tenant's transport, decoded.
// Status is delivered, forwarded, dropped, rejected or failed, with a reason
// behind a colon where there is one.
type Message struct {
	ID      string    `json:"id"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	Status  string    `json:"status"`
	At      time.Time `json:"-"`

	// MessageID is the Message-ID header, in angle brackets, shared by all legs.
	MessageID string `json:"-"`
}
