package msgraph

import (
	"slices"

	"wxmail/internal/sandbox/tenant"
)

// side is one of the two views of an app role assignment: from the resource
// (appRoleAssignedTo) or from the principal (appRoleAssignments).
// https://learn.microsoft.com/graph/api/resources/approleassignment
type side struct {
	name string
	own  func(tenant.AppRoleAssignment) string // whose list it is in
}

func sides() []side {
	return []side{
		{"appRoleAssignedTo", func(a tenant.AppRoleAssignment) string { return a.ResourceID }},
		{"appRoleAssignments", func(a tenant.AppRoleAssignment) string { return a.PrincipalID }},
	}
}

func (s side) kind(principal string) kind {
	return kind{name: "appRoleAssignment", set: "servicePrincipals('" + principal + "')/" + s.name,
		zero: tenant.AppRoleAssignment{}, fixed: map[string]any{"deletedDateTime": nil}}
}

func (s side) list(c *call) (answer, error) {
	p, err := c.principal()
	if err != nil {
		return answer{}, err
	}
	items := []tenant.AppRoleAssignment{}
	for _, a := range c.tenant.AppRoleAssignments.All() {
		if s.own(a) == p.ID {
			items = append(items, a)
		}
	}
	return list(c, source[tenant.AppRoleAssignment]{
		kind: s.kind(p.ID), items: items, id: func(a tenant.AppRoleAssignment) string { return a.ID },
	})
}

func (s side) create(c *call) (answer, error) {
	at, err := c.principal()
	if err != nil {
		return answer{}, err
	}
	body, err := c.readBody("appRoleAssignment", "principalId", "resourceId", "appRoleId")
	if err != nil {
		return answer{}, err
	}
	wanted, err := merge("appRoleAssignment", tenant.AppRoleAssignment{}, body)
	if err != nil {
		return answer{}, err
	}
	if s.own(wanted) != at.ID {
		return answer{}, notAReference()
	}
	made, err := c.assign(wanted)
	if err != nil {
		return answer{}, err
	}
	return c.created(s.kind(at.ID), made.ID, made)
}

func notAReference() error { return invalid("Not a valid reference update.") }

// assign stores what is wanted, if both ends are replicated and it is new.
func (c *call) assign(wanted tenant.AppRoleAssignment) (tenant.AppRoleAssignment, error) {
	for _, id := range []string{wanted.PrincipalID, wanted.ResourceID, wanted.AppRoleID} {
		if !isGUID(id) {
			return wanted, notAReference()
		}
	}
	principal, shown := c.tenant.ServicePrincipals.Get(wanted.PrincipalID)
	resource, published := c.tenant.ServicePrincipals.Get(wanted.ResourceID)
	if !shown || !published {
		return wanted, notAReference()
	}
	if err := c.mayAssign(resource, wanted.AppRoleID); err != nil {
		return wanted, err
	}
	_, exists := c.tenant.AppRoleAssignments.FindLatest(func(a tenant.AppRoleAssignment) bool {
		return a.PrincipalID == wanted.PrincipalID && a.ResourceID == wanted.ResourceID && a.AppRoleID == wanted.AppRoleID
	})
	if exists {
		return wanted, invalid("Permission being assigned already exists on the object.")
	}
	wanted.ID, wanted.CreatedDateTime, wanted.PrincipalType = c.tenant.IDs.New(), c.now(), "ServicePrincipal"
	wanted.PrincipalDisplayName, wanted.ResourceDisplayName = principal.DisplayName, resource.DisplayName
	c.tenant.AppRoleAssignments.Put(wanted.ID, wanted)
	return wanted, nil
}

// mayAssign: the role must be one that applications can hold, and those of
// Microsoft Graph itself take a privileged administrator.
// https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
func (c *call) mayAssign(resource tenant.ServicePrincipal, role string) error {
	offered := slices.ContainsFunc(resource.AppRoles, func(r tenant.AppRole) bool {
		return r.ID == role && r.IsEnabled && slices.Contains(r.AllowedMemberTypes, "Application")
	})
	if !offered {
		return invalid("Permission being assigned was not found on application '%s'.", resource.AppID)
	}
	return c.privileged(resource)
}

func (c *call) privileged(resource tenant.ServicePrincipal) error {
	if resource.AppID == graphAppID && !hasRole(c.token, globalAdministrator, privilegedRoleAdministrator) {
		return denied()
	}
	return nil
}

func (s side) remove(c *call) (answer, error) {
	p, err := c.principal()
	if err != nil {
		return answer{}, err
	}
	id := c.keys[1].value
	a, shown := c.tenant.AppRoleAssignments.Get(id)
	_, exists := c.tenant.AppRoleAssignments.Latest(id)
	if !shown || !exists || s.own(a) != p.ID {
		return answer{}, notFound(id)
	}
	resource, _ := c.tenant.ServicePrincipals.Latest(a.ResourceID)
	if err := c.privileged(resource); err != nil {
		return answer{}, err
	}
	c.tenant.AppRoleAssignments.Delete(id)
	return noContent(), nil
}
