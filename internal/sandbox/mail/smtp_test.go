package mail

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

func TestBeforeTLS(t *testing.T) {
	dial, _ := start(t, New(newTenant(), verifyNames), Blind{})
	text := textproto.NewConn(dial())
	banner, err := text.ReadLine()
	if err != nil || !strings.HasPrefix(banner, "220 ") || !strings.Contains(banner, "outlook.office365.com Microsoft ESMTP") {
		t.Errorf("banner %q, %v", banner, err)
	}
	for _, step := range []struct{ line, want string }{
		{"MAIL FROM:<a@b.example>", "502"},
		{"EHLO client.example", "250"},
		{"AUTH XOAUTH2 eA==", "523 5.7.10"},
		{"MAIL FROM:<" + support + ">", "451 5.7.3 STARTTLS is required"},
	} {
		if err := text.PrintfLine("%s", step.line); err != nil {
			t.Fatal(err)
		}
		code, message := readReply(t, text.R)
		if reply := code + " " + message; !strings.HasPrefix(reply, step.want) {
			t.Errorf("%s: %q, want %s", step.line, reply, step.want)
		}
	}
}

func readReply(t *testing.T, r *bufio.Reader) (code, message string) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line[3] == ' ' {
			return line[:3], strings.TrimSpace(line[4:])
		}
	}
}

func TestKeywords(t *testing.T) {
	dial, trust := start(t, New(newTenant(), verifyNames), Blind{})
	client := smtp.NewClient(dial())
	if err := client.Hello("client.example"); err != nil {
		t.Fatal(err)
	}
	for _, keyword := range []string{
		"PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "STARTTLS", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8",
	} {
		if ok, _ := client.Extension(keyword); !ok {
			t.Errorf("%s is not offered before TLS", keyword)
		}
	}
	if size, _ := client.MaxMessageSize(); size != 157286400 {
		t.Errorf("SIZE %d", size)
	}
	if ok, _ := client.Extension("AUTH"); ok {
		t.Error("AUTH is offered before TLS")
	}
	client = secured(t, dial(), trust)
	_, mechanisms := client.Extension("AUTH")
	if mechanisms != "LOGIN XOAUTH2" {
		t.Errorf("after TLS: AUTH %q", mechanisms)
	}
}

