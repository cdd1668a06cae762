package handoff

// A case is a tenant that somebody else has shaped, what the operator answered,
// and what the judge makes of both: the changes' keys, then the obstacles.
type tenantCase struct {
	name    string
	answers map[string]string
	shape   func(*tenant)
	plan    string
}

// everything is the whole plan.
const everything = "smtp-auth outbound-policy outbound-rule forwarding"

// noForwarding is what is left of it where the second step is hindered.
const noForwarding = "smtp-auth "

func cases() []tenantCase {
	var all []tenantCase
	all = append(all, mailboxCases()...)
	all = append(all, switchCases()...)
	all = append(all, policyCases()...)
	all = append(all, coverageCases()...)
	all = append(all, domainCases()...)
	all = append(all, forwardingCases()...)
	return append(all, transportCases()...)
}

func mailboxCases() []tenantCase {
	delegate := map[string]string{"webex.email-id": shared, "mailbox.sign-in-as": anna}
	set := func(id string, more object) func(*tenant) {
		return func(x *tenant) { x.mailboxes[id] = x.mailboxes[id].with(more) }
	}
	return []tenantCase{
		{"plain", nil, func(*tenant) {}, everything},
		{"an alias is meant", nil, set(box, object{
			"PrimarySmtpAddress": "s@contoso.example", "EmailAddresses": []string{"SMTP:s@contoso.example", "smtp:" + box},
		}), "WX-MAILBOX-RENAMED"},
		{"no names", nil, func(x *tenant) {
			for _, name := range []string{"Name", "DisplayName", "UserPrincipalName", "ExternalDirectoryObjectId", "AccountDisabled"} {
				x.mailboxes[box] = x.mailboxes[box].with(object{name: nil})
			}
		}, everything},
		{"a disabled account", nil, set(box, object{"AccountDisabled": true}), "WX-MAILBOX-DISABLED"},
		{"a shared mailbox, and nobody to sign in", nil, set(box, object{"RecipientTypeDetails": "SharedMailbox"}), "WX-SHARED-MAILBOX"},
		{"a room", nil, set(box, object{"RecipientTypeDetails": "RoomMailbox"}), "WX-NOT-A-MAILBOX"},
		{"shared", delegate, func(*tenant) {}, "smtp-auth send-as outbound-policy outbound-rule forwarding"},
		{"shared, and the account is disabled", delegate, set(anna, object{"AccountDisabled": true}), "WX-MAILBOX-DISABLED"},
		{"shared, and a shared one signs in", delegate, set(anna, object{"RecipientTypeDetails": "SharedMailbox"}),
			"smtp-auth send-as outbound-policy outbound-rule forwarding"},
		{"shared, with Send As by name", delegate, func(x *tenant) {
			x.permissions[shared] = append(x.permissions[shared], permission("Anna of Contoso", "Allow"))
		}, everything},
		{"shared, with Send As denied", delegate, func(x *tenant) {
			x.permissions[shared] = append(x.permissions[shared], permission(anna, "Deny"))
		}, "smtp-auth send-as outbound-policy outbound-rule forwarding"},
		{"a user's, and another signs in", map[string]string{"mailbox.sign-in-as": anna}, func(x *tenant) {
			x.permissions[box] = []object{permission(`NT AUTHORITY\SELF`, "Allow")}
		}, "smtp-auth send-as outbound-policy outbound-rule forwarding"},
	}
}

func switchCases() []tenantCase {
	disabled := func(own any, tenantOff bool) func(*tenant) {
		return func(x *tenant) { x.cas[box], x.smtpOff = cas(box, own), tenantOff }
	}
	return []tenantCase{
		{"SMTP by inheritance", nil, disabled(nil, false), everything},
		{"SMTP off by the mailbox", nil, disabled(true, false), everything},
		{"SMTP on by the mailbox", nil, disabled(false, true), "outbound-policy outbound-rule forwarding"},
		{"SMTP on by both", nil, disabled(false, false), "outbound-policy outbound-rule forwarding"},
	}
}

