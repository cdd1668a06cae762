package main

// exchangeAilments are those of Exchange Online.
func exchangeAilments() []ailment {
	off := map[string]any{"AutoForwardingMode": "Off"}
	return []ailment{
		{
			name:  "the mailbox follows the tenant's switch",
			facts: []string{"smtp-auth-tenant", "code-7553"},
			finds: []string{"WX-SMTP-AUTH-TENANT"},
			harm:  func(p *patient) { p.mailbox(map[string]any{"SmtpClientAuthenticationDisabled": nil}) },
		},
		{name: "the mailbox's switch is off", facts: []string{"smtp-auth-mailbox"}, finds: []string{"WX-SMTP-AUTH-MAILBOX"},
			harm: func(p *patient) { p.mailbox(map[string]any{"SmtpClientAuthenticationDisabled": true}) }},
		{name: "the mailbox follows a tenant's switch that is on", finds: []string{"WX-SMTP-AUTH-INHERITED"},
			harm: func(p *patient) {
				p.call("PATCH", "/transportConfig", map[string]any{"SmtpClientAuthenticationDisabled": false})
				p.mailbox(map[string]any{"SmtpClientAuthenticationDisabled": nil})
			}},
		{name: "Send As was taken away", facts: []string{"send-as-denied"}, box: help, finds: []string{"WX-SEND-AS-MISSING"},
			harm: func(p *patient) { p.mailbox(map[string]any{"SendAs": []string{}}) }},
		{
			name:  "the mailbox became a shared one",
			facts: []string{"shared-mailbox-signs-in", "shared-mailbox-asset"},
			finds: []string{"WX-SHARED-MAILBOX"},
			harm:  func(p *patient) { p.mailbox(map[string]any{"RecipientTypeDetails": "SharedMailbox"}) },
			heal:  func(p *patient) { p.mailbox(map[string]any{"RecipientTypeDetails": "UserMailbox"}) },
		},
		{name: "the mailbox has another primary address", finds: []string{"WX-MAILBOX-RENAMED"},
			harm: func(p *patient) { p.rename(sales2) },
			heal: func(p *patient) { p.rename(support) }},

		{name: "forwarding was cleared", facts: []string{"nothing-arrives"}, finds: []string{"WX-FORWARDING-CLEARED"},
			harm: func(p *patient) {
				p.mailbox(map[string]any{"ForwardingSmtpAddress": nil, "DeliverToMailboxAndForward": false})
			}},
		{name: "forwarding was changed", facts: []string{"forwarding-elsewhere"}, finds: []string{"WX-FORWARDING-CHANGED"},
			harm: func(p *patient) { p.mailbox(map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"}) }},
		{name: "forwarding inside wins", facts: []string{"forwarding-shadowed"}, finds: []string{"WX-FORWARDING-SHADOWED"},
			harm: func(p *patient) { p.mailbox(map[string]any{"ForwardingAddress": "sales"}) }},
		{name: "no copy is kept", facts: []string{"no-copy"}, finds: []string{"WX-KEEP-COPY"},
			harm: func(p *patient) { p.mailbox(map[string]any{"DeliverToMailboxAndForward": false}) }},
		{name: "the mailbox takes mail from listed senders", facts: []string{"customers-get-5.7.134"}, finds: []string{"WX-MAILBOX-CLOSED"},
			harm: func(p *patient) {
				p.mailbox(map[string]any{"AcceptMessagesOnlyFromSendersOrMembers": []string{"sales"}})
			},
			heal: func(p *patient) { p.mailbox(map[string]any{"AcceptMessagesOnlyFromSendersOrMembers": []string{}}) }},
		{name: "the mailbox is moderated", finds: []string{"WX-MAILBOX-MODERATED"},
			harm: func(p *patient) { p.mailbox(map[string]any{"ModerationEnabled": true}) },
			heal: func(p *patient) { p.mailbox(map[string]any{"ModerationEnabled": false}) }},
		{name: "an inbox rule forwards", finds: []string{"WX-INBOX-RULE"},
			harm: func(p *patient) {
				p.call("POST", "/inboxRules", map[string]any{"Name": "To me", "MailboxOwnerId": support, "RedirectTo": []string{"me@fabrikam.example"}})
			},
			heal: func(p *patient) { p.call("DELETE", "/inboxRules/To me", nil) }},
		{name: "a hidden inbox rule deletes", finds: []string{"WX-INBOX-RULE"},
			harm: func(p *patient) {
				p.call("POST", "/inboxRules", map[string]any{"Name": "x", "MailboxOwnerId": support, "DeleteMessage": true, "Hidden": true})
			},
			heal: func(p *patient) { p.call("DELETE", "/inboxRules/x", nil) }},

		{
			name:  "our policy was switched off",
			facts: []string{"forwarding-refused", "nothing-arrives-but-a-bounce"},
			finds: []string{"WX-OUTBOUND-OFF"},
			harm:  func(p *patient) { p.call("PATCH", "/outboundPolicies/"+p.our(), off) },
		},
		{name: "our rule was disabled", finds: []string{"WX-OUTBOUND-OFF"},
			harm: func(p *patient) { p.call("PATCH", "/outboundRules/"+p.our(), map[string]any{"State": "Disabled"}) }},
		{name: "our rule was removed", finds: []string{"WX-OUTBOUND-OFF"},
			harm: func(p *patient) { p.call("DELETE", "/outboundRules/"+p.our(), nil) }},
		{name: "an earlier rule catches the mailbox", finds: []string{"WX-OUTBOUND-SHADOWED"},
			harm: func(p *patient) { p.earlierRule(map[string]any{"SenderDomainIs": []string{"contoso.example"}}) }},
		{name: "an earlier rule may catch the mailbox", finds: []string{"WX-OUTBOUND-UNSURE"},
			harm: func(p *patient) { p.earlierRule(map[string]any{"FromMemberOf": []string{"Team"}}) }},
		{name: "the organization was never customized", facts: []string{"not-customized"}, finds: []string{"WX-DEHYDRATED"},
			harm: func(p *patient) { p.dehydrate("0s") },
			heal: func(p *patient) {
				p.Run(p.home, "mailbox", "forward", "--no-input", "-y", "--enable-customization").Must(p.t, 0)
			}},
		{name: "customization is under way", facts: []string{"hydrating"}, finds: []string{"WX-HYDRATING"},
			harm: func(p *patient) {
				p.dehydrate("45m")
				p.Run(p.home, "mailbox", "forward", "--no-input", "-y", "--enable-customization").Must(p.t, 10)
			},
			heal: func(p *patient) {
				p.Advance("1h")
				p.Run(p.home, "mailbox", "forward", "--no-input", "-y").Must(p.t, 0)
			}},
		{name: "the remote domain drops what is forwarded", facts: []string{"forwarding-dropped"}, finds: []string{"WX-REMOTE-DOMAIN"},
			harm: func(p *patient) {
				p.call("PATCH", "/remoteDomains/Default", map[string]any{"AutoForwardEnabled": false})
			},
			heal: func(p *patient) {
				p.call("PATCH", "/remoteDomains/Default", map[string]any{"AutoForwardEnabled": true})
			}},
		{name: "a mail flow rule rejects what is forwarded", facts: []string{"forwarding-rejected"}, finds: []string{"WX-TRANSPORT-RULE"},
			harm: func(p *patient) { p.mailFlowRule(map[string]any{}) },
			heal: func(p *patient) {
				p.call("PATCH", "/transportRules/No forwarding", map[string]any{"ExceptIfRecipientDomainIs": []string{"mail-us.imiconnect.io"}})
			}},
		{name: "a mail flow rule may reject what is forwarded", finds: []string{"WX-TRANSPORT-RULE-UNSURE"},
			harm: func(p *patient) {
				p.mailFlowRule(map[string]any{"Conditions": []string{
					"Microsoft.Exchange.MessagingPolicies.Rules.Tasks.MessageTypePredicate",
					"Microsoft.Exchange.MessagingPolicies.Rules.Tasks.SclOverPredicate",
				}})
			},
			heal: func(p *patient) { p.call("DELETE", "/transportRules/No forwarding", nil) }},
		{
			name:  "a baseline sets things back",
			facts: []string{"set-back"},
			finds: []string{"WX-OUTBOUND-OFF", "WX-SET-BACK", "WX-SMTP-AUTH-TENANT"},
			harm: func(p *patient) {
				p.mailbox(map[string]any{"SmtpClientAuthenticationDisabled": nil})
				p.call("PATCH", "/outboundPolicies/"+p.our(), off)
			},
		},
		{name: "a baseline sets one thing back again", finds: []string{"WX-SET-BACK", "WX-SMTP-AUTH-TENANT"},
			harm: func(p *patient) {
				for range 2 {
					p.Run(p.home, "mailbox", "smtp", "--no-input", "-y").Must(p.t, 0)
					p.mailbox(map[string]any{"SmtpClientAuthenticationDisabled": nil})
				}
			}},

		{name: "the account is disabled", facts: []string{"AADSTS50057"}, finds: []string{"WX-MAILBOX-DISABLED"},
			harm: func(p *patient) { p.call("PATCH", "/users/"+support, map[string]any{"accountEnabled": false}) },
			heal: func(p *patient) { p.call("PATCH", "/users/"+support, map[string]any{"accountEnabled": true}) }},
		{name: "the licence was taken away", finds: []string{"WX-MAILBOX-UNLICENSED"},
			harm: func(p *patient) { p.call("PATCH", "/users/"+support, map[string]any{"assignedPlans": []any{}}) },
			heal: func(p *patient) {
				p.call("PATCH", "/users/"+support, map[string]any{"assignedPlans": []any{map[string]any{
					"service": "exchange", "servicePlanId": "efb87545-963c-4e0d-99df-69c6916d9eb0", "capabilityStatus": "Enabled"}}})
			}},
		{name: "the mailbox became a room", finds: []string{"WX-NOT-A-MAILBOX"},
			harm: func(p *patient) { p.mailbox(map[string]any{"RecipientTypeDetails": "RoomMailbox"}) },
			heal: func(p *patient) { p.mailbox(map[string]any{"RecipientTypeDetails": "UserMailbox"}) }},
		{name: "the shared mailbox shall sign in itself", box: help, finds: []string{"WX-SHARED-SIGN-IN"},
			harm: func(p *patient) { p.profile("mailbox.sign-in-as", help) },
			heal: func(p *patient) { p.profile("mailbox.sign-in-as", support) }},
		{name: "the policy in force shall do, and forbids it", finds: []string{"WX-POLICY-OFF"}, args: []string{"--outbound-policy", "existing"},
			harm: func(p *patient) { p.call("PATCH", "/outboundPolicies/"+p.our(), off) },
			heal: func(p *patient) {
				p.call("PATCH", "/outboundPolicies/"+p.our(), map[string]any{"AutoForwardingMode": "On"})
			}},
		{name: "a cmdlet is forbidden", finds: []string{"WX-NOT-JUDGED"}, heal: nothing,
			harm: func(p *patient) { p.forbid("exchange", "Get-TransportConfig", nil) }},
		{
			name:  "the Exchange administrator lost the role",
			facts: []string{"no-exchange-role"},
			finds: []string{"WX-ROLE-EXCHANGE"},
			args:  []string{"--exchange-admin", exchangeAdmin},
			harm: func(p *patient) {
				p.call("PATCH", "/users/"+exchangeAdmin, map[string]any{"directoryRoles": []string{}})
			},
			heal: func(p *patient) {
				p.call("PATCH", "/users/"+exchangeAdmin, map[string]any{"directoryRoles": []string{"Exchange Administrator"}})
			},
		},
	}
}

// sales2 is an address that nobody had.
const sales2 = "support2@contoso.example"

// rename gives the mailbox another primary address; the others are aliases.
func (p *patient) rename(primary string) {
	p.t.Helper()
	addresses := []string{"SMTP:" + primary}
	for _, alias := range []string{support, sales2} {
		if alias != primary {
			addresses = append(addresses, "smtp:"+alias)
		}
	}
	p.call("PATCH", "/mailboxes/"+support, map[string]any{"PrimarySmtpAddress": primary, "EmailAddresses": addresses})
}

// earlierRule puts somebody's rule, whose policy forbids forwarding, first.
func (p *patient) earlierRule(conditions map[string]any) {
	p.t.Helper()
	p.call("POST", "/outboundPolicies", map[string]any{"Name": "Strict", "AutoForwardingMode": "Off"})
	rule := map[string]any{"Name": "Strict", "HostedOutboundSpamFilterPolicy": "Strict", "Priority": 0}
	for name, value := range conditions {
		rule[name] = value
	}
	p.call("POST", "/outboundRules", rule)
}

// dehydrate makes the organization one that was never customized, so that it
// has no policies of its own.
func (p *patient) dehydrate(delay string) {
	p.t.Helper()
	p.call("DELETE", "/outboundRules/"+p.our(), nil)
	p.call("DELETE", "/outboundPolicies/"+p.our(), nil)
	p.call("POST", "/tenant", map[string]any{"organizationDehydrated": true, "hydrationDelay": delay})
}

func (p *patient) mailFlowRule(more map[string]any) {
	p.t.Helper()
	rule := map[string]any{"Name": "No forwarding", "MessageTypeMatches": "AutoForward", "RejectMessageReasonText": "Forwarding is forbidden",
		"Conditions": []string{"Microsoft.Exchange.MessagingPolicies.Rules.Tasks.MessageTypePredicate"},
		"Actions":    []string{"Microsoft.Exchange.MessagingPolicies.Rules.Tasks.RejectMessageAction"}}
	for name, value := range more {
		rule[name] = value
	}
	p.call("POST", "/transportRules", rule)
}