func TestAuth(t *testing.T) {
	on, off := false, true
	tests := []struct {
		name   string
		client *speaker
		set    func(*tenant.Tenant)
		token  func(*tenant.Token)
		want   string // "" is success
	}{
		{name: "in one step", client: bearer(support, support)},
		{name: "in two steps", client: &speaker{mechanism: "XOAUTH2", then: []string{string(bearer(support, support).first)}}},
		{name: "the other audience", client: bearer(support, support),
			token: func(t *tenant.Token) { t.Audience = "https://outlook.office365.com/" }},
		{name: "mailbox switch on, tenant off", client: bearer(support, support), set: func(t *tenant.Tenant) {
			t.TransportConfig.SMTPClientAuthenticationDisabled = true
			setMailbox(t, support, func(m *tenant.Mailbox) { m.SMTPClientAuthenticationDisabled = &on })
		}},
		{name: "no token at all", client: bearer(support, "nonsense"), want: "535 5.7.3 Authentication unsuccessful ["},
		{name: "malformed", client: &speaker{mechanism: "XOAUTH2", first: []byte("user=" + support)}, want: "535 5.7.3"},
		{name: "another's token", client: bearer(support, sales), want: "535 5.7.3"},
		{name: "shared mailbox as identity", client: bearer(help, support), want: "535 5.7.3"},
		{name: "primary address as identity", client: bearer(support, "cc."+support), want: "535 5.7.3",
			token: func(t *tenant.Token) { t.ObjectID = support }},
		{name: "user principal name as identity", client: bearer("cc."+support, "cc."+support),
			token: func(t *tenant.Token) { t.ObjectID = support }},
		{name: "alias as identity", client: bearer("alias-"+support, support), want: "535 5.7.3"},
		{name: "Graph token", client: bearer(support, support), want: "535 5.7.3",
			token: func(t *tenant.Token) { t.Audience = "https://graph.microsoft.com" }},
		{name: "Mail.Send instead", client: bearer(support, support), want: "535 5.7.3",
			token: func(t *tenant.Token) { t.Scopes = []string{"Mail.Send"} }},
		{name: "application's token", client: bearer(support, support), want: "535 5.7.3",
			token: func(t *tenant.Token) { t.UPN, t.Scopes, t.Roles = "", nil, []string{"SMTP.SendAsApp"} }},
		{name: "no licence", client: bearer(support, support), want: "535 5.7.3", set: func(t *tenant.Tenant) {
			user, _ := t.Users.Latest(support)
			user.AssignedPlans = []tenant.AssignedPlan{{Service: "exchange", ServicePlanID: foundationPlan, CapabilityStatus: "Enabled"}}
			t.Users.Put(support, user)
		}},
		{name: "disabled account", client: bearer(support, support), want: "535 5.7.3", set: func(t *tenant.Tenant) {
			user, _ := t.Users.Latest(support)
			user.AccountEnabled = false
			t.Users.Put(support, user)
		}},
		{name: "off for the tenant", client: bearer(support, support),
			set:  func(t *tenant.Tenant) { t.TransportConfig.SMTPClientAuthenticationDisabled = true },
			want: "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."},
		{name: "off for the mailbox", client: bearer(support, support), set: func(t *tenant.Tenant) {
			setMailbox(t, support, func(m *tenant.Mailbox) { m.SMTPClientAuthenticationDisabled = &off })
		}, want: "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."},
		{
			name:   "basic",
			client: &speaker{mechanism: "LOGIN", then: []string{support, "sandbox"}},
			want:   "550 5.7.30 Basic authentication is not supported",
		},
		{name: "basic with security defaults", client: &speaker{mechanism: "LOGIN", then: []string{support, "sandbox"}},
			set:  func(t *tenant.Tenant) { t.Settings.SecurityDefaults = true },
			want: "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy."},
		{name: "unknown mechanism", client: &speaker{mechanism: "PLAIN", first: []byte("x")}, want: "504 5.7.4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			model := newTenant()
			if test.set != nil {
				test.set(model)
			}
			verify := func(raw string) (tenant.Token, error) {
				token, err := verifyNames(raw)
				if test.token != nil {
					test.token(&token)
				}
				return token, err
			}
			dial, trust := start(t, New(model, verify), Blind{})
			if got := replyOf(secured(t, dial(), trust).Auth(test.client)); !strings.HasPrefix(got, test.want) || (test.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// replyOf is a refusal as it stood on the wire.
func replyOf(err error) string {
	var reply *smtp.SMTPError
	if !errors.As(err, &reply) {
		if err != nil {
			return err.Error()
		}
		return ""
	}
	ec := reply.EnhancedCode
	return fmt.Sprintf("%d %d.%d.%d %s", reply.Code, ec[0], ec[1], ec[2], reply.Message)
}

func TestSwitchTakesEffectAfterTheLag(t *testing.T) {
	model := newTenant()
	model.TransportConfig.SMTPClientAuthenticationDisabled = true
	model.Clock.Advance(time.Hour)
	model.Settings.ReplicationLag = tenant.Duration(30 * time.Minute)
	on := false
	setMailbox(model, support, func(m *tenant.Mailbox) { m.SMTPClientAuthenticationDisabled = &on })
	dial, trust := start(t, New(model, verifyNames), Blind{})

	if got := replyOf(secured(t, dial(), trust).Auth(bearer(support, support))); !strings.HasPrefix(got, "535 5.7.139") {
		t.Errorf("at once: %q", got)
	}
	model.Clock.Advance(31 * time.Minute)
	if err := secured(t, dial(), trust).Auth(bearer(support, support)); err != nil {
		t.Errorf("after the lag: %v", err)
	}
}

func post(from, to, body string) string {
	return "From: Someone <" + from + ">\r\nTo: " + to + "\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n" +
		"Message-ID: <one@contoso.example>\r\n" + body
}

func TestSubmission(t *testing.T) {
	const plain = "Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n"
	tests := []struct {
		name, envelope, message, want string
		text                          string
	}{
		{"its own address", support, post(support, customer, plain), "", "hello"},
		{"Send As on a shared mailbox", help, post(help, customer, plain), "", "hello"},
		{"an alias", support, post("alias-"+support, customer, plain),
			"554 5.2.252 SendAsDenied; " + support + " not allowed to send as alias-" + support, ""},
		{"another mailbox", support, post(sales, customer, plain), "554 5.2.252", ""},
		{"another envelope", sales, post(support, customer, plain), "554 5.2.252", ""},
		{"no From", support, "Subject: x\r\n\r\nhello\r\n", "554 5.6.0", ""},
		{"another character set", support, post(support, customer, "Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe\r\n"),
			"554 5.6.0", ""},
		{"another one in a part", support, post(support, customer, "Content-Type: multipart/mixed; boundary=b\r\n\r\n"+
			"--b\r\nContent-Type: text/plain; charset=shift_jis\r\n\r\n\x82\xb1\r\n--b--\r\n"), "554 5.6.0", ""},
		{"two parts", support, post(support, customer, "Content-Type: multipart/alternative; boundary=b\r\n\r\n"+
			"--b\r\nContent-Type: text/html\r\n\r\n<p>rich\r\n"+
			"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\ncGxhaW4=\r\n--b--\r\n"), "", "plain"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			model := newTenant()
			setMailbox(model, help, func(m *tenant.Mailbox) { m.SendAs = []string{support} })
			dial, trust := start(t, New(model, verifyNames), Blind{})
			client := secured(t, dial(), trust)
			if err := client.Auth(bearer(support, support)); err != nil {
				t.Fatal(err)
			}
			err := client.SendMail(test.envelope, []string{customer}, strings.NewReader(test.message))
			if got := replyOf(err); !strings.HasPrefix(got, test.want) || (test.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, test.want)
			}
			model.Lock()
			defer model.Unlock()
			if test.want != "" {
				if len(model.Messages) > 0 {
					t.Errorf("a refused message was routed: %v", model.Messages)
				}
				return
			}
			got := model.Messages[0]
			if got.To != customer || got.Subject != "Café" || got.Text != test.text || got.Status != "delivered" ||
				got.MessageID != "<one@contoso.example>" {
				t.Errorf("routed as %+v", got)
			}
		})
	}
}

func TestBadRecipient(t *testing.T) {
	dial, trust := start(t, New(newTenant(), verifyNames), Blind{})
	client := secured(t, dial(), trust)
	if err := client.Auth(bearer(support, support)); err != nil {
		t.Fatal(err)
	}
	if err := client.Mail(support, nil); err != nil {
		t.Fatal(err)
	}
	if got := replyOf(client.Rcpt("nobody", nil)); !strings.HasPrefix(got, "501 5.5.2") {
		t.Errorf("got %q", got)
	}
}

// notebook is an observer that writes down what it hears and gives one fault.
type notebook struct {
	mu    sync.Mutex
	fault Fault
	at    string
	lines []string
	ended chan []string
}

func (n *notebook) write(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, line)
}

func (n *notebook) Begin(net.Addr) Conversation { n.write("begin"); return n }
func (n *notebook) Hello(name string)           { n.write("hello " + name) }
func (n *notebook) Reply(verb string, code int) { n.write(fmt.Sprint(verb, " ", code)) }
func (n *notebook) Accepted()                   { n.write("accepted") }

func (n *notebook) End() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ended <- n.lines
}

