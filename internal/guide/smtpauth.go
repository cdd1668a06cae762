package guide

import (
	"context"
	"fmt"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// SMTPAuth is whether the account that signs in may use Authenticated SMTP,
// and who says so: "enabled", "disabled", "inherited-enabled" or
// "inherited-disabled".
//
// The mailbox's own switch overrides the tenant's, which is only read.
// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission
type SMTPAuth string

// Words implements step.Value.
func (s SMTPAuth) Words() []msg.Message {
	return []msg.Message{msg.M("value.smtp." + string(s))}
}

// disabled is SmtpClientAuthenticationDisabled for this state: nil where the
// tenant's switch decides.
func (s SMTPAuth) disabled() *bool {
	if s.inherited() {
		return nil
	}
	off := s == "disabled"
	return &off
}

func (s SMTPAuth) inherited() bool { return s == "inherited-enabled" || s == "inherited-disabled" }

const smtpEnabled SMTPAuth = "enabled"

const smtpAuthKey = "mailbox.smtp-auth"

func smtpAuth() Thing {
	return of(Thing{
		Key: smtpAuthKey, Writes: world.Exchange, Right: Right{Cmdlets: []string{"Set-CASMailbox"}},
		Reasons: []step.Known{
			{Code: "WX-SMTP-AUTH-MAILBOX", Severity: step.Error, Exit: 10},
			{Code: "WX-SMTP-AUTH-TENANT", Severity: step.Error, Exit: 10},
			{Code: "WX-SMTP-AUTH-INHERITED", Severity: step.Warning, Exit: 3},
		},
		Plan: planSMTPAuth, Learn: learnSMTPAuth,
	}, parts[SMTPAuth]{apply: applySMTPAuth, undo: undoSMTPAuth, same: func(a, b SMTPAuth) bool { return a == b }})
}

func planSMTPAuth(f Facts, p *step.Plan) {
	ex := f.Seen.Mail()
	now := SMTPAuth(ex.SMTPAuth())
	if now == smtpEnabled {
		return
	}
	c := step.Change{Key: smtpAuthKey, Op: step.Update, Target: f.Wanted.Login(), Before: now, After: smtpEnabled}
	if ex.SignIn != nil && !ex.SignIn.IsShared() {
		code := map[SMTPAuth]string{"disabled": "WX-SMTP-AUTH-MAILBOX", "inherited-disabled": "WX-SMTP-AUTH-TENANT",
			"inherited-enabled": "WX-SMTP-AUTH-INHERITED"}[now]
		c.Why = []step.Reason{{Code: code, Object: f.Wanted.Login(), Evidence: smtpEvidence(f, ex)}}
	}
	p.Add(c)
}

// smtpEvidence is both switches as they were read.
func smtpEvidence(f Facts, ex *mailflow.Snapshot) string {
	own := "(null)"
	if ex.SMTPAuthDisabled != nil {
		own = fmt.Sprint(*ex.SMTPAuthDisabled)
	}
	text := "Get-CASMailbox: SmtpClientAuthenticationDisabled = " + own
	if ex.Blind("", "Get-TransportConfig") == nil { // else nobody has read it
		text += fmt.Sprintf("; Get-TransportConfig: SmtpClientAuthenticationDisabled = %t", ex.TenantSMTPAuthDisabled)
	}
	if d, did := f.deed(smtpAuthKey); did && signsInAs(f, d.Target) {
		text += f.did(smtpAuthKey)
	}
	return text
}

func applySMTPAuth(ctx context.Context, h Hands, e Edit[SMTPAuth]) (any, error) {
	return nil, h.Exchange.SetSMTPAuthDisabled(ctx, e.Target, e.After.disabled())
}

// learnSMTPAuth: another account's switch is another object; that it was set
// says nothing of what this one was before.
func learnSMTPAuth(m *world.Memory, e step.Entry) { turnTo(m, e.Key, e.Target, m.Deeds[e.Key].Target) }

// undoSMTPAuth gives the mailbox's switch its value of before, which is null
// where the tenant's decided.
func undoSMTPAuth(f Facts, d Left[SMTPAuth], p *step.Plan) {
	ex := f.Seen.Mail()
	now := SMTPAuth(ex.SMTPAuth())
	if ex.SignIn == nil || now == d.Before || now.inherited() && d.Before.inherited() || !signsInAs(f, d.Target) {
		return
	}
	if now != smtpEnabled && !f.Wanted.RestoreChanged {
		keepChanged(p, smtpAuthKey, f.Wanted.Login())
		return
	}
	if keepsForNeighbour(f, p, smtpAuthKey, f.Wanted.Login(), func(n world.Neighbour) bool { return signsInAs(f, n.Login) }) {
		return
	}
	p.Add(step.Change{Key: d.Key, Op: step.Update, Target: f.Wanted.Login(), Before: now, After: d.Before})
}
