package setup

import (
	"context"
	"errors"
	"time"

	"wxmail/internal/exchange"
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/submit"
	"wxmail/internal/world"
)

// Test is the message that a verification sends.
type Test struct{ To, Subject, Text string }

// Verify tries both ways of mail with real messages. It sends one as the
// mailbox, then follows the next one that reaches the mailbox from outside to
// the Forwarding Address by the message trace, for as long as Timeouts.SignIn
// gives a person; sent is called in between, so that somebody can be asked to
// answer. What happens in Webex Connect is nobody's but a person's to see.
//
// The examination has looked at Exchange and the token, and nothing that it
// saw is in the way; the caller holds the profile's lock. Running out of time
// is no error: what was seen by then tells. Errors: a *microsoft.Error of SMTP
// where the message was refused, of Exchange where the trace was; ctx's. Each
// time sends another message.
func (x *Examination) Verify(ctx context.Context, test Test, sent func(world.Sent)) (world.Verification, error) {
	f := x.Facts()
	if f.Seen.Local().Token == nil || x.inspection.walk.exchange == nil {
		return world.Verification{}, &step.Obstacle{Code: "WX-STEP-FIRST", Object: "token"}
	}
	v := &verification{session: x.inspection.walk.session, facts: f, begun: x.cloud.Now().Add(-time.Second)}
	err := v.send(ctx, test)
	if err == nil {
		sent(v.seen.Out)
		err = v.follow(ctx)
	}
	return v.seen, err
}

// verification is one Verify.
type verification struct {
	*session
	facts guide.Facts
	begun time.Time
	seen  world.Verification
}

func (v *verification) send(ctx context.Context, test Test) error {
	token := v.facts.Seen.Local().Token
	id, err := submit.Send(ctx, v.Cloud, submit.Message{From: v.facts.Wanted.EmailID, To: test.To, Subject: test.Subject, Text: test.Text,
		User: token.Account, Token: token.Access})
	if err == nil {
		v.seen.Out = world.Sent{To: test.To, MessageID: id, State: world.Submitted}
	}
	return err
}

// follow waits for a message from outside, and follows it. What became of the
// one that was sent is looked up last: by then the trace knows more.
func (v *verification) follow(ctx context.Context) error {
	w := v.facts.Wanted
	err := v.await(ctx, "a message from outside to "+w.Mailbox, msg.M("work.await-mail", "Mailbox", w.Mailbox), v.arrived)
	if err == nil && v.seen.In.MessageID != "" && v.seen.In.State != "Failed" {
		err = v.await(ctx, "that message to reach "+w.ForwardingAddress, msg.M("work.follow-mail"), v.forwarded)
	}
	if err == nil {
		err = v.delivered(ctx)
	}
	return err
}

// await waits for a person, and bears that none comes in time.
func (v *verification) await(ctx context.Context, what string, said msg.Message, check func(context.Context) (bool, error)) error {
	defer v.Operator.Begin(Work{What: said, Limit: v.Cloud.Timeouts.SignIn})()
	err := v.Cloud.Await(ctx, what, check)
	var late *microsoft.NotSettled
	if errors.As(err, &late) {
		return nil
	}
	return err
}

// trace asks for messages since the verification began.
func (v *verification) trace(ctx context.Context, q exchange.TraceQuery) ([]exchange.Traced, error) {
	q.Start, q.End = v.begun, v.Cloud.Now().Add(time.Second)
	return v.exchange.Trace(ctx, q)
}

// arrived looks for the first message from somebody else to the mailbox.
func (v *verification) arrived(ctx context.Context) (bool, error) {
	rows, err := v.trace(ctx, exchange.TraceQuery{Recipient: v.facts.Wanted.Mailbox})
	for _, row := range rows {
		if !v.facts.Owns(row.SenderAddress) && mailflow.TraceEnded(row.Status) {
			v.seen.In = world.Received{MessageID: row.MessageID, Received: row.Received, State: row.Status}
		}
	}
	return v.seen.In.MessageID != "", err
}

// forwarded looks for the same message on its way to the Forwarding Address.
func (v *verification) forwarded(ctx context.Context) (bool, error) {
	to := v.facts.Wanted.ForwardingAddress
	rows, err := v.trace(ctx, exchange.TraceQuery{MessageID: v.seen.In.MessageID, Recipient: to})
	for _, row := range rows {
		if mailflow.TraceEnded(row.Status) {
			v.seen.In.ForwardedTo, v.seen.In.State = to, row.Status
		}
	}
	return v.seen.In.ForwardedTo != "", err
}

// delivered looks up what became of the message that was sent.
func (v *verification) delivered(ctx context.Context) error {
	out := &v.seen.Out
	rows, err := v.trace(ctx, exchange.TraceQuery{MessageID: out.MessageID, Recipient: out.To})
	for _, row := range rows {
		out.State = row.Status
	}
	return err
}
