package entra

import (
	"net/url"
	"slices"

	"wxmail/internal/sandbox/tenant"
)

// adminConsent is an administrator's consent for the whole organization.
// https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
type adminConsent struct {
	redirectURI string
	state       string
	scope       string // echoed by the v2 endpoint
	needs       []need
	roles       []role
	given       bool
}

// role is an application permission to be granted.
type role struct {
	resource tenant.ServicePrincipal
	value    string
}

// adminConsentV2 asks for the scopes named; /.default is all that the
// application declares for the resource, application permissions too.
func (c *call) adminConsentV2() reply {
	return c.beginAdminConsent(func(cl *client, a *adminConsent) *refusal {
		a.scope = c.r.Form.Get("scope")
		asked, refused := c.ask(cl, a.scope)
		if refused != nil {
			return refused
		}
		for _, r := range asked.resources {
			a.needs = addNeed(a.needs, r.sp, r.values)
			if r.all {
				a.declare(cl, r.sp)
			}
		}
		if graph, found := c.principal(graphAppID); found {
			a.needs = addNeed(a.needs, graph, asked.oidc)
		}
		return nil
	})
}

// adminConsentV1 asks for everything that the application declares.
func (c *call) adminConsentV1() reply {
	return c.beginAdminConsent(func(cl *client, a *adminConsent) *refusal {
		if cl.app == nil {
			return refuse(650056, cl.name)
		}
		for _, required := range cl.app.RequiredResourceAccess {
			resource, found := c.principal(required.ResourceAppID)
			if !found {
				return refuse(650052, required.ResourceAppID, c.tenant.Organization.ID)
			}
			a.declare(cl, resource)
		}
		return nil
	})
}

func (a *adminConsent) declare(cl *client, resource tenant.ServicePrincipal) {
	a.needs = addNeed(a.needs, resource, cl.declared(resource, "Scope"))
	for _, value := range cl.declared(resource, "Role") {
		a.roles = append(a.roles, role{resource, value})
	}
}

func (c *call) beginAdminConsent(read func(*client, *adminConsent) *refusal) reply {
	cl, a, refused := c.readAdminConsent()
	if refused != nil {
		return c.errorPage(refused)
	}
	f := c.newFlow(cl, a)
	if refused := read(cl, a); refused != nil {
		return a.refused(c, f, refused)
	}
	if len(a.needs)+len(a.roles) == 0 {
		return a.refused(c, f, refuse(650056, cl.name))
	}
	c.silent(f)
	return c.advance(f)
}

func (c *call) readAdminConsent() (*client, *adminConsent, *refusal) {
	if refused := c.wellFormed([]string{"client_id", "redirect_uri", "scope", "state"}); refused != nil {
		return nil, nil, refused
	}
	in, refused := c.realm()
	if refused != nil {
		return nil, nil, refused
	}
	for _, name := range []string{"client_id", "redirect_uri"} {
		if c.r.Form.Get(name) == "" {
			return nil, nil, refuse(900144, name)
		}
	}
	cl, refused := c.client(c.r.Form.Get("client_id"), in)
	if refused != nil {
		return nil, nil, refused
	}
	a := &adminConsent{redirectURI: c.r.Form.Get("redirect_uri"), state: c.r.Form.Get("state")}
	_, refused = cl.platformOf(a.redirectURI)
	return cl, a, refused
}

// askAdmin shows the consent page to an administrator who may grant it all.
func (c *call) askAdmin(f *flow, a *adminConsent) reply {
	lines := list(a.needs)
	for _, r := range a.roles {
		lines = append(lines, scopeLine{r.value, r.resource.DisplayName})
	}
	if !a.mayGrant(*f.user) {
		return c.show(f, nil, view{Page: "approval", Error: refuse(90094, f.client.name).Error(), Scopes: lines})
	}
	return c.show(f, nil, view{Page: "consent", Scopes: lines, Organization: true})
}

func (a *adminConsent) mayGrant(u tenant.User) bool {
	graphRole := slices.ContainsFunc(a.roles, func(r role) bool { return r.resource.AppID == graphAppID })
	return consentAdmin(u) && (!graphRole || roleAdmin(u))
}

func (a *adminConsent) accept(c *call, f *flow) reply {
	c.consent(f.client, a.needs, f.user.ID, true)
	for _, r := range a.roles {
		c.assign(f.client, r)
	}
	a.given = true
	return a.done(c, f)
}

// assign grants an application permission, once.
func (c *call) assign(cl *client, r role) {
	i := slices.IndexFunc(r.resource.AppRoles, func(known tenant.AppRole) bool { return known.Value == r.value })
	assignment := tenant.AppRoleAssignment{
		AppRoleID: r.resource.AppRoles[i].ID, PrincipalID: cl.sp.ID, PrincipalDisplayName: cl.sp.DisplayName,
		PrincipalType: "ServicePrincipal", ResourceID: r.resource.ID, ResourceDisplayName: r.resource.DisplayName,
		CreatedDateTime: c.now,
	}
	if _, exists := c.tenant.AppRoleAssignments.FindLatest(func(old tenant.AppRoleAssignment) bool {
		return old.AppRoleID == assignment.AppRoleID && old.PrincipalID == assignment.PrincipalID &&
			old.ResourceID == assignment.ResourceID
	}); exists {
		return
	}
	assignment.ID = c.tenant.IDs.New()
	c.tenant.AppRoleAssignments.Put(assignment.ID, assignment)
}

func (a *adminConsent) done(c *call, f *flow) reply {
	delete(c.flows, f.id)
	answer := url.Values{"admin_consent": {"True"}, "tenant": {c.tenant.Organization.ID}}
	if a.scope != "" {
		answer.Set("scope", a.scope)
	}
	return a.send(answer)
}

func (a *adminConsent) refused(c *call, _ *flow, e *refusal) reply {
	if e.code == 65004 {
		e = e.as("consent_required")
	}
	return a.send(url.Values{"error": {e.oauth}, "error_description": {c.describe(e)}})
}

func (a *adminConsent) send(answer url.Values) reply {
	if a.state != "" {
		answer.Set("state", a.state)
	}
	return redirectReply(answerAt(a.redirectURI, "query", answer))
}
