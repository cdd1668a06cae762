package tenant

import "time"

// mark is a moment to which a stale read goes back: a position among the
// writes to the sets, and the values that are not in sets.
type mark struct {
	writes             int
	policies           Policies
	transportConfig    TransportConfig
	organizationConfig OrganizationConfig
}

// Mark remembers the present under a name; a later Mark replaces it. The
// caller holds the lock.
func (t *Tenant) Mark(name string) {
	t.marks[name] = mark{t.writes, t.Policies, t.TransportConfig, t.OrganizationConfig}
}

// Past is a copy of the tenant's directory and Exchange as they were at the
// mark, or as they are if there is none. It has a lock of its own, and what
// is written to it is lost: it is for one read. The caller holds the lock.
func (t *Tenant) Past(name string) *Tenant {
	m, marked := t.marks[name]
	if !marked {
		t.Mark(name)
		m = t.marks[name]
	}
	past := &Tenant{Clock: t.Clock}
	past.Reset(int64(m.writes))
	past.Settings, past.Organization, past.Policies = t.Settings, t.Organization, m.policies
	past.TransportConfig, past.OrganizationConfig = m.transportConfig, m.organizationConfig
	past.Users = t.Users.until(past, m.writes)
	past.Applications = t.Applications.until(past, m.writes)
	past.DeletedItems = t.DeletedItems.until(past, m.writes)
	past.ServicePrincipals = t.ServicePrincipals.until(past, m.writes)
	past.AppRoleAssignments = t.AppRoleAssignments.until(past, m.writes)
	past.OAuth2PermissionGrants = t.OAuth2PermissionGrants.until(past, m.writes)
	past.Mailboxes = t.Mailboxes.until(past, m.writes)
	past.Recipients = t.Recipients.until(past, m.writes)
	past.OutboundPolicies = t.OutboundPolicies.until(past, m.writes)
	past.OutboundRules = t.OutboundRules.until(past, m.writes)
	past.RemoteDomains = t.RemoteDomains.until(past, m.writes)
	past.TransportRules = t.TransportRules.until(past, m.writes)
	past.InboxRules = t.InboxRules.until(past, m.writes)
	past.Messages = append(past.Messages, t.Messages...)
	return past
}

// until is a copy of the set, for another tenant, without later writes.
func (s *Set[T]) until(owner *Tenant, writes int) *Set[T] {
	past := newSet[T](owner)
	for _, id := range s.order {
		kept := []version[T]{}
		for _, v := range s.items[id] {
			if v.seq <= writes {
				kept = append(kept, v)
			}
		}
		if len(kept) > 0 {
			past.order, past.items[id] = append(past.order, id), kept
		}
	}
	return past
}

// Settle makes every replica show what exists now, as if it had been there
// for ever. The caller holds the lock.
func (t *Tenant) Settle() {
	t.Users.settle()
	t.Applications.settle()
	t.DeletedItems.settle()
	t.ServicePrincipals.settle()
	t.AppRoleAssignments.settle()
	t.OAuth2PermissionGrants.settle()
	t.Mailboxes.settle()
	t.Recipients.settle()
	t.OutboundPolicies.settle()
	t.OutboundRules.settle()
	t.RemoteDomains.settle()
	t.TransportRules.settle()
	t.InboxRules.settle()
}

func (s *Set[T]) settle() {
	for id := range s.items {
		for i := range s.items[id] {
			s.items[id][i].at = time.Time{}
		}
	}
}
