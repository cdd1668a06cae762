package mailflow

import (
	"errors"
	"strings"

	"wxmail/internal/microsoft"
)

// Refusal is what a reply of Exchange's submission means.
type Refusal string

// The refusals that Meaning knows. Values are stable.
const (
	TenantSwitch       Refusal = "tenant-switch"       // SMTP AUTH is off for the tenant, and the mailbox says nothing else
	MailboxSwitch      Refusal = "mailbox-switch"      // SMTP AUTH is off for the mailbox
	SecurityDefaults   Refusal = "security-defaults"   // the tenant's security defaults, which block passwords
	SignInPolicy       Refusal = "sign-in-policy"      // Conditional Access, or a policy of the mailbox
	PasswordExpired    Refusal = "password-expired"    // the account's password has expired
	NotAllowed         Refusal = "not-allowed"         // 5.7.139 for a reason that is not in the table
	Identity           Refusal = "identity"            // the token is not that user's, or not for SMTP
	BasicAuth          Refusal = "basic-auth"          // a password where only a token will do
	SendAs             Refusal = "send-as"             // the user may not send as that sender
	MailboxLogon       Refusal = "mailbox-logon"       // the token opens no such mailbox: that of an application without rights there
	Concurrency        Refusal = "concurrency"         // more than three sessions of the mailbox at once
	ExternalForwarding Refusal = "external-forwarding" // the outbound spam policy forbids forwarding
	RecipientBlocked   Refusal = "recipient-blocked"   // on the tenant's own block list
	TenantThreshold    Refusal = "tenant-threshold"    // the tenant sent too much spam or bulk, or has just renewed
	SourceReputation   Refusal = "source-reputation"   // a new or trial tenant, whose addresses have a low reputation
	TenantLimit        Refusal = "tenant-limit"        // the tenant's daily limit of external recipients

	// What is said of a message after a good sign-in.
	SenderBlocked       Refusal = "sender-blocked"       // the account sent spam, by what Microsoft thinks
	SendingLimit        Refusal = "sending-limit"        // the mailbox's limit of recipients or messages
	MailboxFull         Refusal = "mailbox-full"         // no room in the mailbox
	MailFlowRule        Refusal = "mail-flow-rule"       // a rule of the organization
	UnregisteredDomain  Refusal = "unregistered-domain"  // the sender's domain is not the tenant's
	RecipientRestricted Refusal = "recipient-restricted" // the recipient takes signed-in or listed senders only
)

// IsSwitch says whether it is the switch for Authenticated SMTP: the only
// refusal of a sign-in that may heal by waiting, since the switch takes effect
// with a delay.
func (r Refusal) IsSwitch() bool { return r == TenantSwitch || r == MailboxSwitch }

// reply is a row of the table: what must be so of a reply.
type reply struct {
	means  Refusal
	code   string
	status int    // 0: any, since the code says it all
	text   string // a part of what is said, in lower case; "": whatever is said
}

