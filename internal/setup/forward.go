package setup

import (
	"context"
	"strings"

	"wxmail/internal/exchange"
	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// ForwardingView is a mailbox's forwarding as a plan shows it.
type ForwardingView struct {
	ForwardingAddress string `json:"forwardingAddress,omitempty"` // an internal recipient: it wins
	ForwardingTo      string `json:"forwardingTo"`
	KeepCopy          bool   `json:"keepCopy"`
}

// Exchange is written one change at a time.
var afterSMTP = []string{"mailbox.smtp-auth", "mailbox.send-as"}

// planForward plans step 3 of the guide, second half: automatic forwarding
// allowed for this one mailbox, then forwarding to the Forwarding Address.
// Forwarding comes last, so that no customer ever gets a refusal.
func planForward(r *Run, p *step.Plan) {
	if !hinderMailbox(r, p) {
		return
	}
	if !hinderRoute(r, p) || !planOutboundPolicy(r, p) {
		return
	}
	planForwarding(r, p)
}

// hinderRoute refuses to forward where somebody else's rule or remote domain
// would stop the mail; those are never changed.
func hinderRoute(r *Run, p *step.Plan) bool {
	ex, w := r.Observed.Exchange, &r.Wanted
	if d := mailflow.RemoteDomainFor(ex.RemoteDomains, domainOf(w.ForwardingAddress)); d != nil && !d.AutoForwardEnabled {
		p.Hinder(&step.Obstacle{Code: "WX-REMOTE-DOMAIN", Object: d.Name, Detail: d.DomainName, Waiting: true})
		return false
	}
	for _, blocking := range mailflow.BlockingTransportRules(ex.TransportRules, w.ForwardingAddress) {
		if blocking.Certain {
			p.Hinder(&step.Obstacle{Code: "WX-TRANSPORT-RULE", Object: blocking.Rule.Name, Detail: domainOf(w.ForwardingAddress), Waiting: true})
			return false
		}
		p.Note(msg.M("note.transport-rule", "Rule", blocking.Rule.Name))
	}
	return true
}

// planOutboundPolicy plans a policy and a rule for this one mailbox, unless
// the policy in force is On already, whosoever it is.
func planOutboundPolicy(r *Run, p *step.Plan) bool {
	ex, w := r.Observed.Exchange, &r.Wanted
	inForce := mailflow.PolicyInForce(ex.OutboundPolicies, ex.OutboundRules, ex.Mailbox)
	if mailflow.AutoForwarding(inForce.Policy) == "on" && len(inForce.Maybe) == 0 {
		return true
	}
	if w.ExistingPolicy {
		p.Hinder(&step.Obstacle{Code: "WX-POLICY-OFF", Object: policyName(inForce.Policy), Waiting: true})
		return false
	}
	if !planCustomization(r, p) {
		return false
	}
	name := mailflow.ObjectName(w.Mailbox)
	planPolicy(ex, p, name)
	planRule(r, p, name, inForce)
	return true
}

func policyName(policy *mailflow.OutboundPolicy) string {
	if policy == nil {
		return "Default"
	}
	return policy.Name
}

// planCustomization: an organization that was never customized refuses to
// create policies. Enabling it cannot be undone, so it is asked.
func planCustomization(r *Run, p *step.Plan) bool {
	ex, agreed := r.Observed.Exchange, r.Wanted.EnableCustomization
	switch {
	case !ex.Dehydrated:
		return true
	case agreed == nil:
		p.Hinder(&step.Obstacle{Code: "WX-DEHYDRATED", Object: r.organization(), Question: "exchange.enable-customization", Stops: true})
		return false
	case !*agreed:
		p.Hinder(&step.Obstacle{Code: "WX-CUSTOMIZATION-DECLINED", Object: r.organization()})
		return false
	}
	p.Add(step.Change{Key: "exchange.customization", Op: step.Update, Target: r.organization(), Before: "dehydrated", After: "customized",
		Risk: msg.M("risk.customization"), Follows: afterSMTP})
	return true
}

func planPolicy(ex *mailflow.Snapshot, p *step.Plan, name string) {
	c := step.Change{Key: "mailbox.outbound-policy", Op: step.Create, Target: name, After: "automatic forwarding On", Ours: true,
		Risk: msg.M("risk.outbound-policy"), Needs: []string{"exchange.customization"}, Follows: afterSMTP}
	for _, existing := range ex.OutboundPolicies {
		if strings.EqualFold(existing.Name, name) {
			if mailflow.AutoForwarding(&existing) == "on" {
				return
			}
			c.Op, c.Before = step.Update, "automatic forwarding "+existing.AutoForwardingMode
		}
	}
	p.Add(c)
}

// planRule puts our rule last, so that foreign rules keep their order, and
// first only where an earlier rule catches the mailbox, or may.
func planRule(r *Run, p *step.Plan, name string, inForce mailflow.InForce) {
	ex, w := r.Observed.Exchange, &r.Wanted
	c := step.Change{Key: "mailbox.outbound-rule", Op: step.Create, Target: name, Ours: true, After: "from " + w.Mailbox,
		Needs: []string{"mailbox.outbound-policy", "exchange.customization"}, Facts: map[string]string{}}
	if earlier := catches(inForce, name); earlier != "" {
		c.After = "from " + w.Mailbox + ", before rule " + earlier
		c.Facts["priority"] = "0"
		c.Risk = msg.M("risk.rule-first", "Rule", earlier)
	}
	for _, existing := range ex.OutboundRules {
		if !strings.EqualFold(existing.Name, name) {
			continue
		}
		if inForce.Rule != nil && strings.EqualFold(inForce.Rule.Name, name) && c.Facts["priority"] == "" {
			return
		}
		c.Op, c.Before = step.Update, "from "+strings.Join(existing.From, ", ")+", "+strings.ToLower(existing.State)
		if !existing.IsEnabled() {
			c.Facts["enable"] = "true"
		}
	}
	p.Add(c)
}

// catches is the rule that comes before ours and covers the mailbox, or may.
func catches(inForce mailflow.InForce, ours string) string {
	if rule := inForce.Rule; rule != nil && !strings.EqualFold(rule.Name, ours) {
		return rule.Name
	}
	if len(inForce.Maybe) > 0 {
		return inForce.Maybe[0].Name
	}
	return ""
}

func planForwarding(r *Run, p *step.Plan) {
	o, w := &r.Observed, &r.Wanted
	have := viewForwarding(o.Exchange.Mailbox)
	want := ForwardingView{ForwardingTo: w.ForwardingAddress, KeepCopy: w.KeepCopy}
	if have == want {
		return
	}
	if !mayReplace(r, p, have) {
		return
	}
	c := step.Change{Key: "mailbox.forwarding", Op: step.Create, Target: w.Mailbox, Before: have, After: want, Risk: msg.M("risk.forwarding", "Address", w.ForwardingAddress),
		Needs: []string{"mailbox.outbound-rule", "mailbox.outbound-policy", "exchange.customization"}, Follows: afterSMTP}
	if !w.KeepCopy {
		c.Risk = msg.M("risk.forwarding-no-copy", "Address", w.ForwardingAddress)
	}
	if have.ForwardingAddress != "" || have.ForwardingTo != "" {
		c.Op = step.Update
	}
	p.Add(c)
}

// mayReplace asks before forwarding that somebody else set is replaced. What
// points where it should, or was set by wxmail, is only mended.
func mayReplace(r *Run, p *step.Plan, have ForwardingView) bool {
	foreign := have.ForwardingAddress
	if to := have.ForwardingTo; to != "" && !strings.EqualFold(to, r.Wanted.ForwardingAddress) && !r.Observed.Memory.Forwarding[strings.ToLower(to)] {
		foreign = to
	}
	agreed := r.Wanted.ReplaceForwarding
	switch {
	case foreign == "" || agreed != nil && *agreed:
		return true
	case agreed == nil:
		p.Hinder(&step.Obstacle{Code: "WX-FORWARDING-FOREIGN", Object: r.Wanted.Mailbox, Detail: foreign, Question: "mailbox.replace-forwarding", Stops: true})
	default:
		p.Hinder(&step.Obstacle{Code: "WX-FORWARDING-KEPT", Object: r.Wanted.Mailbox, Detail: foreign})
	}
	return false
}

func viewForwarding(m *mailflow.Mailbox) ForwardingView {
	return ForwardingView{m.Forwarding.Address, strings.ToLower(m.Forwarding.SMTPAddress), m.Forwarding.KeepCopy}
}

func applyForward(ctx context.Context, r *Run, c step.Change) (any, error) {
	w := &r.Wanted
	comment := "wxmail: lets " + w.Mailbox + " forward to Webex Connect"
	r.writing.Lock()
	defer r.writing.Unlock()
	switch c.Key {
	case "exchange.customization":
		return nil, r.exchange.EnableCustomization(ctx)
	case "mailbox.outbound-policy":
		if c.Op == step.Update {
			return nil, r.exchange.SetOutboundPolicyMode(ctx, c.Target, "On")
		}
		return nil, hydrating(ignoreExists(r.exchange.CreateOutboundPolicy(ctx, c.Target, comment)), r.organization())
	case "mailbox.outbound-rule":
		return nil, r.writeRule(ctx, c, comment)
	case "mailbox.forwarding":
		return nil, r.exchange.SetForwarding(ctx, w.Mailbox, mailflow.Forwarding{SMTPAddress: w.ForwardingAddress, KeepCopy: w.KeepCopy})
	}
	return nil, unknownKey(c)
}

func (r *Run) writeRule(ctx context.Context, c step.Change, comment string) error {
	from := []string{r.Wanted.Mailbox}
	var priority *int
	if c.Facts["priority"] != "" {
		priority = new(int)
	}
	if c.Op == step.Create {
		err := r.exchange.CreateOutboundRule(ctx, exchange.NewRule{Name: c.Target, Policy: c.Target, From: from, Priority: priority, Comment: comment})
		return hydrating(ignoreExists(err), r.organization())
	}
	if err := r.exchange.SetOutboundRule(ctx, c.Target, exchange.RuleChange{From: from, Policy: &c.Target, Priority: priority}); err != nil {
		return err
	}
	if c.Facts["enable"] != "" {
		return r.exchange.EnableOutboundRule(ctx, c.Target)
	}
	return nil
}

// hydrating: Exchange goes on refusing creates for up to an hour after the
// organization was enabled, whatever its IsDehydrated says meanwhile.
func hydrating(err error, organization string) error {
	if mailflow.IsDehydrated(err) {
		return &step.Obstacle{Code: "WX-HYDRATING", Step: "mailbox.forward", Object: organization, Waiting: true, Err: err}
	}
	return err
}

// ignoreExists: what exists already is success; the read-back says whether it
// is what was wanted.
func ignoreExists(err error) error {
	if mailflow.IsExists(err) {
		return nil
	}
	return err
}
