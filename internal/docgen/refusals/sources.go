package refusals

import (
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// Pages that say several things.
const (
	entraCodes = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"
	deviceCode = "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code"
	codeFlow   = "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow"
	oauth      = "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1"
	oauthToken = "https://www.rfc-editor.org/rfc/rfc6749#section-5.2"
	github     = "https://github.com/"
	ndr        = "https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/"
	smtpAuth   = "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission"
	smtpOAuth  = "https://learn.microsoft.com/exchange/client-developer/legacy-protocols/" +
		"how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"
	graphErrors     = "https://learn.microsoft.com/graph/errors"
	graphAuth       = "https://learn.microsoft.com/graph/resolve-auth-errors"
	passwordPolicy  = "https://learn.microsoft.com/graph/api/resources/passwordcredentialconfiguration"
	replication     = "https://learn.microsoft.com/entra/architecture/architecture#data-consistency"
	liveExchange    = github + "rknightion/graph2otel"
	findPermissions = "https://learn.microsoft.com/powershell/exchange/find-exchange-cmdlet-permissions"
	techCommunity   = "https://techcommunity.microsoft.com/t5/exchange-team-blog/"
	httpStatus      = "https://developer.mozilla.org/docs/Web/HTTP/Reference/Status/"
	smtpReplies     = "https://www.rfc-editor.org/rfc/rfc5321#section-4.2.2"
)

// elsewhere are the pages of codes that Microsoft's list of them lacks.
var elsewhere = map[string]string{
	"900023":  github + "caddy-dns/azure/issues/3",
	"900439":  github + "microsoftgraph/msgraph-cli/issues/396",
	"900440":  github + "microsoftgraph/msgraph-cli/issues/396",
	"5000224": github + "AzureAD/microsoft-authentication-library-for-dotnet/issues/4562",
	"5000225": github + "Azure/azure-cli/issues/32031",
	"500200":  github + "Azure/azure-mcp/pull/105",
	"500571":  troubleshoot + "error-code-aadsts500571-guest-user-account-is-disabled",
	"70044":   github + "Azure/azure-cli/issues/32031",
	"700081":  github + "AzureAD/microsoft-authentication-library-for-js/issues/3931",
	"70020":   github + "Azure/azure-cli/issues/22251",
	"500113":  github + "OneDrive/onedrive-sample-apibrowser-dotnet/issues/27",
	"500014":  github + "AzureAD/microsoft-authentication-library-for-dotnet/issues/3150",
	"650051":  github + "PostHog/posthog/pull/43486",
	"650053":  github + "O365/python-o365/issues/551",
	"7000229": github + "Azure/Commercial-Marketplace-SaaS-Accelerator/issues/830",
	"9002325": github + "AzureAD/microsoft-authentication-library-for-js/issues/2482",
	"9002326": github + "AzureAD/microsoft-authentication-library-for-js/issues/2482",
	"9002327": github + "AzureAD/microsoft-authentication-library-for-js/issues/2482",

	// Seen in answers: Microsoft's page looks the code up.
	"500112": lookUp + "500112", "500341": lookUp + "500341", "500342": lookUp + "500342", "501051": lookUp + "501051",
	"650059": lookUp + "650059", "700083": lookUp + "700083",

	// OAuth's own words.
	"access_denied": oauth, "server_error": oauth, "temporarily_unavailable": oauth, "unauthorized_client": oauth,
	"invalid_grant": oauthToken, "invalid_client": oauthToken,
	"interaction_required": codeFlow, "login_required": codeFlow, "consent_required": codeFlow,
	"authorization_declined": deviceCode, "expired_token": deviceCode,
}

const troubleshoot = "https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/"

const lookUp = "https://login.microsoftonline.com/error?code="

func entraSource(code string) string {
	if page := elsewhere[code]; page != "" {
		return page
	}
	return entraCodes
}

// replySources are the pages of SMTP's replies: by code, or by code and text
// where one code has several.
var replySources = []struct{ reply, page string }{
	{"5.7.139 smtpclientauthentication is disabled for the tenant", smtpAuth},
	{"5.7.139 security defaults policy", "https://docs.bookyourpto.com/features/smtp-troubleshoot"},
	{"5.7.139 basic authentication is disabled", github + "rpremraj/mailR/issues/107"},
	{"5.7.139 user credentials were incorrect", github + "codassassin/email-bomber-v2.0/issues/1"},
	{"5.7.139", "https://learn.microsoft.com/dynamics365/fin-ops-core/fin-ops/organization-administration/configure-email"},
	{"5.7.3", smtpOAuth},
	{"5.7.30", techCommunity + "exchange-online-to-retire-basic-auth-for-client-submission-smtp/ba-p/4114750"},
	{"5.7.60", github + "swiftmailer/swiftmailer/issues/1030"},
	{"5.2.252", github + "gophish/gophish/issues/2900"},
	{"5.2.0 sendasdenied", github + "MicrosoftDocs/OfficeDocs-Support/issues/1187"},
	{"4.2.0", github + "simonrob/email-oauth2-proxy/issues/271"},
	{"4.3.2 concurrent connection", "https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements"},
	{"4.3.2 sender thread limit", techCommunity + "changes-coming-to-the-smtp-authenticated-submission-client/ba-p/607825"},
	{"5.7.520", "https://learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-forwarding"},
	{"5.7.703", ndr + "fix-error-code-5-7-700-through-5-7-750"},
	{"5.7.705", ndr + "fix-error-code-5-7-700-through-5-7-750"},
	{"5.7.708", ndr + "fix-error-code-5-7-700-through-5-7-750"},
	{"5.7.750", ndr + "fix-error-code-5-7-700-through-5-7-750"},
	{"5.2.0 outboundspam", github + "nodemailer/nodemailer/issues/1486"},
	{"5.2.0 submissionquotaexceeded", github + "MicrosoftDocs/OfficeDocs-Support/issues/1150"},
	{"5.2.2 submission quota", ndr + "fix-error-for-submission-quota-exceeded-in-exchange-online"},
	{"5.2.2", "https://www.rfc-editor.org/rfc/rfc3463#section-3.3"},
	{"5.7.129", github + "ActiveCampaign/smtp-field-manual/pull/99"},
	{"5.7.134", ndr + "fix-error-code-5-7-134-in-exchange-online"},
	{"5.1.8", ndr + "fix-error-code-5-1-8-in-exchange-online"},
	{"", ndr + "non-delivery-reports-in-exchange-online"}, // the list of all others
}

func replySource(r mailflow.Reply) string {
	for _, known := range replySources {
		if known.reply == strings.TrimSpace(r.Code+" "+r.Text) || known.reply == r.Code || known.reply == "" {
			return known.page
		}
	}
	return ""
}

// byVerb are replies that nobody knows: the verb says what was refused.
func byVerb() (all []example) {
	for _, row := range []struct {
		verb, said, code, page string
		status                 int
	}{
		{"connect", "No connections, or too many of them.", "", smtpReplies, 554},
		{"STARTTLS", "A server before Exchange that knows no TLS.", "5.5.1", smtpReplies, 502},
		{"AUTH XOAUTH2", "A server before Exchange that takes no long line.", "5.5.2", "https://www.rfc-editor.org/rfc/rfc4954#section-4", 500},
		{"AUTH XOAUTH2", "A server before Exchange that knows no XOAUTH2.", "5.7.4", smtpReplies, 504},
		{"AUTH XOAUTH2", "Invalid XOAUTH2 auth data", "5.5.124", github + "tarickb/sasl-xoauth2/issues/110", 501},
		{"AUTH XOAUTH2", "Temporary authentication failure", "4.7.0", "https://www.rfc-editor.org/rfc/rfc4954#section-6", 454},
		{"RCPT", "Recipient address rejected", "5.4.1", ndr + "fix-error-code-550-5-4-1-in-exchange-online", 550},
		{"RCPT", "Recipient not found", "5.1.10", ndr + "fix-error-code-550-5-1-10-in-exchange-online", 550},
		{"RCPT", "Bad destination mailbox address", "5.1.1", ndr + "fix-error-code-550-5-1-1-through-5-1-20-in-exchange-online", 550},
		{"DATA", "Delivery not authorized", "5.7.1", ndr + "fix-error-code-550-5-7-1-in-exchange-online", 550},
		{"DATA", "Message too big for the system", "5.3.4", "https://www.rfc-editor.org/rfc/rfc3463#section-3.4", 552},
		{"DATA", "Service not available, closing", "4.3.2", smtpReplies, 421},
		{"DATA", "Access denied, please try again later", "4.7.500", ndr + "fix-error-code-451-4-7-500-699-asxxx-in-exchange-online", 451},
	} {
		answer := microsoft.Error{Service: microsoft.SMTP, Operation: row.verb, Status: row.status, Code: row.code, Message: row.said}
		all = append(all, example{answer, row.page})
	}
	return all
}

// byStatus are answers whose status counts before their code.
func byStatus() (all []example) {
	entra := func(status int, code, page string) {
		answer := microsoft.Error{Service: microsoft.Entra, Asked: microsoft.Refresh, Status: status, Code: code}
		all = append(all, example{answer, page})
	}
	entra(503, "AADSTS90033", github+"Azure/azure-sdk-for-python/issues/14241")
	entra(500, "AADSTS50057", httpStatus+"500")
	entra(429, "", httpStatus+"429")
	entra(408, "", httpStatus+"408")
	for _, service := range []microsoft.Service{microsoft.Graph, microsoft.Exchange} {
		page := graphErrors
		if service == microsoft.Exchange {
			page = liveExchange
		}
		for _, status := range []int{429, 500, 502, 503, 504} {
			all = append(all, example{microsoft.Error{Service: service, Status: status}, page})
		}
	}
	return all
}

func ofGraph() (all []example) {
	for _, row := range []struct {
		status                 int
		code, said, verb, page string
	}{
		{401, "InvalidAuthenticationToken", "Access token has expired", "", graphAuth},
		{403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.", "", graphAuth},
		{404, "Request_ResourceNotFound", "of what was made a moment ago", "", github + "microsoftgraph/microsoft-graph-docs/issues/17966"},
		{400, "Request_BadRequest", "does not reference a valid application object", "PATCH /servicePrincipals", replication},
		{400, "Request_BadRequest", "Not a valid reference update", "POST /oauth2PermissionGrants", replication},
		{403, "", "the backing application of the service principal being created must", "PATCH /servicePrincipals", replication},
		{409, "", "inconsistent state", "PATCH /applications", replication},
		{400, "Request_BadRequest", "Another object with the same value for property uniqueName already exists", "PATCH /applications",
			github + "microsoftgraph/msgraph-bicep-types/issues/137"},
		{400, "CredentialTypeNotAllowedAsPerAppPolicy", "", "POST /applications/{id}/addPassword", passwordPolicy},
		{400, "CredentialInvalidLifetimeAsPerAppPolicy", "", "POST /applications/{id}/addPassword", passwordPolicy},
		{409, "Conflict", "", "", graphErrors},
		{400, "Request_BadRequest", "any other words", "", graphErrors},
	} {
		answer := microsoft.Error{Service: microsoft.Graph, Operation: row.verb, Status: row.status, Code: row.code, Message: row.said}
		all = append(all, example{answer, row.page})
	}
	return all
}

func ofExchange() (all []example) {
	for _, row := range []struct {
		status           int
		code, said, page string
	}{
		{403, "", "nothing, or an answer that is no JSON", liveExchange},
		{401, "", "User is not allowed to call Get-Mailbox", liveExchange},
		{400, "", "is not allowed to call Set-Mailbox", liveExchange},
		{400, "ParameterBindingException", "aren't present in the role definition for the current user", findPermissions},
		{400, "TaskInvalidOperationException", "out of the current user's write scope", "https://www.easy365manager.com/" +
			"the-operation-on-mailbox-failed-because-its-out-of-the-current-users-write-scope/"},
		{500, "ADTransientException", "", liveExchange},
		{400, "", "You have reached the maximum number of concurrent requests per tenant.", github + "GreyCorbel/ExoHelper"},
		{404, "ManagementObjectNotFoundException", "of what a write names", liveExchange},
	} {
		answer := microsoft.Error{Service: microsoft.Exchange, Status: row.status, Code: row.code, Message: row.said}
		all = append(all, example{answer, row.page})
	}
	return all
}
