package guide

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// OutboundPolicy is an outbound spam policy that lets mail be forwarded to
// outside, or does not.
type OutboundPolicy struct {
	AutoForwarding string `json:"autoForwarding"`    // On, Off or Automatic
	Comment        string `json:"comment,omitempty"` // for an administrator who finds one that wxmail makes
}

// Words implements step.Value.
func (v OutboundPolicy) Words() []msg.Message {
	return []msg.Message{msg.M("value.auto-forwarding", "Mode", v.AutoForwarding)}
}

// hinderRoute refuses to forward where somebody else's rule or remote domain
// would stop the mail; those are never changed.
func hinderRoute(f Facts, p *step.Plan) {
	noteGaps(f, p)
	ex, to := f.Seen.Mail(), f.Wanted.ForwardingAddress
	if d := mailflow.RemoteDomainFor(ex.RemoteDomains, domainOf(to)); d != nil && !d.AutoForwardEnabled {
		p.Hinder(&step.Obstacle{Code: "WX-REMOTE-DOMAIN", Object: d.Name, Detail: d.DomainName, Waiting: true,
			Evidence: "Get-RemoteDomain: AutoForwardEnabled = false"})
		return
	}
	for _, blocking := range mailflow.BlockingTransportRules(ex.TransportRules, to) {
		if blocking.Certain {
			p.Hinder(&step.Obstacle{Code: "WX-TRANSPORT-RULE", Object: blocking.Rule.Name, Detail: domainOf(to), Waiting: true,
				Evidence: "Get-TransportRule: State = Enabled, and its actions stop what is forwarded"})
			return
		}
		p.Note(msg.M("note.transport-rule", "Rule", blocking.Rule.Name))
	}
}

// InForce is the outbound policy that governs what the mailbox forwards; none
// where there is no mailbox.
func (f Facts) InForce() mailflow.InForce {
	ex := f.Seen.Mail()
	if ex.Mailbox == nil {
		return mailflow.InForce{}
	}
	return mailflow.PolicyInForce(ex.OutboundPolicies, ex.OutboundRules, ex.Mailbox)
}

// allows says whether a policy in force lets the mailbox forward to outside.
func allows(in mailflow.InForce) bool {
	return mailflow.AutoForwarding(in.Policy) == "on" && len(in.Maybe) == 0
}

// lacksPolicy says whether the mailbox needs a policy of its own, which is none
// of wxmail's business where the operator wants the existing ones.
func (f Facts) lacksPolicy() bool {
	return f.Seen.Mail().Mailbox != nil && !f.Wanted.ExistingPolicy && !allows(f.InForce())
}

// Customization is whether an organization may have policies of its own.
type Customization string

const (
	dehydrated Customization = "dehydrated"
	customized Customization = "customized"
)

// Words implements step.Value.
func (c Customization) Words() []msg.Message { return []msg.Message{msg.M("value." + string(c))} }

func customization() Thing {
	return of(Thing{Key: "exchange.customization", Writes: world.Exchange, Plan: planCustomization,
		Right: Right{Cmdlets: []string{"Enable-OrganizationCustomization"}}}, parts[Customization]{apply: applyCustomization})
}

// planCustomization: an organization that was never customized refuses to
// create policies. Enabling it cannot be undone, so it is asked.
func planCustomization(f Facts, p *step.Plan) {
	in, name := f.InForce(), f.Seen.Organization(f.Wanted.Tenant)
	if f.Wanted.ExistingPolicy && f.Seen.Mail().Mailbox != nil && !allows(in) {
		p.Hinder(&step.Obstacle{Code: "WX-POLICY-OFF", Object: policyName(in.Policy), Waiting: true,
			Evidence: "Get-HostedOutboundSpamFilterPolicy: AutoForwardingMode is not On"})
	}
	if !f.lacksPolicy() {
		return
	}
	if o := f.blind("", "Get-OrganizationConfig"); o != nil {
		p.Hinder(o)
		return
	}
	if !f.Seen.Mail().Dehydrated {
		return
	}
	const evidence = "Get-OrganizationConfig: IsDehydrated = true"
	switch agreed := f.Wanted.EnableCustomization; {
	case agreed == nil:
		p.Hinder(&step.Obstacle{Code: "WX-DEHYDRATED", Object: name, Question: "exchange.enable-customization", Stops: true, Evidence: evidence,
			Tells: []msg.Message{msg.M("tells.dehydrated", "Organization", name)}})
	case !*agreed:
		p.Hinder(&step.Obstacle{Code: "WX-CUSTOMIZATION-DECLINED", Object: name, Evidence: evidence})
	default:
		p.Add(step.Change{Key: "exchange.customization", Op: step.Update, Target: name, Before: dehydrated, After: customized,
			Risk: msg.M("risk.customization"), Follows: afterSMTP()})
	}
}

