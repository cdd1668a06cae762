package advice

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

// fromBelow is an error of another room, which knows its code.
type fromBelow struct {
	code, object, detail, page string
	err                        error
}

func (f *fromBelow) Error() string { return f.code + " of another room" }

func (f *fromBelow) Unwrap() error { return f.err }

func (f *fromBelow) Fact() (code, object, detail string) { return f.code, f.object, f.detail }

func (f *fromBelow) Where() string { return f.page }

func entra(asked microsoft.Asked, status int, code string) *microsoft.Error {
	return &microsoft.Error{Service: microsoft.Entra, Operation: "redeem", Object: "a@contoso.example", Client: "client", Tenant: "tenant",
		Status: status, Code: code, Message: "Said by Entra.", Asked: asked}
}

func graph(status int, code, message string) *microsoft.Error {
	return &microsoft.Error{Service: microsoft.Graph, Operation: "PATCH /applications/{id}", Object: "WebexConnect",
		Status: status, Code: code, Message: message}
}

func exchange(status int, code, message string) *microsoft.Error {
	return &microsoft.Error{Service: microsoft.Exchange, Operation: "Set-Mailbox", Object: "desk@contoso.example",
		Status: status, Code: code, Message: message}
}

func smtp(verb string, status int, code, message string) *microsoft.Error {
	return &microsoft.Error{Service: microsoft.SMTP, Operation: verb, Object: "desk@contoso.example",
		Status: status, Code: code, Message: message}
}

func caused(e *microsoft.Error, cause error) *microsoft.Error {
	e.Err = cause
	return e
}

type want struct {
	err            error
	code           string
	exit           Exit
	object, detail string
}

func (w want) check(t *testing.T) {
	t.Helper()
	got, text := Explain(w.err), w.err.Error()
	what, _ := Row{got.Code, got.Exit}.words(w.object, w.detail, text, "", "")
	if got.Code != w.code || got.Exit != w.exit || got.Object != w.object || say(got.What) != say(what) {
		t.Errorf("%s\n%s, exit %d, about %q: %s\nwant %s, exit %d, about %q: %s",
			text, got.Code, got.Exit, got.Object, say(got.What), w.code, w.exit, w.object, say(what))
	}
}

func say(m msg.Message) string { return msg.New("en").Say(m) }

// An error that knows its code is explained by it, however it is wrapped.
func TestErrorsThatKnowTheirCode(t *testing.T) {
	invalid := &wanted.InvalidAnswer{Question: "webex.email-id", Value: "x", Why: "not-an-address"}
	obstacle := &step.Obstacle{Code: "WX-ROLE-EXCHANGE", Object: "admin@contoso.example", Detail: "Get-Mailbox"}
	refused := &step.Obstacle{Code: "WX-HYDRATING", Waiting: true, Err: exchange(400, "X", "Not yet.")}
	for name, w := range map[string]want{
		"an answer": {invalid, "WX-ANSWER-INVALID", Usage, "webex.email-id", `"x": It is no e-mail address.`},
		"wrapped": {fmt.Errorf("while collecting: %w", invalid),
			"WX-ANSWER-INVALID", Usage, "webex.email-id", `"x": It is no e-mail address.`},
		"missing": {&wanted.MissingAnswers{Questions: []string{"a", "b"}},
			"WX-ANSWER-NEEDED", Unanswered, "a, b", "a, b"},
		"an obstacle": {obstacle, "WX-ROLE-EXCHANGE", Permission, "admin@contoso.example", "Get-Mailbox"},
		"met again":   {obstacle.Again(), "WX-ROLE-EXCHANGE", Permission, "admin@contoso.example", "Get-Mailbox"},
		"of another room": {&fromBelow{code: "WX-LOCKED", object: "default", detail: "pid 1"},
			"WX-LOCKED", Locked, "default", "pid 1"},
		"a thing's finding": {&fromBelow{code: "WX-SECRET-GONE", object: "label", detail: "app"},
			"WX-SECRET-GONE", Failure, "label", "app"},
		"above a refusal": {refused, "WX-HYDRATING", Waiting, "desk@contoso.example", "X Not yet"},
		"above another": {&fromBelow{code: "WX-VAULT-LOCKED", object: "vault", err: os.ErrPermission},
			"WX-VAULT-LOCKED", Unanswered, "vault", ""},
		"not settled": {&microsoft.NotSettled{What: "the secret", Waited: time.Minute},
			"WX-REPLICATION", Waiting, "the secret", "1m0s"},
		"SMTP not settled": {&microsoft.NotSettled{What: microsoft.SMTPAuth, Waited: time.Minute},
			"WX-SMTP-AUTH-WAIT", Waiting, microsoft.SMTPAuth, "1m0s"},
		"without a code": {&fromBelow{object: "x", err: obstacle},
			"WX-ROLE-EXCHANGE", Permission, "admin@contoso.example", "Get-Mailbox"},
		"a code without rows": {&fromBelow{code: "WX-NEVER-HEARD-OF", object: "x", detail: "y"},
			"WX-INTERNAL", Failure, "x", "WX-NEVER-HEARD-OF y"},
	} {
		t.Run(name, w.check)
	}
}