func policyCases() []tenantCase {
	mode := func(mode string) func(*tenant) {
		return func(x *tenant) {
			x.policies = []object{policy("Default", mode).with(object{"IsDefault": true})}
		}
	}
	existing := map[string]string{"mailbox.outbound-policy": "existing"}
	enable := func(yes string) map[string]string { return map[string]string{"exchange.enable-customization": yes} }
	dehydrated := func(x *tenant) { x.dehydrated = true }
	own := func(mode string, rules ...object) func(*tenant) {
		return func(x *tenant) { x.policies, x.rules = append(x.policies, policy(ours, mode)), rules }
	}
	from := func(name string) object { return rule(ours, ours, 0, object{"From": []string{name}}) }
	return []tenantCase{
		{"the default policy is Off", nil, mode("Off"), everything},
		{"the default policy is On", nil, mode("On"), "smtp-auth forwarding"},
		{"the existing policy is Off", existing, mode("Off"), noForwarding + "WX-POLICY-OFF"},
		{"the existing policy is On", existing, mode("On"), "smtp-auth forwarding"},
		{"dehydrated, and nobody was asked", nil, dehydrated, noForwarding + "WX-DEHYDRATED"},
		{"dehydrated, and declined", enable("false"), dehydrated, noForwarding + "WX-CUSTOMIZATION-DECLINED"},
		{"dehydrated, and agreed", enable("true"), dehydrated, "smtp-auth customization outbound-policy outbound-rule forwarding"},
		{"dehydrated, and the default policy is On", nil, func(x *tenant) { dehydrated(x); mode("On")(x) }, "smtp-auth forwarding"},
		{"a policy of ours without a rule", nil, own("On"), "smtp-auth outbound-rule forwarding"},
		{"a policy of ours that somebody's rule has", nil, own("On", rule("Theirs", ours, 0, object{"From": []string{"help@contoso.example"}})),
			noForwarding + "WX-POLICY-USED"},
		{"a closed policy of ours without a rule", nil, own("Off"), everything},
		{"ours as it was made", nil, own("On", from(box)), "smtp-auth forwarding"},
		{"ours by a name of the mailbox", nil, own("On", from("Support of Contoso")), "smtp-auth forwarding"},
		{"ours, closed", nil, own("Off", from(box)), "smtp-auth outbound-policy forwarding"},
		{"ours, disabled", nil, own("On", from(box).with(object{"State": "Disabled"})), "smtp-auth outbound-rule forwarding"},
		{"ours, for somebody else", nil, own("On", from(anna)), "smtp-auth outbound-rule forwarding"},
		{"ours, shadowed", nil, func(x *tenant) {
			x.policies = append(x.policies, policy(ours, "On"), policy("Closed", "Off"))
			x.rules = []object{
				rule("Closed", "Closed", 0, object{"SenderDomainIs": []string{"contoso.example"}}), from(box).with(object{"Priority": 1}),
			}
		}, "smtp-auth outbound-rule forwarding"},
	}
}

func coverageCases() []tenantCase {
	covered := func(mode string, more object) func(*tenant) {
		return func(x *tenant) {
			x.policies = append(x.policies, policy("Theirs", mode))
			x.rules = []object{rule("Their rule", "Theirs", 0, more)}
		}
	}
	from := func(list ...string) object { return object{"From": list} }
	const open = "smtp-auth forwarding"
	return []tenantCase{
		{"covered by the address", nil, covered("On", from(box)), open},
		{"covered by the address, closed", nil, covered("Off", from(box)), everything},
		{"covered by the display name", nil, covered("On", from("Support of Contoso")), open},
		{"covered by the user principal name", nil, covered("On", from("support@corp.contoso.example")), open},
		{"covered by the id", nil, covered("On", from("ID-of-support")), open},
		{"covered by the identity", nil, covered("On", from("Support")), open},
		{"covered by a second address", nil, covered("On", from("support@contoso.example.net")), open},
		{"an address of another protocol covers nobody", nil, covered("On", from("SIP:"+box)), everything},
		{"the alias covers nobody", nil, covered("On", from("support-alias")), everything},
		{"somebody else is covered", nil, covered("On", from(anna)), everything},
		{"covered by the domain", nil, covered("On", object{"SenderDomainIs": []string{"contoso.example"}}), open},
		{"covered by the domain above", nil, covered("On", object{"SenderDomainIs": []string{"example"}}), open},
		{"another domain is covered", nil, covered("On", object{"SenderDomainIs": []string{"toso.example"}}), everything},
		{"both conditions must hold", nil, covered("On", from(box).with(object{"SenderDomainIs": []string{"fabrikam.example"}})), everything},
		{"excepted by name", nil, covered("On", from(box).with(object{"ExceptIfFrom": []string{"Support"}})), everything},
		{"somebody else is excepted", nil, covered("On", from(box).with(object{"ExceptIfFrom": []string{anna}})), open},
		{"excepted by domain", nil, covered("On", from(box).with(object{"ExceptIfSenderDomainIs": []string{"contoso.example"}})), everything},
		{"perhaps covered by a group", nil, covered("On", object{"FromMemberOf": []string{"Executives"}}), everything},
		{"perhaps excepted by a group", nil, covered("On", from(box).with(object{"ExceptIfFromMemberOf": []string{"Executives"}})), everything},
		{"a disabled rule", nil, covered("Off", from(box).with(object{"State": "Disabled"})), everything},
		{"the policy by its id", nil, func(x *tenant) {
			covered("On", from(box))(x)
			x.rules[0] = x.rules[0].with(object{"HostedOutboundSpamFilterPolicy": "guid-of-Theirs"})
		}, open},
		{"a policy that is gone", nil, func(x *tenant) { x.rules = []object{rule("Their rule", "Gone", 0, from(box))} }, everything},
		{"the lower number decides", nil, func(x *tenant) {
			x.policies = append(x.policies, policy("Open", "On"), policy("Closed", "Off"))
			x.rules = []object{rule("Late", "Closed", 1, from(box)), rule("Early", "Open", 0, from(box))}
		}, open},
		{"names that are commands", nil, func(x *tenant) {
			x.policies = append(x.policies, policy(nasty, "Off"))
			x.rules = []object{rule(nasty, nasty, 0, from(box, nasty))}
			x.transport = []object{transport(nasty, object{"Mode": "Audit", "RejectMessageReasonText": nasty})}
			x.domains = append(x.domains, domain("fabrikam.example", false).with(object{"Name": nasty}))
			x.mailboxes[box] = x.mailboxes[box].with(object{"DisplayName": nasty})
		}, everything},
	}
}

