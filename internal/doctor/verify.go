package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wxmail/internal/exchange"
	"wxmail/internal/microsoft"
	"wxmail/internal/setup"
	"wxmail/internal/submit"
)

// Verification is what a verify saw of the two ways of mail.
type Verification struct {
	Out Sent     `json:"out"`
	In  Received `json:"in"`
}

// Sent is the test message to the recipient. State is submitted, or what the
// message trace said of it in the end.
type Sent struct {
	To        string `json:"to"`
	MessageID string `json:"messageId"`
	State     string `json:"state"`
}

// Received is the message from outside that was followed.
type Received struct {
	MessageID   string    `json:"messageId"`
	Received    time.Time `json:"received"`
	ForwardedTo string    `json:"forwardedTo"`
	State       string    `json:"state"`
}

// Test is the message that Verify sends.
type Test struct{ To, Subject, Text string }

// Verify proves both ways of mail with real messages. It sends one as the
// mailbox, then follows the next one that reaches the mailbox from outside to
// the Forwarding Address by the message trace, for as long as Timeouts.SignIn
// gives a person; sent is called in between, so that somebody can be asked to
// answer. What happens in Webex Connect is nobody's but a person's to see.
//
// What is wrong comes as *Finding: the cause where Examine knows one, else how
// far mail got. Other errors are as Examine's. The caller holds the profile's
// lock, and the vault is open. Each time sends another message.
func Verify(ctx context.Context, r *setup.Run, o Options, test Test, sent func(Sent)) (*Verification, error) {
	o.Areas = []Area{Exchange, Token}
	e := &examination{run: r, Options: o, sends: true}
	if err := e.notItself(test.To); err != nil { // nobody need sign in to be told
		return nil, err
	}
	if err := e.inspect(ctx); err != nil {
		return nil, err
	}
	e.judge()
	if err := e.ready(test.To); err != nil {
		return nil, err
	}
	v := &verification{examination: e, begun: r.Cloud.Now().Add(-time.Second)}
	if err := v.send(ctx, test); err != nil {
		return nil, err
	}
	sent(v.result.Out)
	err := v.follow(ctx)
	return &v.result, err
}

// ready says why nothing can be sent, or nil.
func (e *examination) ready(to string) error {
	o := &e.run.Observed
	if err := e.notItself(to); err != nil {
		return err
	}
	if err := o.Unread[setup.Exchange]; err != nil {
		return err
	}
	var wrong []error
	for _, f := range e.concluded() {
		if f.Severity == Error || f.Step == "token" && !o.Vault.Refreshed {
			wrong = append(wrong, &f)
		}
	}
	return errors.Join(wrong...)
}

// notItself refuses an address of this connection, as far as it is known.
func (e *examination) notItself(to string) error {
	if e.ofThisConnection(to) {
		return &Finding{Code: "WX-VERIFY-SELF", Severity: Error, Object: to}
	}
	return nil
}

// ofThisConnection says whether an address is one that mail must not be sent
// to from this mailbox: its own, that of who signs in, the forwarding address.
func (e *examination) ofThisConnection(to string) bool {
	w, ex := &e.run.Wanted, e.run.Observed.Exchange
	own := []string{w.Mailbox, w.EmailID, w.Login(), w.ForwardingAddress}
	is := slices.ContainsFunc(own, func(address string) bool { return strings.EqualFold(address, to) })
	return is || ex != nil && (ex.Mailbox != nil && ex.Mailbox.Is(to) || ex.SignIn != nil && ex.SignIn.Is(to))
}

type verification struct {
	*examination
	begun  time.Time
	result Verification
}

func (v *verification) send(ctx context.Context, test Test) error {
	w := &v.run.Wanted
	id, err := submit.Send(ctx, v.run.Cloud, submit.Message{From: w.EmailID, To: test.To, Subject: test.Subject, Text: test.Text,
		User: w.Login(), Token: v.run.Observed.Vault.Token.Access})
	var refused *microsoft.Error
	if errors.As(err, &refused) {
		f := v.ofSMTP(err)
		return &f
	}
	v.result.Out = Sent{To: test.To, MessageID: id, State: "submitted"}
	return err
}

