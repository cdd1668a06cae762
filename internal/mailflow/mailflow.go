package mailflow

import (
	"slices"
	"strings"
)

// RemoteDomainFor is the entry that holds for mail to a domain: its own, else
// the longest wildcard above it, else that for all others; nil without any.
// AutoForwardEnabled false there drops forwarded mail without a word, whatever
// the outbound policy says.
// https://learn.microsoft.com/exchange/mail-flow-best-practices/remote-domains/remote-domains
func RemoteDomainFor(domains []RemoteDomain, domain string) *RemoteDomain {
	best, length := (*RemoteDomain)(nil), -1
	for i := range domains {
		if n := domains[i].fits(strings.ToLower(domain)); n > length {
			best, length = &domains[i], n
		}
	}
	return best
}

// fits is how closely an entry describes a domain, -1 if not at all.
func (d RemoteDomain) fits(domain string) int {
	name := strings.ToLower(d.DomainName)
	parent, wildcard := strings.CutPrefix(name, "*.")
	switch {
	case name == domain:
		return len(domain) + 1
	case wildcard && within(domain, parent):
		return len(parent)
	case name == "*":
		return 0
	}
	return -1
}

// Blocking is a transport rule that keeps forwarded mail from leaving.
type Blocking struct {
	Rule TransportRule
	// Certain is false when the rule has conditions or exceptions that cannot
	// be judged here.
	Certain bool
}

// BlockingTransportRules are the enforced rules that reject, delete, divert or
// hold mail forwarded automatically to recipient, an address outside. Rules
// that do so only under conditions which have nothing to do with forwarding
// are left out. In transport the mailbox is not the sender of what it
// forwards, so its own address plays no part.
func BlockingTransportRules(rules []TransportRule, recipient string) []Blocking {
	var found []Blocking
	for _, rule := range rules {
		if strings.EqualFold(rule.State, "Enabled") && rule.enforced() && rule.stops() && rule.meets(domainOf(recipient)) {
			found = append(found, Blocking{rule, rule.clear()})
		}
	}
	return found
}

func (r TransportRule) enforced() bool { return r.Mode == "" || strings.EqualFold(r.Mode, "Enforce") }

// stops says whether the rule's action keeps a message from its recipient.
func (r TransportRule) stops() bool {
	if r.DeleteMessage || r.Quarantine || r.RejectMessageReasonText != "" || r.RejectMessageEnhancedStatusCode != "" {
		return true
	}
	return slices.ContainsFunc(r.Actions, func(class string) bool {
		return hasKind(class, "RejectMessage", "DeleteMessage", "Quarantine", "RedirectMessage")
	})
}

// meets says whether the rule is about forwarded mail, or about all mail, to
// a domain outside.
func (r TransportRule) meets(domain string) bool {
	in := func(domains []string) bool {
		return slices.ContainsFunc(domains, func(d string) bool { return within(domain, strings.ToLower(d)) })
	}
	switch {
	case in(r.ExceptIfRecipientDomainIs),
		len(r.RecipientDomainIs) > 0 && !in(r.RecipientDomainIs),
		strings.EqualFold(r.SentToScope, "InOrganization"),
		strings.EqualFold(r.FromScope, "InOrganization"): // customers write from outside
		return false
	case r.MessageTypeMatches != "" && !strings.EqualFold(r.MessageTypeMatches, "AutoForward"):
		return false
	}
	return r.aboutForwarding() || r.HeaderMatchesMessageHeader == "" && r.clear()
}

// aboutForwarding: the rule names the message type, or the header that
// Exchange gives to what inbox rules forward.
func (r TransportRule) aboutForwarding() bool {
	return strings.EqualFold(r.MessageTypeMatches, "AutoForward") ||
		strings.EqualFold(r.HeaderMatchesMessageHeader, "X-MS-Exchange-Inbox-Rules-Loop")
}

// clear says whether every condition and exception has been judged.
func (r TransportRule) clear() bool {
	judged := func(class string) bool {
		return hasKind(class, "MessageType", "HeaderMatches", "SentToScope", "FromScope", "RecipientDomainIs")
	}
	exempt := func(class string) bool { return hasKind(class, "RecipientDomainIs") }
	return !slices.ContainsFunc(r.Conditions, func(c string) bool { return !judged(c) }) &&
		!slices.ContainsFunc(r.Exceptions, func(c string) bool { return !exempt(c) })
}

// hasKind compares the last part of a .NET class name, as
// "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.FromScopePredicate".
func hasKind(class string, kinds ...string) bool {
	last := class[strings.LastIndexByte(class, '.')+1:]
	return slices.ContainsFunc(kinds, func(kind string) bool { return strings.HasPrefix(strings.ToLower(last), strings.ToLower(kind)) })
}
