package mailflow

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"
)

// EffectiveSMTPAuth is whether a mailbox may use Authenticated SMTP, and who
// says so. mailboxDisabled is SmtpClientAuthenticationDisabled: it wins over
// the tenant's switch unless it is nil. It holds for OAuth too.
// https://learn.microsoft.com/powershell/module/exchange/set-casmailbox
func EffectiveSMTPAuth(tenantDisabled bool, mailboxDisabled *bool) string {
	inherited, disabled := "", tenantDisabled
	if mailboxDisabled == nil {
		inherited = "inherited-"
	} else {
		disabled = *mailboxDisabled
	}
	if disabled {
		return inherited + "disabled"
	}
	return inherited + "enabled"
}

// AutoForwarding is what a policy says about automatic forwarding to outside:
// on, off or automatic, "" for no policy. Automatic means off, but may mean on
// in some older organizations.
// https://learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-forwarding
func AutoForwarding(p *OutboundPolicy) string {
	if p == nil {
		return ""
	}
	return strings.ToLower(p.AutoForwardingMode)
}

// InForce is what governs the mail that a mailbox sends out.
type InForce struct {
	Policy *OutboundPolicy // nil: the rule names a policy that is not in the list
	Rule   *OutboundRule   // nil: no rule covers the mailbox, the default policy holds
	// Maybe are enabled rules that come before Rule and may cover the mailbox:
	// they ask for the membership of groups, which is not read.
	Maybe []OutboundRule
}

// PolicyInForce finds the first enabled rule, by priority, that covers the
// mailbox, and its policy; without one, the default policy. Conditions of
// different kinds must all hold, one exception is enough.
// https://learn.microsoft.com/defender-office-365/outbound-spam-policies-configure
func PolicyInForce(policies []OutboundPolicy, rules []OutboundRule, m *Mailbox) InForce {
	var found InForce
	for _, rule := range ByPriority(rules) {
		if !rule.IsEnabled() {
			continue
		}
		switch rule.covers(m) {
		case yes:
			found.Rule = &rule
			found.Policy = findPolicy(policies, func(p OutboundPolicy) bool { return p.isCalled(rule.Policy) })
			return found
		case maybe:
			found.Maybe = append(found.Maybe, rule)
		}
	}
	found.Policy = findPolicy(policies, func(p OutboundPolicy) bool { return p.IsDefault })
	return found
}

// ByPriority are the rules in the order in which they are asked.
func ByPriority(rules []OutboundRule) []OutboundRule {
	return slices.SortedStableFunc(slices.Values(rules), func(a, b OutboundRule) int { return a.Priority - b.Priority })
}

func findPolicy(policies []OutboundPolicy, match func(OutboundPolicy) bool) *OutboundPolicy {
	if i := slices.IndexFunc(policies, match); i >= 0 {
		return &policies[i]
	}
	return nil
}

func (p OutboundPolicy) isCalled(reference string) bool {
	return strings.EqualFold(p.Name, reference) || strings.EqualFold(p.Identity, reference) || strings.EqualFold(p.GUID, reference)
}

// verdict is an answer that may be unknown; the lesser of two is their "and".
type verdict int

const (
	no verdict = iota
	maybe
	yes
)

func is(truth bool) verdict {
	if truth {
		return yes
	}
	return no
}

// covers says whether the rule holds for mail that the mailbox sends.
func (r OutboundRule) covers(m *Mailbox) verdict {
	result := yes
	if len(r.From) > 0 {
		result = min(result, is(slices.ContainsFunc(r.From, m.Is)))
	}
	if len(r.SenderDomainIs) > 0 {
		result = min(result, is(m.isOf(r.SenderDomainIs)))
	}
	if len(r.FromMemberOf) > 0 || len(r.ExceptIfFromMemberOf) > 0 {
		result = min(result, maybe)
	}
	if slices.ContainsFunc(r.ExceptIfFrom, m.Is) || m.isOf(r.ExceptIfSenderDomainIs) {
		return no
	}
	return result
}

// isOf says whether the mailbox sends from one of the domains; a domain
// stands for its subdomains too.
func (m *Mailbox) isOf(domains []string) bool {
	own := domainOf(m.PrimarySMTPAddress)
	return slices.ContainsFunc(domains, func(d string) bool { return within(own, strings.ToLower(d)) })
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

func within(domain, parent string) bool {
	return domain == parent || strings.HasSuffix(domain, "."+parent)
}

// Exchange's rules for the name of a policy's rule, taken for the policy too.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterrule
const (
	maxName        = 64
	forbiddenNames = `\%&*+/=?{}|<>();:[],"`
)

// ObjectName is the name of wxmail's policy and rule for a mailbox: "wxmail"
// and the address in lower case. Characters that Exchange forbids become "-";
// then, or where it would be longer than 64 characters, a hash keeps it apart
// from others.
func ObjectName(mailbox string) string {
	full := "wxmail " + strings.ToLower(mailbox)
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(forbiddenNames, r) {
			return '-'
		}
		return r
	}, full)
	if name == full && utf8.RuneCountInString(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(full))
	suffix := "-" + hex.EncodeToString(sum[:4])
	runes := []rune(name)
	return string(runes[:min(len(runes), maxName-len(suffix))]) + suffix
}
