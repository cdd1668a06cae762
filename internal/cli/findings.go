package cli

import (
	"errors"

	"wxmail/internal/doctor"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// findingRows are what doctor finds and nothing else reports. doctor itself
// ends with 3, whatever it found; the exit codes here are those of a finding
// on which verify fails.
func findingRows() []advice {
	return []advice{
		{"WX-NET-DNS", Unavailable, nil},
		{"WX-NET-TCP", Unavailable, nil},
		{"WX-NET-PROXY", Unavailable, nil},
		{"WX-NET-TLS", Unavailable, nil},
		{"WX-NET-SILENT", Unavailable, nil},
		{"WX-CLOCK", Differences, nil},

		{"WX-SECRET-EXPIRING", Differences, nil},
		{"WX-SECRET-MISSING", Differences, nil},
		{"WX-SECRET-END-UNREAD", Differences, nil},
		{"WX-SECRET-GONE", Failure, nil},
		{"WX-SECRET-UNKNOWN", Differences, nil},
		{"WX-ROTATION-OPEN", Differences, nil},
		{"WX-ROTATION-BLOCKED", Differences, nil},

		{"WX-APPLICATION-MISSING", Failure, nil},
		{"WX-SERVICE-PRINCIPAL-MISSING", Failure, nil},
		{"WX-SERVICE-PRINCIPAL-DISABLED", Permission, nil},
		{"WX-NOT-ASSIGNED", Permission, nil},
		{"WX-REDIRECT-URI-MISSING", Failure, nil},
		{"WX-REDIRECT-URI-LEFT", Differences, nil},
		{"WX-REDIRECT-URI-PLATFORM", Failure, nil},
		{"WX-IMPLICIT-GRANT", Differences, nil},
		{"WX-PERMISSION-UNDECLARED", Differences, nil},
		{"WX-MAIL-SEND-MISSING", Differences, nil},
		{"WX-MAIL-SEND-WIDE", Differences, nil},
		{"WX-CONSENT-POLICY", Differences, nil},
		{"WX-SECURITY-DEFAULTS", Differences, nil},

		{"WX-MAILBOX-RENAMED", Failure, nil},
		{"WX-SMTP-AUTH-INHERITED", Differences, nil},
		{"WX-SEND-AS-MISSING", Permission, nil},
		{"WX-FORWARDING-SHADOWED", Failure, nil},
		{"WX-FORWARDING-CLEARED", Failure, nil},
		{"WX-FORWARDING-CHANGED", Failure, nil},
		{"WX-KEEP-COPY", Differences, nil},
		{"WX-OUTBOUND-OFF", Failure, nil},
		{"WX-OUTBOUND-SHADOWED", Failure, nil},
		{"WX-OUTBOUND-UNSURE", Differences, nil},
		{"WX-TRANSPORT-RULE-UNSURE", Differences, nil},
		{"WX-INBOX-RULE", Differences, nil},
		{"WX-INBOX-RULES-UNREAD", Differences, nil},
		{"WX-SET-BACK", Differences, nil},
		{"WX-PENDING", Differences, nil},

		{"WX-TOKEN-MISSING", Failure, nil},
		{"WX-TOKEN-STALE", Failure, nil},
		{"WX-TOKEN-REVOKED", SignIn, nil},
		{"WX-TOKEN-UNUSED", SignIn, nil},
		{"WX-TOKEN-DEAD", SignIn, nil},
		{"WX-ACCOUNT-RENAMED", Failure, nil},
		{"WX-ACCOUNT-LOCKED", SignIn, nil},
		{"WX-PASSWORD-EXPIRED", SignIn, nil},
		{"WX-SIGN-IN-FREQUENCY", SignIn, nil},
		{"WX-MFA-NEEDED", SignIn, nil},

		{"WX-VERIFY-SELF", Usage, nil},
		{"WX-VERIFY-SILENT", Waiting, nil},
		{"WX-VERIFY-LOST", Failure, nil},
		{"WX-VERIFY-UNDELIVERED", Failure, nil},
	}
}

// smtpRows are the replies of Exchange's submission, by what they mean.
func smtpRows() []advice {
	means := func(wanted mailflow.Refusal) func(error) bool {
		return func(err error) bool { return mailflow.Meaning(err) == wanted }
	}
	return []advice{
		{"WX-SMTP-AUTH-TENANT", Waiting, means(mailflow.TenantSwitch)},
		{"WX-SMTP-AUTH-MAILBOX", Waiting, means(mailflow.MailboxSwitch)},
		{"WX-SMTP-SECURITY-DEFAULTS", SignIn, means(mailflow.SecurityDefaults)},
		{"WX-SMTP-POLICY", SignIn, means(mailflow.SignInPolicy)},
		{"WX-SMTP-AUTH-OFF", Waiting, means(mailflow.NotAllowed)},
		{"WX-SMTP-IDENTITY", SignIn, means(mailflow.Identity)},
		{"WX-SMTP-BASIC", Failure, means(mailflow.BasicAuth)},
		{"WX-SEND-AS-DENIED", Permission, means(mailflow.SendAs)},
		{"WX-SMTP-LOGON", Permission, means(mailflow.MailboxLogon)},
		{"WX-SMTP-BUSY", Unavailable, means(mailflow.Concurrency)},
		{"WX-FORWARDING-REFUSED", Permission, means(mailflow.ExternalForwarding)},
		{"WX-RECIPIENT-BLOCKED", Permission, means(mailflow.RecipientBlocked)},
		{"WX-TENANT-THRESHOLD", Failure, means(mailflow.TenantThreshold)},
		{"WX-SOURCE-REPUTATION", Failure, means(mailflow.SourceReputation)},
		{"WX-TENANT-LIMIT", Waiting, means(mailflow.TenantLimit)},
		{"WX-SMTP-REFUSED", Failure, func(err error) bool {
			e := cloudError(err)
			return e != nil && e.Service == microsoft.SMTP && e.Status >= 500
		}},
	}
}

// linkOf is the portal's page that a finding names, or "".
func linkOf(err error) string {
	var f *doctor.Finding
	if errors.As(err, &f) {
		return f.Link
	}
	return ""
}

// codeFor is the code under which an error is explained.
func codeFor(err error) string { return explain(err).code }
