package main

// Pages that say several things.
const (
	emailAsset   = "https://help.webexconnect.io/docs/wxcc-email-asset-creation"
	forwardingAt = "https://learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-forwarding"
	setMailbox   = "https://learn.microsoft.com/powershell/module/exchange/set-mailbox"
	smtpByOAuth  = "https://learn.microsoft.com/exchange/client-developer/legacy-protocols/" +
		"how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"
)

// exchangeFacts are those of mailboxes, policies and submission in Exchange
// Online.
func exchangeFacts() []fact {
	return []fact{
		{"smtp-auth-tenant", "535 5.7.139 for a good token, since the mailbox follows a tenant's switch that is off",
			"seen in two public reports: https://github.com/simonrob/email-oauth2-proxy/issues/193, " +
				"https://github.com/nextcloud/mail/pull/13668", "WX-SMTP-AUTH-TENANT"},
		{"smtp-auth-mailbox", "535 5.7.139, since the mailbox's own switch is off",
			"https://learn.microsoft.com/powershell/module/exchange/set-casmailbox", "WX-SMTP-AUTH-MAILBOX"},
		{"set-back", "a baseline of the tenant's tools takes the mailbox's switch back to what the tenant says",
			"what a public program does: https://github.com/KelvinTegelaar/CIPP-API, Invoke-CIPPStandardDisableBasicAuthSMTP",
			"WX-SET-BACK"},
		{"token-of-another", "535 5.7.3, since somebody else was signed in when the token was made",
			"seen in a public report: https://github.com/tarickb/sasl-xoauth2/issues/43", "WX-TOKEN-STALE"},
		{"shared-mailbox-signs-in", "535 5.7.3, since a shared mailbox was taken for the user that signs in",
			"seen in two public reports: https://github.com/jstedfast/MailKit/issues/1770, " +
				"https://github.com/frappe/frappe/issues/23079", "WX-SHARED-MAILBOX"},
		{"token-for-another-service", "535 5.7.3, since the token is for Microsoft Graph, or not for SMTP", smtpByOAuth, "WX-TOKEN-SCOPE"},
		{"consent-needs-an-admin", "users may not consent, and no admin did", emailAsset, "WX-CONSENT-MISSING"},
		{"forwarding-refused", "550 5.7.520: no outbound policy lets this mailbox forward", forwardingAt, "WX-OUTBOUND-OFF"},
		{"forwarding-elsewhere", "550 5.7.520, since an address from earlier is forwarded to",
			"seen in a public question: https://learn.microsoft.com/answers/questions/5877188", "WX-FORWARDING-CHANGED"},
		{"forwarding-dropped", "the remote domain drops what is forwarded, and nobody gets a bounce",
			forwardingAt + "; the trace's text: discussion 4462349 of techcommunity.microsoft.com", "WX-REMOTE-DOMAIN"},
		{"forwarding-rejected", "a mail flow rule rejects what is forwarded; its exception must name the recipient's domain",
			"https://learn.microsoft.com/archive/blogs/mitchelatmicrosoft/" +
				"exchange-online-blocking-auto-forward-messages-to-external-recipients", "WX-TRANSPORT-RULE"},
		{"forwarding-shadowed", "ForwardingAddress wins over ForwardingSmtpAddress", setMailbox, "WX-FORWARDING-SHADOWED"},
		{"customers-get-5.7.134", "550 5.7.134 or 5.7.129: the mailbox takes mail from inside or from listed senders only",
			"https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/fix-error-code-5-7-134-in-exchange-online; " +
				"seen in a public collection of bounces: https://github.com/ActiveCampaign/smtp-field-manual/pull/99", "WX-MAILBOX-CLOSED"},
		{"no-copy", "nothing is kept in the mailbox", setMailbox, "WX-KEEP-COPY"},
		{"send-as-denied", "554 5.2.252: the user may not send as the asset's address",
			"seen in two public reports: https://github.com/gophish/gophish/issues/2900, " +
				"https://github.com/Notifuse/notifuse/issues/250", "WX-SEND-AS-MISSING"},
		{"hydrating", "a new policy is refused for a while after the organization was customized",
			"measured by a public program: https://github.com/KnudsenMorten/PIM4EntraPS, Initialize-PimMailSender", "WX-HYDRATING"},
		{"no-exchange-role", "403 with an answer that cannot be read: the role is missing, or not yet active",
			"measured by a public program: https://github.com/rknightion/graph2otel, internal/exoclient", "WX-ROLE-EXCHANGE"},
		{"token-dies-later", "sending stops weeks later, since the refresh token was revoked", emailAsset, "WX-TOKEN-REVOKED"},
		{"too-many-sessions", "432 4.3.2: more than three sessions of the mailbox at once",
			"https://techcommunity.microsoft.com/t5/exchange-team-blog/" +
				"changes-coming-to-the-smtp-authenticated-submission-client/ba-p/607825", "WX-SMTP-BUSY"},
		{"tenant-reputation", "550 5.7.705 or 5.7.708: a new or trial tenant, or one that sent spam",
			"https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/fix-error-code-5-7-700-through-5-7-750", whileSending},
		{"write-scope", "a change is refused, since the mailbox is kept on premises or the admin's role has a scope",
			"seen in public: https://www.easy365manager.com/" +
				"the-operation-on-mailbox-failed-because-its-out-of-the-current-users-write-scope/", answersAWrite},
		{"application-opens-no-mailbox", "430 4.2.0: an application's own token, without rights to the mailbox",
			"seen in a public report: https://github.com/simonrob/email-oauth2-proxy/issues/271; " + smtpByOAuth, "WX-SMTP-LOGON"},
		{"mail-to-itself", "mail from the mailbox to itself starts nothing in Webex Connect, and answers may go round",
			"https://developers.webexconnect.io/reference/email-outbound-webhooks", neverToItself},
		{"attachments-lost", "an attachment is too large, or one of Outlook's own format", emailAsset, inTheMessage},
	}
}
