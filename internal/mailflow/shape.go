package mailflow

// Shape implements Record.
func (Mailbox) Shape() Shape {
	return Shape{
		Set:      []string{"Identity", "PrimarySmtpAddress", "RecipientTypeDetails", "EmailAddresses", "DeliverToMailboxAndForward"},
		Nullable: []string{"ForwardingAddress", "ForwardingSmtpAddress"},
		Optional: []string{
			"Name", "DisplayName", "UserPrincipalName", "ExternalDirectoryObjectId", "AccountDisabled", "IsDirSynced", "MailboxPlan",
			"RequireSenderAuthenticationEnabled", "AcceptMessagesOnlyFromSendersOrMembers", "ModerationEnabled",
		},
	}
}

// Shape implements Record.
func (CASMailbox) Shape() Shape {
	return Shape{Nullable: []string{"SmtpClientAuthenticationDisabled"}, Optional: []string{"PrimarySmtpAddress"}}
}

// Shape implements Record.
func (RecipientPermission) Shape() Shape {
	return Shape{Set: []string{"Trustee", "AccessControlType", "AccessRights"}}
}

// Shape implements Record.
func (OrganizationConfig) Shape() Shape { return Shape{Set: []string{"IsDehydrated"}} }

// Shape implements Record.
func (TransportConfig) Shape() Shape {
	return Shape{Set: []string{"SmtpClientAuthenticationDisabled"}}
}

// Shape implements Record.
func (Recipient) Shape() Shape {
	return Shape{
		Set:      []string{"RecipientTypeDetails"},
		Optional: []string{"Identity", "DisplayName", "PrimarySmtpAddress", "EmailAddresses", "RecipientType"},
	}
}

// Shape implements Record.
func (OutboundPolicy) Shape() Shape {
	return Shape{
		Set:      []string{"Name", "AutoForwardingMode", "IsDefault"},
		Optional: []string{"Identity", "Guid", "AdminDisplayName"},
	}
}

// Shape implements Record. Exchange takes no rule without a condition, so one
// that shows none was not shown as it is.
func (OutboundRule) Shape() Shape {
	return Shape{
		One: []string{"From", "FromMemberOf", "SenderDomainIs"},
		Set: []string{"Name", "State", "Priority", "HostedOutboundSpamFilterPolicy"},
		Nullable: []string{
			"From", "FromMemberOf", "SenderDomainIs",
			"ExceptIfFrom", "ExceptIfFromMemberOf", "ExceptIfSenderDomainIs",
		},
		Optional: []string{"Identity", "Comments"},
	}
}

// Shape implements Record.
func (RemoteDomain) Shape() Shape {
	return Shape{Set: []string{"DomainName", "AutoForwardEnabled"}, Optional: []string{"Name"}}
}

// Shape implements Record.
func (TransportRule) Shape() Shape {
	return Shape{
		Set:      []string{"Name", "State"},
		Nullable: []string{"Mode", "Conditions", "Actions", "Exceptions"},
		Optional: []string{
			"MessageTypeMatches", "FromScope", "SentToScope", "RecipientDomainIs", "ExceptIfRecipientDomainIs",
			"HeaderMatchesMessageHeader", "RejectMessageReasonText", "RejectMessageEnhancedStatusCode", "DeleteMessage", "Quarantine",
		},
	}
}

// Shape implements Record.
func (InboxRule) Shape() Shape {
	return Shape{
		Set:      []string{"Name", "Enabled"},
		Nullable: []string{"ForwardTo", "ForwardAsAttachmentTo", "RedirectTo"},
		Optional: []string{"DeleteMessage"},
	}
}
