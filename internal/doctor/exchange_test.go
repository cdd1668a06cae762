package doctor

import (
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

const predicates = "Microsoft.Exchange.MessagingPolicies.Rules.Tasks."

func whoMaySendAilments() []ailment {
	yes := true
	return []ailment{
		{"the mailbox follows the tenant's switch", []string{"WX-SMTP-AUTH-TENANT"}, func(p *patient) { p.exchange.SMTPAuthDisabled = nil }},
		{"the mailbox's switch is off", []string{"WX-SMTP-AUTH-MAILBOX"}, func(p *patient) { p.exchange.SMTPAuthDisabled = &yes }},
		{"the mailbox follows a tenant's switch that is on", []string{"WX-SMTP-AUTH-INHERITED"},
			func(p *patient) { p.exchange.SMTPAuthDisabled, p.exchange.TenantSMTPAuthDisabled = nil, false }},
		{"Send As was taken away", []string{"WX-SEND-AS-MISSING"}, func(p *patient) {
			p.shared()
			p.exchange.SendAs = nil
		}},
		{"the mailbox became a shared one", []string{"WX-SHARED-MAILBOX"},
			func(p *patient) { p.exchange.Mailbox.RecipientTypeDetails = "SharedMailbox" }},
		{"the mailbox has another primary address", []string{"WX-MAILBOX-RENAMED"}, (*patient).rename},
	}
}

func forwardingAilments() []ailment {
	const other = "archive@fabrikam.example"
	rules := []mailflow.InboxRule{{Name: "To me", Enabled: true, RedirectTo: []string{"me@fabrikam.example"}}, {Name: "off"}}
	return []ailment{
		{"it was cleared", []string{"WX-FORWARDING-CLEARED"}, func(p *patient) { p.exchange.Mailbox.Forwarding = mailflow.Forwarding{} }},
		{"it was changed", []string{"WX-FORWARDING-CHANGED"}, func(p *patient) { p.exchange.Mailbox.Forwarding.SMTPAddress = other }},
		{"it was changed, and shall stay so", []string{"WX-FORWARDING-CHANGED"}, func(p *patient) {
			p.exchange.Mailbox.Forwarding.SMTPAddress, p.answers["mailbox.replace-forwarding"] = other, "false"
		}},
		{"one inside wins", []string{"WX-FORWARDING-SHADOWED"}, func(p *patient) { p.exchange.Mailbox.Forwarding.Address = "sales" }},
		{"another profile has the same Forwarding Address", []string{"WX-FORWARDING-TAKEN"}, func(p *patient) {
			p.here.Neighbours = []world.Neighbour{{Profile: "sales", Mailbox: "sales@contoso.example", ForwardingAddress: asset}}
		}},
		{"an older version set up another mailbox here", []string{"WX-PROFILE-MIXED"}, func(p *patient) {
			p.here.Apart = []world.Apart{{Mailbox: "sales@contoso.example", ForwardingTo: other,
				Deeds: []step.Deed{{Key: "mailbox.forwarding", Target: "sales@contoso.example"}}}}
		}},
		{"no copy is kept", []string{"WX-KEEP-COPY"}, func(p *patient) { p.exchange.Mailbox.Forwarding.KeepCopy = false }},
		{"an inbox rule forwards", []string{"WX-INBOX-RULE"}, func(p *patient) { p.exchange.InboxRules = rules }},
		{"the mailbox takes mail from inside only", []string{"WX-MAILBOX-CLOSED"},
			func(p *patient) { p.exchange.Mailbox.RequireSenderAuthentication = true }},
		{"the mailbox takes mail from listed senders", []string{"WX-MAILBOX-CLOSED"},
			func(p *patient) { p.exchange.Mailbox.AcceptOnlyFrom = []string{"sales"} }},
		{"the mailbox is moderated", []string{"WX-MAILBOX-MODERATED"}, func(p *patient) { p.exchange.Mailbox.Moderated = true }},
		{"the remote domain drops it", []string{"WX-REMOTE-DOMAIN"}, (*patient).domainOff},
		{"a mail flow rule rejects it", []string{"WX-TRANSPORT-RULE"}, func(p *patient) { p.mailFlowRule("MessageTypePredicate") }},
		{"a mail flow rule cannot be understood", []string{"WX-NOT-JUDGED"}, func(p *patient) { p.gap("Get-TransportRule", "theirs") }},
		{"an inbox rule cannot be understood", []string{"WX-NOT-JUDGED"}, func(p *patient) { p.gap("Get-InboxRule", "theirs") }},
		{"our rule cannot be understood", []string{"WX-ANSWER-SHAPE", "WX-NOT-JUDGED"}, func(p *patient) {
			p.gap("Get-HostedOutboundSpamFilterRule", mailflow.ObjectName(support))
		}},
		{"a mail flow rule may reject it", []string{"WX-TRANSPORT-RULE-UNSURE"},
			func(p *patient) { p.mailFlowRule("MessageTypePredicate", "SclOverPredicate") }},
	}
}

// gap is a record of a cmdlet that cannot be understood.
func (p *patient) gap(cmdlet, name string) {
	p.exchange.Gaps = append(p.exchange.Gaps, mailflow.Gap{Cmdlet: cmdlet, Name: name, Err: &microsoft.Error{Service: microsoft.Exchange,
		Operation: cmdlet, Object: "the organization", Status: 200, Code: mailflow.CodeShape, Message: "a record lacks State"}})
}

func outboundPolicyAilments() []ailment {
	dehydrated := func(answer string) func(*patient) {
		return func(p *patient) {
			p.removePolicy()
			p.exchange.Dehydrated = true
			if answer != "" {
				p.answers["exchange.enable-customization"] = answer
			}
		}
	}
	return []ailment{
		{"ours was switched off", []string{"WX-OUTBOUND-OFF"}, (*patient).policyOff},
		{"our rule was disabled", []string{"WX-OUTBOUND-OFF"}, func(p *patient) { p.exchange.OutboundRules[0].State = "Disabled" }},
		{"our rule was removed", []string{"WX-OUTBOUND-OFF"}, func(p *patient) { p.exchange.OutboundRules = nil }},
		{"an earlier rule catches the mailbox", []string{"WX-OUTBOUND-SHADOWED"},
			func(p *patient) { p.earlierRule(mailflow.OutboundRule{SenderDomainIs: []string{"contoso.example"}}) }},
		{"an earlier rule may catch the mailbox", []string{"WX-OUTBOUND-UNSURE"},
			func(p *patient) { p.earlierRule(mailflow.OutboundRule{FromMemberOf: []string{"Team"}}) }},
		{"that in force shall do, and forbids it", []string{"WX-POLICY-OFF"}, func(p *patient) {
			p.policyOff()
			p.answers["mailbox.outbound-policy"] = "existing"
		}},
		{"somebody's rule has our policy", []string{"WX-POLICY-USED"}, func(p *patient) {
			p.exchange.OutboundRules[0].Name, p.exchange.OutboundRules[0].From = "Theirs", []string{"help@contoso.example"}
		}},
		{"the organization was never customized", []string{"WX-DEHYDRATED"}, dehydrated("")},
		{"the organization shall not be customized", []string{"WX-CUSTOMIZATION-DECLINED"}, dehydrated("false")},
		{"the organization shall be customized", []string{"WX-PENDING"}, dehydrated("true")},
		{"customization is under way", []string{"WX-HYDRATING"}, func(p *patient) {
			p.removePolicy()
			p.did("mailbox.outbound-policy", our, `{"autoForwarding":"On"}`, 1)
			p.did("mailbox.outbound-rule", our, `{"from":["`+support+`"],"state":"Enabled"}`, 1)
			p.did("exchange.customization", "Contoso", `"customized"`, 1)
		}},
	}
}

// What sets several things back, or one thing twice, is no person.
func baselineAilments() []ailment {
	const smtp, on = "mailbox.smtp-auth", `"enabled"`
	inherits := func(p *patient) { p.exchange.SMTPAuthDisabled = nil }
	return []ailment{
		{"several things", []string{"WX-OUTBOUND-OFF", "WX-SET-BACK", "WX-SMTP-AUTH-TENANT"}, func(p *patient) {
			inherits(p)
			p.policyOff()
			p.did(smtp, support, on, 1)
			p.did("mailbox.outbound-policy", our, `{"autoForwarding":"On"}`, 1)
		}},
		{"one thing again", []string{"WX-SET-BACK", "WX-SMTP-AUTH-TENANT"}, func(p *patient) {
			inherits(p)
			p.did(smtp, support, on, 2)
		}},
		{"one thing once", []string{"WX-SMTP-AUTH-TENANT"}, func(p *patient) {
			inherits(p)
			p.did(smtp, support, on, 1)
		}},
	}
}

func (p *patient) policyOff() { p.exchange.OutboundPolicies[1].AutoForwardingMode = "Off" }

func (p *patient) domainOff() { p.exchange.RemoteDomains[0].AutoForwardEnabled = false }

// rename gives the mailbox another primary address; the first is an alias.
func (p *patient) rename() {
	m := p.exchange.Mailbox
	m.PrimarySMTPAddress, m.EmailAddresses = "support2@contoso.example", []string{"SMTP:support2@contoso.example", "smtp:" + support}
}

func accountsAilments() []ailment {
	return []ailment{
		{"the account is disabled", []string{"WX-MAILBOX-DISABLED"}, func(p *patient) {
			p.exchange.Mailbox.AccountDisabled, p.directory.User.Enabled = true, false
			p.refused(entra("AADSTS50057"))
		}},
		{"the licence was taken away", []string{"WX-MAILBOX-UNLICENSED"}, func(p *patient) { p.directory.User.Licensed = false }},
		{"the licence was taken away, and the mailbox with it", []string{"WX-MAILBOX-UNLICENSED"}, func(p *patient) {
			p.directory.User.Licensed, p.exchange.Mailbox, p.exchange.SignIn = false, nil, nil
		}},
		{"the mailbox became a room", []string{"WX-NOT-A-MAILBOX"}, func(p *patient) { p.exchange.Mailbox.RecipientTypeDetails = "RoomMailbox" }},
		{"the mailbox is on premises", []string{"WX-MAILBOX-HYBRID"}, func(p *patient) {
			p.exchange.Mailbox, p.exchange.SignIn = nil, nil
			p.exchange.NotMailbox = &mailflow.Recipient{RecipientTypeDetails: "MailUser"}
		}},
		{"there is no mailbox", []string{"WX-MAILBOX-UNKNOWN"}, func(p *patient) {
			p.exchange.Mailbox, p.exchange.SignIn = nil, nil
		}},
		{"the shared mailbox shall sign in itself", []string{"WX-SHARED-SIGN-IN"}, func(p *patient) {
			p.shared()
			p.answers["mailbox.sign-in-as"], p.exchange.SignIn = help, p.exchange.Mailbox
			p.here.Refreshed = false
		}},
		{"a cmdlet is forbidden", []string{"WX-EXCHANGE-FORBIDDEN"}, func(p *patient) {
			p.exchange, p.exchangeErr = nil, &microsoft.Error{Service: microsoft.Exchange, Operation: "Get-TransportConfig", Status: 403}
		}},
		{"the Exchange administrator is shut out", []string{"WX-EXCHANGE-SHUT-OUT"}, func(p *patient) {
			p.exchange, p.exchangeErr = nil, &step.Obstacle{Code: "WX-EXCHANGE-SHUT-OUT", Object: "admin@contoso.example", Detail: "Get-Mailbox",
				Evidence: "Get-Mailbox: refused", Waiting: true}
		}},
		{"the token of the Azure CLI", []string{"WX-EXCHANGE-AZURE-CLI"}, func(p *patient) {
			p.exchange, p.exchangeErr = nil, &step.Obstacle{Code: "WX-EXCHANGE-AZURE-CLI", Object: "admin@contoso.example", Detail: "Get-Mailbox",
				Evidence: "Get-Mailbox: refused", Waiting: true}
		}},
		{"the Exchange administrator lost the role", []string{"WX-ROLE-EXCHANGE"}, func(p *patient) {
			p.exchange, p.exchangeErr = nil, &step.Obstacle{Code: "WX-ROLE-EXCHANGE", Object: "admin@contoso.example", Detail: "Get-Mailbox",
				Evidence: "EXOModuleFile: not among the cmdlets of this account", Waiting: true}
		}},
	}
}

// earlierRule puts somebody's rule, whose policy forbids forwarding, first.
func (p *patient) earlierRule(rule mailflow.OutboundRule) {
	rule.Name, rule.Policy, rule.State = "Strict", "Strict", "Enabled"
	p.exchange.OutboundPolicies = append(p.exchange.OutboundPolicies, mailflow.OutboundPolicy{Name: "Strict", AutoForwardingMode: "Off"})
	p.exchange.OutboundRules[0].Priority = 1
	p.exchange.OutboundRules = append(p.exchange.OutboundRules, rule)
}

func (p *patient) removePolicy() {
	p.exchange.OutboundPolicies, p.exchange.OutboundRules = p.exchange.OutboundPolicies[:1], nil
}

func (p *patient) mailFlowRule(conditions ...string) {
	rule := mailflow.TransportRule{Name: "No forwarding", State: "Enabled", Mode: "Enforce", MessageTypeMatches: "AutoForward",
		RejectMessageReasonText: "Forwarding is forbidden", Actions: []string{predicates + "RejectMessageAction"}}
	for _, condition := range conditions {
		rule.Conditions = append(rule.Conditions, predicates+condition)
	}
	p.exchange.TransportRules = []mailflow.TransportRule{rule}
}
