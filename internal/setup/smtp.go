package setup

import (
	"context"
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// planSMTP plans step 3 of the guide, first half: Authenticated SMTP for the
// mailbox that signs in, and for a shared mailbox the right to send as it.
//
// The mailbox's own switch overrides the tenant's, which is only read.
// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
func planSMTP(r *Run, p *step.Plan) {
	if !hinderMailbox(r, p) {
		return
	}
	ex, w := r.Observed.Exchange, &r.Wanted
	if ex.SMTPAuthDisabled == nil || *ex.SMTPAuthDisabled {
		p.Add(step.Change{Key: "mailbox.smtp-auth", Op: step.Update, Target: w.Login(), Before: ex.SMTPAuth(), After: "enabled"})
	}
	if !ex.MaySendAs() {
		p.Add(step.Change{Key: "mailbox.send-as", Op: step.Create, Target: w.Mailbox, After: w.Login(), Ours: true,
			Follows: []string{"mailbox.smtp-auth"}})
	}
}

func applySMTP(ctx context.Context, r *Run, c step.Change) (any, error) {
	r.writing.Lock()
	defer r.writing.Unlock()
	switch c.Key {
	case "mailbox.smtp-auth":
		return nil, r.exchange.SetSMTPAuthDisabled(ctx, r.Wanted.Login(), new(bool))
	case "mailbox.send-as":
		return nil, ignoreExists(r.exchange.GrantSendAs(ctx, r.Wanted.Mailbox, r.Wanted.Login()))
	}
	return nil, unknownKey(c)
}

// hinderMailbox refuses, by name and before any write, what is no mailbox
// that can be used.
func hinderMailbox(r *Run, p *step.Plan) bool {
	ex, w := r.Observed.Exchange, &r.Wanted
	if o := mailboxObstacle(w.Mailbox, ex.Mailbox, ex.NotMailbox); o != nil {
		p.Hinder(inDirectory(r, o))
		return false
	}
	if ex.Mailbox.IsShared() && w.SignInAs == "" {
		p.Hinder(&step.Obstacle{Code: "WX-SHARED-MAILBOX", Object: w.Mailbox, Question: "mailbox.sign-in-as", Stops: true})
		return false
	}
	if ex.Mailbox.IsShared() && !w.Delegate() {
		p.Hinder(&step.Obstacle{Code: "WX-SHARED-SIGN-IN", Object: w.Mailbox, Stops: true})
		return false
	}
	if w.Delegate() {
		if o := mailboxObstacle(w.Login(), ex.SignIn, nil); o != nil {
			p.Hinder(inDirectory(r, o))
			return false
		}
	}
	return hinderMailboxAccount(r, p)
}

func mailboxObstacle(address string, m *mailflow.Mailbox, other *mailflow.Recipient) *step.Obstacle {
	switch {
	case m == nil && other == nil:
		return &step.Obstacle{Code: "WX-MAILBOX-UNKNOWN", Object: address, Stops: true}
	case m == nil && strings.EqualFold(other.RecipientTypeDetails, "MailUser"):
		return &step.Obstacle{Code: "WX-MAILBOX-HYBRID", Object: address, Detail: other.RecipientTypeDetails, Stops: true}
	case m == nil:
		return &step.Obstacle{Code: "WX-NOT-A-MAILBOX", Object: address, Detail: other.RecipientTypeDetails, Stops: true}
	case m.IsShared():
		return nil // the account behind a shared mailbox is disabled by design
	case m.RecipientTypeDetails != "UserMailbox":
		return &step.Obstacle{Code: "WX-NOT-A-MAILBOX", Object: address, Detail: m.RecipientTypeDetails, Stops: true}
	case m.AccountDisabled:
		return &step.Obstacle{Code: "WX-MAILBOX-DISABLED", Object: address, Stops: true}
	}
	return nil
}

// inDirectory says more of an address that Exchange does not know, where the
// directory was read: a user without a licence has no mailbox.
func inDirectory(r *Run, o *step.Obstacle) *step.Obstacle {
	if o.Code != "WX-MAILBOX-UNKNOWN" || o.Object != r.Wanted.Login() || !r.Observed.Read.Has(Directory) {
		return o
	}
	if user := r.Observed.Directory.User; user != nil && !user.Licensed {
		o.Code = "WX-MAILBOX-UNLICENSED"
	}
	return o
}

// hinderMailboxAccount looks at the directory's side of the account that
// signs in, where the directory was read.
func hinderMailboxAccount(r *Run, p *step.Plan) bool {
	o, w := &r.Observed, &r.Wanted
	if !o.Read.Has(Directory) {
		return true
	}
	shared := o.Exchange != nil && o.Exchange.Mailbox != nil && o.Exchange.Mailbox.IsShared()
	user := o.Directory.User
	switch {
	case user == nil && o.Exchange == nil:
		p.Hinder(&step.Obstacle{Code: "WX-MAILBOX-UNKNOWN", Object: w.Login(), Stops: true})
	case user == nil || shared && !w.Delegate():
		return true
	case !user.Enabled && o.Exchange == nil && w.SignInAs == "":
		return true // it may be a shared mailbox: only Exchange can tell
	case !user.Enabled:
		p.Hinder(&step.Obstacle{Code: "WX-MAILBOX-DISABLED", Object: w.Login(), Stops: true})
	case !user.Licensed:
		p.Hinder(&step.Obstacle{Code: "WX-MAILBOX-UNLICENSED", Object: w.Login(), Stops: true})
	default:
		return true
	}
	return false
}
