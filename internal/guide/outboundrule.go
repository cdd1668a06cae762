package guide

import (
	"context"
	"strings"

	"wxmail/internal/mailflow"
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
	Place  *int     `json:"place,omitempty"`  // where it stood among the rules, or has to stand again: its priority, from 0
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
	if v.Place != nil {
		words = append(words, msg.M("value.rule-place", "Priority", *v.Place))
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
		before := shownRule(existing)
		if after.Before != "" {
			before.Place = &existing.Priority
		}
		c.Op, c.Before = step.Update, before
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
	priority := e.After.Place
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
	return nil, changeRule(ctx, h, e, priority)
}

func changeRule(ctx context.Context, h Hands, e Edit[OutboundRule], priority *int) error {
	change := mailflow.RuleChange{From: append([]string{}, e.After.From...), Priority: priority}
	if e.After.Policy != "" {
		change.Policy = &e.After.Policy
	}
	if err := h.Exchange.SetOutboundRule(ctx, e.Target, change); err != nil || strings.EqualFold(e.Before.State, e.After.State) {
		return err
	}
	if strings.EqualFold(e.After.State, "Disabled") {
		return h.Exchange.DisableOutboundRule(ctx, e.Target)
	}
	return h.Exchange.EnableOutboundRule(ctx, e.Target)
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
	ours := isOf(rule, f.Seen.Mail().Mailbox) && len(rule.FromMemberOf)+len(rule.SenderDomainIs) == 0
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

// isOf says whether a rule is about the mailbox and no other, by whatever name.
func isOf(r *mailflow.OutboundRule, m *mailflow.Mailbox) bool {
	return m != nil && len(r.From) == 1 && m.Is(r.From[0])
}

// giveRuleBack makes a rule that was there before what it was.
func giveRuleBack(f Facts, d Left[OutboundRule], rule *mailflow.OutboundRule, p *step.Plan) {
	have, back := shownRule(rule), givenBack(f, d.Before)
	left := (isOf(rule, f.Seen.Mail().Mailbox) || sameStrings(have.From, d.After.From)) && sameUse(have, d.After)
	if back.Place != nil {
		have.Place = &rule.Priority
	}
	as := samePlace(have, back) && sameStrings(have.From, back.From) && sameUse(have, back)
	if told := back.State != ""; !told || as || keepsRule(f, d.Key, rule, left, p) {
		return
	}
	p.Add(step.Change{Key: d.Key, Op: step.Update, Target: rule.Name, Before: have, After: back, Needs: []string{"mailbox.forwarding"}})
}

// givenBack is a value of before, as far as it can be had again: its place as
// far as there are still as many rules, its policy where that still is.
func givenBack(f Facts, before OutboundRule) OutboundRule {
	if before.Place != nil {
		place := min(*before.Place, len(f.Seen.Mail().OutboundRules)-1)
		before.Place = &place
	}
	if f.policy(before.Policy) == nil {
		before.Policy = ""
	}
	return before
}

func samePlace(a, b OutboundRule) bool {
	return a.Place == nil || b.Place == nil || *a.Place == *b.Place
}

// releases says whether a change of a rule leaves its policy without it.
func releases(c *step.Change, rule mailflow.OutboundRule) bool {
	if c == nil || !strings.EqualFold(c.Target, rule.Name) {
		return false
	}
	after, _ := typed[OutboundRule](c.After)
	return c.Op == step.Delete || after.Policy != "" && !strings.EqualFold(after.Policy, rule.Policy)
}

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
