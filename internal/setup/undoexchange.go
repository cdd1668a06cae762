package setup

import (
	"context"
	"slices"
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// undoForward ends forwarding first, then takes away what allowed it.
func undoForward(r *Run, p *step.Plan) {
	ex := r.Observed.Exchange
	if ex == nil || ex.Mailbox == nil {
		return
	}
	undoForwarding(r, p, ex.Mailbox)
	undoRule(r, p, ex)
	undoPolicy(r, p, ex)
}

func undoForwarding(r *Run, p *step.Plan, m *mailflow.Mailbox) {
	deed, did := r.deed("mailbox.forwarding")
	have, before := viewForwarding(m), view[ForwardingView](deed.Before)
	if !did || have == before {
		return
	}
	if have != view[ForwardingView](deed.After) && r.kept(p, "forwarding of "+r.Wanted.Mailbox) {
		return
	}
	p.Add(step.Change{Key: undoPrefix + "mailbox.forwarding", Op: step.Update, Target: r.Wanted.Mailbox, Before: have, After: before})
}

func undoRule(r *Run, p *step.Plan, ex *mailflow.Snapshot) {
	name := mailflow.ObjectName(r.Wanted.Mailbox)
	deed, did := r.deed("mailbox.outbound-rule")
	i := slices.IndexFunc(ex.OutboundRules, func(rule mailflow.OutboundRule) bool { return strings.EqualFold(rule.Name, name) })
	if !did || i < 0 || deed.Op != step.Create {
		return
	}
	rule := ex.OutboundRules[i]
	ours := len(rule.From) == 1 && ex.Mailbox.Is(rule.From[0]) && len(rule.FromMemberOf)+len(rule.SenderDomainIs) == 0
	if (!ours || closedSince(ex, name)) && r.kept(p, "outbound rule "+name) {
		return
	}
	p.Add(step.Change{Key: undoPrefix + "mailbox.outbound-rule", Op: step.Delete, Target: name, Before: "from " + strings.Join(rule.From, ", "), Ours: true,
		Needs: undone("mailbox.forwarding")})
}

func undoPolicy(r *Run, p *step.Plan, ex *mailflow.Snapshot) {
	name := mailflow.ObjectName(r.Wanted.Mailbox)
	deed, did := r.deed("mailbox.outbound-policy")
	i := slices.IndexFunc(ex.OutboundPolicies, func(policy mailflow.OutboundPolicy) bool { return strings.EqualFold(policy.Name, name) })
	if !did || i < 0 || deed.Op != step.Create {
		return
	}
	theirs := slices.ContainsFunc(ex.OutboundRules, func(rule mailflow.OutboundRule) bool {
		return strings.EqualFold(rule.Policy, name) && !(strings.EqualFold(rule.Name, name) && p.Has(undoPrefix+"mailbox.outbound-rule"))
	})
	if theirs { // a rule needs its policy, whatever the operator wants
		p.Keep("outbound policy " + name)
		p.Note(msg.M("note.undo-used", "What", name))
		return
	}
	if closedSince(ex, name) && r.kept(p, "outbound policy "+name) {
		return
	}
	p.Add(step.Change{Key: undoPrefix + "mailbox.outbound-policy", Op: step.Delete, Target: name,
		Before: "automatic forwarding " + ex.OutboundPolicies[i].AutoForwardingMode, Ours: true, Needs: undone("mailbox.outbound-rule")})
}

// closedSince says whether somebody has forbidden forwarding in our policy:
// without it the next policy would decide.
func closedSince(ex *mailflow.Snapshot, name string) bool {
	return slices.ContainsFunc(ex.OutboundPolicies, func(policy mailflow.OutboundPolicy) bool {
		return strings.EqualFold(policy.Name, name) && policy.AutoForwardingMode != "On"
	})
}

func applyUndoForward(ctx context.Context, r *Run, c step.Change) (any, error) {
	r.writing.Lock()
	defer r.writing.Unlock()
	switch c.Key {
	case undoPrefix + "mailbox.forwarding":
		to, _ := c.After.(ForwardingView)
		return nil, r.exchange.SetForwarding(ctx, r.Wanted.Mailbox, mailflow.Forwarding{SMTPAddress: to.ForwardingTo, Address: to.ForwardingAddress, KeepCopy: to.KeepCopy})
	case undoPrefix + "mailbox.outbound-rule":
		return nil, ignoreMissing(r.exchange.RemoveOutboundRule(ctx, c.Target))
	case undoPrefix + "mailbox.outbound-policy":
		return nil, ignoreMissing(r.exchange.RemoveOutboundPolicy(ctx, c.Target))
	}
	return nil, unknownKey(c)
}

// undoSMTP gives the mailbox's switch its value of before, which is null
// where the tenant's decided.
func undoSMTP(r *Run, p *step.Plan) {
	ex := r.Observed.Exchange
	if ex == nil || ex.SignIn == nil {
		return
	}
	if deed, did := r.deed("mailbox.smtp-auth"); did {
		undoSMTPAuth(r, p, view[string](deed.Before))
	}
	deed, did := r.deed("mailbox.send-as")
	if did && deed.Op == step.Create && r.Wanted.Delegate() && ex.MaySendAs() {
		p.Add(step.Change{Key: undoPrefix + "mailbox.send-as", Op: step.Delete, Target: r.Wanted.Mailbox, Before: r.Wanted.Login(), Ours: true})
	}
}

func undoSMTPAuth(r *Run, p *step.Plan, before string) {
	now := r.Observed.Exchange.SMTPAuth()
	inherited := strings.HasPrefix(before, "inherited-")
	if now == before || inherited && r.Observed.Exchange.SMTPAuthDisabled == nil {
		return
	}
	if now != "enabled" && r.kept(p, "Authenticated SMTP of "+r.Wanted.Login()) {
		return
	}
	p.Add(step.Change{Key: undoPrefix + "mailbox.smtp-auth", Op: step.Update, Target: r.Wanted.Login(), Before: now, After: before})
}

func applyUndoSMTP(ctx context.Context, r *Run, c step.Change) (any, error) {
	r.writing.Lock()
	defer r.writing.Unlock()
	switch c.Key {
	case undoPrefix + "mailbox.smtp-auth":
		return nil, r.exchange.SetSMTPAuthDisabled(ctx, r.Wanted.Login(), disabledBefore(c.After))
	case undoPrefix + "mailbox.send-as":
		return nil, ignoreMissing(r.exchange.RevokeSendAs(ctx, r.Wanted.Mailbox, r.Wanted.Login()))
	}
	return nil, unknownKey(c)
}

// disabledBefore is SmtpClientAuthenticationDisabled as it was: nil where the
// tenant's switch decided.
func disabledBefore(state any) *bool {
	if state != "disabled" && state != "enabled" {
		return nil
	}
	disabled := state == "disabled"
	return &disabled
}
