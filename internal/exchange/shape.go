package exchange

func mailboxShape() shape {
	return shape{
		set:      []string{"Identity", "PrimarySmtpAddress", "RecipientTypeDetails", "EmailAddresses", "DeliverToMailboxAndForward"},
		nullable: []string{"ForwardingAddress", "ForwardingSmtpAddress"},
		optional: []string{"Name", "DisplayName", "UserPrincipalName", "ExternalDirectoryObjectId", "AccountDisabled", "IsDirSynced",
			"MailboxPlan"},
	}
}

func recipientShape() shape {
	return shape{
		set:      []string{"RecipientTypeDetails"},
		optional: []string{"Identity", "DisplayName", "PrimarySmtpAddress", "RecipientType"},
	}
}

func policyShape() shape {
	return shape{
		set:      []string{"Name", "AutoForwardingMode", "IsDefault"},
		optional: []string{"Identity", "Guid", "AdminDisplayName"},
	}
}

func ruleShape() shape {
	return shape{
		set: []string{"Name", "State", "Priority", "HostedOutboundSpamFilterPolicy"},
		nullable: []string{
			"From", "FromMemberOf", "SenderDomainIs",
			"ExceptIfFrom", "ExceptIfFromMemberOf", "ExceptIfSenderDomainIs",
		},
		optional: []string{"Identity", "Comments"},
	}
}

func remoteDomainShape() shape {
	return shape{set: []string{"DomainName", "AutoForwardEnabled"}, optional: []string{"Name"}}
}

func transportRuleShape() shape {
	return shape{
		set:      []string{"Name", "State"},
		nullable: []string{"Mode", "Conditions", "Actions", "Exceptions"},
		optional: []string{
			"MessageTypeMatches", "FromScope", "SentToScope", "RecipientDomainIs", "ExceptIfRecipientDomainIs",
			"HeaderMatchesMessageHeader", "RejectMessageReasonText", "RejectMessageEnhancedStatusCode", "DeleteMessage", "Quarantine",
		},
	}
}

func inboxRuleShape() shape {
	return shape{
		set:      []string{"Name", "Enabled"},
		nullable: []string{"ForwardTo", "ForwardAsAttachmentTo", "RedirectTo"},
		optional: []string{"DeleteMessage"},
	}
}
