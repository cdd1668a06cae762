package guide

import (
	"context"
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// OutboundRule says whom a policy covers.
type OutboundRule struct {
	From   []string `json:"from"`
	Policy string   `json:"policy"`
	State  string   `json:"state"`            // Enabled or Disabled
	Before string   `json:"before,omitempty"` // the rule that it has to come before
}

// Words implements step.Value.
func (v OutboundRule) Words() []msg.Message {
	words := []msg.Message{msg.M("value.rule-from", "List", inWords(v.From)),
		msg.M("value.rule-state", "State", msg.M("value.rule."+strings.ToLower(v.State)))}
	if v.Policy != "" {
		words = append(words, msg.M("value.rule-policy", "Policy", v.Policy))
	}
	if v.Before != "" {
		words = append(words, msg.M("value.rule-before", "Rule", v.Before))
	}
	return words
}

func outboundRule() Thing {
	return of(Thing{
		Key: "mailbox.outbound-rule", Writes: world.Exchange, Needs: []string{"mailbox.outbound-policy"},
		Right: Right{Cmdlets: []string{"New-HostedOutboundSpamFilterRule"}}, Plan: planRule, Names: coveredBy,
	}, parts[OutboundRule]{apply: applyRule, undo: undoRule, same: func(a, b OutboundRule) bool {
		return sameStrings(a.From, b.From) && sameUse(a, b)
	}})
}

// sameUse: words of old name no policy.
func sameUse(a, b OutboundRule) bool {
	return strings.EqualFold(a.State, b.State) && (a.Policy == "" || b.Policy == "" || strings.EqualFold(a.Policy, b.Policy))
}

// planRule puts our rule last, so that foreign rules keep their order, and
// first only where an earlier rule catches the mailbox, or may.
func planRule(f Facts, p *step.Plan) {
	in := f.InForce()
	if !f.lacksPolicy() {
		return
	}
	name := mailflow.ObjectName(f.Wanted.Mailbox)
	after := OutboundRule{From: []string{f.Wanted.Mailbox}, Policy: name, State: "Enabled", Before: catches(in, name)}
	c := step.Change{Key: "mailbox.outbound-rule", Op: step.Create, Target: name, Ours: true, After: after,
		Needs: []string{"mailbox.outbound-policy", "exchange.customization"}}
	if after.Before != "" {
		c.Risk = msg.M("risk.rule-first", "Rule", after.Before)
	}
	if taken := f.takes(name); taken != nil {
		p.Hinder(&step.Obstacle{Code: "WX-POLICY-USED", Object: name, Detail: taken.Name, Waiting: true,
			Evidence: "Get-HostedOutboundSpamFilterRule: HostedOutboundSpamFilterPolicy = " + name})
		return
	}
	if existing := f.rule(name); existing != nil {
		if after.Before == "" && governs(existing, in) && strings.EqualFold(existing.Policy, name) {
			return // only its policy is closed
		}
		c.Op, c.Before = step.Update, shownRule(existing)
	}
	if !p.Has("mailbox.outbound-policy") {
		c.Why = f.whyOutbound()
	}
	p.Add(c)
}

// governs says whether a rule is the one in force.
func governs(r *mailflow.OutboundRule, in mailflow.InForce) bool {
	return in.Rule != nil && strings.EqualFold(in.Rule.Name, r.Name)
}

// takes is somebody's rule that uses our policy, which can have only one.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterrule
func (f Facts) takes(policy string) *mailflow.OutboundRule {
	for _, rule := range f.Seen.Mail().OutboundRules {
		if strings.EqualFold(rule.Policy, policy) && !strings.EqualFold(rule.Name, policy) {
			return &rule
		}
	}
	return nil
}

func shownRule(r *mailflow.OutboundRule) OutboundRule {
	return OutboundRule{From: r.From, Policy: r.Policy, State: r.State}
}

// catches is the rule that comes before ours and covers the mailbox, or may.
func catches(in mailflow.InForce, ours string) string {
	if in.Rule != nil && !strings.EqualFold(in.Rule.Name, ours) {
		return in.Rule.Name
	}
	if len(in.Maybe) > 0 {
		return in.Maybe[0].Name
	}
	return ""
}

func applyRule(ctx context.Context, h Hands, e Edit[OutboundRule]) (any, error) {
	var priority *int
	if e.After.Before != "" {
		priority = new(int)
	}
	switch e.Op {
	case step.Delete:
		return nil, ignoreMissing(h.Exchange.RemoveOutboundRule(ctx, e.Target))
	case step.Create:
		rule := mailflow.NewRule{Name: e.Target, Policy: e.After.Policy, From: e.After.From, Priority: priority,
			Comment: outboundComment(listed(e.After.From))}
		return nil, hydrating(ignoreExists(h.Exchange.CreateOutboundRule(ctx, rule)), e.Target)
	}
	if strings.EqualFold(e.After.State, disabled) { // as it was before: nothing else of it changes
		return nil, h.Exchange.DisableOutboundRule(ctx, e.Target)
	}
	change := mailflow.RuleChange{From: e.After.From, Policy: &e.After.Policy, Priority: priority}
	if err := h.Exchange.SetOutboundRule(ctx, e.Target, change); err != nil || strings.EqualFold(e.Before.State, e.After.State) {
		return nil, err
	}
	return nil, inPart(h.Exchange.EnableOutboundRule(ctx, e.Target))
}

// inPart is the failure of a request that others of the same change came before:
// even where it was refused, something was done.
func inPart(err error) error {
	if e := microsoft.Of(err); e != nil {
		e.Doubted = true
	}
	return err
}

// undoRule removes our rule, unless somebody has made it theirs.
func undoRule(f Facts, d Left[OutboundRule], p *step.Plan) {
	rule := f.rule(d.Target)
	switch {
	case rule == nil:
		return
	case d.Op != step.Create:
		giveRuleBack(f, d, rule, p)
		return
	case keepsForeign(p, d.Key, rule.Name, rule.Comments):
		return
	}
	ours := f.Seen.Mail().Mailbox.IsAllOf(rule.From) && !coversMore(rule)
	if keepsRule(f, d.Key, rule, ours, p) {
		return
	}
	p.Add(step.Change{Key: d.Key, Op: step.Delete, Target: rule.Name, Before: shownRule(rule), Ours: true,
		Needs: []string{"mailbox.forwarding"}})
}

// keepsRule leaves a rule alone that somebody has changed since, or that is
// needed.
func keepsRule(f Facts, key string, rule *mailflow.OutboundRule, asLeft bool, p *step.Plan) bool {
	if !asLeft && !f.Wanted.RestoreChanged {
		keepChanged(p, key, rule.Name)
		return true
	}
	return f.keepsOutbound(p, key, rule.Name, f.policy(rule.Policy))
}

// giveRuleBack takes a rule that was there before out of use again, where that
// is all that wxmail changed of it. Of any other it is told what it was: since
// then others may have come to rely on it, and given back in parts it might
// stand in force over somebody's mail.
func giveRuleBack(f Facts, d Left[OutboundRule], rule *mailflow.OutboundRule, p *step.Plan) {
	have, was, m := shownRule(rule), d.Before, f.Seen.Mail().Mailbox
	about := sameStrings(have.From, was.From) || sameMailbox(m, have.From, was.From)
	if told := was.State != ""; !told || about && sameUse(have, was) && d.After.Before == "" {
		return // there is nothing to give back
	}
	if !sameMailbox(m, have.From, was.From) || !enabledOnly(have, was) || coversMore(rule) {
		p.Keep(d.Key, rule.Name, msg.M("kept.was-there", "Was", msg.Each(was.Words()...)))
		return
	}
	if f.keepsOutbound(p, d.Key, rule.Name, f.policy(rule.Policy)) {
		return
	}
	after := have
	after.State = disabled
	p.Add(step.Change{Key: d.Key, Op: step.Update, Target: rule.Name, Before: have, After: after, Needs: []string{"mailbox.forwarding"}})
}

// coversMore says whether a rule is about groups or domains, too.
func coversMore(r *mailflow.OutboundRule) bool { return len(r.FromMemberOf)+len(r.SenderDomainIs) > 0 }

// sameMailbox says whether two lists mean a mailbox and no other, by whatever
// name.
func sameMailbox(m *mailflow.Mailbox, a, b []string) bool { return m.IsAllOf(a) && m.IsAllOf(b) }

// enabledOnly says whether a rule was used as it is, but was disabled.
func enabledOnly(have, was OutboundRule) bool {
	enabled := was
	enabled.State = "Enabled"
	return strings.EqualFold(was.State, disabled) && sameUse(have, enabled)
}

const disabled = "Disabled"

// fromWords reads "from a@contoso.com, before rule X" of a rule that wxmail
// made, "from a@contoso.com, b@contoso.com, enabled" of one that was there.
func (v *OutboundRule) fromWords(words string) {
	v.State = "Enabled"
	words, v.Before, _ = strings.Cut(strings.TrimPrefix(words, "from "), ", before rule ")
	for _, word := range strings.Split(words, ", ") {
		switch word {
		case "enabled":
		case "disabled":
			v.State = "Disabled"
		default:
			v.From = append(v.From, word)
		}
	}
}