// An error that knows no code.
func TestErrorsWithoutACode(t *testing.T) {
	path := &os.PathError{Op: "open", Path: "/home/x", Err: os.ErrPermission}
	link := &os.LinkError{Op: "rename", Old: "/a", New: "/b", Err: os.ErrPermission}
	cut := &microsoft.Error{Service: microsoft.Graph, Operation: "GET /users", Object: "a", Err: context.Canceled}
	for name, w := range map[string]want{
		"interrupted": {context.Canceled, "WX-INTERRUPTED", Interrupted, "", ""},
		"interrupted, in a way": {fmt.Errorf("reading: %w", &net.DNSError{UnwrapErr: context.Canceled}),
			"WX-INTERRUPTED", Interrupted, "", ""},
		"a request interrupted": {cut, "WX-INTERRUPTED", Interrupted, "a", ""},
		"a file":                {fmt.Errorf("saving: %w", path), "WX-DISK", Failure, "/home/x", path.Error()},
		"two files":             {link, "WX-DISK", Failure, "/b", link.Error()},
		"anything else":         {errors.New("something else"), "WX-FAILED", Failure, "", ""},
	} {
		t.Run(name, w.check)
	}
}

func TestEntra(t *testing.T) {
	claims := microsoft.NewCause("WX-CLAIMS", "the service asks for a new sign-in")
	azure := microsoft.NewCause("WX-AZURE-CLI", "the Azure CLI gave no token")
	broken := microsoft.NewCause("WX-ANSWER-UNUSABLE", "the answer is not JSON")
	for name, w := range map[string]want{
		"an account": {entra(microsoft.Refresh, 400, "AADSTS50057"),
			"WX-MAILBOX-DISABLED", Failure, "a@contoso.example", "AADSTS50057 Said by Entra"},
		"a tenant": {entra(microsoft.Redemption, 400, "AADSTS500011"),
			"WX-NO-EXCHANGE", Failure, "tenant", "AADSTS500011 Said by Entra"},
		"an unknown one": {entra(microsoft.Metadata, 400, "AADSTS90002"),
			"WX-TENANT-UNKNOWN", Usage, "tenant", "AADSTS90002 Said by Entra"},
		"an application": {entra(microsoft.Refresh, 401, "AADSTS7000222"),
			"WX-SECRET-EXPIRED", Permission, "client", "AADSTS7000222 Said by Entra"},
		"in the browser": {entra(microsoft.DirectorySignIn, 0, "access_denied"),
			"WX-SIGN-IN-DECLINED", SignIn, "a@contoso.example", "access_denied Said by Entra"},
		"unknown, browser": {entra(microsoft.MailboxSignIn, 0, "odd"),
			"WX-SIGN-IN-REFUSED", SignIn, "a@contoso.example", "odd Said by Entra"},
		"unknown": {entra(microsoft.Refresh, 400, "AADSTS999999"),
			"WX-SIGN-IN-REFUSED", SignIn, "a@contoso.example", "AADSTS999999 Said by Entra"},
		"without a code": {entra(microsoft.Refresh, 403, ""),
			"WX-SIGN-IN-REFUSED", SignIn, "a@contoso.example", "Said by Entra"},
		"an unknown proof": {entra(microsoft.SecretProof, 400, "AADSTS999999"),
			"WX-SECRET-INVALID", Failure, "a@contoso.example", "AADSTS999999 Said by Entra"},
		"a proof cut off": {entra(microsoft.SecretProof, 403, ""),
			"WX-SIGN-IN-REFUSED", SignIn, "a@contoso.example", "Said by Entra"},
		"an outage": {entra(microsoft.Refresh, 503, "AADSTS90033"),
			"WX-UNAVAILABLE", Unavailable, "a@contoso.example", "AADSTS90033 Said by Entra"},
		"an outage's code": {entra(microsoft.Refresh, 500, "AADSTS50057"),
			"WX-UNAVAILABLE", Unavailable, "a@contoso.example", "AADSTS50057 Said by Entra"},
		"too much": {entra(microsoft.Refresh, 429, ""),
			"WX-THROTTLED", Unavailable, "a@contoso.example", "Said by Entra"},
		"too slow": {entra(microsoft.Refresh, 408, ""),
			"WX-UNAVAILABLE", Unavailable, "a@contoso.example", "Said by Entra"},

		"claims":  {silent(claims), "WX-CLAIMS", SignIn, "a@contoso.example", claims.Error()},
		"the CLI": {silent(azure), "WX-AZURE-CLI", SignIn, "a@contoso.example", azure.Error()},
		"the CLI, with a code": {caused(entra(microsoft.DirectorySignIn, 0, "AADSTS50053"), azure),
			"WX-ACCOUNT-LOCKED", SignIn, "a@contoso.example", "AADSTS50053 Said by Entra"},
		"the CLI, unknown": {caused(entra(microsoft.DirectorySignIn, 0, "AADSTS999999"), azure),
			"WX-AZURE-CLI", SignIn, "a@contoso.example", azure.Error()},
		"a page":    {silent(broken), "WX-ANSWER-UNUSABLE", Unavailable, "a@contoso.example", broken.Error()},
		"no answer": {silent(errors.New("reset")), "WX-UNREACHABLE", Unavailable, "a@contoso.example", "reset"},
	} {
		t.Run(name, w.check)
	}
}

