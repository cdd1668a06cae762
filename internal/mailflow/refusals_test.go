package mailflow

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"wxmail/internal/microsoft"
)

// classes are what is asked of a refusal of Exchange.
var classes = map[string]func(error) bool{
	"exists": IsExists, "dehydrated": IsDehydrated, "customized": IsCustomizedAlready, "forbidden": IsForbidden,
	"write scope": IsWriteScope, "transient": IsTransient, "unreadable": IsUnreadable,
}

// A refusal is of one class at most: of which is told by the type's name, and
// where that is general by the text.
func TestClassesOfRefusals(t *testing.T) {
	for _, c := range []struct {
		class   string // "" for none
		failure microsoft.Error
	}{
		{"exists", microsoft.Error{Status: 400, Code: "ADObjectAlreadyExistsException", Message: "There is one."}},
		{"exists", microsoft.Error{Status: 400, Message: "The object \"x\" already exists."}},
		{"exists", microsoft.Error{Status: 400, Message: "The appropriate access control entry is already assigned."}},
		{"dehydrated", microsoft.Error{Status: 400, Code: "InvalidOperationInDehydratedContextException"}},
		{"dehydrated", microsoft.Error{Status: 400, Message: "Run Enable-OrganizationCustomization before that."}},
		{"customized", microsoft.Error{Status: 400,
			Message: "This operation is not required. Organization is already enabled for customization."}},
		{"forbidden", microsoft.Error{Status: 403}},
		{"forbidden", microsoft.Error{Status: 400, Code: "ParameterBindingException",
			Message: `Some of the parameters specified with the "Set-X" cmdlet aren't present in the role definition for the current user.`}},
		{"forbidden", microsoft.Error{Status: 400, Message: "The user is not allowed to call Set-X."}},
		{"write scope", microsoft.Error{Status: 400, Code: "TaskInvalidOperationException",
			Message: "'x' is out of the current user's write scope."}},
		{"transient", microsoft.Error{Status: 400, Code: "ADTransientException"}},
		{"transient", microsoft.Error{Status: 400, Message: "You have reached the maximum number of concurrent requests."}},
		{"unreadable", microsoft.Error{Status: 200, Code: CodeUnreadable, Message: "no list of records"}},
		{"", microsoft.Error{Status: 404, Code: "ManagementObjectNotFoundException"}},
		{"", microsoft.Error{Status: 401}},
	} {
		c.failure.Service = microsoft.Exchange
		for class, is := range classes {
			if got := is(fmt.Errorf("wrapped: %w", &c.failure)); got != (class == c.class) {
				t.Errorf("%v: %s %v", &c.failure, class, got)
			}
		}
	}
}

func TestNothingElseIsARefusalOfExchange(t *testing.T) {
	for _, err := range []error{nil, io.EOF,
		&microsoft.Error{Service: microsoft.Graph, Status: 403, Code: "ADObjectAlreadyExistsException", Message: "write scope"}} {
		for class, is := range classes {
			if is(err) {
				t.Errorf("%s takes %v", class, err)
			}
		}
	}
}

func TestMeaningOfReplies(t *testing.T) {
	for _, c := range []struct {
		status        int
		code, message string
		want          Refusal
	}{
		{535, "5.7.139", "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", TenantSwitch},
		{535, "5.7.139", "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.", MailboxSwitch},
		{535, "5.7.139", "user is locked by your organization's security defaults policy", SecurityDefaults},
		{535, "5.7.139", "the request did not meet the criteria to be authenticated successfully", SignInPolicy},
		{535, "5.7.139", "something new", NotAllowed},
		{535, "5.7.3", "Authentication unsuccessful", Identity},
		{451, "5.7.3", "STARTTLS is required to send mail", ""},
		{550, "5.7.30", "Basic authentication is not supported", BasicAuth},
		{554, "5.2.0", "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied", SendAs},
		{554, "5.2.0", "something else", ""},
		{430, "4.2.0", "STOREDRV; mailbox logon failure", MailboxLogon},
		{432, "4.3.2", "Concurrent connections limit exceeded", Concurrency},
		{432, "4.3.2", "STOREDRV.ClientSubmit; sender thread limit exceeded", Concurrency},
		{550, "5.7.520", "Access denied", ExternalForwarding},
		{535, "5.7.139", "Authentication unsuccessful, the user credentials were incorrect.", Identity},
		{535, "5.7.139", "Authentication unsuccessful, basic authentication is disabled.", BasicAuth},
		{535, "5.7.139", "Authentication unsuccessful, user password is expired.", PasswordExpired},
		{554, "5.2.0", "STOREDRV.Submission.Exception:OutboundSpamException; WASCL UserAction verdict is not None", SenderBlocked},
		{550, "5.1.8", "Access denied, bad outbound sender AS(42004)", SenderBlocked},
		{550, "5.7.502", "Access denied, banned sender", SenderBlocked},
		{554, "5.2.0", "STOREDRV.Submission.Exception:SubmissionQuotaExceededException", SendingLimit},
		{550, "5.2.2", "Submission quota exceeded", SendingLimit},
		{550, "5.1.90", "Your message can't be sent because you've reached your daily limit for message recipients", SendingLimit},
		{554, "5.2.2", "mailbox full; STOREDRV.Submission.Exception:QuotaExceededException", MailboxFull},
		{550, "5.7.1", "TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy", MailFlowRule},
		{550, "5.7.1", "Delivery not authorized", ""},
		{550, "5.7.750", "Client blocked from sending from unregistered domains", UnregisteredDomain},
		{550, "5.7.134", "RESOLVER.RST.SenderNotAuthenticatedForMailbox", RecipientRestricted},
		{550, "5.7.129", "RESOLVER.RST.RestrictedToRecipientsPermission", RecipientRestricted},
		{550, "5.4.1", "Recipient address rejected: Access denied", ""},
		{250, "2.0.0", "OK", ""},
	} {
		failure := &microsoft.Error{Service: microsoft.SMTP, Status: c.status, Code: c.code, Message: c.message}
		if got := Meaning(fmt.Errorf("wrapped: %w", failure)); got != c.want {
			t.Errorf("%d %s %s: %q, want %q", c.status, c.code, c.message, got, c.want)
		}
	}
	for _, err := range []error{nil, io.EOF, &microsoft.Error{Service: microsoft.Exchange, Code: "5.7.139"}} {
		if got := Meaning(err); got != "" {
			t.Errorf("%v: %q", err, got)
		}
	}
}

// Only the switch heals by waiting: a policy, a password or another account is
// no delay.
func TestOnlyTheSwitchIsADelay(t *testing.T) {
	for _, r := range replies {
		if got, want := r.means.IsSwitch(), strings.Contains(r.text, "smtpclientauthentication is disabled"); got != want {
			t.Errorf("%s: %v", r.means, got)
		}
	}
}
