package control

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

func (s *server) patchTransportConfig(_ *http.Request, b body) (any, error) {
	return single(s, &s.Tenant.TransportConfig, b, nil)
}

func (s *server) patchOrganizationConfig(_ *http.Request, b body) (any, error) {
	return single(s, &s.Tenant.OrganizationConfig, b, func(old tenant.OrganizationConfig, item *tenant.OrganizationConfig) {
		item.HydrationEffectiveAt = old.HydrationEffectiveAt
	})
}

func (s *server) patchPolicies(_ *http.Request, b body) (any, error) {
	return single(s, &s.Tenant.Policies, b, nil)
}

// mailboxes are named by any of their addresses.
func mailboxes() collection[tenant.Mailbox] {
	return collection[tenant.Mailbox]{
		noun: "mailbox",
		set:  func(t *tenant.Tenant) *tenant.Set[tenant.Mailbox] { return t.Mailboxes },
		key:  func(m tenant.Mailbox) string { return m.ExchangeGUID },
		named: func(m tenant.Mailbox, id string) bool {
			return is(id, m.PrimarySMTPAddress, m.UserPrincipalName, m.ExchangeGUID) ||
				slices.ContainsFunc(m.EmailAddresses, func(a string) bool { return is("smtp:"+id, a) })
		},
		blank: func(t *tenant.Tenant) tenant.Mailbox {
			return tenant.Mailbox{
				ExchangeGUID: t.IDs.New(), RecipientTypeDetails: "UserMailbox", IsMailboxEnabled: true,
				EmailAddresses: []string{}, SendAs: []string{}, AcceptMessagesOnlyFromSendersOrMembers: []string{},
			}
		},
		finish: finishMailbox,
		buried: func(t *tenant.Tenant, id string) bool { // of a deleted user: it cannot be restored then
			for i, deleted := range t.DeletedUsers {
				if m := deleted.Mailbox; m != nil && is(id, m.PrimarySMTPAddress, m.UserPrincipalName, m.ExchangeGUID) {
					t.DeletedUsers[i].Mailbox = nil
					return true
				}
			}
			return false
		},
		after: func(t *tenant.Tenant, m tenant.Mailbox, gone bool) {
			for _, rule := range t.InboxRules.AllLatest() {
				if gone && rule.MailboxOwnerID == m.Identity {
					t.InboxRules.Delete(rule.Identity)
				}
			}
		},
	}
}

func finishMailbox(t *tenant.Tenant, m, old *tenant.Mailbox, _ hidden) error {
	if err := required("PrimarySmtpAddress", m.PrimarySMTPAddress); err != nil {
		return err
	}
	if old != nil {
		m.SMTPAuthChangedAt = old.SMTPAuthChangedAt
		return nil
	}
	local, _, _ := strings.Cut(m.PrimarySMTPAddress, "@")
	m.Identity, m.Name = cmp.Or(m.Identity, local), cmp.Or(m.Name, local)
	m.DisplayName = cmp.Or(m.DisplayName, local)
	m.UserPrincipalName = cmp.Or(m.UserPrincipalName, m.PrimarySMTPAddress)
	if len(m.EmailAddresses) == 0 {
		m.EmailAddresses = []string{"SMTP:" + m.PrimarySMTPAddress}
	}
	user, _ := t.Users.FindLatest(func(u tenant.User) bool { return is(m.UserPrincipalName, u.UserPrincipalName) })
	m.ExternalDirectoryObjectID = cmp.Or(m.ExternalDirectoryObjectID, user.ID)
	_, taken := t.Mailboxes.FindLatest(func(other tenant.Mailbox) bool {
		return is(m.PrimarySMTPAddress, other.PrimarySMTPAddress)
	})
	if taken {
		return &refusal{http.StatusConflict, fmt.Sprintf("there is a mailbox %q", m.PrimarySMTPAddress)}
	}
	return nil
}

func outboundPolicies() collection[tenant.OutboundPolicy] {
	return collection[tenant.OutboundPolicy]{
		noun:  "outbound policy",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.OutboundPolicy] { return t.OutboundPolicies },
		key:   func(p tenant.OutboundPolicy) string { return p.Name },
		named: func(p tenant.OutboundPolicy, id string) bool { return is(id, p.Name, p.GUID) },
		blank: func(t *tenant.Tenant) tenant.OutboundPolicy {
			return tenant.OutboundPolicy{
				GUID: t.IDs.New(), Enabled: true, IsValid: true, AutoForwardingMode: "Automatic",
				ActionWhenThresholdReached: "BlockUserForToday", RecommendedPolicyType: "Custom",
			}
		},
		finish: func(_ *tenant.Tenant, p, _ *tenant.OutboundPolicy, _ hidden) error {
			p.Identity = cmp.Or(p.Identity, p.Name)
			return errors.Join(required("Name", p.Name),
				enum("AutoForwardingMode", p.AutoForwardingMode, "Automatic", "On", "Off"))
		},
	}
}

