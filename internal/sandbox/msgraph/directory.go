package msgraph

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

func (c *call) getAuthorizationPolicy() (answer, error) {
	policy := c.tenant.Policies.AuthorizationPolicy
	return c.one(kind{name: "authorizationPolicy", set: "policies/authorizationPolicy", zero: policy, fixed: map[string]any{
		"displayName": "Authorization Policy", "description": "Used to manage authorization related settings across the company.",
	}}, policy)
}

func (c *call) getSecurityDefaults() (answer, error) {
	policy := c.tenant.Policies.SecurityDefaults
	return c.one(kind{name: "identitySecurityDefaultsEnforcementPolicy", set: "policies/identitySecurityDefaultsEnforcementPolicy",
		zero: policy, fixed: map[string]any{"displayName": "Security Defaults", "description": ""}}, policy)
}

func (c *call) getAppManagementPolicy() (answer, error) {
	policy := c.tenant.Policies.DefaultAppManagementPolicy
	return c.one(kind{name: "tenantAppManagementPolicy", set: "policies/defaultAppManagementPolicy", zero: policy,
		fixed: map[string]any{"displayName": "Default app management tenant policy", "description": ""}}, policy)
}

// listOrganization: User.Read shows three properties, the others are null.
// https://learn.microsoft.com/graph/api/organization-list
func (c *call) listOrganization() (answer, error) {
	k := kind{name: "organization", set: "organization", zero: c.tenant.Organization,
		fixed: map[string]any{"tenantType": "AAD", "onPremisesSyncEnabled": nil}}
	if !holds(c.token, organizationScopes()...) {
		k.fixed["tenantType"] = nil
	}
	return list(c, source[tenant.Organization]{kind: k, items: []tenant.Organization{c.tenant.Organization},
		id: func(o tenant.Organization) string { return o.ID }})
}

// https://learn.microsoft.com/graph/api/resources/user

func basicProperties() []string {
	return []string{"id", "displayName", "givenName", "mail", "surname", "userPrincipalName"}
}

func userKind() kind {
	unset := map[string]any{"businessPhones": []string{}}
	for _, name := range []string{"givenName", "jobTitle", "mobilePhone", "officeLocation", "preferredLanguage", "surname"} {
		unset[name] = nil
	}
	return kind{name: "user", set: "users", zero: tenant.User{}, fixed: unset,
		hidden: []string{"directoryRoles"},
		defaults: append(basicProperties(), "businessPhones", "jobTitle", "mobilePhone", "officeLocation",
			"preferredLanguage")}
}

func userFields() fields[tenant.User] {
	type user = tenant.User
	return fields[user]{
		"id":                func(u user) any { return u.ID },
		"userPrincipalName": func(u user) any { return u.UserPrincipalName },
		"mail":              func(u user) any { return u.Mail },
		"displayName":       func(u user) any { return u.DisplayName },
		"proxyAddresses":    func(u user) any { return u.ProxyAddresses },
	}
}

// visibleUser is how the caller may see a user: whole, basic, or not at all.
func (c *call) visibleUser(self bool) (kind, error) {
	k := userKind()
	switch {
	case holds(c.token, userScopes()...), self && holds(c.token, "User.Read"):
		return k, nil
	case !holds(c.token, "User.ReadBasic.All"):
		return k, denied()
	}
	k.defaults = basicProperties()
	for name := range strings.SplitSeq(c.query.Get("$select"), ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(basicProperties(), name) {
			return k, denied()
		}
	}
	return k, nil
}

func (c *call) listUsers() (answer, error) {
	k, err := c.visibleUser(false)
	if err != nil {
		return answer{}, err
	}
	f := userFields()
	if !holds(c.token, userScopes()...) {
		delete(f, "proxyAddresses")
	}
	return list(c, source[tenant.User]{kind: k, items: c.tenant.Users.All(), fields: f,
		id: func(u tenant.User) string { return u.ID }})
}

func (c *call) getUser() (answer, error) {
	wanted := c.keys[0].value
	return c.showUser(wanted, func(u tenant.User) bool {
		return strings.EqualFold(u.ID, wanted) || strings.EqualFold(u.UserPrincipalName, wanted)
	})
}

func (c *call) getMe() (answer, error) {
	if appOnly(c.token) {
		return answer{}, malformed("/me request is only valid with delegated authentication flow.")
	}
	return c.showUser(c.token.ObjectID, func(u tenant.User) bool { return u.ID == c.token.ObjectID })
}

func (c *call) showUser(name string, match func(tenant.User) bool) (answer, error) {
	u, found := c.tenant.Users.Find(match)
	k, err := c.visibleUser(found && u.ID == c.token.ObjectID)
	if err != nil {
		return answer{}, err
	}
	if !found {
		return answer{}, notFound(name)
	}
	return c.one(k, u)
}
