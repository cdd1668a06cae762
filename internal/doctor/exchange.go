package doctor

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"wxmail/internal/mailflow"
)

// exchangeChecks are what can be wrong in Exchange Online: who may send, then
// what becomes of customers' mail.
func exchangeChecks() []check {
	smtp, sendAs := []string{"mailbox.smtp-auth"}, []string{"mailbox.send-as"}
	outbound, forwarding := []string{"mailbox.outbound", "exchange.customization"}, []string{"mailbox.forwarding"}
	return []check{
		{"WX-MAILBOX-RENAMED", Error, "mailbox.smtp", nil, findRenamedMailbox},
		{"WX-SMTP-AUTH-MAILBOX", Error, "mailbox.smtp", smtp, findSwitchedOff},
		{"WX-SMTP-AUTH-TENANT", Error, "mailbox.smtp", smtp, findTenantOff},
		{"WX-SMTP-AUTH-INHERITED", Warning, "mailbox.smtp", smtp, findInherited},
		{"WX-SEND-AS-MISSING", Error, "mailbox.smtp", sendAs, findNoSendAs},
		{"WX-FORWARDING-SHADOWED", Error, "mailbox.forward", forwarding, findShadowedForwarding},
		{"WX-FORWARDING-CLEARED", Error, "mailbox.forward", forwarding, findNoForwarding},
		{"WX-FORWARDING-CHANGED", Error, "mailbox.forward", forwarding, findOtherForwarding},
		{"WX-KEEP-COPY", Warning, "mailbox.forward", forwarding, findOtherCopy},
		{"WX-HYDRATING", Warning, "mailbox.forward", outbound, findHydrating},
		{"WX-OUTBOUND-SHADOWED", Error, "mailbox.forward", outbound, findShadowedPolicy},
		{"WX-OUTBOUND-OFF", Error, "mailbox.forward", outbound, findPolicyOff},
		{"WX-OUTBOUND-UNSURE", Warning, "mailbox.forward", outbound, findUnsurePolicy},
		{"WX-TRANSPORT-RULE-UNSURE", Warning, "mailbox.forward", nil, findUnsureRules},
		{"WX-INBOX-RULE", Warning, "mailbox.forward", nil, findInboxRules},
		{"WX-INBOX-RULES-UNREAD", Info, "mailbox.forward", nil, findNoInboxRules},
		{"WX-SET-BACK", Warning, "mailbox.forward", nil, findBaseline},
	}
}

// mailbox is the mailbox that forwards, where Exchange was read and has it.
func (s *subject) mailbox() *mailflow.Mailbox {
	if s.Exchange == nil {
		return nil
	}
	return s.Exchange.Mailbox
}

// login is the mailbox of the account that signs in; nil for a shared one,
// which cannot.
func (s *subject) login() *mailflow.Mailbox {
	if s.Exchange == nil || s.sharedLogin() {
		return nil
	}
	return s.Exchange.SignIn
}

func (s *subject) sharedLogin() bool {
	return s.Exchange != nil && s.Exchange.SignIn != nil && s.Exchange.SignIn.IsShared()
}

// findRenamedMailbox: an address that is only an alias any more still gets
// mail, but nobody may send as it.
func findRenamedMailbox(s *subject) []Finding {
	m := s.mailbox()
	if m == nil || strings.EqualFold(m.PrimarySMTPAddress, s.wanted.Mailbox) {
		return nil
	}
	return one(true, Finding{Object: s.wanted.Mailbox, Detail: m.PrimarySMTPAddress, Evidence: "Get-Mailbox: PrimarySmtpAddress = " + m.PrimarySMTPAddress,
		Link: s.run.Cloud.AdminPortal + "/#/users"})
}

// smtpEvidence is both switches as they were read.
func (s *subject) smtpEvidence() string {
	own := "(null)"
	if disabled := s.Exchange.SMTPAuthDisabled; disabled != nil {
		own = fmt.Sprint(*disabled)
	}
	return fmt.Sprintf("Get-CASMailbox: SmtpClientAuthenticationDisabled = %s; Get-TransportConfig: SmtpClientAuthenticationDisabled = %t", own, s.Exchange.TenantSMTPAuthDisabled) +
		s.deed("mailbox.smtp-auth")
}