func policyName(policy *mailflow.OutboundPolicy) string {
	if policy == nil {
		return "Default"
	}
	return policy.Name
}

func applyCustomization(ctx context.Context, h Hands, _ Edit[Customization]) (any, error) {
	return nil, h.Exchange.EnableCustomization(ctx)
}

func outboundPolicy() Thing {
	return of(Thing{
		Key: "mailbox.outbound-policy", Writes: world.Exchange, Plan: planPolicy,
		Right: Right{Cmdlets: []string{"New-HostedOutboundSpamFilterPolicy"}},
		Reasons: []step.Known{
			{Code: "WX-HYDRATING", Severity: step.Warning, Exit: 10},
			{Code: "WX-OUTBOUND-SHADOWED", Severity: step.Error, Exit: 1},
			{Code: "WX-OUTBOUND-OFF", Severity: step.Error, Exit: 1},
			{Code: "WX-OUTBOUND-UNSURE", Severity: step.Warning, Exit: 3},
		},
	}, parts[OutboundPolicy]{apply: applyPolicy, undo: undoPolicy, same: func(a, b OutboundPolicy) bool {
		return strings.EqualFold(a.AutoForwarding, b.AutoForwarding)
	}})
}

func planPolicy(f Facts, p *step.Plan) {
	if !f.lacksPolicy() {
		return
	}
	name := mailflow.ObjectName(f.Wanted.Mailbox)
	c := step.Change{Key: "mailbox.outbound-policy", Op: step.Create, Target: name, Ours: true,
		After: OutboundPolicy{"On", outboundComment(f.Wanted.Mailbox)}, Risk: msg.M("risk.outbound-policy"),
		Needs: []string{"exchange.customization"}, Follows: afterSMTP(), Why: f.whyOutbound()}
	if existing := f.policy(name); existing != nil {
		if mailflow.AutoForwarding(existing) == "on" {
			return
		}
		c.Op, c.Before = step.Update, OutboundPolicy{AutoForwarding: existing.AutoForwardingMode}
	}
	p.Add(c)
}

// whyOutbound is why the mailbox may not forward, or perhaps not.
func (f Facts) whyOutbound() []step.Reason {
	in := f.InForce()
	r := step.Reason{Object: policyName(in.Policy), Detail: f.Wanted.Mailbox, Evidence: f.inForceEvidence(in),
		Page: step.Page{Portal: step.DefenderPortal, Path: "/antispam"}}
	switch {
	case f.Seen.Mail().Dehydrated || f.Wanted.ExistingPolicy:
		return nil // the obstacle says it
	case mailflow.AutoForwarding(in.Policy) == "on":
		first := in.Maybe[0]
		r.Code, r.Object = "WX-OUTBOUND-UNSURE", first.Name
		r.Evidence = fmt.Sprintf("Get-HostedOutboundSpamFilterRule: %s comes first and names groups: FromMemberOf = %s",
			first.Name, listed(first.FromMemberOf))
	case f.Hydrating():
		r.Code, r.Object = "WX-HYDRATING", f.Seen.Mail().Mailbox.PrimarySMTPAddress
		r.Evidence += f.did("exchange.customization")
	case in.Rule != nil && f.oursIsNext(in.Rule.Name):
		r.Code, r.Object = "WX-OUTBOUND-SHADOWED", in.Rule.Name
	default:
		r.Code = "WX-OUTBOUND-OFF"
	}
	return []step.Reason{r}
}

func (f Facts) inForceEvidence(in mailflow.InForce) string {
	name, mode, rule := "(none)", "(none)", "no rule, the default policy"
	if in.Policy != nil {
		name, mode = in.Policy.Name, in.Policy.AutoForwardingMode
	}
	if in.Rule != nil {
		rule = fmt.Sprintf("rule %s, priority %d", in.Rule.Name, in.Rule.Priority)
	}
	return fmt.Sprintf("Get-HostedOutboundSpamFilterPolicy: %s has AutoForwardingMode = %s (%s)", name, mode, rule) +
		f.did("mailbox.outbound-policy")
}

// Hydrating: customization was enabled less than a day ago, and Exchange may
// still refuse a policy.
func (f Facts) Hydrating() bool {
	d, did := f.deed("exchange.customization")
	return did && d.Done && f.Now.Sub(d.At) < 24*time.Hour
}

