package exchange

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// cmdlet is one row of the table: what is accepted and what happens.
type cmdlet struct {
	name       string
	parameters parameters
	run        func(*call) ([]any, error)
}

// call is one run of a cmdlet, under the tenant's lock.
type call struct {
	*tenant.Tenant
	arguments
	warnings []string
}

func (c *call) warn(format string, values ...any) {
	c.warnings = append(c.warnings, fmt.Sprintf(format, values...))
}

// isWrite tells a cmdlet that changes something by its verb.
func (c cmdlet) isWrite() bool { return !strings.HasPrefix(c.name, "Get-") }

// asks tells whether a cmdlet asks for confirmation unless told not to.
func (c cmdlet) asks() bool {
	verb, _, _ := strings.Cut(c.name, "-")
	return verb == "Remove" || verb == "Disable" || c.name == "Add-RecipientPermission"
}

// question is the confirmation message with which a cmdlet answers instead
// of running: for Confirm:true, for WhatIf, and for a cmdlet that asks when
// Confirm:false was not sent.
func (c cmdlet) question(a arguments) string {
	confirm, given := a["Confirm"].(bool)
	whatIf, _ := a["WhatIf"].(bool)
	if !c.isWrite() || !whatIf && !confirm && (given || !c.asks()) {
		return ""
	}
	object := a.text("Identity")
	if object == "" {
		object = a.text("Name")
	}
	return fmt.Sprintf("Are you sure you want to perform this action? %s %q.", c.name, object)
}

// accepted lists the names of all parameters, the common ones included.
func (c cmdlet) accepted() []string {
	names := slices.Collect(maps.Keys(c.parameters))
	if c.isWrite() {
		names = append(names, "Confirm", "WhatIf")
	}
	return names
}

func (c cmdlet) parameter(name string) parameter {
	if p, ok := c.parameters[name]; ok {
		return p
	}
	return flag()
}

// cmdlets is everything that the sandbox's Exchange can do.
func cmdlets() []cmdlet {
	return slices.Concat(organizationCmdlets(), mailboxCmdlets(), outboundCmdlets(), transportCmdlets())
}

func organizationCmdlets() []cmdlet {
	return []cmdlet{
		{"Get-OrganizationConfig", nil, getOrganizationConfig},
		{"Enable-OrganizationCustomization", nil, enableCustomization},
		{"Get-AcceptedDomain", parameters{"Identity": text(), "ResultSize": resultSize()}, getAcceptedDomain},
		{"Get-TransportConfig", nil, getTransportConfig},
		{"Set-TransportConfig", parameters{"SmtpClientAuthenticationDisabled": flag()}, setTransportConfig},
	}
}

func mailboxCmdlets() []cmdlet {
	return []cmdlet{
		{"Get-Mailbox", parameters{
			"Identity":             text(),
			"RecipientTypeDetails": values(),
			"ResultSize":           resultSize(),
		}, getMailbox},
		{"Set-Mailbox", parameters{
			"Identity":                   text().must(),
			"ForwardingAddress":          text().orNull(),
			"ForwardingSmtpAddress":      text().orNull(),
			"DeliverToMailboxAndForward": flag(),
		}, setMailbox},
		{"Get-CASMailbox", parameters{"Identity": text(), "ResultSize": resultSize()}, getCASMailbox},
		{"Set-CASMailbox", parameters{
			"Identity":                         text().must(),
			"SmtpClientAuthenticationDisabled": flag().orNull(),
		}, setCASMailbox},
		{"Get-Recipient", parameters{"Identity": text(), "ResultSize": resultSize()}, getRecipient},
		{"Get-RecipientPermission", parameters{
			"Identity":     text(),
			"Trustee":      text(),
			"AccessRights": oneOf("SendAs"),
			"ResultSize":   resultSize(),
		}, getRecipientPermission},
		{"Add-RecipientPermission", permissionParameters(), addRecipientPermission},
		{"Remove-RecipientPermission", permissionParameters(), removeRecipientPermission},
		{"Get-InboxRule", parameters{
			"Mailbox":       text().must(), // Exchange's default is the caller's own
			"Identity":      text(),
			"IncludeHidden": flag(),
			"ResultSize":    resultSize(),
		}, getInboxRule},
	}
}

func permissionParameters() parameters {
	return parameters{
		"Identity":     text().must(),
		"Trustee":      text().must(),
		"AccessRights": values().must(),
	}
}

