package mail

import (
	"strings"
	"testing"

	"wxmail/internal/sandbox/tenant"
)

// A good sign-in is no promise that a message is taken.
func TestSubmissionOfThoseWhoMayNot(t *testing.T) {
	for name, test := range map[string]struct {
		set  func(*tenant.Settings)
		want string
	}{
		"restricted":    {func(s *tenant.Settings) { s.BlockedSenders = []string{support} }, "550 5.1.8 Access denied"},
		"spent":         {func(s *tenant.Settings) { s.ExhaustedSenders = []string{support} }, "554 5.2.0 STOREDRV.Submission"},
		"full":          {func(s *tenant.Settings) { s.FullMailboxes = []string{support} }, "554 5.2.2 mailbox full"},
		"somebody else": {func(s *tenant.Settings) { s.BlockedSenders = []string{sales} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			model := newTenant()
			test.set(&model.Settings)
			dial, trust := start(t, New(model, verifyNames), Blind{})
			client := secured(t, dial(), trust)
			if err := client.Auth(bearer(support, support)); err != nil {
				t.Fatal(err)
			}
			message := post(support, customer, "Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n")
			got := replyOf(client.SendMail(support, []string{customer}, strings.NewReader(message)))
			if !strings.HasPrefix(got, test.want) || (test.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, test.want)
			}
			model.Lock()
			defer model.Unlock()
			if refused := test.want != ""; refused == (len(model.Messages) > 0) {
				t.Errorf("routed: %v", model.Messages)
			}
		})
	}
}

// Whoever signed in may write to a mailbox for those who do.
func TestSignedInSenders(t *testing.T) {
	model := newTenant()
	setMailbox(model, sales, func(m *tenant.Mailbox) { m.RequireSenderAuthenticationEnabled = true })
	dial, trust := start(t, New(model, verifyNames), Blind{})
	client := secured(t, dial(), trust)
	if err := client.Auth(bearer(support, support)); err != nil {
		t.Fatal(err)
	}
	message := post(support, sales, "Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n")
	if err := client.SendMail(support, []string{sales}, strings.NewReader(message)); err != nil {
		t.Fatal(err)
	}
	model.Lock()
	defer model.Unlock()
	if got := model.Messages[0].Status; got != "delivered" {
		t.Error(got)
	}
}
