package guide

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Forwarding is where a mailbox forwards to.
type Forwarding struct {
	ForwardingAddress string `json:"forwardingAddress,omitempty"` // an internal recipient: it wins
	ForwardingTo      string `json:"forwardingTo"`
	KeepCopy          bool   `json:"keepCopy"`
}

// Words implements step.Value.
func (v Forwarding) Words() []msg.Message {
	if v.nowhere() {
		return []msg.Message{msg.M("value.forwards-nowhere")}
	}
	return []msg.Message{msg.M("value.forwards-to", "Address", cmp.Or(v.ForwardingAddress, v.ForwardingTo)),
		msg.M("value.keeps-copy", "On", truth(v.KeepCopy))}
}

func (v Forwarding) nowhere() bool { return v.ForwardingAddress == "" && v.ForwardingTo == "" }

func shownForwarding(m *mailflow.Mailbox) Forwarding {
	return Forwarding{m.Forwarding.Address, strings.ToLower(m.Forwarding.SMTPAddress), m.Forwarding.KeepCopy}
}

func forwarding() Thing {
	return of(Thing{
		Key: forwardingKey, Writes: world.Exchange, // what lets it leave is kept by what it forwards to: keepsOutbound
		Right: Right{Cmdlets: []string{"Set-Mailbox"}},
		Reasons: []step.Known{
			{Code: "WX-FORWARDING-SHADOWED", Severity: step.Error, Exit: 1},
			{Code: "WX-FORWARDING-CLEARED", Severity: step.Error, Exit: 1},
			{Code: "WX-FORWARDING-CHANGED", Severity: step.Error, Exit: 1},
			{Code: "WX-KEEP-COPY", Severity: step.Warning, Exit: 3},
		},
		Plan: planForwarding, Learn: learnForwarding, Forget: forgetForwarding, Names: targeted,
	}, parts[Forwarding]{apply: applyForwarding, undo: undoForwarding, shows: showsForwarding,
		same: func(a, b Forwarding) bool { return a == b }})
}

// planForwarding needs what lets mail leave, so that no customer ever gets a
// refusal; what else has to come first is added in golive.go.
func planForwarding(f Facts, p *step.Plan) {
	w, m := &f.Wanted, f.Seen.Mail().Mailbox
	if m == nil {
		return
	}
	have, want := shownForwarding(m), Forwarding{ForwardingTo: w.ForwardingAddress, KeepCopy: w.KeepCopy}
	if have.ForwardingTo != want.ForwardingTo {
		hinderUnknownDomain(f, p)
	}
	if have != want {
		hinderForeign(f, p, have)
	}
	if w.Open.KeepCopy && p.Hindered("mailbox.forward") == nil {
		p.Offer(step.Ask{Question: "mailbox.keep-copy", Suggestion: fmt.Sprint(w.KeepCopy)})
	}
	if have == want {
		noteForwarding(f, p, have)
		return
	}
	c := step.Change{Key: forwardingKey, Op: step.Create, Target: w.Mailbox, Before: have, After: want,
		Risk:  riskOf("risk.forwarding.", want),
		Needs: []string{"mailbox.outbound-rule", "mailbox.outbound-policy", "exchange.customization"}, Follows: afterSMTP()}
	if !proves(f) {
		c.Risk = riskOf("risk.forwarding-alone.", want)
	}
	if have.ForwardingAddress != "" || have.ForwardingTo != "" {
		c.Op = step.Update
	}
	c.Why = []step.Reason{f.whyForwarding(m)}
	p.Add(c)
}

// noteForwarding says that somebody has set the forwarding as it should be:
// it is theirs, and wxmail never takes it back.
func noteForwarding(f Facts, p *step.Plan, have Forwarding) {
	if len(f.Seen.Local().Memory.Deeds) > 0 || f.Seen.Here.Value == nil {
		return // said once, by the first run
	}
	id := "note.forwarding-by-hand"
	if !have.KeepCopy {
		id = "note.forwarding-by-hand-no-copy"
	}
	p.Note(msg.M(id, "Mailbox", f.Wanted.Mailbox, "Address", have.ForwardingTo))
}

// whyForwarding is how the mailbox's forwarding differs.
func (f Facts) whyForwarding(m *mailflow.Mailbox) step.Reason {
	v := m.Forwarding
	r := step.Reason{Object: f.Wanted.Mailbox, Detail: cmp.Or(v.Address, v.SMTPAddress),
		Evidence: fmt.Sprintf("Get-Mailbox: ForwardingSmtpAddress = %s, ForwardingAddress = %s, DeliverToMailboxAndForward = %t",
			cmp.Or(v.SMTPAddress, "(null)"), cmp.Or(v.Address, "(null)"), v.KeepCopy) + f.did(forwardingKey)}
	switch {
	case v.Address != "":
		r.Code = "WX-FORWARDING-SHADOWED"
	case v.SMTPAddress == "":
		r.Code = "WX-FORWARDING-CLEARED"
	case !sameAddress(v.SMTPAddress, f.Wanted.ForwardingAddress):
		r.Code = "WX-FORWARDING-CHANGED"
	default:
		r.Code, r.Detail = "WX-KEEP-COPY", fmt.Sprint(v.KeepCopy)
	}
	return r
}