// replies are in order: the first that fits decides.
var replies = []reply{
	// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission,
	// as it comes for a good token too: https://github.com/simonrob/email-oauth2-proxy/issues/193.
	{TenantSwitch, "5.7.139", 0, "smtpclientauthentication is disabled for the tenant"},
	// https://learn.microsoft.com/dynamics365/fin-ops-core/fin-ops/organization-administration/configure-email
	{MailboxSwitch, "5.7.139", 0, "smtpclientauthentication is disabled for the mailbox"},
	// https://docs.bookyourpto.com/features/smtp-troubleshoot. Microsoft's page for it is
	// https://learn.microsoft.com/entra/fundamentals/security-defaults.
	{SecurityDefaults, "5.7.139", 0, "security defaults policy"},
	// https://learn.microsoft.com/dynamics365/fin-ops-core/fin-ops/organization-administration/configure-email
	{SignInPolicy, "5.7.139", 0, "did not meet the criteria to be authenticated successfully"},
	// https://github.com/rpremraj/mailR/issues/107
	{BasicAuth, "5.7.139", 0, "basic authentication is disabled"},
	// https://github.com/codassassin/email-bomber-v2.0/issues/1
	{Identity, "5.7.139", 0, "user credentials were incorrect"},
	// Seen in answers only.
	{PasswordExpired, "5.7.139", 0, "password is expired"},
	{NotAllowed, "5.7.139", 0, ""},

	// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
	// and https://github.com/tarickb/sasl-xoauth2/issues/43. Under another status the same code is
	// about something else: "451 5.7.3 STARTTLS is required to send mail".
	{Identity, "5.7.3", 535, ""},
	// https://techcommunity.microsoft.com/t5/exchange-team-blog/exchange-online-to-retire-basic-auth-for-client-submission-smtp/ba-p/4114750
	{BasicAuth, "5.7.30", 0, ""},

	// https://github.com/swiftmailer/swiftmailer/issues/1030
	{SendAs, "5.7.60", 0, ""},
	// https://github.com/gophish/gophish/issues/2900; also "Sender throttled due to continuous send as denied errors":
	// https://learn.microsoft.com/exchange/mail-flow-best-practices/continuous-error-throttling-smtp-auth-submissions
	{SendAs, "5.2.252", 0, ""},
	// The same before it had a code of its own: https://github.com/MicrosoftDocs/OfficeDocs-Support/issues/1187.
	{SendAs, "5.2.0", 0, "sendasdenied"},
	// https://github.com/simonrob/email-oauth2-proxy/issues/271
	{MailboxLogon, "4.2.0", 0, "mailbox logon failure"},

	// https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements; the recipient's
	// limit has the same code and another text.
	{Concurrency, "4.3.2", 0, "concurrent connection"},
	// https://techcommunity.microsoft.com/t5/exchange-team-blog/changes-coming-to-the-smtp-authenticated-submission-client/ba-p/607825
	{Concurrency, "4.3.2", 0, "sender thread limit"},

	// https://learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-forwarding
	{ExternalForwarding, "5.7.520", 0, ""},
	// https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/fix-error-code-5-7-700-through-5-7-750
	{RecipientBlocked, "5.7.703", 0, ""},
	{TenantThreshold, "5.7.705", 0, ""},
	{SourceReputation, "5.7.708", 0, ""},
	// A trial tenant's, then any other's. They are codes of bounces; that a submission is answered so is UNCONFIRMED.
	// https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online
	{TenantLimit, "5.7.232", 0, ""},
	{TenantLimit, "5.7.233", 0, ""},

	// https://github.com/nodemailer/nodemailer/issues/1486
	{SenderBlocked, "5.2.0", 0, "outboundspam"},
	// The same page as above. That these come at submission, and not only as bounces, is UNCONFIRMED.
	{SenderBlocked, "5.1.8", 0, ""},
	{SenderBlocked, "5.7.501", 0, ""},
	{SenderBlocked, "5.7.502", 0, ""},
	{SenderBlocked, "5.7.503", 0, ""},
	// https://github.com/MicrosoftDocs/OfficeDocs-Support/issues/1150
	{SendingLimit, "5.2.0", 0, "submissionquotaexceeded"},
	{SendingLimit, "5.2.2", 0, "submission quota"},
	{SendingLimit, "5.1.90", 0, ""},
	// https://www.rfc-editor.org/rfc/rfc3463#section-3.3
	{MailboxFull, "5.2.2", 0, ""},
	{MailFlowRule, "5.7.1", 0, "transport.rules"},
	{UnregisteredDomain, "5.7.750", 0, ""},
	{RecipientRestricted, "5.7.12", 0, ""},
	{RecipientRestricted, "5.7.124", 0, ""},
	// https://github.com/ActiveCampaign/smtp-field-manual/pull/99
	{RecipientRestricted, "5.7.129", 0, ""},
	{RecipientRestricted, "5.7.133", 0, ""},
	{RecipientRestricted, "5.7.134", 0, ""},
	{RecipientRestricted, "5.7.136", 0, ""},
}

// Reply is a reply that Meaning knows, for the manual.
type Reply struct {
	Code  string // the enhanced status code
	Text  string // what is said, or a part of it; "": whatever is said
	Means Refusal
}

// Replies are all of them, in the order in which they are looked for.
func Replies() (all []Reply) {
	for _, r := range replies {
		all = append(all, Reply{r.code, r.text, r.means})
	}
	return all
}

// Meaning recognises a refusal by its code, and where one code has several
// causes by its English text, in whatever case. err is an error of this
// package, wrapped or not. It gives "" for a reply that is not in the table,
// for an error of another service, and for what is no reply at all.
func Meaning(err error) Refusal {
	var failure *microsoft.Error
	if !errors.As(err, &failure) || failure.Service != microsoft.SMTP {
		return ""
	}
	said := strings.ToLower(failure.Message)
	for _, r := range replies {
		if r.code == failure.Code && (r.status == 0 || r.status == failure.Status) && strings.Contains(said, r.text) {
			return r.means
		}
	}
	return ""
}