// silent is a request to Entra ID that nobody answered.
func silent(cause error) *microsoft.Error {
	return &microsoft.Error{Service: microsoft.Entra, Operation: "redeem", Object: "a@contoso.example", Err: cause}
}

func TestGraph(t *testing.T) {
	broken := microsoft.NewCause("WX-ANSWER-UNUSABLE", "unusable answer: no id")
	host := &fromBelow{code: "WX-UNREACHABLE", object: "graph.microsoft.com", detail: "certificate of somebody"}
	for name, w := range map[string]want{
		"secrets blocked": {graph(403, "CredentialTypeNotAllowedAsPerAppPolicy", "No."),
			"WX-SECRETS-BLOCKED", Permission, "WebexConnect",
			"CredentialTypeNotAllowedAsPerAppPolicy No"},
		"another policy": {graph(400, "RedirectUriAsPerAppPolicy", "No."),
			"WX-APP-POLICY", Permission, "WebexConnect", "RedirectUriAsPerAppPolicy No"},
		"a lifetime": {graph(403, "CredentialInvalidLifetimeAsPerAppPolicy", ""),
			"WX-SECRET-LIFETIME", Permission, "WebexConnect", "CredentialInvalidLifetimeAsPerAppPolicy"},
		"a unique name": {graph(400, "X", "Another object with the same value for property uniqueName exists"),
			"WX-APPLICATION-DELETED", Failure, "WebexConnect", ""},
		"not yet": {graph(404, "Request_ResourceNotFound", "Gone."), "WX-REPLICATION", Waiting, "WebexConnect", ""},
		"not yet, a 403": {graph(403, "", "the backing application of the service principal being created must"),
			"WX-REPLICATION", Waiting, "WebexConnect", ""},
		"expired": {graph(401, "InvalidAuthenticationToken", "Old."), "WX-CLAIMS", SignIn, "WebexConnect", ""},
		"forbidden": {graph(403, "Authorization_RequestDenied", "No."),
			"WX-GRAPH-FORBIDDEN", Permission, "WebexConnect", "Authorization_RequestDenied No"},
		"throttled": {graph(429, "TooManyRequests", "Wait."),
			"WX-THROTTLED", Unavailable, "WebexConnect", "TooManyRequests Wait"},
		"down": {graph(504, "", ""), "WX-UNAVAILABLE", Unavailable, "WebexConnect", "graph: PATCH /applications/{id} on WebexConnect: 504"},
		"refused": {graph(409, "Conflict", "A conflict."),
			"WX-REFUSED", Failure, "WebexConnect", "Conflict A conflict"},
		"unusable": {caused(graph(200, "", ""), broken), "WX-ANSWER-UNUSABLE", Unavailable, "WebexConnect", ""},
		"unreadable": {caused(graph(200, "", ""), errors.New("odd")),
			"WX-ANSWER-UNUSABLE", Unavailable, "WebexConnect", "odd"},
		"not trusted": {caused(graph(0, "", ""), fmt.Errorf("dial: %w", host)),
			"WX-UNREACHABLE", Unavailable, "graph.microsoft.com", "certificate of somebody"},
		"no such service": {&microsoft.Error{Service: "other", Operation: "x", Object: "y", Status: 400},
			"WX-REFUSED", Failure, "y", ""},
	} {
		t.Run(name, w.check)
	}
}

