package mail

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// stoppedByRule applies the mail flow rules in order of priority and tells
// whether one of them ended the letter.
func (r *router) stoppedByRule(l letter) bool {
	rules := r.TransportRules.All()
	slices.SortStableFunc(rules, func(a, b tenant.TransportRule) int { return cmp.Compare(a.Priority, b.Priority) })
	for _, rule := range rules {
		if !r.matches(rule, l) {
			continue
		}
		if r.apply(rule, l) {
			return true
		}
		if rule.StopRuleProcessing {
			return false
		}
	}
	return false
}

func (r *router) apply(rule tenant.TransportRule, l letter) (ended bool) {
	switch {
	case rule.RejectMessageReasonText != nil || rule.RejectMessageEnhancedStatusCode != nil:
		code := orElse(rule.RejectMessageEnhancedStatusCode, "5.7.1")
		reason := orElse(rule.RejectMessageReasonText, "Delivery not authorized, message refused")
		r.bounce(l, "rejected", "550 "+code+" TRANSPORT.RULES.RejectMessage; "+reason)
	case rule.DeleteMessage:
		r.end(l, "dropped: deleted by the mail flow rule "+rule.Name)
	case rule.Quarantine:
		r.end(l, "dropped: quarantined by the mail flow rule "+rule.Name)
	default:
		return false
	}
	return true
}

// matches tells whether all conditions of an enforced rule hold. The sender
// of a forwarded letter is its original sender, not the mailbox that
// forwards:
// https://learn.microsoft.com/archive/blogs/mitchelatmicrosoft/exchange-online-blocking-auto-forward-messages-to-external-recipients
func (r *router) matches(rule tenant.TransportRule, l letter) bool {
	domain := domainOf(l.to)
	switch {
	case rule.State == "Disabled" || strings.HasPrefix(rule.Mode, "Audit"):
		return false
	case rule.MessageTypeMatches != nil && (*rule.MessageTypeMatches != "AutoForward" || len(l.forwarders) == 0):
		return false
	case !inScope(rule.FromScope, r.isOurs(domainOf(l.from))), !inScope(rule.SentToScope, r.isOurs(domain)):
		return false
	case len(rule.RecipientDomainIs) > 0 && !underAny(domain, rule.RecipientDomainIs):
		return false
	case underAny(domain, rule.ExceptIfRecipientDomainIs):
		return false
	}
	return rule.HeaderMatchesMessageHeader == nil || headerMatches(rule, l)
}

func inScope(scope *string, ours bool) bool {
	return scope == nil || ours == (*scope == "InOrganization")
}

// headerMatches knows the two headers that rules against forwarding look at.
func headerMatches(rule tenant.TransportRule, l letter) bool {
	value := ""
	switch header := *rule.HeaderMatchesMessageHeader; {
	case strings.EqualFold(header, "X-MS-Exchange-Inbox-Rules-Loop") && len(l.forwarders) > 0:
		value = l.forwarders[len(l.forwarders)-1].PrimarySMTPAddress
	case strings.EqualFold(header, "Subject"):
		value = l.subject
	}
	return value != "" && slices.ContainsFunc(rule.HeaderMatchesPatterns, func(pattern string) bool {
		matched, err := regexp.MatchString("(?i)"+pattern, value)
		return err == nil && matched
	})
}

// remoteDomain is the entry in force for a domain: its own, then that of the
// longest *.parent, then *.
func (r *router) remoteDomain(domain string) tenant.RemoteDomain {
	var best tenant.RemoteDomain
	for _, entry := range r.RemoteDomains.All() {
		name := strings.ToLower(entry.DomainName)
		if name == domain {
			return entry
		}
		parent, wild := strings.CutPrefix(name, "*.")
		fits := name == "*" || wild && strings.HasSuffix(domain, "."+parent)
		if fits && len(name) > len(best.DomainName) {
			best = entry
		}
	}
	return best
}

// policyFor is the outbound policy in force for a mailbox: that of the first
// enabled rule which covers it, else the default one.
func (r *router) policyFor(m tenant.Mailbox) tenant.OutboundPolicy {
	rules := r.OutboundRules.All()
	slices.SortStableFunc(rules, func(a, b tenant.OutboundRule) int { return cmp.Compare(a.Priority, b.Priority) })
	name := ""
	for _, rule := range rules {
		if rule.State == "Enabled" && covers(rule, m) {
			name = rule.HostedOutboundSpamFilterPolicy
			break
		}
	}
	policy, _ := r.OutboundPolicies.Find(func(p tenant.OutboundPolicy) bool {
		if name == "" {
			return p.IsDefault
		}
		return strings.EqualFold(p.Name, name)
	})
	return policy
}

// covers tells whether every kind of condition holds and no exception does.
// The sandbox's groups have no members.
func covers(rule tenant.OutboundRule, m tenant.Mailbox) bool {
	is := func(names []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return isNamed(m, name) })
	}
	domain := domainOf(m.PrimarySMTPAddress)
	switch {
	case is(rule.ExceptIfFrom), underAny(domain, rule.ExceptIfSenderDomainIs):
		return false
	case len(rule.FromMemberOf) > 0, len(rule.From) > 0 && !is(rule.From):
		return false
	}
	return len(rule.SenderDomainIs) == 0 || underAny(domain, rule.SenderDomainIs)
}

// underAny tells whether a domain is one of the parents or below one.
func underAny(domain string, parents []string) bool {
	return slices.ContainsFunc(parents, func(parent string) bool {
		parent = strings.ToLower(parent)
		return domain == parent || strings.HasSuffix(domain, "."+parent)
	})
}

func orElse(value *string, otherwise string) string {
	if value == nil {
		return otherwise
	}
	return *value
}
