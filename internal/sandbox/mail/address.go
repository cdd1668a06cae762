package mail

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// domainOf is the domain of an address in lower case; empty if it has none.
func domainOf(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return ""
	}
	return strings.ToLower(address[at+1:])
}

func (r *router) isOurs(domain string) bool {
	return slices.ContainsFunc(r.Organization.VerifiedDomains, func(d tenant.VerifiedDomain) bool {
		return strings.EqualFold(d.Name, domain)
	})
}

func (r *router) defaultDomain() string {
	for _, domain := range r.Organization.VerifiedDomains {
		if domain.IsDefault {
			return domain.Name
		}
	}
	return ""
}

// mailbox finds a mailbox by any of its addresses, or by one of them with a
// plus and a tag before the @: that is not kept anywhere, and is looked for last.
// https://learn.microsoft.com/exchange/recipients-in-exchange-online/plus-addressing-in-exchange-online
func (r *router) mailbox(address string) (tenant.Mailbox, bool) {
	m, ok := r.addressed(address)
	if base := withoutTag(address); !ok && base != "" {
		return r.addressed(base)
	}
	return m, ok
}

func (r *router) addressed(address string) (tenant.Mailbox, bool) {
	return r.Mailboxes.Find(func(m tenant.Mailbox) bool {
		return hasAddress(m.PrimarySMTPAddress, m.EmailAddresses, address)
	})
}

// withoutTag is a plus address without what begins at its first plus; empty
// for any other.
func withoutTag(address string) string {
	at := strings.LastIndexByte(address, '@')
	plus := strings.IndexByte(address, '+')
	if plus <= 0 || plus > at {
		return ""
	}
	return address[:plus] + address[at:]
}

func (r *router) recipient(address string) (tenant.Recipient, bool) {
	return r.Recipients.Find(func(other tenant.Recipient) bool {
		return hasAddress(other.PrimarySMTPAddress, other.EmailAddresses, address)
	})
}

// addressOf resolves what ForwardingAddress holds: an identity.
func (r *router) addressOf(identity string) string {
	if m, ok := r.Mailboxes.Find(func(m tenant.Mailbox) bool { return isNamed(m, identity) }); ok {
		return m.PrimarySMTPAddress
	}
	other, ok := r.Recipients.Find(func(other tenant.Recipient) bool {
		names := []string{other.Identity, other.Name, other.DisplayName}
		return containsFold(names, identity) || hasAddress(other.PrimarySMTPAddress, other.EmailAddresses, identity)
	})
	if ok {
		return other.PrimarySMTPAddress
	}
	return identity
}

// isNamed tells whether a name is one of a mailbox's identities.
func isNamed(m tenant.Mailbox, name string) bool {
	names := []string{m.Identity, m.Name, m.DisplayName, m.UserPrincipalName, m.ExchangeGUID, m.ExternalDirectoryObjectID}
	return containsFold(names, name) || hasAddress(m.PrimarySMTPAddress, m.EmailAddresses, name)
}

func hasAddress(primary string, proxies []string, address string) bool {
	return strings.EqualFold(primary, address) || containsFold(proxies, "smtp:"+address)
}

func containsFold(list []string, value string) bool {
	return value != "" && slices.ContainsFunc(list, func(item string) bool { return strings.EqualFold(item, value) })
}