func (n *notebook) Verb(verb string) *Fault {
	if verb != n.at {
		return nil
	}
	fault := n.fault
	return &fault
}

// with is a longer copy.
func with(lines []string, more ...string) []string { return slices.Concat(lines, more) }

func TestObserver(t *testing.T) {
	opening := []string{"begin", "hello localhost", "EHLO 250", "hello client.example", "EHLO 250"}
	envelope := with(opening, "AUTH 235", "MAIL 250", "RCPT 250")
	tests := []struct {
		name   string
		at     string
		fault  Fault
		want   []string
		reply  string
		routed int
	}{
		{name: "a message", want: with(envelope, "accepted", "DATA 250"), routed: 1},
		{
			name:  "status",
			at:    "AUTH",
			fault: Fault{Code: 454, Text: "4.7.0 Temporary failure"},
			want:  with(opening, "AUTH 454"),
			reply: "454 4.7.0 Temporary failure",
		},
		{
			name:  "status without an enhanced code",
			at:    "DATA",
			fault: Fault{Code: 421, Text: "Busy"},
			want:  with(envelope, "DATA 421"),
			reply: "421 0.0.0 Busy",
		},
		{
			name:   "acts, then a status",
			at:     "DATA",
			fault:  Fault{Commit: true, Code: 451, Text: "4.3.0 Lost"},
			want:   with(envelope, "accepted", "DATA 451"),
			reply:  "451 4.3.0 Lost",
			routed: 1,
		},
		{name: "reset", at: "MAIL", fault: Fault{Reset: true}, want: with(opening, "AUTH 235", "MAIL 0"), reply: "read"},
		{
			name:   "acts, then reset",
			at:     "DATA",
			fault:  Fault{Commit: true, Reset: true},
			want:   with(envelope, "accepted", "DATA 0"),
			reply:  "read",
			routed: 1,
		},
		{
			name:  "garbage",
			at:    "RCPT",
			fault: Fault{Raw: "what?\r\n"},
			want:  with(opening, "AUTH 235", "MAIL 250", "RCPT 0"),
			reply: "short response",
		},
		{name: "stall only", at: "AUTH", fault: Fault{Stall: time.Millisecond}, want: with(envelope, "accepted", "DATA 250"), routed: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			model := newTenant()
			heard := &notebook{at: test.at, fault: test.fault, ended: make(chan []string, 1)}
			dial, trust := start(t, New(model, verifyNames), heard)
			client := secured(t, dial(), trust)
			err := client.Auth(bearer(support, support))
			if err == nil {
				err = client.SendMail(support, []string{customer}, strings.NewReader(post(support, customer, "\r\nhi\r\n")))
			}
			if got := replyOf(err); !strings.Contains(got, test.reply) || (test.reply == "") != (got == "") {
				t.Errorf("client saw %q, want %q", got, test.reply)
			}
			_ = client.Close()
			got := <-heard.ended
			// The last callbacks of a reset connection come after its end.
			if len(got) > len(test.want) {
				got = got[:len(test.want)]
			}
			want := test.want
			if test.fault.Reset || test.fault.Raw != "" {
				want = want[:len(want)-1]
				got = got[:len(want)]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("observer (-want +got):\n%s", diff)
			}
			model.Lock()
			defer model.Unlock()
			if len(model.Messages) != test.routed {
				t.Errorf("%d messages routed, want %d", len(model.Messages), test.routed)
			}
		})
	}
}

func TestCloseEndsAStall(t *testing.T) {
	heard := &notebook{at: "EHLO", fault: Fault{Stall: time.Hour}, ended: make(chan []string, 1)}
	s := New(newTenant(), verifyNames)
	dial, _ := start(t, s, heard)
	text := textproto.NewConn(dial())
	if _, err := text.ReadLine(); err != nil {
		t.Fatal(err)
	}
	if err := text.PrintfLine("EHLO client.example"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := text.ReadLine(); err == nil {
		t.Error("the stalled verb was answered")
	}
}