func outboundCmdlets() []cmdlet {
	identity := parameters{"Identity": text().must()}
	return []cmdlet{
		{"Get-HostedOutboundSpamFilterPolicy", parameters{"Identity": text()}, getPolicy},
		{"New-HostedOutboundSpamFilterPolicy", policyParameters("Name"), newPolicy},
		{"Set-HostedOutboundSpamFilterPolicy", policyParameters("Identity"), setPolicy},
		{"Remove-HostedOutboundSpamFilterPolicy", identity, removePolicy},
		{"Get-HostedOutboundSpamFilterRule", parameters{
			"Identity": text(),
			"State":    oneOf("Enabled", "Disabled"),
		}, getRule},
		{"New-HostedOutboundSpamFilterRule", newRuleParameters(), newRule},
		{"Set-HostedOutboundSpamFilterRule", ruleParameters(), setRule},
		{"Remove-HostedOutboundSpamFilterRule", identity, removeRule},
		{"Enable-HostedOutboundSpamFilterRule", identity, enableRule},
		{"Disable-HostedOutboundSpamFilterRule", identity, disableRule},
	}
}

// policyParameters are those of New- and Set-HostedOutboundSpamFilterPolicy,
// which differ by what names the policy.
func policyParameters(named string) parameters {
	return parameters{
		named:                           text().must(),
		"AdminDisplayName":              text(),
		"AutoForwardingMode":            oneOf("Automatic", "Off", "On"),
		"ActionWhenThresholdReached":    oneOf("Alert", "BlockUser", "BlockUserForToday"),
		"RecipientLimitExternalPerHour": integer(0, 10000),
		"RecipientLimitInternalPerHour": integer(0, 10000),
		"RecipientLimitPerDay":          integer(0, 10000),
		"RecommendedPolicyType":         oneOf("Custom", "Standard", "Strict"),
	}
}

func ruleParameters() parameters {
	return parameters{
		"Identity":                       text().must(),
		"HostedOutboundSpamFilterPolicy": text(),
		"Priority":                       integer(0, 1<<31-1),
		"Comments":                       text().orNull(),
		"From":                           values().orNull(),
		"FromMemberOf":                   values().orNull(),
		"SenderDomainIs":                 values().orNull(),
		"ExceptIfFrom":                   values().orNull(),
		"ExceptIfFromMemberOf":           values().orNull(),
		"ExceptIfSenderDomainIs":         values().orNull(),
	}
}

func newRuleParameters() parameters {
	p := ruleParameters()
	delete(p, "Identity")
	p["Name"] = text().must()
	p["HostedOutboundSpamFilterPolicy"] = text().must()
	p["Enabled"] = flag()
	return p
}

func transportCmdlets() []cmdlet {
	return []cmdlet{
		{"Get-RemoteDomain", parameters{"Identity": text(), "ResultSize": resultSize()}, getRemoteDomain},
		{"New-RemoteDomain", parameters{"Name": text().must(), "DomainName": text().must()}, newRemoteDomain},
		{"Set-RemoteDomain", parameters{
			"Identity":           text().must(),
			"AutoForwardEnabled": flag(),
			"AutoReplyEnabled":   flag(),
			"NDREnabled":         flag(),
			"AllowedOOFType":     oneOf("External", "ExternalLegacy", "InternalLegacy", "None"),
		}, setRemoteDomain},
		{"Remove-RemoteDomain", parameters{"Identity": text().must()}, removeRemoteDomain},
		{"Get-TransportRule", parameters{
			"Identity":   text(),
			"State":      oneOf("Enabled", "Disabled"),
			"ResultSize": resultSize(),
		}, getTransportRule},
		{"Get-MessageTraceV2", parameters{
			"StartDate":                date(),
			"EndDate":                  date(),
			"SenderAddress":            values(),
			"RecipientAddress":         values(),
			"MessageId":                values(),
			"MessageTraceId":           text(),
			"Status":                   values(),
			"Subject":                  text(),
			"SubjectFilterType":        oneOf("Contains", "StartsWith", "EndsWith"),
			"FromIP":                   text(),
			"ToIP":                     text(),
			"StartingRecipientAddress": text(),
			"ResultSize":               integer(1, 5000),
		}, getMessageTrace},
	}
}