// smtpAuth finds a state of Authenticated SMTP.
func (s *subject) smtpAuth(state string) []Finding {
	if s.login() == nil || s.Exchange.SMTPAuth() != state {
		return nil
	}
	return one(true, Finding{Object: s.wanted.Login(), Evidence: s.smtpEvidence()})
}

func findSwitchedOff(s *subject) []Finding { return s.smtpAuth("disabled") }
func findTenantOff(s *subject) []Finding   { return s.smtpAuth("inherited-disabled") }
func findInherited(s *subject) []Finding   { return s.smtpAuth("inherited-enabled") }

func findNoSendAs(s *subject) []Finding {
	missing := s.mailbox() != nil && s.login() != nil && s.wanted.Delegate() && !s.Exchange.MaySendAs()
	if !missing {
		return nil
	}
	return one(true, Finding{Object: s.wanted.Mailbox, Detail: s.wanted.Login(), Evidence: "Get-RecipientPermission: SendAs = " + list(s.Exchange.SendAs) + s.deed("mailbox.send-as")})
}

// forwarding is a finding on where the mailbox forwards to.
func (s *subject) forwarding() Finding {
	f := s.mailbox().Forwarding
	return Finding{Object: s.wanted.Mailbox, Detail: cmp.Or(f.Address, f.SMTPAddress),
		Evidence: fmt.Sprintf("Get-Mailbox: ForwardingSmtpAddress = %s, ForwardingAddress = %s, DeliverToMailboxAndForward = %t",
			cmp.Or(f.SMTPAddress, "(null)"), cmp.Or(f.Address, "(null)"), f.KeepCopy) + s.deed("mailbox.forwarding")}
}

func findShadowedForwarding(s *subject) []Finding {
	if m := s.mailbox(); m == nil || m.Forwarding.Address == "" {
		return nil
	}
	return one(true, s.forwarding())
}

func findNoForwarding(s *subject) []Finding {
	if m := s.mailbox(); m == nil || m.Forwarding.Address != "" || m.Forwarding.SMTPAddress != "" {
		return nil
	}
	return one(true, s.forwarding())
}

// forwards says whether the mailbox forwards by address, as wxmail sets it.
func (s *subject) forwards() bool {
	m := s.mailbox()
	return m != nil && m.Forwarding.Address == "" && m.Forwarding.SMTPAddress != ""
}

func findOtherForwarding(s *subject) []Finding {
	if !s.forwards() || strings.EqualFold(s.mailbox().Forwarding.SMTPAddress, s.wanted.ForwardingAddress) {
		return nil
	}
	return one(true, s.forwarding())
}

func findOtherCopy(s *subject) []Finding {
	if !s.forwards() || s.mailbox().Forwarding.KeepCopy == s.wanted.KeepCopy {
		return nil
	}
	f := s.forwarding()
	f.Detail = fmt.Sprint(s.mailbox().Forwarding.KeepCopy)
	return one(true, f)
}

// inForce is the outbound policy that governs the mailbox, where wxmail may
// make one of its own and could.
func (s *subject) inForce() (mailflow.InForce, bool) {
	if s.mailbox() == nil || s.wanted.ExistingPolicy || s.Exchange.Dehydrated {
		return mailflow.InForce{}, false
	}
	return mailflow.PolicyInForce(s.Exchange.OutboundPolicies, s.Exchange.OutboundRules, s.mailbox()), true
}

// blocks says whether the policy in force keeps mail from being forwarded.
func blocks(in mailflow.InForce) bool { return mailflow.AutoForwarding(in.Policy) != "on" }

// policy is a finding on the policy in force.
func (s *subject) policy(in mailflow.InForce) Finding {
	name, mode, rule := "(none)", "(none)", "no rule, the default policy"
	if in.Policy != nil {
		name, mode = in.Policy.Name, in.Policy.AutoForwardingMode
	}
	if in.Rule != nil {
		rule = fmt.Sprintf("rule %s, priority %d", in.Rule.Name, in.Rule.Priority)
	}
	return Finding{Object: name, Detail: s.wanted.Mailbox, Evidence: fmt.Sprintf("Get-HostedOutboundSpamFilterPolicy: %s has AutoForwardingMode = %s (%s)", name, mode, rule) +
		s.deed("mailbox.outbound-policy"), Link: s.run.Cloud.DefenderPortal + "/antispam"}
}

// hydrating: customization was enabled less than a day ago, and Exchange may
// still refuse a policy.
func (s *subject) hydrating() bool {
	d, did := s.Memory.Deeds["exchange.customization"]
	return did && d.Done && s.Now.Sub(d.At) < 24*time.Hour
}