func TestExchange(t *testing.T) {
	const kind = "Microsoft.Exchange.Configuration.Tasks."
	for name, w := range map[string]want{
		"somebody else's": {exchange(400, "X", "It is out of the current user's write scope."),
			"WX-EXCHANGE-SCOPE", Permission, "desk@contoso.example",
			"X It is out of the current user's write scope"},
		"no such cmdlet": {exchange(400, "X", "You is not allowed to call it"),
			"WX-EXCHANGE-FORBIDDEN", Permission, "desk@contoso.example", "X You is not allowed to call it"},
		"forbidden": {exchange(403, "", ""), "WX-EXCHANGE-FORBIDDEN", Permission, "desk@contoso.example",
			"exchange: Set-Mailbox on desk@contoso.example: 403"},
		"a missing role": {exchange(401, "", ""), "WX-EXCHANGE-FORBIDDEN", Permission, "desk@contoso.example",
			"exchange: Set-Mailbox on desk@contoso.example: 401"},
		"busy": {exchange(200, kind+"TransientException", "The server is busy."),
			"WX-UNAVAILABLE", Unavailable, "desk@contoso.example", kind + "TransientException The server is busy"},
		"throttled": {exchange(429, "", ""), "WX-THROTTLED", Unavailable, "desk@contoso.example",
			"exchange: Set-Mailbox on desk@contoso.example: 429"},
		"unreadable": {exchange(200, mailflow.CodeUnreadable, "one record expected"),
			"WX-ANSWER-UNUSABLE", Unavailable, "desk@contoso.example", ""},
		"truncated": {exchange(200, mailflow.CodeTruncated, "more records"),
			"WX-ANSWER-SHAPE", Unavailable, "desk@contoso.example", "Truncated more records"},
		"another form": {exchange(200, mailflow.CodeShape, "a record lacks Name"),
			"WX-ANSWER-SHAPE", Unavailable, "desk@contoso.example", "Unexpected a record lacks Name"},
		"absent": {exchange(404, "ManagementObjectNotFoundException", "Gone."),
			"WX-REFUSED", Failure, "desk@contoso.example", ""},
		"no answer": {exchange(0, "", ""), "WX-UNREACHABLE", Unavailable, "desk@contoso.example", ""},
	} {
		t.Run(name, w.check)
	}
}

