package guide

import (
	"cmp"
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// Exchange may refuse to show a part, or show it in a form that is not known.
// That stops the step that stands on it, and no other; what only may matter,
// such as somebody's mail flow rule, is named, and the step goes on.

// seesMailbox is why the mailbox and its switches cannot be judged, or nil.
func seesMailbox(f Facts) *step.Obstacle {
	return f.blind("", "Get-Mailbox", "Get-Recipient", "Get-CASMailbox", "Get-RecipientPermission")
}

// seesRoute is why the mailbox, or our own policy and rule, cannot be judged,
// or nil.
func seesRoute(f Facts) *step.Obstacle {
	if o := f.blind("", "Get-Mailbox", "Get-Recipient"); o != nil {
		return o
	}
	return f.blind(mailflow.ObjectName(f.Wanted.Mailbox), "Get-HostedOutboundSpamFilterPolicy", "Get-HostedOutboundSpamFilterRule")
}

// blind is the obstacle of a gap behind which an object of that name may be,
// or nil.
func (f Facts) blind(name string, cmdlets ...string) *step.Obstacle {
	g := f.Seen.Mail().Blind(name, cmdlets...)
	if g == nil {
		return nil
	}
	return f.behind(*g)
}

// Gaps are all that Exchange refused to show, or showed in a form that could
// not be judged, as the obstacles that they would be.
func Gaps(f Facts) (all []*step.Obstacle) {
	for _, g := range f.Seen.Mail().Gaps {
		all = append(all, f.behind(g))
	}
	return all
}

// behind is the obstacle of a gap.
func (f Facts) behind(g mailflow.Gap) *step.Obstacle {
	if g.Refused() {
		return MayNotLook(f.May.Exchange.Account, g)
	}
	o := &step.Obstacle{Code: "WX-ANSWER-SHAPE", Object: g.Name, Detail: g.Cmdlet + ": " + g.Problem(), Unseen: true, Err: g.Err}
	if e := microsoft.Of(g.Err); e != nil {
		o.Object = cmp.Or(o.Object, e.Object)
	}
	return o
}

// MayNotLook is the obstacle of a cmdlet that Exchange does not let an account
// run, to look.
func MayNotLook(account string, g mailflow.Gap) *step.Obstacle {
	return &step.Obstacle{Code: "WX-ROLE-EXCHANGE", Object: cmp.Or(account, microsoft.TheAdministrator), Detail: g.Cmdlet,
		Evidence: g.Cmdlet + ": refused", Waiting: true, Unseen: true, Err: g.Err}
}

// noteGaps names what of others could not be judged, and may stop the mail.
func noteGaps(f Facts, p *step.Plan) {
	for _, g := range RouteGaps(f) {
		id := "note.unjudged-list"
		if g.Name != "" {
			id = "note.unjudged-record"
		}
		p.Note(msg.M(id, "Cmdlet", g.Cmdlet, "Name", g.Name, "Problem", g.Problem()))
	}
}

// RouteGaps are the gaps in what decides whether forwarded mail leaves, but for
// those that hinder the step.
func RouteGaps(f Facts) (gaps []mailflow.Gap) {
	for _, cmdlet := range []string{"Get-RemoteDomain", "Get-TransportRule", "Get-HostedOutboundSpamFilterPolicy",
		"Get-HostedOutboundSpamFilterRule"} {
		gaps = append(gaps, f.Seen.Mail().GapsOf(cmdlet)...)
	}
	return gaps
}

// policy is the outbound policy of that name, or nil.
func (f Facts) policy(name string) *mailflow.OutboundPolicy {
	for _, policy := range f.Seen.Mail().OutboundPolicies {
		if strings.EqualFold(policy.Name, name) {
			return &policy
		}
	}
	return nil
}

// rule is the outbound rule of that name, or nil.
func (f Facts) rule(name string) *mailflow.OutboundRule {
	for _, rule := range f.Seen.Mail().OutboundRules {
		if strings.EqualFold(rule.Name, name) {
			return &rule
		}
	}
	return nil
}
