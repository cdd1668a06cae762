package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// verifying is a mailbox that works, in a world where nobody is waited for
// long.
func verifying(t *testing.T, scenario string, more ...string) *patient {
	t.Helper()
	w := testkit.Start(t, sandbox.Options{Scenario: scenario})
	w.Endpoints(map[string]any{
		"retry":    map[string]string{"base": "5ms", "max": "1s"},
		"timeouts": map[string]string{"request": "5s", "signIn": "4s"},
	})
	draft := w.Draft()
	p := &patient{World: w, t: t, home: w.Home(), answers: with(draft.Answers(support), more...)}
	setUp(t, w, p.home, p.answers)
	w.Save(p.home, draft)
	return p
}

// answered runs verify, and does something once it waits for a message.
func (p *patient) answered(answer func(), args ...string) ([]map[string]any, int) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	cmd := p.Command(ctx, p.home, append([]string{"verify", "--json", "--no-input", "--to", testkit.Customer}, args...)...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	var events []map[string]any
	for lines := bufio.NewScanner(out); lines.Scan(); {
		p.NoSecrets(lines.Text())
		var event map[string]any
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			p.t.Fatal(err)
		}
		events = append(events, event)
		if waits, _ := event["for"].(string); strings.HasPrefix(waits, "a message from outside") {
			answer()
		}
	}
	return events, exitOf(cmd)
}

func exitOf(cmd *exec.Cmd) int {
	_ = cmd.Wait() // the code tells
	return cmd.ProcessState.ExitCode()
}

func (p *patient) write(from string) func() {
	return func() {
		p.call("POST", "/mail", map[string]string{
			"from":    from,
			"to":      p.answers["webex.email-id"],
			"subject": "Re: wxmail test message",
			"text":    "Here",
		})
	}
}

// The whole circle: a message out, an answer in, followed to the Forwarding
// Address.
func TestVerify(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*patient{
		"a user mailbox":   verifying(t, "default"),
		"a shared mailbox": verifying(t, "shared-mailbox", "webex.email-id", help, "mailbox.sign-in-as", support),
		"slow replicas":    verifying(t, "slow-replication"),
	} {
		t.Run(name, func(t *testing.T) {
			p.t = t
			events, exit := p.answered(p.write(testkit.Customer))
			end := events[len(events)-1]
			if exit != 0 || end["event"] != "result" || end["exit"] != 0.0 {
				t.Fatalf("exit %d: %v", exit, end)
			}
			verified := end["verified"].(map[string]any)
			out, in := verified["out"].(map[string]any), verified["in"].(map[string]any)
			if out["to"] != testkit.Customer || out["state"] != "Delivered" || in["state"] != "Delivered" ||
				in["forwardedTo"] != p.answers["webex.forwarding-address"] {
				t.Errorf("verified %v", verified)
			}
			p.sent(t, out["messageId"])
		})
	}
}

// Who names the mailbox itself need not sign in to be told.
func TestVerifyNeverWritesToItself(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, answers := w.Home(), w.Draft().Answers(support)
	setUp(t, w, home, answers)
	before := len(w.Requests())
	for _, to := range []string{support, "SUPPORT@contoso.example", answers["webex.forwarding-address"]} {
		refused(t, w.Run(home, "verify", "--no-input", "--to", to), 2, "WX-VERIFY-SELF")
	}
	if asked := w.Requests()[before:]; len(asked) != 0 {
		t.Errorf("it asked %v", asked)
	}
}

// sent: the customer got the test message, from the mailbox.
func (p *patient) sent(t *testing.T, id any) {
	t.Helper()
	got := having(having(objects(p.World, "messages"), "to", testkit.Customer), "from", p.answers["webex.email-id"])
	if len(got) != 1 || got[0]["status"] != "delivered" || id == "" ||
		!strings.Contains(got[0]["text"].(string), " as "+p.answers["webex.email-id"]+",") {
		t.Errorf("the test message: %v", got)
	}
}