func findHydrating(s *subject) []Finding {
	in, known := s.inForce()
	if !known || !blocks(in) || !s.hydrating() {
		return nil
	}
	return one(true, Finding{Object: s.Exchange.Mailbox.PrimarySMTPAddress, Evidence: s.policy(in).Evidence + s.deed("exchange.customization")})
}

// findShadowedPolicy: our rule and policy are there and right, and another
// rule catches the mailbox first.
func findShadowedPolicy(s *subject) []Finding {
	in, known := s.inForce()
	if !known || !blocks(in) || in.Rule == nil || s.hydrating() || !s.ours(in.Rule.Name) {
		return nil
	}
	f := s.policy(in)
	f.Object = in.Rule.Name
	return one(true, f)
}

// ours says whether wxmail's own rule would let the mailbox forward, if the
// rule of that name were not there.
func (s *subject) ours(without string) bool {
	var others []mailflow.OutboundRule
	for _, rule := range s.Exchange.OutboundRules {
		if rule.Name != without {
			others = append(others, rule)
		}
	}
	next := mailflow.PolicyInForce(s.Exchange.OutboundPolicies, others, s.mailbox())
	return next.Rule != nil && strings.EqualFold(next.Rule.Name, mailflow.ObjectName(s.wanted.Mailbox)) && !blocks(next)
}

func findPolicyOff(s *subject) []Finding {
	in, known := s.inForce()
	if !known || !blocks(in) || s.hydrating() || in.Rule != nil && s.ours(in.Rule.Name) {
		return nil
	}
	return one(true, s.policy(in))
}

func findUnsurePolicy(s *subject) []Finding {
	in, known := s.inForce()
	if !known || blocks(in) || len(in.Maybe) == 0 {
		return nil
	}
	f := s.policy(in)
	f.Object, f.Evidence = in.Maybe[0].Name, fmt.Sprintf("Get-HostedOutboundSpamFilterRule: %s comes first and names groups: FromMemberOf = %s",
		in.Maybe[0].Name, list(in.Maybe[0].FromMemberOf))
	return one(true, f)
}

func findUnsureRules(s *subject) []Finding {
	if s.mailbox() == nil {
		return nil
	}
	var all []Finding
	for _, b := range mailflow.BlockingTransportRules(s.Exchange.TransportRules, s.wanted.ForwardingAddress) {
		if !b.Certain {
			all = append(all, Finding{Object: b.Rule.Name, Detail: s.wanted.ForwardingAddress, Evidence: "Get-TransportRule: Conditions = " + list(b.Rule.Conditions) +
				", Exceptions = " + list(b.Rule.Exceptions)})
		}
	}
	return all
}

// findInboxRules finds rules of the mailbox itself that take mail elsewhere.
func findInboxRules(s *subject) []Finding {
	if s.mailbox() == nil {
		return nil
	}
	var all []Finding
	for _, rule := range s.Exchange.InboxRules {
		if what := rule.Diverts(); what != "" {
			all = append(all, Finding{Object: rule.Name, Detail: s.wanted.Mailbox, Evidence: "Get-InboxRule: " + what})
		}
	}
	return all
}

// findNoInboxRules: a failed read is not "none".
func findNoInboxRules(s *subject) []Finding {
	if s.mailbox() == nil || s.Exchange.NoInboxRules == nil {
		return nil
	}
	return one(true, Finding{Object: s.wanted.Mailbox, Evidence: s.Exchange.NoInboxRules.Error(), Err: s.Exchange.NoInboxRules})
}

// findBaseline: what sets several things back, or one thing twice, is a tool
// that somebody runs by schedule.
func findBaseline(s *subject) []Finding {
	var back []string
	again := false
	for _, c := range s.run.Plan().Changes {
		refused := s.hydrating() && strings.HasPrefix(c.Key, "mailbox.outbound") // by Exchange, not by a person
		if strings.HasPrefix(c.Key, "mailbox.") && !c.Drift.IsZero() && !refused {
			back = append(back, c.Key)
			again = again || s.Memory.Deeds[c.Key].Times > 1
		}
	}
	return one(again || len(back) > 1, Finding{Object: s.wanted.Mailbox, Detail: list(back), Evidence: "journal: wxmail had set " + list(back)})
}