func outboundRules() collection[tenant.OutboundRule] {
	return collection[tenant.OutboundRule]{
		noun:  "outbound rule",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.OutboundRule] { return t.OutboundRules },
		key:   func(r tenant.OutboundRule) string { return r.Name },
		named: func(r tenant.OutboundRule, id string) bool { return is(id, r.Name, r.GUID) },
		blank: func(t *tenant.Tenant) tenant.OutboundRule {
			return tenant.OutboundRule{
				GUID: t.IDs.New(), State: "Enabled", Priority: len(t.OutboundRules.AllLatest()),
				From: []string{}, FromMemberOf: []string{}, SenderDomainIs: []string{},
				ExceptIfFrom: []string{}, ExceptIfFromMemberOf: []string{}, ExceptIfSenderDomainIs: []string{},
			}
		},
		finish: func(t *tenant.Tenant, r, _ *tenant.OutboundRule, _ hidden) error {
			r.Identity = cmp.Or(r.Identity, r.Name)
			if _, ok := t.OutboundPolicies.Latest(r.HostedOutboundSpamFilterPolicy); !ok {
				return notFound("outbound policy", r.HostedOutboundSpamFilterPolicy)
			}
			return errors.Join(required("Name", r.Name), enum("State", r.State, "Enabled", "Disabled"))
		},
		after: renumber,
	}
}

// renumber gives the rules the priorities 0, 1, 2 …; the one just changed has
// the place that it asks for.
func renumber(t *tenant.Tenant, changed tenant.OutboundRule, gone bool) {
	others := slices.DeleteFunc(t.OutboundRules.AllLatest(), func(r tenant.OutboundRule) bool { return r.Name == changed.Name })
	for i, rule := range ranked(others, changed, gone, func(r tenant.OutboundRule) int { return r.Priority }) {
		if stored, _ := t.OutboundRules.Latest(rule.Name); stored.Priority != i {
			rule.Priority = i
			t.OutboundRules.Put(rule.Name, rule)
		}
	}
}

// ranked are the others in their order, with the changed one, unless it is
// gone, at the place that it asks for, or the nearest that there is.
func ranked[T any](others []T, changed T, gone bool, place func(T) int) []T {
	slices.SortStableFunc(others, func(a, b T) int { return cmp.Compare(place(a), place(b)) })
	if gone {
		return others
	}
	return slices.Insert(others, min(max(place(changed), 0), len(others)), changed)
}

func remoteDomains() collection[tenant.RemoteDomain] {
	return collection[tenant.RemoteDomain]{
		noun:  "remote domain",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.RemoteDomain] { return t.RemoteDomains },
		key:   func(d tenant.RemoteDomain) string { return d.Identity },
		named: func(d tenant.RemoteDomain, id string) bool { return is(id, d.Identity, d.Name, d.DomainName) },
		blank: func(*tenant.Tenant) tenant.RemoteDomain {
			return tenant.RemoteDomain{AutoForwardEnabled: true, AutoReplyEnabled: true, NDREnabled: true, AllowedOOFType: "External"}
		},
		finish: func(_ *tenant.Tenant, d, _ *tenant.RemoteDomain, _ hidden) error {
			d.Name = cmp.Or(d.Name, d.DomainName)
			d.Identity = cmp.Or(d.Identity, d.Name)
			return required("DomainName", d.DomainName)
		},
	}
}

func transportRules() collection[tenant.TransportRule] {
	return collection[tenant.TransportRule]{
		noun:  "transport rule",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.TransportRule] { return t.TransportRules },
		key:   func(r tenant.TransportRule) string { return r.Name },
		named: func(r tenant.TransportRule, id string) bool { return is(id, r.Name, r.GUID) },
		blank: func(t *tenant.Tenant) tenant.TransportRule {
			return tenant.TransportRule{
				GUID: t.IDs.New(), State: "Enabled", Mode: "Enforce", Priority: len(t.TransportRules.AllLatest()),
				Conditions: []string{}, Actions: []string{}, Exceptions: []string{},
				RecipientDomainIs: []string{}, ExceptIfRecipientDomainIs: []string{}, HeaderMatchesPatterns: []string{},
			}
		},
		finish: func(_ *tenant.Tenant, r, _ *tenant.TransportRule, _ hidden) error {
			r.Identity = cmp.Or(r.Identity, r.Name)
			return errors.Join(required("Name", r.Name), enum("State", r.State, "Enabled", "Disabled"),
				enum("Mode", r.Mode, "Enforce", "Audit", "AuditAndNotify"))
		},
	}
}

func enum(name, value string, allowed ...string) error {
	if !slices.Contains(allowed, value) {
		return fmt.Errorf("body: %s %q is not one of %s", name, value, strings.Join(allowed, ", "))
	}
	return nil
}
