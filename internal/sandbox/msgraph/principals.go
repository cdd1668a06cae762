package msgraph

import (
	"strings"

	"wxmail/internal/sandbox/tenant"
)

func principalKind() kind {
	return kind{
		name: "servicePrincipal", set: "servicePrincipals", zero: tenant.ServicePrincipal{},
		fixed: map[string]any{
			"deletedDateTime": nil, "alternativeNames": []string{}, "keyCredentials": []string{},
			"passwordCredentials": []string{}, "replyUrls": []string{}, "addIns": []string{},
			"disabledByMicrosoftStatus": nil, "homepage": nil, "loginUrl": nil, "logoutUrl": nil,
			"notificationEmailAddresses": []string{}, "preferredSingleSignOnMode": nil,
		},
	}
}

func principalFields() fields[tenant.ServicePrincipal] {
	type sp = tenant.ServicePrincipal
	return fields[sp]{
		"id":                    func(p sp) any { return p.ID },
		"appId":                 func(p sp) any { return p.AppID },
		"displayName":           func(p sp) any { return p.DisplayName },
		"servicePrincipalType":  func(p sp) any { return p.ServicePrincipalType },
		"servicePrincipalNames": func(p sp) any { return p.ServicePrincipalNames },
		"tags":                  func(p sp) any { return p.Tags },
	}
}

func writablePrincipal() []string {
	return []string{"appId", "accountEnabled", "appRoleAssignmentRequired", "notes", "tags"}
}

func (k key) principal(p tenant.ServicePrincipal) bool {
	if k.property == "appId" {
		return strings.EqualFold(p.AppID, k.value)
	}
	return strings.EqualFold(p.ID, k.value)
}

// principal is what a replica shows.
func (c *call) principal() (tenant.ServicePrincipal, error) {
	p, found := c.tenant.ServicePrincipals.Find(c.keys[0].principal)
	if !found {
		return p, notFound(c.keys[0].value)
	}
	return p, nil
}

// mayManagePrincipal: an administrator, or the owner of its application.
func (c *call) mayManagePrincipal(appID string) error {
	app, _ := c.tenant.Applications.FindLatest(key{"appId", appID}.matching)
	return c.mayManage(app)
}

func (c *call) listPrincipals() (answer, error) {
	return list(c, source[tenant.ServicePrincipal]{
		kind: principalKind(), items: c.tenant.ServicePrincipals.All(), fields: principalFields(),
		id: func(p tenant.ServicePrincipal) string { return p.ID },
	})
}

func (c *call) getPrincipal() (answer, error) {
	p, err := c.principal()
	if err != nil {
		return answer{}, err
	}
	return c.one(principalKind(), p)
}

// createPrincipal is POST /servicePrincipals.
// https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals
func (c *call) createPrincipal() (answer, error) {
	body, err := c.readBody("servicePrincipal", writablePrincipal()...)
	if err != nil {
		return answer{}, err
	}
	appID, named := body["appId"].(string)
	if !named {
		return answer{}, badValue("appId", "ServicePrincipal")
	}
	return c.newPrincipal(appID, body)
}

func (c *call) newPrincipal(appID string, body object) (answer, error) {
	_, exists := c.tenant.ServicePrincipals.FindLatest(key{"appId", appID}.principal)
	if exists {
		return answer{}, conflict("The service principal cannot be created, updated, or restored because the service principal name " +
			appID + " is already in use.")
	}
	app, replicated := c.tenant.Applications.Find(key{"appId", appID}.matching)
	if !replicated {
		return answer{}, invalid("The appId '%s' of the service principal does not reference a valid application object.", appID)
	}
	if err := c.mayManage(app); err != nil {
		return answer{}, err
	}
	p, err := merge("servicePrincipal", c.blankPrincipal(app), body)
	if err != nil {
		return answer{}, err
	}
	if err := validatePrincipal(p); err != nil {
		return answer{}, err
	}
	c.tenant.ServicePrincipals.Put(p.ID, p)
	return c.created(principalKind(), p.ID, p)
}

func (c *call) blankPrincipal(app tenant.Application) tenant.ServicePrincipal {
	return tenant.ServicePrincipal{
		ID: c.tenant.IDs.New(), AppID: app.AppID, DisplayName: app.DisplayName, AccountEnabled: true,
		AppOwnerOrganizationID: c.tenant.Organization.ID, ServicePrincipalType: "Application",
		ServicePrincipalNames: []string{app.AppID}, Tags: append([]string{}, app.Tags...),
		AppRoles: []tenant.AppRole{}, OAuth2PermissionScopes: []tenant.PermissionScope{},
	}
}

func validatePrincipal(p tenant.ServicePrincipal) error {
	switch {
	case p.Notes != nil && !within(*p.Notes, 0, textMax):
		return badValue("notes", "ServicePrincipal")
	case !validTags(p.Tags):
		return badValue("tags", "ServicePrincipal")
	default:
		return nil
	}
}

// updatePrincipal is PATCH, and with an appId the upsert.
// https://learn.microsoft.com/graph/api/serviceprincipal-upsert
func (c *call) updatePrincipal() (answer, error) {
	body, err := c.readBody("servicePrincipal", writablePrincipal()...)
	if err != nil {
		return answer{}, err
	}
	find := c.tenant.ServicePrincipals.Find
	upsert := c.keys[0].property == "appId" && c.createIfMissing()
	if upsert {
		find = c.tenant.ServicePrincipals.FindLatest
	}
	p, found := find(c.keys[0].principal)
	switch {
	case found:
		return c.patchPrincipal(p.ID, body)
	case upsert:
		if sent, present := body["appId"]; present && sent != c.keys[0].value {
			return answer{}, badValue("appId", "ServicePrincipal")
		}
		return c.newPrincipal(c.keys[0].value, body)
	default:
		return answer{}, notFound(c.keys[0].value)
	}
}

func (c *call) patchPrincipal(id string, body object) (answer, error) {
	old, found := c.tenant.ServicePrincipals.Latest(id)
	if !found {
		return answer{}, notFound(c.keys[0].value)
	}
	if err := c.mayManagePrincipal(old.AppID); err != nil {
		return answer{}, err
	}
	p, err := merge("servicePrincipal", old, body)
	if err != nil {
		return answer{}, err
	}
	if p.AppID != old.AppID {
		return answer{}, invalid("Property 'appId' is read-only and cannot be set.")
	}
	if err := validatePrincipal(p); err != nil {
		return answer{}, err
	}
	c.tenant.ServicePrincipals.Put(id, p)
	return noContent(), nil
}

// deletePrincipal takes what was granted to it and by it along.
func (c *call) deletePrincipal() (answer, error) {
	p, err := c.principal()
	if err != nil {
		return answer{}, err
	}
	if _, found := c.tenant.ServicePrincipals.Latest(p.ID); !found {
		return answer{}, notFound(c.keys[0].value)
	}
	if err := c.mayManagePrincipal(p.AppID); err != nil {
		return answer{}, err
	}
	c.removePrincipal(p.ID)
	return noContent(), nil
}

func (c *call) removePrincipal(id string) {
	c.tenant.ServicePrincipals.Delete(id)
	for _, a := range c.tenant.AppRoleAssignments.AllLatest() {
		if a.PrincipalID == id || a.ResourceID == id {
			c.tenant.AppRoleAssignments.Delete(a.ID)
		}
	}
	for _, g := range c.tenant.OAuth2PermissionGrants.AllLatest() {
		if g.ClientID == id || g.ResourceID == id {
			c.tenant.OAuth2PermissionGrants.Delete(g.ID)
		}
	}
}