// Every reply of Exchange's submission, wherever it comes, is told by its
// cause; and what only the trace shows is told too.
func TestVerifyRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		verb, reply, code string
		exit              int
	}{
		{"AUTH", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", "WX-SMTP-AUTH-WAIT", 10},
		{"AUTH", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.", "WX-SMTP-AUTH-WAIT", 10},
		{"AUTH", "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
			"WX-SMTP-SECURITY-DEFAULTS", 4},
		{"AUTH", "535 5.7.139 Authentication unsuccessful, " +
			"the request did not meet the criteria to be authenticated successfully.", "WX-SMTP-POLICY", 4},
		{"AUTH", "535 5.7.3 Authentication unsuccessful", "WX-SMTP-IDENTITY", 4},
		{"AUTH", "550 5.7.30 Basic authentication is not supported for Client Submission.", "WX-SMTP-BASIC", 1},
		{"AUTH", "432 4.3.2 Concurrent connections limit exceeded.", "WX-SMTP-BUSY", 8},
		{"AUTH", "430 4.2.0 STOREDRV; mailbox logon failure; MapiExceptionLogonFailed", "WX-SMTP-LOGON", 5},
		{"MAIL", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", "WX-SMTP-BUSY", 8},
		{"DATA", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "WX-SEND-AS-DENIED", 5},
		{"DATA", "554 5.2.252 SendAsDenied; support@contoso.example not allowed to send as help@contoso.example", "WX-SEND-AS-DENIED", 5},
		{"DATA", "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied", "WX-SEND-AS-DENIED", 5},
		{"RCPT", "550 5.7.703 Your message can't be delivered because messages to this address are blocked " +
			"by your organization using Tenant Allow Block List.", "WX-RECIPIENT-BLOCKED", 5},
		{"DATA", "550 5.7.705 Access denied, tenant has exceeded threshold.", "WX-TENANT-THRESHOLD", 1},
		{"DATA", "550 5.7.708 Access denied, traffic not accepted from this IP.", "WX-SOURCE-REPUTATION", 1},
		{"DATA", "550 5.7.233 Your message can't be sent because " +
			"your tenant exceeded its daily limit for external recipients.", "WX-TENANT-LIMIT", 10},
		{"DATA", "550 5.7.520 Access denied, Your organization does not allow external forwarding. AS(7555)", "WX-FORWARDING-REFUSED", 5},
		{"AUTH", "535 5.9.9 Something that nobody knows", "WX-SMTP-REFUSED", 1},
		{"RCPT", "550 5.4.1 Recipient address rejected: Access denied.", "WX-RECIPIENT-REFUSED", 1},
		{"DATA", "554 5.9.9 Something that nobody knows", "WX-MESSAGE-REFUSED", 1},
		{"DATA", "554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; WASCL UserAction verdict is not None.", "WX-SENDER-BLOCKED", 1},
		{"DATA", "554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException", "WX-MAILBOX-FULL", 1},
		{"DATA", "550 5.1.90 Your message can't be sent because you've reached your daily limit.", "WX-SENDING-LIMIT", 10},
		{"DATA", "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy", "WX-MESSAGE-RULE", 5},
	} {
		t.Run(test.verb+" "+test.reply[:12]+" "+test.code, func(t *testing.T) {
			t.Parallel()
			p := verifying(t, "default")
			status, reply, _ := strings.Cut(test.reply, " ")
			p.smtp(test.verb, atoi(status), reply)
			events, exit := p.answered(func() { t.Error("it waits for an answer to what was never sent") })
			p.failed(t, events, exit, test.exit, test.code)
		})
	}
}

// failed: the run ended so, and its result says why.
func (p *patient) failed(t *testing.T, events []map[string]any, exit, want int, code string) {
	t.Helper()
	end := events[len(events)-1]
	why, _ := end["error"].(map[string]any)
	if exit != want || end["exit"] != float64(want) || why["code"] != code || why["fix"] == nil {
		t.Errorf("exit %d (%v), want %d %s: %v", exit, end["exit"], want, code, why)
	}
}

// What stands in the way is told before a message is sent, and what the trace
// shows afterwards.
func TestVerifyFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		harm   func(*patient)
		answer func(*patient)
		args   []string
		exit   int
		code   string
	}{
		"the mailbox itself": {nothing, nil, []string{"--to", support}, 2, "WX-VERIFY-SELF"},
		"an alias of it":     {nothing, nil, []string{"--to", "support@contoso.onmicrosoft.com"}, 2, "WX-VERIFY-SELF"},
		"no token":           {func(p *patient) { p.Run(p.home, "token", "--forget").Must(p.t, 0) }, nil, nil, 1, "WX-TOKEN-MISSING"},
		"no role":            {nothing, nil, []string{"--exchange-admin", entraAdmin}, 5, "WX-ROLE-EXCHANGE"},
		"a policy forbids forwarding": {func(p *patient) {
			p.call("PATCH", "/outboundPolicies/"+p.our(), map[string]any{"AutoForwardingMode": "Off"})
		}, nil, nil, 1, "WX-OUTBOUND-OFF"},
		"a remote domain drops it": {func(p *patient) {
			p.call("PATCH", "/remoteDomains/Default", map[string]any{"AutoForwardEnabled": false})
		},
			nil, nil, 5, "WX-REMOTE-DOMAIN"},
		"customers cannot write": {func(p *patient) {
			p.mailbox(map[string]any{"RequireSenderAuthenticationEnabled": true})
		}, nil, nil, 1, "WX-MAILBOX-CLOSED"},
		"a moderator has it": {func(p *patient) { p.mailbox(map[string]any{"ModerationEnabled": true}) },
			func(p *patient) { p.write(testkit.Customer)() }, nil, 10, "WX-MAILBOX-MODERATED"},
		"the account is blocked for spam": {func(p *patient) { p.call("POST", "/tenant", map[string]any{"blockedSenders": []string{support}}) },
			func(p *patient) { p.t.Error("it waits for an answer to what was never sent") }, nil, 1, "WX-SENDER-BLOCKED"},
		"the mailbox is full": {func(p *patient) { p.call("POST", "/tenant", map[string]any{"fullMailboxes": []string{support}}) },
			func(p *patient) { p.t.Error("it waits for an answer to what was never sent") }, nil, 1, "WX-MAILBOX-FULL"},
		"nobody answers":      {nothing, func(*patient) {}, nil, 10, "WX-VERIFY-SILENT"},
		"the mailbox answers": {nothing, func(p *patient) { p.write(support)() }, nil, 10, "WX-VERIFY-SILENT"},
		"the recipient is not": {nothing, func(p *patient) { p.write(testkit.Customer)() },
			[]string{"--to", "nobody@contoso.example"}, 1, "WX-VERIFY-UNDELIVERED"},
		"a rule that nobody suspects": {func(p *patient) {
			p.call("POST", "/transportRules", map[string]any{
				"Name":                       "No tests",
				"HeaderMatchesMessageHeader": "Subject",
				"HeaderMatchesPatterns":      []string{"^Re: wxmail"},
				"RejectMessageReasonText":    "No tests",
				"Conditions":                 []string{"Microsoft.Exchange.MessagingPolicies.Rules.Tasks.HeaderMatchesPredicate"},
			})
		}, func(p *patient) { p.write(testkit.Customer)() }, nil, 1, "WX-VERIFY-LOST"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := verifying(t, "default")
			test.harm(p)
			before := len(objects(p.World, "messages"))
			events, exit := p.answered(func() {
				if test.answer == nil {
					t.Error("it sent a message")
					return
				}
				test.answer(p)
			}, test.args...)
			p.failed(t, events, exit, test.exit, test.code)
			if sent := len(objects(p.World, "messages")) - before; test.answer == nil && sent != 0 {
				t.Errorf("%s messages", strconv.Itoa(sent))
			}
		})
	}
}

// Without a recipient, and with nobody to ask, it is named.
func TestVerifyNeedsARecipient(t *testing.T) {
	t.Parallel()
	p := verifying(t, "default")
	refused(t, p.Run(p.home, "verify", "--no-input"), 9, "WX-ANSWER-NEEDED", "verify.recipient")
	ran := p.Run(p.home, "verify", "--no-input", "--to", "nobody")
	refused(t, ran, 2, "WX-ANSWER-INVALID", "verify.recipient")
}