func TestSMTP(t *testing.T) {
	const who = "desk@contoso.example"
	unknown := "5.9.9 Nobody knows"
	for name, w := range map[string]want{
		"the tenant's switch": {smtp("AUTH XOAUTH2", 535, "5.7.139", "SmtpClientAuthentication is disabled for the Tenant."),
			"WX-SMTP-AUTH-TENANT", Waiting, who, ""},
		"a policy": {smtp("AUTH XOAUTH2", 535, "5.7.139", "the request did not meet the criteria to be authenticated successfully."),
			"WX-SMTP-POLICY", SignIn, who,
			"5.7.139 the request did not meet the criteria to be authenticated successfully"},
		"a sender": {smtp("DATA", 550, "5.7.60", "No."), "WX-SEND-AS-DENIED", Permission, who, "5.7.60 No"},
		"too many": {smtp("MAIL", 432, "4.3.2", "Concurrent connections limit exceeded."),
			"WX-SMTP-BUSY", Unavailable, who, ""},
		"a sign-in":       {smtp("AUTH XOAUTH2", 535, "5.9.9", "Nobody knows."), "WX-SMTP-REFUSED", Failure, who, unknown},
		"a sender's mail": {smtp("MAIL", 550, "5.9.9", "Nobody knows."), "WX-MESSAGE-REFUSED", Failure, who, unknown},
		"a message":       {smtp("DATA", 554, "5.9.9", "Nobody knows."), "WX-MESSAGE-REFUSED", Failure, who, unknown},
		"a recipient": {smtp("RCPT", 550, "5.4.1", "Recipient address rejected."),
			"WX-RECIPIENT-REFUSED", Failure, who, "5.4.1 Recipient address rejected"},
		"a greeting":      {smtp("connect", 554, "5.3.2", "Not accepting."), "WX-UNREACHABLE", Unavailable, who, ""},
		"no STARTTLS":     {smtp("STARTTLS", 502, "5.5.1", "Unrecognized command."), "WX-UNREACHABLE", Unavailable, who, ""},
		"too long a line": {smtp("AUTH XOAUTH2", 500, "5.5.2", "Line too long."), "WX-ANSWER-UNUSABLE", Unavailable, who, ""},
		"spam": {smtp("DATA", 554, "5.2.0", "OutboundSpamException"), "WX-SENDER-BLOCKED", Failure, who,
			"5.2.0 OutboundSpamException"},
		"a limit": {smtp("DATA", 550, "5.1.90", "Daily limit."), "WX-SENDING-LIMIT", Waiting, who, "5.1.90 Daily limit"},
		"no room": {smtp("DATA", 554, "5.2.2", "mailbox full"), "WX-MAILBOX-FULL", Failure, who, "5.2.2 mailbox full"},
		"a rule": {smtp("DATA", 550, "5.7.1", "TRANSPORT.RULES.RejectMessage"), "WX-MESSAGE-RULE", Permission, who,
			"5.7.1 TRANSPORT.RULES.RejectMessage"},
		"a foreign domain": {smtp("DATA", 550, "5.7.750", "Unregistered."), "WX-SENDER-DOMAIN", Failure, who, "5.7.750 Unregistered"},
		"listed senders":   {smtp("RCPT", 550, "5.7.129", "Restricted."), "WX-RECIPIENT-RESTRICTED", Failure, who, "5.7.129 Restricted"},
		"later": {smtp("AUTH XOAUTH2", 454, "4.7.0", "Temporary failure."),
			"WX-UNAVAILABLE", Unavailable, who, "4.7.0 Temporary failure"},
		"no answer": {caused(smtp("connect", 0, "", ""), errors.New("refused")),
			"WX-UNREACHABLE", Unavailable, who, "refused"},
	} {
		t.Run(name, w.check)
	}
}

