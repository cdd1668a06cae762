package handoff

import (
	"slices"
	"strings"

	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// target is the object of the plan's change of that key, "" without one.
func (s Script) target(key string) string {
	if c := s.Plan.Find(key); c != nil {
		return c.Target
	}
	return ""
}

// policyGuard: of how a policy treats forwarding the judge only asks whether it
// is On.
func (s Script) policyGuard() []comparison {
	own, others, each := s.target("mailbox.outbound-policy"), []string{}, []comparison{}
	before := []string{""}
	for _, p := range s.Seen.OutboundPolicies {
		if strings.EqualFold(p.Name, own) {
			before = modes(p)
			continue
		}
		others = append(others, record(s.policyProperties(p)...))
		each = append(each, s.forwardingMode(p.Name, modes(p)))
	}
	if own != "" {
		each = append(each, s.forwardingMode(own, append(before, "On")))
	}
	list := listOf("OutboundPolicies", s.policyProperties(mailflow.OutboundPolicy{})).notNamed(own)
	return append([]comparison{{s.what("policies"), list, []string{together(ordinal(others))}}}, each...)
}

// policyProperties: what a policy is called besides matters where a rule names
// one.
func (s Script) policyProperties(p mailflow.OutboundPolicy) []property {
	all := []property{text("Name", p.Name), yes("IsDefault", p.IsDefault)}
	if len(s.Seen.OutboundRules) > 0 {
		all = append(all, text("Identity", p.Identity), text("Guid", p.GUID))
	}
	return all
}

func modes(p mailflow.OutboundPolicy) []string {
	if mailflow.AutoForwarding(&p) == "on" {
		return []string{"On"}
	}
	return []string{"Automatic", "Off"}
}

func (s Script) forwardingMode(policy string, expected []string) comparison {
	return comparison{s.what("mode", "Policy", policy), ofPolicy(policy), expected}
}

func ofPolicy(name string) view {
	return valueOf("OutboundPolicies", "AutoForwardingMode").named(name)
}

// ruleGuard compares the rules in their order; their numbers change where one
// is put before them.
func (s Script) ruleGuard() []comparison {
	own, others, before := s.target("mailbox.outbound-rule"), []string{}, ""
	first := s.ruleComesFirst()
	for _, r := range mailflow.ByPriority(s.Seen.OutboundRules) {
		if strings.EqualFold(r.Name, own) {
			before = record(ruleProperties(r, first)...)
			continue
		}
		others = append(others, record(append([]property{text("Name", r.Name)}, ruleProperties(r, false)...)...))
	}
	inOrder := listOf("OutboundRules", append([]property{text("Name", "")}, ruleProperties(mailflow.OutboundRule{}, false)...)).notNamed(own)
	inOrder.inOrder = true
	list := comparison{s.what("rules"), inOrder, []string{together(others)}}
	if own == "" {
		return []comparison{list}
	}
	return []comparison{list, {s.what("rule", "Rule", own), ofRule(own, first), append([]string{before}, s.ruleAfter()...)}}
}

func ruleProperties(r mailflow.OutboundRule, number bool) []property {
	all := []property{
		text("State", r.State), text("HostedOutboundSpamFilterPolicy", r.Policy),
		texts("From", r.From), texts("FromMemberOf", r.FromMemberOf), texts("SenderDomainIs", r.SenderDomainIs),
		texts("ExceptIfFrom", r.ExceptIfFrom), texts("ExceptIfFromMemberOf", r.ExceptIfFromMemberOf),
		texts("ExceptIfSenderDomainIs", r.ExceptIfSenderDomainIs),
	}
	if number {
		all = append(all, count("Priority", r.Priority))
	}
	return all
}

func ofRule(name string, number bool) view {
	return listOf("OutboundRules", ruleProperties(mailflow.OutboundRule{}, number)).named(name)
}

// ruleComesFirst says whether the plan puts our rule before all others.
func (s Script) ruleComesFirst() bool {
	c := s.Plan.Find("mailbox.outbound-rule")
	if c == nil {
		return false
	}
	after, _ := c.After.(guide.OutboundRule) // of another kind there is no edit
	return after.Before != ""
}

// ruleAfter are the texts of our rule as the plan makes it: it names the
// mailbox, by any of its names, and nobody else.
func (s Script) ruleAfter() (all []string) {
	after, _ := s.Plan.Find("mailbox.outbound-rule").After.(guide.OutboundRule) // of another kind there is no edit
	for _, name := range distinct(append(slices.Clone(after.From), s.Seen.Mailbox.Names()...)) {
		rule := mailflow.OutboundRule{State: after.State, Policy: after.Policy, From: []string{name}}
		all = append(all, record(ruleProperties(rule, s.ruleComesFirst())...))
	}
	return all
}

// routeGuard is what else stands on the way of forwarded mail.
func (s Script) routeGuard() []comparison {
	domains, rules := []string{}, []string{}
	for _, d := range s.Seen.RemoteDomains {
		domains = append(domains, record(domainProperties(d)...))
	}
	for _, r := range s.Seen.TransportRules {
		if r.State == "Enabled" {
			rules = append(rules, record(transportProperties(r)...))
		}
	}
	enabled := listOf("TransportRules", transportProperties(mailflow.TransportRule{}))
	enabled.where = []where{{property: "State", value: "Enabled"}}
	all := []comparison{
		{s.what("domains"), listOf("RemoteDomains", domainProperties(mailflow.RemoteDomain{})), []string{together(ordinal(domains))}},
		{s.what("mail-flow-rules"), enabled, []string{together(ordinal(rules))}},
	}
	if !s.makesPolicies() {
		return all
	}
	dehydrated := []string{yesNo(s.Seen.Dehydrated)}
	if s.Plan.Has("exchange.customization") {
		dehydrated = append(dehydrated, yesNo(false))
	}
	what := s.what("organization", "Property", "IsDehydrated")
	return append(all, comparison{what, valueOf("OrganizationConfig", "IsDehydrated"), dehydrated})
}

// makesPolicies says whether the plan has, or would have, what a dehydrated
// organization refuses.
func (s Script) makesPolicies() bool {
	return slices.ContainsFunc(slices.Concat(s.Plan.Changes, s.Plan.Withheld), func(c step.Change) bool {
		return c.Key == "exchange.customization" || c.Key == "mailbox.outbound-policy" || c.Key == "mailbox.outbound-rule"
	})
}

func domainProperties(d mailflow.RemoteDomain) []property {
	return []property{text("DomainName", d.DomainName), yes("AutoForwardEnabled", d.AutoForwardEnabled)}
}

func transportProperties(r mailflow.TransportRule) []property {
	return []property{
		text("Name", r.Name), text("Mode", r.Mode),
		texts("Conditions", r.Conditions), texts("Actions", r.Actions), texts("Exceptions", r.Exceptions),
		text("MessageTypeMatches", r.MessageTypeMatches), text("FromScope", r.FromScope), text("SentToScope", r.SentToScope),
		texts("RecipientDomainIs", r.RecipientDomainIs), texts("ExceptIfRecipientDomainIs", r.ExceptIfRecipientDomainIs),
		text("HeaderMatchesMessageHeader", r.HeaderMatchesMessageHeader),
		text("RejectMessageReasonText", r.RejectMessageReasonText),
		text("RejectMessageEnhancedStatusCode", r.RejectMessageEnhancedStatusCode),
		yes("DeleteMessage", r.DeleteMessage), yes("Quarantine", r.Quarantine),
	}
}