// tellsForwarding says where a mailbox forwards now.
func tellsForwarding(mailbox string, v Forwarding) msg.Message {
	switch {
	case v.nowhere():
		return msg.M("tells.forwards-nowhere", "Mailbox", mailbox)
	case v.KeepCopy:
		return msg.M("tells.forwards-copy", "Mailbox", mailbox, "Address", cmp.Or(v.ForwardingAddress, v.ForwardingTo))
	}
	return msg.M("tells.forwards-no-copy", "Mailbox", mailbox, "Address", cmp.Or(v.ForwardingAddress, v.ForwardingTo))
}

// hinderUnknownDomain asks before mail begins to go where Webex Connect is not
// known to be: answers may come from anybody, and what customers write would go
// to a stranger.
func hinderUnknownDomain(f Facts, p *step.Plan) {
	to, known := f.Wanted.ForwardingAddress, f.Wanted.DomainKnown
	if !f.Wanted.ForwardsToStrangers() || known != nil && *known {
		return
	}
	o := &step.Obstacle{Code: "WX-FORWARDING-DOMAIN-REFUSED", Object: f.Wanted.Mailbox, Detail: domainOf(to), About: forwardingKey}
	if known == nil {
		o.Code, o.Question, o.Stops = "WX-FORWARDING-DOMAIN", "webex.forwarding-domain-known", true
		o.Tells = []msg.Message{tellsForwarding(f.Wanted.Mailbox, shownForwarding(f.Seen.Mail().Mailbox))}
	}
	p.Hinder(o)
}

// hinderForeign asks before forwarding that somebody else set is replaced.
// What points where it should, or was set by wxmail, is only mended.
func hinderForeign(f Facts, p *step.Plan, have Forwarding) {
	foreign := have.ForwardingAddress
	ours := f.Seen.Local().Memory.Forwarding[strings.ToLower(have.ForwardingTo)]
	if to := have.ForwardingTo; to != "" && !sameAddress(to, f.Wanted.ForwardingAddress) && !ours {
		foreign = to
	}
	o := &step.Obstacle{Object: f.Wanted.Mailbox, Detail: foreign, About: forwardingKey}
	switch agreed := f.Wanted.ReplaceForwarding; {
	case foreign == "" || agreed != nil && *agreed:
		return
	case agreed == nil:
		o.Code, o.Question, o.Stops = "WX-FORWARDING-FOREIGN", "mailbox.replace-forwarding", true
		o.Tells = []msg.Message{tellsForwarding(f.Wanted.Mailbox, have)}
	default:
		o.Code = "WX-FORWARDING-KEPT"
	}
	p.Hinder(o)
}

func applyForwarding(ctx context.Context, h Hands, e Edit[Forwarding]) (any, error) {
	if h.Still != nil {
		if err := h.Still(ctx, e.Change); err != nil {
			return nil, err
		}
	}
	to := mailflow.Forwarding{SMTPAddress: e.After.ForwardingTo, Address: e.After.ForwardingAddress, KeepCopy: e.After.KeepCopy}
	return nil, h.Exchange.SetForwarding(ctx, e.Target, to)
}

func learnForwarding(m *world.Memory, e step.Entry) {
	if to := decode[Forwarding](e.After).ForwardingTo; to != "" {
		m.Forwarding[strings.ToLower(to)] = true
	}
}

// forgetForwarding: where wxmail has ended a forwarding, and somebody sets it
// again, it is somebody's.
func forgetForwarding(m *world.Memory, e step.Entry) {
	delete(m.Forwarding, strings.ToLower(decode[Forwarding](e.Before).ForwardingTo))
}

// undoForwarding gives the mailbox its forwarding of before. Forwarding that
// still points where wxmail sent it is ours, whoever changed what is kept.
func undoForwarding(f Facts, d Left[Forwarding], p *step.Plan) {
	m := f.Seen.Mail().Mailbox
	if m == nil {
		return
	}
	have := shownForwarding(m)
	if have == d.Before || have.nowhere() && d.Before.nowhere() {
		return
	}
	ours := have.ForwardingAddress == "" && f.Seen.Local().Memory.Forwarding[have.ForwardingTo]
	if !ours && !f.Wanted.RestoreChanged {
		keepChanged(p, d.Key, f.Wanted.Mailbox)
		return
	}
	p.Add(step.Change{Key: d.Key, Op: step.Update, Target: f.Wanted.Mailbox, Before: have, After: d.Before})
}

// forwardsStill is where the mailbox goes on forwarding to outside when the
// changes of an undo are made, though it did not before wxmail came, or "":
// what lets it must stay as long.
func (f Facts) forwardsStill(undo *step.Plan) string {
	m := f.Seen.Mail().Mailbox
	if m == nil || undo.Has(forwardingKey) {
		return ""
	}
	v, domain := shownForwarding(m), domainOf(m.Forwarding.SMTPAddress)
	d, did := f.deed(forwardingKey)
	inside := f.Seen.Owns(domain) || domain == domainOf(f.Wanted.Mailbox)
	if did && v == decode[Forwarding](d.Before) || v.ForwardingAddress != "" || v.ForwardingTo == "" || inside {
		return ""
	}
	return v.ForwardingTo
}