// nasty is a name that ends a text, a comment or a line where it is not
// quoted; a byte of its first letter is a quote in some code pages.
const nasty = "\u0451; Remove-Mailbox a\u2019; Remove-Mailbox b'; Remove-Mailbox c\n Remove-Mailbox d #> $(Remove-Mailbox e) `"

func domainCases() []tenantCase {
	domains := func(all ...object) func(*tenant) { return func(x *tenant) { x.domains = all } }
	plainDomain := map[string]string{"webex.forwarding-address": "asset@imiconnect.io"}
	const stopped = noForwarding + "WX-REMOTE-DOMAIN"
	return []tenantCase{
		{"no remote domain", nil, domains(), everything},
		{"all others do not forward", nil, domains(domain("*", false)), stopped},
		{"its own domain forwards", nil, domains(domain("*", false), domain("mail-us.imiconnect.io", true)), everything},
		{"its own domain does not forward", nil, domains(domain("*", true), domain("mail-us.imiconnect.io", false)), stopped},
		{"the domain above does not forward", nil, domains(domain("*", true), domain("*.imiconnect.io", false)), stopped},
		{"a wildcard is for the domain itself too", plainDomain, domains(domain("*", true), domain("*.imiconnect.io", false)), stopped},
		{"the longer wildcard decides", nil, domains(domain("*.io", false), domain("*.imiconnect.io", true)), everything},
		{"another domain does not forward", nil, domains(domain("*", true), domain("fabrikam.example", false)), everything},
		{"a domain that only ends alike", nil, domains(
			domain("*", true), domain("connect.io", false), domain("us.imiconnect.io", false)), everything},
	}
}

func forwardingCases() []tenantCase {
	to := func(inside, outside any, keep bool) func(*tenant) {
		return func(x *tenant) {
			x.mailboxes[box] = x.mailboxes[box].with(object{
				"ForwardingAddress": inside, "ForwardingSmtpAddress": outside, "DeliverToMailboxAndForward": keep,
			})
		}
	}
	replace := func(yes string) map[string]string {
		return map[string]string{"mailbox.replace-forwarding": yes}
	}
	const before = "smtp-auth outbound-policy outbound-rule"
	return []tenantCase{
		{"forwards already", nil, to(nil, "smtp:"+outside, true), before},
		{"forwards already, shown otherwise", nil, to("", "SMTP:Asset@mail-us.imiconnect.io", true), before},
		{"forwards already, and keeps no copy", nil, to(nil, "smtp:"+outside, false), before},
		{"keeps no copy, and should", map[string]string{"mailbox.keep-copy": "true"}, to(nil, "smtp:"+outside, false), everything},
		{"keeps no copy, as is wanted", map[string]string{"mailbox.keep-copy": "false", "webex.asset-saved": "true"},
			to(nil, "smtp:"+outside, false), before},
		{"keeps a copy of nothing", nil, to(nil, nil, true), everything},
		{"forwards elsewhere, and nobody was asked", nil, to(nil, "smtp:a@fabrikam.example", false), before + " WX-FORWARDING-FOREIGN"},
		{"forwards elsewhere, and declined", replace("false"), to(nil, "smtp:a@fabrikam.example", true), before + " WX-FORWARDING-KEPT"},
		{"forwards elsewhere, and agreed", replace("true"), to(nil, "smtp:a@fabrikam.example", false), everything},
		{"forwards inside, and nobody was asked", nil, to("Sales", nil, false), before + " WX-FORWARDING-FOREIGN"},
		{"forwards inside, and agreed", replace("true"), to("Sales", "smtp:"+outside, true), everything},
	}
}