// Every refusal that mailflow knows has a code of its own.
func TestEveryReplyHasACode(t *testing.T) {
	seen := map[string]bool{}
	for refusal, code := range replies {
		if _, known := Find(code); !known || seen[code] {
			t.Errorf("%s: %s", refusal, code)
		}
		seen[code] = true
	}
	if len(replies) != 22 {
		t.Errorf("%d replies", len(replies))
	}
}

func TestExplanation(t *testing.T) {
	refusal := graph(403, "Authorization_RequestDenied", "No.")
	refusal.RequestID = "request"
	got := Explain(&step.Obstacle{Code: "WX-ROLE-DIRECTORY", Object: "admin@contoso.example", Detail: "the role", Waiting: true, Err: refusal})
	if got.Operation != "graph: PATCH /applications/{id}" || got.RequestID != "request" || !got.Waits || got.Exit != Permission {
		t.Errorf("%+v", got)
	}
	if got := Explain(&step.Obstacle{Code: "WX-HYDRATING"}); !got.Waits {
		t.Error("what ends with 10 waits")
	}
	if got := Explain(errors.New("x")); got.Waits || got.Operation != "" || got.RequestID != "" {
		t.Errorf("%+v", got)
	}
	placed := Explain(fmt.Errorf("found: %w", &fromBelow{code: "WX-OUTBOUND-OFF", page: "https://security.microsoft.com/antispam"}))
	if fix := say(placed.Fix); !strings.HasSuffix(fix, " https://security.microsoft.com/antispam") {
		t.Error(fix)
	}
}

// Joined errors are told one by one, each once by its code and object, and an
// error that wraps several is still one where it knows its code.
func TestExplainAll(t *testing.T) {
	a, b := &fromBelow{code: "WX-DECLINED", object: "a"}, &fromBelow{code: "WX-DECLINED", object: "b"}
	for name, test := range map[string]struct {
		problems []error
		want     string
	}{
		"none":          {nil, ""},
		"nil":           {[]error{nil}, ""},
		"joined":        {[]error{errors.Join(a, b), a}, "WX-DECLINED a, WX-DECLINED b"},
		"in each other": {[]error{errors.Join(errors.Join(a, errors.New("x")), b)}, "WX-DECLINED a, WX-FAILED , WX-DECLINED b"},
		"wrapped":       {[]error{fmt.Errorf("all: %w", errors.Join(a, b))}, "WX-DECLINED a, WX-DECLINED b"},
		"below a fact":  {[]error{&fromBelow{code: "WX-READ-BACK", object: "c", err: errors.Join(a, b)}}, "WX-READ-BACK c"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range ExplainAll(test.problems) {
				got = append(got, e.Code+" "+e.Object)
			}
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("%s\nwant %s", text, test.want)
			}
		})
	}
}

// Where several apply, the order of the contract decides and not the order in
// which they were met.
func TestWorst(t *testing.T) {
	for i, all := range [][]Explanation{
		{{Exit: Failure}, {Exit: Usage}, {Exit: Unanswered}},
		{{Exit: Usage}, {Exit: Waiting}, {Exit: Permission}},
	} {
		if got := Worst(all).Exit; got != Usage {
			t.Errorf("%d: %d, want %d", i, got, Usage)
		}
		if got := Worst(append(all, Explanation{Exit: Locked})).Exit; got != Locked {
			t.Errorf("%d: %d, want %d", i, got, Locked)
		}
	}
	first := []Explanation{{Code: "1", Exit: Failure}, {Code: "2", Exit: Failure}}
	if got := Worst(first).Code; got != "1" {
		t.Errorf("of equals the first: %s", got)
	}
	joined := errors.Join(errors.New("x"), &fromBelow{code: "WX-LOCKED"}, context.DeadlineExceeded)
	if got := Explain(joined).Code; got != "WX-LOCKED" {
		t.Errorf("of joined errors the worst: %s", got)
	}
	if got := Explain(nil); got.Code != "" || got.Exit != OK {
		t.Errorf("nothing is %+v", got)
	}
}
