package msgraph

import (
	"strings"

	"wxmail/internal/sandbox/tenant"
)

const scopeMax = 3850

func grantKind() kind {
	return kind{name: "oAuth2PermissionGrant", set: "oauth2PermissionGrants", zero: tenant.OAuth2PermissionGrant{}}
}

func grantFields() fields[tenant.OAuth2PermissionGrant] {
	type grant = tenant.OAuth2PermissionGrant
	return fields[grant]{
		"clientId":    func(g grant) any { return g.ClientID },
		"consentType": func(g grant) any { return g.ConsentType },
		"principalId": func(g grant) any { return g.PrincipalID },
		"resourceId":  func(g grant) any { return g.ResourceID },
	}
}

func (c *call) listGrants() (answer, error) { return c.grants(c.tenant.OAuth2PermissionGrants.All()) }

// listGrantsOf is the grants of one client.
func (c *call) listGrantsOf() (answer, error) {
	p, err := c.principal()
	if err != nil {
		return answer{}, err
	}
	items := []tenant.OAuth2PermissionGrant{}
	for _, g := range c.tenant.OAuth2PermissionGrants.All() {
		if g.ClientID == p.ID {
			items = append(items, g)
		}
	}
	return c.grants(items)
}

func (c *call) grants(items []tenant.OAuth2PermissionGrant) (answer, error) {
	return list(c, source[tenant.OAuth2PermissionGrant]{
		kind: grantKind(), items: items, fields: grantFields(),
		id: func(g tenant.OAuth2PermissionGrant) string { return g.ID },
	})
}

func (c *call) getGrant() (answer, error) {
	g, found := c.tenant.OAuth2PermissionGrants.Get(c.keys[0].value)
	if !found {
		return answer{}, notFound(c.keys[0].value)
	}
	return c.one(grantKind(), g)
}

// createGrant makes the one grant of a client, resource and principal.
// https://learn.microsoft.com/graph/api/oauth2permissiongrant-post
func (c *call) createGrant() (answer, error) {
	body, err := c.readBody("oAuth2PermissionGrant", "clientId", "consentType", "principalId", "resourceId", "scope")
	if err != nil {
		return answer{}, err
	}
	g, err := merge("oAuth2PermissionGrant", tenant.OAuth2PermissionGrant{}, body)
	if err != nil {
		return answer{}, err
	}
	if err := c.validateGrant(g); err != nil {
		return answer{}, err
	}
	if _, exists := c.tenant.OAuth2PermissionGrants.FindLatest(sameGrant(g)); exists {
		return answer{}, conflict("Permission entry already exists.")
	}
	g.ID = c.tenant.IDs.New()
	c.tenant.OAuth2PermissionGrants.Put(g.ID, g)
	return c.created(grantKind(), g.ID, g)
}

func sameGrant(g tenant.OAuth2PermissionGrant) func(tenant.OAuth2PermissionGrant) bool {
	return func(other tenant.OAuth2PermissionGrant) bool {
		samePrincipal := g.PrincipalID == nil && other.PrincipalID == nil ||
			g.PrincipalID != nil && other.PrincipalID != nil && *g.PrincipalID == *other.PrincipalID
		return other.ClientID == g.ClientID && other.ResourceID == g.ResourceID &&
			other.ConsentType == g.ConsentType && samePrincipal
	}
}

func (c *call) validateGrant(g tenant.OAuth2PermissionGrant) error {
	const name = "OAuth2PermissionGrant"
	personal := g.ConsentType == "Principal"
	switch {
	case !personal && g.ConsentType != "AllPrincipals":
		return badValue("consentType", name)
	case personal != (g.PrincipalID != nil):
		return badValue("principalId", name)
	case !validScope(g.Scope):
		return badValue("scope", name)
	}
	for property, id := range map[string]string{"clientId": g.ClientID, "resourceId": g.ResourceID} {
		if id == "" {
			return badValue(property, name)
		}
		if _, shown := c.tenant.ServicePrincipals.Get(id); !shown {
			return invalid("%s", absent(id))
		}
	}
	if personal {
		if _, shown := c.tenant.Users.Get(*g.PrincipalID); !shown {
			return invalid("%s", absent(*g.PrincipalID))
		}
	}
	return nil
}

func validScope(scope string) bool {
	return strings.TrimSpace(scope) != "" && len(scope) <= scopeMax
}

// updateGrant replaces the whole list of scopes.
// https://learn.microsoft.com/graph/api/oauth2permissiongrant-update
func (c *call) updateGrant() (answer, error) {
	body, err := c.readBody("oAuth2PermissionGrant", "scope")
	if err != nil {
		return answer{}, err
	}
	old, err := c.latestGrant()
	if err != nil {
		return answer{}, err
	}
	g, err := merge("oAuth2PermissionGrant", old, body)
	if err != nil {
		return answer{}, err
	}
	if !validScope(g.Scope) {
		return answer{}, badValue("scope", "OAuth2PermissionGrant")
	}
	c.tenant.OAuth2PermissionGrants.Put(g.ID, g)
	return noContent(), nil
}

func (c *call) deleteGrant() (answer, error) {
	g, err := c.latestGrant()
	if err != nil {
		return answer{}, err
	}
	c.tenant.OAuth2PermissionGrants.Delete(g.ID)
	return noContent(), nil
}

// latestGrant is the newest version of a grant that a replica shows.
func (c *call) latestGrant() (tenant.OAuth2PermissionGrant, error) {
	id := c.keys[0].value
	_, shown := c.tenant.OAuth2PermissionGrants.Get(id)
	g, exists := c.tenant.OAuth2PermissionGrants.Latest(id)
	if !shown || !exists {
		return g, notFound(id)
	}
	return g, nil
}