func transportCases() []tenantCase {
	rules := func(all ...object) func(*tenant) { return func(x *tenant) { x.transport = all } }
	one := func(more object) func(*tenant) { return rules(transport("Theirs", more)) }
	const stopped = noForwarding + "WX-TRANSPORT-RULE"
	loop := object{
		"HeaderMatchesMessageHeader": "X-MS-Exchange-Inbox-Rules-Loop", "Conditions": class("HeaderMatchesPredicate"),
		"RejectMessageReasonText": "no loops",
	}
	forwarded := object{
		"MessageTypeMatches": "AutoForward", "Conditions": class("MessageTypeMatchesPredicate"), "RejectMessageReasonText": "no",
	}
	leaving := object{"SentToScope": "NotInOrganization", "Conditions": class("SentToScopePredicate")}
	coded := object{"MessageTypeMatches": "AutoForward", "RejectMessageEnhancedStatusCode": "5.7.1"}
	to := func(domain string) object {
		return object{"RecipientDomainIs": []string{domain}, "DeleteMessage": true}
	}
	return []tenantCase{
		{"the header of forwarded mail is rejected", nil, one(loop), stopped},
		{"forwarded mail is rejected", nil, one(forwarded), stopped},
		{"forwarded mail is rejected with a code", nil, one(coded), stopped},
		{"audited only", nil, one(forwarded.with(object{"Mode": "Audit"})), everything},
		{"audited and notified only", nil, one(forwarded.with(object{"Mode": "AuditAndNotify"})), everything},
		{"enforced by a mode that is not shown", nil, one(forwarded.with(object{"Mode": nil})), stopped},
		{"disabled", nil, one(forwarded.with(object{"State": "Disabled"})), everything},
		{"another type of message", nil, one(forwarded.with(object{"MessageTypeMatches": "Calendaring"})), everything},
		{"all mail to outside is deleted", nil, one(leaving.with(object{"DeleteMessage": true})), stopped},
		{"all mail to outside is quarantined", nil, one(leaving.with(object{"Quarantine": true})), stopped},
		{"all mail to outside is redirected", nil, one(leaving.with(object{"Actions": class("RedirectMessageAction")})), stopped},
		{"mail inside is deleted", nil, one(object{"SentToScope": "InOrganization", "DeleteMessage": true}), everything},
		{"mail from inside is deleted", nil, one(object{"FromScope": "InOrganization", "DeleteMessage": true}), everything},
		{"mail to that domain is deleted", nil, one(to("mail-us.imiconnect.io")), stopped},
		{"mail to the domain above is deleted", nil, one(to("IMIconnect.io")), stopped},
		{"mail to another domain is deleted", nil, one(to("fabrikam.example")), everything},
		{"that domain is excepted", nil, one(forwarded.with(object{
			"ExceptIfRecipientDomainIs": []string{"imiconnect.io"}, "Exceptions": class("RecipientDomainIsPredicate")})), everything},
		{"perhaps excepted", nil, one(forwarded.with(object{"Exceptions": class("SentToPredicate")})), everything},
		{"under a condition that is not about forwarding", nil, one(object{
			"DeleteMessage": true, "Conditions": class("SubjectContainsPredicate")}), everything},
		{"only a disclaimer", nil, one(object{"Actions": class("ApplyHtmlDisclaimerAction")}), everything},
		{"several, and the last one stops", nil, rules(
			transport("A", object{"Mode": "Audit", "DeleteMessage": true}), transport("B", forwarded)), stopped},
	}
}