// follow waits for a message from outside, and follows it. What became of the
// one that was sent is looked up last: by then the trace knows more.
func (v *verification) follow(ctx context.Context) error {
	admin := v.run.Exchange()
	in := &v.result.In
	err := v.await(ctx, "a message from outside to "+v.run.Wanted.Mailbox, func(ctx context.Context) (bool, error) {
		return v.arrived(ctx, admin)
	})
	if err == nil && in.State != "Failed" {
		err = v.await(ctx, "that message to reach "+v.run.Wanted.ForwardingAddress, func(ctx context.Context) (bool, error) {
			return v.forwarded(ctx, admin)
		})
	}
	if err == nil {
		err = v.traceSent(ctx, admin)
	}
	if err != nil {
		return err
	}
	return v.lost()
}

// await is Await, where running out of time is no error: what was seen by then
// tells.
func (v *verification) await(ctx context.Context, what string, check func(context.Context) (bool, error)) error {
	err := v.run.Cloud.Await(ctx, what, check)
	var late *microsoft.NotSettled
	if errors.As(err, &late) {
		return nil
	}
	return err
}

// trace asks for messages since the verification began.
func (v *verification) trace(ctx context.Context, admin *exchange.Admin, q exchange.TraceQuery) ([]exchange.Traced, error) {
	q.Start, q.End = v.begun, v.run.Cloud.Now().Add(time.Second)
	return admin.Trace(ctx, q)
}

// arrived looks for the first message from somebody else to the mailbox.
func (v *verification) arrived(ctx context.Context, admin *exchange.Admin) (bool, error) {
	rows, err := v.trace(ctx, admin, exchange.TraceQuery{Recipient: v.run.Wanted.Mailbox})
	for _, row := range rows {
		if !v.ofThisConnection(row.SenderAddress) && ended(row.Status) {
			v.result.In = Received{MessageID: row.MessageID, Received: row.Received, State: row.Status}
		}
	}
	return v.result.In.MessageID != "", err
}

// forwarded looks for the same message on its way to the Forwarding Address.
func (v *verification) forwarded(ctx context.Context, admin *exchange.Admin) (bool, error) {
	to := v.run.Wanted.ForwardingAddress
	rows, err := v.trace(ctx, admin, exchange.TraceQuery{MessageID: v.result.In.MessageID, Recipient: to})
	for _, row := range rows {
		if ended(row.Status) {
			v.result.In.ForwardedTo, v.result.In.State = to, row.Status
		}
	}
	return v.result.In.ForwardedTo != "", err
}

func (v *verification) traceSent(ctx context.Context, admin *exchange.Admin) error {
	rows, err := v.trace(ctx, admin, exchange.TraceQuery{MessageID: v.result.Out.MessageID, Recipient: v.result.Out.To})
	for _, row := range rows {
		v.result.Out.State = row.Status
	}
	return err
}

// ended says whether the trace has made up its mind.
// https://learn.microsoft.com/powershell/module/exchange/get-messagetracev2
func ended(status string) bool {
	return !slices.Contains([]string{"Pending", "GettingStatus", "None", ""}, status)
}

// lost is what the trace shows to be wrong, with the cause in the words of
// Examine where it knows one; nil where both ways are proved.
func (v *verification) lost() error {
	in, out := v.result.In, v.result.Out
	var wrong []error
	if !slices.Contains([]string{"submitted", "Delivered", "Resolved", "Expanded"}, out.State) && ended(out.State) {
		wrong = append(wrong, &Finding{Code: "WX-VERIFY-UNDELIVERED", Severity: Error, Object: out.To, Detail: "message trace: " + out.State, Evidence: out.MessageID})
	}
	switch {
	case in.MessageID == "":
		wrong = append(wrong, &Finding{Code: "WX-VERIFY-SILENT", Severity: Error, Object: v.run.Wanted.Mailbox})
	case in.ForwardedTo == "" || in.State != "Delivered":
		wrong = append(wrong, v.why(in)...)
	}
	return errors.Join(wrong...)
}

// why are the findings that explain why a message was not forwarded.
func (v *verification) why(in Received) (why []error) {
	for _, f := range v.concluded() {
		if f.Step == "mailbox.forward" && f.Severity == Error {
			why = append(why, &f)
		}
	}
	if why != nil {
		return why
	}
	return []error{&Finding{Code: "WX-VERIFY-LOST", Severity: Error, Object: v.run.Wanted.Mailbox, Detail: fmt.Sprintf("message trace: %s, %s", in.MessageID, in.State), Evidence: in.MessageID}}
}
