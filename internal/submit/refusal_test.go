package submit

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

// replied is what becomes of a reply, "535 5.7.3 text", on its way to a caller.
func replied(t *testing.T, text string) error {
	t.Helper()
	var status int
	var e smtp.EnhancedCode
	if _, err := fmt.Sscanf(text, "%d %d.%d.%d", &status, &e[0], &e[1], &e[2]); err != nil {
		t.Fatal(err)
	}
	_, said, _ := strings.Cut(text, " ")
	_, said, _ = strings.Cut(said, " ")
	s := &session{ctx: t.Context(), mask: secret.Mask{}}
	return s.check("AUTH XOAUTH2", user, refusal(status, e, said))
}

func TestMeaning(t *testing.T) {
	for _, c := range []struct {
		want mailflow.Refusal
		text string
	}{
		{mailflow.TenantSwitch, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the " +
			"Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [host time id]"},
		{mailflow.MailboxSwitch, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the " +
			"Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information."},
		{mailflow.SecurityDefaults, "535 5.7.139 Authentication unsuccessful, user is locked by your organization's " +
			"security defaults policy. Contact your administrator."},
		{mailflow.SignInPolicy, "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be " +
			"authenticated successfully. Contact your administrator. [host]"},
		{mailflow.BasicAuth, "535 5.7.139 Authentication unsuccessful, basic authentication is disabled."},
		{mailflow.Identity, "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."},
		{mailflow.NotAllowed, "535 5.7.139"},
		{mailflow.Identity, "535 5.7.3 Authentication unsuccessful [host time id]"},
		{mailflow.BasicAuth, "550 5.7.30 Basic authentication is not supported for Client Submission."},
		{mailflow.SendAs, "550 5.7.60 SMTP; Client does not have permissions to send as this sender"},
		{mailflow.SendAs, "554 5.2.252 SendAsDenied; a@contoso.com not allowed to send as b@contoso.com; " +
			"STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied"},
		{mailflow.SendAs, "550 5.2.252 Sender throttled due to continuous send as denied errors."},
		{mailflow.SendAs, "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message"},
		{mailflow.MailboxLogon, "430 4.2.0 STOREDRV; mailbox logon failure; failure details MapiExceptionLogonFailed: Unable to logon"},
		{mailflow.Concurrency, "432 4.3.2 concurrent connection limit exceeded"},
		{mailflow.Concurrency, "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending " +
			"for more information. [Hostname=x]"},
		{mailflow.Concurrency, "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded"},
		{mailflow.ExternalForwarding, "550 5.7.520 Access denied, Your organization does not allow external forwarding. " +
			"Please contact your administrator for further assistance. AS(7555)"},
		{mailflow.RecipientBlocked, "550 5.7.703 Your message can't be delivered because one or more recipients are blocked " +
			"by your organization's tenant recipient block policy"},
		{mailflow.TenantThreshold, "550 5.7.705 Access denied, tenant has exceeded threshold"},
		{mailflow.SourceReputation, "550 5.7.708 Access denied, traffic not accepted from this IP"},
		{mailflow.TenantLimit, "550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily " +
			"limit for sending email to external recipients (tenant external recipient rate limit)"},
		{mailflow.TenantLimit, "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for " +
			"sending email to external recipients (tenant external recipient rate limit)"},

		{"", "235 2.7.0 Authentication successful"},
		{"", "421 4.3.2 Service not available"},
		{"", "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded"},
		{"", "451 5.7.3 STARTTLS is required to send mail"},
		{"", "550 5.7.3 Message classification was not recognized"},
		{"", "530 5.7.57 Client not authenticated to send mail."},
		{mailflow.SendingLimit, "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"},
		{"", "450 4.2.0 mailbox busy"},
		{"", "550 5.7.23 The message was rejected because of Sender Policy Framework violation"},
		{"", "550 5.1.10 Recipient not found"},
	} {
		err := replied(t, c.text)
		if got, wrapped := mailflow.Meaning(err), mailflow.Meaning(fmt.Errorf("the test mail: %w", err)); got != c.want || wrapped != c.want {
			t.Errorf("%s: %q, wrapped %q, want %q", c.text, got, wrapped, c.want)
		}
	}
}

func TestMeaninglessErrors(t *testing.T) {
	for _, err := range []error{nil, io.EOF, errors.New("535 5.7.3"),
		&microsoft.Error{Service: microsoft.SMTP, Err: errNoXOAUTH2},
		&microsoft.Error{Service: microsoft.Exchange, Status: 535, Code: "5.7.3"},
		&microsoft.Error{Service: microsoft.SMTP, Status: 535, Message: "5.7.3"}} {
		if got := mailflow.Meaning(err); got != "" {
			t.Errorf("%v: %q", err, got)
		}
	}
}

// As it comes over the wire, in a reply of several lines too.
func TestMeaningOfAProbe(t *testing.T) {
	const text = "Authentication unsuccessful, SmtpClientAuthentication\nis disabled for the Tenant.\n" +
		"Visit https://aka.ms/smtp_auth_disabled [id]"
	s := &server{authError: refusal(535, smtp.EnhancedCode{5, 7, 139}, text)}
	if err := Probe(t.Context(), s.serve(t, host), user, token()); mailflow.Meaning(err) != mailflow.TenantSwitch {
		t.Errorf("%v means %q", err, mailflow.Meaning(err))
	}
}
