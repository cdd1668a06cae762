package advice

import (
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// refused is what a service's failure means: what the service's own code says,
// else the status, else the cause below, else that there was no good answer.
func refused(e *microsoft.Error) fact {
	for _, judge := range []func(*microsoft.Error) string{meaning, byStatus, passing} {
		if code := judge(e); code != "" {
			return about(e, code)
		}
	}
	if cause := below(e); cause.code != "" {
		return cause.or(about(e, cause.code))
	}
	return about(e, otherwise(e))
}

// meaning is what a service's code or text means, or "".
func meaning(e *microsoft.Error) string {
	switch e.Service {
	case microsoft.Entra:
		return entraMeaning(e)
	case microsoft.Graph:
		return graphMeaning(e)
	case microsoft.Exchange:
		return exchangeMeaning(e)
	case microsoft.SMTP:
		return smtpMeaning(e)
	}
	return ""
}

// entraMeaning: a status of 500 and above is an outage, whatever code comes
// with it.
func entraMeaning(e *microsoft.Error) string {
	if e.Status >= 500 {
		return ""
	}
	code, _ := directory.Meaning(e.Asked, e.Code)
	if e.Brought && code == "WX-UNAVAILABLE" && !strings.HasPrefix(e.Code, "AADSTS") {
		return unknownRefusal(e) // of an outage Entra ID tells by its own codes
	}
	return code
}

func graphMeaning(e *microsoft.Error) string {
	switch {
	case e.Code == "CredentialTypeNotAllowedAsPerAppPolicy":
		return "WX-SECRETS-BLOCKED"
	case e.Code == "CredentialInvalidLifetimeAsPerAppPolicy":
		return "WX-SECRET-LIFETIME"
	case directory.IsAppPolicy(e):
		return "WX-APP-POLICY"
	case directory.IsUniqueNameTaken(e):
		return "WX-APPLICATION-DELETED"
	case directory.NotYet(e): // one of its forms is a 403
		return "WX-REPLICATION"
	}
	return ""
}

func exchangeMeaning(e *microsoft.Error) string {
	switch {
	case mailflow.IsWriteScope(e):
		return "WX-EXCHANGE-SCOPE"
	case mailflow.IsForbidden(e):
		return "WX-EXCHANGE-FORBIDDEN"
	}
	return ""
}

// replies are the refusals of Exchange's submission.
var replies = map[mailflow.Refusal]string{
	mailflow.TenantSwitch:       "WX-SMTP-AUTH-TENANT",
	mailflow.MailboxSwitch:      "WX-SMTP-AUTH-MAILBOX",
	mailflow.SecurityDefaults:   "WX-SMTP-SECURITY-DEFAULTS",
	mailflow.SignInPolicy:       "WX-SMTP-POLICY",
	mailflow.PasswordExpired:    "WX-PASSWORD-EXPIRED",
	mailflow.NotAllowed:         "WX-SMTP-AUTH-OFF",
	mailflow.Identity:           "WX-SMTP-IDENTITY",
	mailflow.BasicAuth:          "WX-SMTP-BASIC",
	mailflow.SendAs:             "WX-SEND-AS-DENIED",
	mailflow.MailboxLogon:       "WX-SMTP-LOGON",
	mailflow.Concurrency:        "WX-SMTP-BUSY",
	mailflow.ExternalForwarding: "WX-FORWARDING-REFUSED",
	mailflow.RecipientBlocked:   "WX-RECIPIENT-BLOCKED",
	mailflow.TenantThreshold:    "WX-TENANT-THRESHOLD",
	mailflow.SourceReputation:   "WX-SOURCE-REPUTATION",
	mailflow.TenantLimit:        "WX-TENANT-LIMIT",

	mailflow.SenderBlocked:       "WX-SENDER-BLOCKED",
	mailflow.SendingLimit:        "WX-SENDING-LIMIT",
	mailflow.MailboxFull:         "WX-MAILBOX-FULL",
	mailflow.MailFlowRule:        "WX-MESSAGE-RULE",
	mailflow.UnregisteredDomain:  "WX-SENDER-DOMAIN",
	mailflow.RecipientRestricted: "WX-RECIPIENT-RESTRICTED",
}

// smtpMeaning goes by the reply. Where nobody knows it, the verb says whether
// the connection, the sign-in, the recipient or the message was refused. A
// server that does not know AUTH, or not so long a line, is not Exchange:
// something stands between.
// https://www.rfc-editor.org/rfc/rfc5321#section-4.2.2
func smtpMeaning(e *microsoft.Error) string {
	if code := replies[mailflow.Meaning(e)]; code != "" || e.Status < 500 {
		return code
	}
	switch {
	case e.Operation == "RCPT":
		return "WX-RECIPIENT-REFUSED"
	case e.Operation == "MAIL" || e.Operation == "DATA":
		return "WX-MESSAGE-REFUSED"
	case !strings.HasPrefix(e.Operation, "AUTH"):
		return "WX-UNREACHABLE"
	case slices.Contains([]int{500, 502, 503, 504}, e.Status):
		return "WX-ANSWER-UNUSABLE"
	}
	return "WX-SMTP-REFUSED"
}

// byStatus is what a status means at a service, or "".
func byStatus(e *microsoft.Error) string {
	switch {
	case e.Status < 400:
		return ""
	case e.Status == 429:
		return "WX-THROTTLED"
	case e.Status == 408 || e.Status >= 500 || e.Service == microsoft.SMTP:
		return "WX-UNAVAILABLE"
	}
	return denied(e)
}

// denied is what a service means by an answer that nobody may have.
func denied(e *microsoft.Error) string {
	switch e.Service {
	case microsoft.Entra:
		return unknownRefusal(e)
	case microsoft.Graph:
		return map[int]string{401: "WX-CLAIMS", 403: "WX-GRAPH-FORBIDDEN"}[e.Status]
	case microsoft.Exchange: // a missing role may be a 401 too
		return map[int]string{401: "WX-EXCHANGE-FORBIDDEN"}[e.Status]
	}
	return ""
}

// unknownRefusal is a refusal of Entra ID whose code nobody knows.
func unknownRefusal(e *microsoft.Error) string {
	if e.Asked == microsoft.SecretProof && e.Code != "" {
		return "WX-SECRET-INVALID" // nothing else was asked
	}
	return "WX-SIGN-IN-REFUSED"
}

// passing is what Exchange could not do just then, under whatever status.
func passing(e *microsoft.Error) string {
	if mailflow.IsTransient(e) {
		return "WX-UNAVAILABLE"
	}
	return ""
}

// otherwise is what is left: no answer, an answer that makes no sense, or a
// refusal without a meaning.
func otherwise(e *microsoft.Error) string {
	switch {
	case e.Service == microsoft.Entra && e.Code != "": // what a browser brought back has no status
		return unknownRefusal(e)
	case e.Status == 0:
		return "WX-UNREACHABLE"
	case mailflow.IsOdd(e):
		return "WX-ANSWER-SHAPE"
	case mailflow.IsUnreadable(e) || e.Status < 400 && e.Err != nil:
		return "WX-ANSWER-UNUSABLE"
	}
	return "WX-REFUSED"
}