// oursIsNext says whether wxmail's own rule would let the mailbox forward, if
// the rule of that name were not there.
func (f Facts) oursIsNext(other string) bool {
	ex := f.Seen.Mail()
	rest := slices.DeleteFunc(slices.Clone(ex.OutboundRules), func(r mailflow.OutboundRule) bool { return r.Name == other })
	next := mailflow.PolicyInForce(ex.OutboundPolicies, rest, ex.Mailbox)
	return next.Rule != nil && strings.EqualFold(next.Rule.Name, mailflow.ObjectName(f.Wanted.Mailbox)) &&
		mailflow.AutoForwarding(next.Policy) == "on"
}

func outboundComment(mailbox string) string {
	return commentPrefix + "lets " + mailbox + " forward to Webex Connect"
}

func applyPolicy(ctx context.Context, h Hands, e Edit[OutboundPolicy]) (any, error) {
	switch e.Op {
	case step.Update:
		return nil, h.Exchange.SetOutboundPolicyMode(ctx, e.Target, e.After.AutoForwarding)
	case step.Delete:
		return nil, ignoreMissing(h.Exchange.RemoveOutboundPolicy(ctx, e.Target))
	}
	return nil, hydrating(ignoreExists(h.Exchange.CreateOutboundPolicy(ctx, e.Target, e.After.Comment)), e.Target)
}

// hydrating: Exchange goes on refusing creates for up to an hour after the
// organization was enabled, whatever its IsDehydrated says meanwhile.
//
// It is the organization that is not ready, told by the domain that the name
// of ours ends in.
func hydrating(err error, name string) error {
	if mailflow.IsDehydrated(err) {
		return &step.Obstacle{Code: "WX-HYDRATING", Step: "mailbox.forward", Object: domainOf(name), Waiting: true, Err: err}
	}
	return err
}

// undoPolicy removes our policy, unless a rule of somebody's uses it.
func undoPolicy(f Facts, d Left[OutboundPolicy], p *step.Plan) {
	policy := f.policy(d.Target)
	if policy == nil {
		return
	}
	if d.Op != step.Create {
		closePolicy(f, d, policy, p)
		return
	}
	if keepsForeign(p, d.Key, policy.Name, policy.AdminDisplayName) {
		return
	}
	for _, rule := range f.Seen.Mail().OutboundRules {
		if strings.EqualFold(rule.Policy, policy.Name) && !removes(p.Find("mailbox.outbound-rule"), rule.Name) {
			// A rule needs its policy, whatever the operator wants.
			p.Keep(d.Key, policy.Name, msg.M("kept.used", "By", msg.M("change.mailbox.outbound-rule", "Target", rule.Name)))
			return
		}
	}
	if f.keepsOutbound(p, d.Key, policy.Name, policy) {
		return
	}
	p.Add(step.Change{Key: d.Key, Op: step.Delete, Target: policy.Name, Ours: true,
		Before: OutboundPolicy{AutoForwarding: policy.AutoForwardingMode}, Needs: []string{"mailbox.outbound-rule"}})
}

func removes(c *step.Change, name string) bool {
	return c != nil && c.Op == step.Delete && strings.EqualFold(c.Target, name)
}

// closePolicy gives a policy that was there its mode of before.
func closePolicy(f Facts, d Left[OutboundPolicy], policy *mailflow.OutboundPolicy, p *step.Plan) {
	if d.Before.AutoForwarding == "" || strings.EqualFold(policy.AutoForwardingMode, d.Before.AutoForwarding) ||
		f.keepsOutbound(p, d.Key, policy.Name, policy) {
		return
	}
	p.Add(step.Change{Key: d.Key, Op: step.Update, Target: policy.Name, Before: OutboundPolicy{AutoForwarding: policy.AutoForwardingMode},
		After: OutboundPolicy{AutoForwarding: d.Before.AutoForwarding}, Needs: []string{"mailbox.forwarding"}})
}

// keepsOutbound leaves alone what lets the mailbox forward while it forwards,
// and a policy that somebody has closed since: without it the next would
// decide.
func (f Facts) keepsOutbound(p *step.Plan, key, target string, policy *mailflow.OutboundPolicy) bool {
	if to := f.forwardsStill(p); to != "" && mailflow.AutoForwarding(policy) == "on" {
		p.Keep(key, target, msg.M("kept.forwarding", "Mailbox", f.Wanted.Mailbox, "Address", to))
		return true
	}
	if policy != nil && mailflow.AutoForwarding(policy) != "on" && !f.Wanted.RestoreChanged {
		keepChanged(p, key, target)
		return true
	}
	return false
}

// fromWords reads "automatic forwarding On".
func (v *OutboundPolicy) fromWords(words string) {
	v.AutoForwarding = strings.TrimPrefix(words, "automatic forwarding ")
}
