package entra

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

const allPrincipals = "AllPrincipals"

// need is delegated permissions of one resource that nobody has granted yet.
type need struct {
	resource tenant.ServicePrincipal
	values   []string
}

// granted is the delegated permissions that a client has on a resource for a
// user, as a replica shows them, together with the fresh grants.
func (c *call) granted(cl *client, resource tenant.ServicePrincipal, user string, fresh []string) []string {
	if cl.own != nil && cl.own.dynamic != resource.AppID {
		return cl.own.preauthorised[resource.AppID]
	}
	grants := c.tenant.OAuth2PermissionGrants.All()
	for _, id := range fresh {
		if grant, exists := c.tenant.OAuth2PermissionGrants.Latest(id); exists {
			grants = append(grants, grant)
		}
	}
	values := []string{}
	for _, g := range grants {
		if g.ClientID == cl.sp.ID && g.ResourceID == resource.ID && applies(g, user) {
			values = union(values, strings.Fields(g.Scope))
		}
	}
	return values
}

func applies(g tenant.OAuth2PermissionGrant, user string) bool {
	return g.ConsentType == allPrincipals || g.PrincipalID != nil && *g.PrincipalID == user
}

func union(values, more []string) []string {
	for _, value := range more {
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}

// needs is everything that a request asks, per resource, with the OpenID
// Connect scopes where Microsoft hosts them. For /.default that is what the
// application declares, and only if nothing is granted yet.
func (c *call) needs(cl *client, user string, a ask, fresh []string) ([]need, *refusal) {
	all := []need{}
	for _, r := range a.resources {
		values := r.values
		if r.all && len(c.granted(cl, r.sp, user, fresh)) == 0 {
			if values = cl.declared(r.sp, "Scope"); len(values) == 0 {
				return nil, refuse(650056, r.sp.DisplayName)
			}
		}
		all = addNeed(all, r.sp, values)
	}
	if graph, found := c.principal(graphAppID); found {
		all = addNeed(all, graph, a.oidc)
	}
	return all, nil
}

func addNeed(all []need, resource tenant.ServicePrincipal, values []string) []need {
	if len(values) == 0 {
		return all
	}
	for i := range all {
		if all[i].resource.ID == resource.ID {
			all[i].values = union(slices.Clone(all[i].values), values)
			return all
		}
	}
	return append(all, need{resource, values})
}

// missing is what of the needs is not granted. A client of Microsoft's has
// what it was given everywhere, OpenID Connect's scopes among it.
func (c *call) missing(cl *client, user string, needs []need, fresh []string) []need {
	left := []need{}
	for _, n := range needs {
		if cl.own != nil && cl.own.dynamic != n.resource.AppID {
			continue
		}
		granted := c.granted(cl, n.resource, user, fresh)
		values := slices.DeleteFunc(slices.Clone(n.values), func(v string) bool { return slices.Contains(granted, v) })
		left = addNeed(left, n.resource, values)
	}
	return left
}

// mayConsent says that a user may grant the needs on their own behalf.
func (c *call) mayConsent(cl *client, u tenant.User, needs []need) bool {
	if consentAdmin(u) {
		return true
	}
	if cl.sp.AppRoleAssignmentRequired {
		return false
	}
	policies := c.tenant.Policies.AuthorizationPolicy.DefaultUserRolePermissions.PermissionGrantPoliciesAssigned
	for _, n := range needs {
		for _, value := range n.values {
			if adminOnly(n.resource, value) || !allowed(policies, n.resource.AppID, value) {
				return false
			}
		}
	}
	return true
}

// adminOnly says that a published permission needs an administrator's consent.
func adminOnly(resource tenant.ServicePrincipal, value string) bool {
	return slices.ContainsFunc(resource.OAuth2PermissionScopes, func(s tenant.PermissionScope) bool {
		return s.Value == value && s.Type == "Admin"
	})
}

// allowed applies the user-consent setting of the tenant. The sandbox counts
// its own tenant's applications as trusted, and as "low" what the portal
// proposes to classify so.
// https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent
func allowed(policies []string, resourceAppID, value string) bool {
	for _, policy := range policies {
		switch strings.TrimPrefix(policy, "ManagePermissionGrantsForSelf.") {
		case "microsoft-user-default-legacy":
			return true
		case "microsoft-user-default-low":
			if slices.Contains(oidcScopes, value) || resourceAppID == graphAppID && value == "User.Read" {
				return true
			}
		case "microsoft-user-default-recommended":
			if !barred(resourceAppID, value) {
				return true
			}
		}
	}
	return false
}

// barred is what the policy managed by Microsoft keeps from users: content of
// mailboxes, files, sites and chats. SMTP.Send is not in it.
// https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies
func barred(resourceAppID, value string) bool {
	if resourceAppID == exchangeAppID {
		return slices.Contains([]string{
			"EAS.AccessAsUser.All", "EWS.AccessAsUser.All", "IMAP.AccessAsUser.All", "POP.AccessAsUser.All",
		}, value)
	}
	return resourceAppID == graphAppID && slices.ContainsFunc(
		[]string{"Mail.Read", "Files.", "Sites.", "Calendars.", "Chat."},
		func(prefix string) bool { return strings.HasPrefix(value, prefix) })
}

// consent writes what was accepted: for the user, or for everybody. It amends
// a grant that exists and returns the ids of what it wrote.
func (c *call) consent(cl *client, needs []need, user string, organization bool) []string {
	ids := []string{}
	for _, n := range needs {
		grant := tenant.OAuth2PermissionGrant{
			ClientID: cl.sp.ID, ResourceID: n.resource.ID, ConsentType: allPrincipals,
		}
		if !organization {
			grant.ConsentType, grant.PrincipalID = "Principal", &user
		}
		if old, exists := c.tenant.OAuth2PermissionGrants.FindLatest(func(g tenant.OAuth2PermissionGrant) bool {
			return sameKey(g, grant)
		}); exists {
			grant = old
		} else {
			grant.ID = c.tenant.IDs.New()
		}
		grant.Scope = strings.Join(union(strings.Fields(grant.Scope), n.values), " ")
		c.tenant.OAuth2PermissionGrants.Put(grant.ID, grant)
		ids = append(ids, grant.ID)
	}
	return ids
}

// sameKey says that two grants could not stand beside each other.
func sameKey(a, b tenant.OAuth2PermissionGrant) bool {
	if a.ClientID != b.ClientID || a.ResourceID != b.ResourceID || a.ConsentType != b.ConsentType {
		return false
	}
	return a.PrincipalID == b.PrincipalID || a.PrincipalID != nil && b.PrincipalID != nil && *a.PrincipalID == *b.PrincipalID
}

// mustBeAssigned refuses a user whom an application that requires assignment
// does not have.
func (c *call) mustBeAssigned(cl *client, u tenant.User) *refusal {
	if !cl.sp.AppRoleAssignmentRequired {
		return nil
	}
	if _, assigned := c.tenant.AppRoleAssignments.Find(func(a tenant.AppRoleAssignment) bool {
		return a.PrincipalID == u.ID && a.ResourceID == cl.sp.ID
	}); assigned {
		return nil
	}
	return refuse(50105, cl.id, cl.name, u.UserPrincipalName)
}
