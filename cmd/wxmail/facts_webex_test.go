package main

// Pages of Webex Connect that say several things.
const (
	debugConsole = "https://help.webexconnect.io/docs/console"
	statusCodes  = "https://developers.webexconnect.io/reference/channel-specific-status-codes"
	newest       = "https://help.webexconnect.io/changelog/product-update-v6210-august-2026"
)

// webexFacts are those of the email asset, and of what comes after it in Webex
// Connect.
func webexFacts() []fact {
	return []fact{
		{"nothing-arrives", "no forwarding is set, which Webex Connect needs", emailAsset, "WX-FORWARDING-CLEARED"},
		{"nothing-arrives-but-a-bounce", "the outbound policy forbids forwarding", emailAsset, "WX-OUTBOUND-OFF"},
		{"not-customized", "the policy cannot be saved before Enable-OrganizationCustomization was run",
			"https://learn.microsoft.com/powershell/module/exchange/enable-organizationcustomization", "WX-DEHYDRATED"},
		{"test-to-itself", "a test message from the asset's mailbox to itself is nowhere",
			"https://developers.webexconnect.io/reference/email-outbound-webhooks", neverToItself},
		{"unresolved", "mail came in, and no flow that is live matched it", debugConsole, inTheConsole},
		{"log-lags", "the log shows a message minutes later", debugConsole, inTheConsole},
		{"log-encrypted", "the log is encrypted, and not everybody may read it", debugConsole, inTheConsole},
		{"consent-asked-for", "the box that asks for consent is ticked where users may not consent", emailAsset, "WX-CONSENT-MISSING"},
		{"consent-not-yet", "consent is refused for a while after it was allowed", emailAsset, "WX-CONSENT-MISSING"},
		{"callback-differs", "the redirect URI is not the asset's Call Back URL, which may have another host than it had",
			"https://help.webexconnect.io/docs/custom-nodes-integration", "WX-REDIRECT-URI-MISSING"},
		{"code-7553", "7553: SMTP sign-in failed, among others since Authenticated SMTP is off", statusCodes, "WX-SMTP-AUTH-TENANT"},
		{"code-7554", "7554: the SMTP server is not reached, or refuses", statusCodes, "WX-NET-TCP"},
		{"token-not-refreshed", "sending stops after an hour or later, since the secret has ended", emailAsset, "WX-SECRET-EXPIRED"},
		{"no-refresh-token", "the asset has no refresh token, since its scope lacks offline_access", emailAsset, inTheAsset},
		{"secret-ends", "the client secret ends on a day that Webex Connect does not show",
			"https://learn.microsoft.com/graph/api/application-addpassword", "WX-SECRET-EXPIRING"},
		{"secret-id-pasted", "the secret's ID was pasted instead of its value", emailAsset, inTheAsset},
		{"shared-mailbox-asset", "a shared mailbox signs in through another user", emailAsset, "WX-SHARED-MAILBOX"},
		{"wrong-account", "the browser signs in whom it still knows", emailAsset, inTheBrowser},
		{"popup-blocked", "the browser blocks the sign-in's window",
			"said by others than Cisco: https://github.com/achobgood/wxcc-toolkit", inTheBrowser},
		{"inbound-too-large", "mail of more than 25 MB bounces", emailAsset, inTheMessage},
		{"outlook-attachment", "an attached message of Outlook is missing", emailAsset, inTheMessage},
		{"attachment-dropped", "a type of file that agents do not get", "https://help.webexconnect.io/docs/wxcc-faqs", inTheMessage},
		{"outbound-too-large", "7535: more than 5 files, or 10 MB", "https://help.webexconnect.io/docs/email-node", inTheMessage},
		{"no-delivery-state", "by SMTP, Webex Connect knows of no delivery", emailAsset, inTheConsole},
		{"no-smtp-route", "the form asks for a domain: the tenant sends by Amazon SES",
			"https://help.webexconnect.io/docs/email", inTheAsset},
		{"cannot-register", "the button Register To Webex Engage is grey",
			"heard of in a lab about chat; the button: " + emailAsset, inTheAsset},
		{"registered-elsewhere", "the asset was registered to another service, which stays so", emailAsset, inTheAsset},
		{"not-offered", "the asset is not offered for a channel: not registered, or another workload's", newest, inTheAsset},
		{"no-task", "a flow runs, and no agent gets a task",
			"https://help.webexconnect.io/docs/wxcc-task-integration-nodes-and-node-authorizations", inTheConsole},
		{"replies-start-anew", "each reply starts a conversation of its own",
			"https://help.webexconnect.io/docs/wxcc-engage-search-conversation", inTheConsole},
		{"gmail-code", "Gmail's code for forwarding is not seen", emailAsset, aboutGmail},
		{"gmail-testing", "a token of Gmail dies after 7 days", emailAsset, aboutGmail},
		{"service-key", "7001, 7002, 7010: a key of Webex Connect's own API, or an address that may not use it", statusCodes, inTheAsset},
		{"no-control-hub", "Control Hub does not open for a tenant without a Webex organization", newest, inTheConsole},
		{"relay-firewall", "a relay of the customer's lets Webex Connect not in",
			"https://help.webexconnect.io/docs/references-public-ips-across-regions", customerRelay},
	}
}
