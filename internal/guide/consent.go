package guide

import (
	"context"
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// Role is an application permission that the application holds.
type Role struct {
	AssignmentID string `json:"assignmentId,omitempty"` // "" while it is yet to be given
	PrincipalID  string `json:"principalId,omitempty"`  // likewise
	ResourceID   string `json:"resourceId"`
	RoleID       string `json:"roleId"`
	Value        string `json:"value"`
	Resource     string `json:"resource"`
}

// Words implements step.Value.
func (r Role) Words() []msg.Message {
	return []msg.Message{msg.M("value.role", "Value", r.Value, "Resource", r.Resource)}
}

// Grant is a set of delegated permissions of one resource, for all users.
type Grant struct {
	ID         string   `json:"id,omitempty"` // "" while it is yet to be given
	ResourceID string   `json:"resourceId"`
	Resource   string   `json:"resource"`
	Scopes     []string `json:"scopes"`
}

// Words implements step.Value.
func (g Grant) Words() []msg.Message {
	return []msg.Message{msg.M("value.grant", "Scopes", strings.Join(g.Scopes, " "), "Resource", g.Resource)}
}

// hinderConsent: consent is the portal's "Grant admin consent" button. It
// needs an application, and a tenant that knows what is asked for.
func hinderConsent(f Facts, p *step.Plan) {
	if f.Seen.Application() == nil && !p.Has("azure.application") {
		p.Hinder(hinderedBy(p, "azure.register"))
		return
	}
	for _, perm := range f.Wanted.Permissions() {
		if f.Seen.PermissionID(perm) == "" {
			p.Hinder(missingPermission(f, perm))
			return
		}
	}
	noteConsentPolicy(f, p)
}

func missingPermission(f Facts, perm wanted.Permission) *step.Obstacle {
	if f.Seen.Resource(perm.ResourceAppID) == nil {
		return &step.Obstacle{Code: "WX-NO-EXCHANGE", Object: f.Seen.Organization(f.Wanted.Tenant), Stops: true,
			Evidence: "servicePrincipals: none with appId " + perm.ResourceAppID}
	}
	return &step.Obstacle{Code: "WX-PERMISSION-UNKNOWN", Object: perm.Value, Detail: perm.Resource, Stops: true,
		Evidence: "servicePrincipal: neither appRoles nor oauth2PermissionScopes have it"}
}

// noteConsentPolicy says what the tenant's user-consent setting means here:
// with the grants, nothing, so long as the review box in Webex Connect is off.
func noteConsentPolicy(f Facts, p *step.Plan) {
	switch policy := f.Seen.Tenant().ConsentPolicy; {
	case policy == nil:
		p.Note(msg.M("note.consent-policy-unreadable"))
	case policy.UserConsent == directory.ConsentNone || policy.UserConsent == directory.ConsentLow:
		p.Note(msg.M("note.consent-policy-strict"))
	}
}

func appRole() Thing {
	return of(Thing{
		Key: "azure.app-role", Writes: world.Directory, Needs: []string{"azure.application", "azure.service-principal"}, Right: mayConsent(),
		Reasons: []step.Known{{Code: "WX-MAIL-SEND-MISSING", Severity: step.Warning, Exit: 3}},
		Plan:    planRoles,
	}, parts[Role]{apply: applyRole, undo: undoRole, same: func(a, b Role) bool { return a.Value == b.Value }})
}

func planRoles(f Facts, p *step.Plan) {
	for _, perm := range f.Wanted.Permissions() {
		if !perm.Application || f.Seen.Granted(perm) || f.Seen.PermissionID(perm) == "" {
			continue
		}
		key := "azure.app-role." + perm.Value
		c := step.Change{Key: key, Op: step.Create, Target: f.applicationName(), Risk: msg.M("risk.mail-send"), Ours: true,
			After: Role{ResourceID: f.Seen.Resource(perm.ResourceAppID).ID, RoleID: f.Seen.PermissionID(perm),
				Value: perm.Value, Resource: perm.Resource},
			Needs: []string{"azure.service-principal"}}
		if f.Seen.Tenant().ServicePrincipal != nil {
			c.Why = []step.Reason{{Code: "WX-MAIL-SEND-MISSING", Object: perm.Value, Detail: perm.Resource,
				Evidence: "appRoleAssignments: none for " + perm.Value + f.did(key)}}
		}
		p.Add(c)
	}
}

func applyRole(ctx context.Context, h Hands, e Edit[Role]) (any, error) {
	if e.Op == step.Delete {
		return nil, h.Directory.RemoveAppRoleAssignment(ctx, e.Before.PrincipalID, e.Before.AssignmentID)
	}
	var id string
	err := h.settleWrite(ctx, "the service principal", func() (err error) {
		id, err = h.Directory.AssignAppRole(ctx, h.Made.now().principalID, e.After.ResourceID, e.After.RoleID)
		return err
	})
	return map[string]string{"id": id, "principal": h.Made.now().principalID}, err
}

// undoRole revokes what was granted, whatever the answers ask for by now,
// unless it shares the application's fate.
func undoRole(f Facts, d Left[Role], p *step.Plan) {
	principal := f.Seen.Tenant().ServicePrincipal
	if principal == nil || f.sharesFate() || keepsForNeighbour(f, p, d.Key, f.applicationName(), sharesApplication(f)) {
		return
	}
	for _, perm := range wanted.All() {
		resource := f.Seen.Resource(perm.ResourceAppID)
		if perm.Value != d.After.Value || !perm.Application || resource == nil {
			continue
		}
		if held := f.Seen.Assignment(f.Seen.PermissionID(perm), resource.ID); held != nil {
			p.Add(step.Change{Key: d.Key, Op: step.Delete, Target: f.applicationName(), Ours: true,
				Before: Role{held.ID, principal.ID, held.ResourceID, held.RoleID, perm.Value, perm.Resource}})
		}
	}
}

func grant() Thing {
	return of(Thing{
		Key: "azure.grant", Writes: world.Directory, Needs: []string{"azure.application", "azure.service-principal"}, Right: mayConsent(),
		Reasons: []step.Known{{Code: "WX-CONSENT-MISSING", Severity: step.Error, Exit: 5}},
		Plan:    planGrants,
	}, parts[Grant]{apply: applyGrant, undo: undoGrant, same: func(a, b Grant) bool { return sameStrings(a.Scopes, b.Scopes) }})
}

// planGrants plans one tenant-wide grant a resource; one that exists is
// amended by union, never replaced.
func planGrants(f Facts, p *step.Plan) {
	for _, appID := range []string{directory.ExchangeAppID, directory.MicrosoftGraphAppID} {
		var scopes []string
		name := ""
		for _, perm := range f.Wanted.Permissions() {
			if perm.ResourceAppID == appID && !perm.Application {
				scopes, name = append(scopes, perm.Value), perm.Resource
			}
		}
		if f.Seen.Resource(appID) != nil {
			planGrant(f, p, f.Seen.Resource(appID).ID, name, scopes)
		}
	}
}

func grantKey(resource string) string { return "azure.grant." + strings.ReplaceAll(resource, " ", "-") }

func planGrant(f Facts, p *step.Plan, resourceID, resource string, scopes []string) {
	have := f.Seen.Grant(resourceID)
	c := step.Change{Key: grantKey(resource), Op: step.Create, Target: f.applicationName(), Ours: true,
		Needs: []string{"azure.service-principal"}}
	after := Grant{"", resourceID, resource, scopes}
	lacks := scopes
	if have != nil {
		lacks = without(scopes, have.Scopes...)
		after.ID, after.Scopes = have.ID, union(have.Scopes, scopes...)
		c.Op, c.Before = step.Update, Grant{have.ID, resourceID, resource, have.Scopes}
	}
	if len(lacks) == 0 {
		return
	}
	c.After = after
	if principal := f.Seen.Tenant().ServicePrincipal; principal != nil && f.Seen.Tenant().Application != nil {
		c.Why = []step.Reason{{Code: "WX-CONSENT-MISSING", Object: strings.Join(lacks, " "), Detail: resource,
			Evidence: "oauth2PermissionGrants (AllPrincipals): " + listed(lacks) + " missing" + f.did(c.Key),
			Page:     EnterprisePage("Permissions", principal.ID, f.Seen.Tenant().Application.AppID)}}
	}
	p.Add(c)
}

func applyGrant(ctx context.Context, h Hands, e Edit[Grant]) (any, error) {
	if e.Op == step.Delete {
		return nil, h.Directory.DeleteGrant(ctx, e.Before.ID)
	}
	id := e.After.ID
	err := h.settleWrite(ctx, "the service principal", func() (err error) {
		if id != "" {
			return h.Directory.UpdateGrant(ctx, id, e.After.Scopes)
		}
		id, err = h.Directory.CreateGrant(ctx, h.Made.now().principalID, e.After.ResourceID, e.After.Scopes)
		return err
	})
	if directory.IsExists(err) {
		id, err = h.amendGrant(ctx, e.After)
	}
	if err == nil {
		h.Made.gave(e.After.ResourceID, e.After.Scopes)
	}
	return map[string]string{"id": id}, err
}

// amendGrant adds to a grant that was there already, though the replica read
// before did not show it.
func (h Hands) amendGrant(ctx context.Context, want Grant) (id string, err error) {
	err = h.Settle(ctx, "the consent", func(ctx context.Context) (bool, error) {
		seen, err := h.Look(ctx)
		if err != nil {
			return false, err
		}
		have := world.TenantWide(seen.Grants, want.ResourceID)
		if have == nil {
			return false, nil
		}
		id = have.ID
		return true, h.Directory.UpdateGrant(ctx, id, union(have.Scopes, want.Scopes...))
	})
	return id, err
}

// undoGrant takes the scopes that wxmail added out of a grant, unless it shares
// the application's fate; where no scope is left, the grant goes.
func undoGrant(f Facts, d Left[Grant], p *step.Plan) {
	resource := resourceNamed(f, d.After.Resource)
	if resource == nil || f.sharesFate() {
		return
	}
	have := f.Seen.Grant(resource.ID)
	if have == nil || keepsForNeighbour(f, p, d.Key, f.applicationName(), sharesApplication(f)) {
		return
	}
	added := slices.DeleteFunc(without(d.After.Scopes, d.Before.Scopes...),
		func(scope string) bool { return !f.asksConsent(resource.ID, scope) })
	rest := without(have.Scopes, added...)
	if len(rest) == len(have.Scopes) {
		return
	}
	c := step.Change{Key: d.Key, Op: step.Delete, Target: f.applicationName(), Ours: true,
		Before: Grant{have.ID, resource.ID, d.After.Resource, have.Scopes}}
	if len(rest) > 0 {
		c.Op, c.After = step.Update, Grant{have.ID, resource.ID, d.After.Resource, rest}
	}
	p.Add(c)
}

// resourceNamed is the tenant's service principal of a resource that the guide
// deals in, by its name in the portal, or nil.
func resourceNamed(f Facts, name string) *directory.Resource {
	all := wanted.All()
	if i := slices.IndexFunc(all, func(p wanted.Permission) bool { return p.Resource == name }); i >= 0 {
		return f.Seen.Resource(all[i].ResourceAppID)
	}
	return nil
}

// fromWords reads "Mail.Send (application) of Office 365 Exchange Online".
func (r *Role) fromWords(words string) {
	r.Value, r.Resource, _ = strings.Cut(words, " (application) of ")
}

// fromWords reads "SMTP.Send (delegated, all users) of Office 365 Exchange
// Online".
func (g *Grant) fromWords(words string) {
	scopes, resource, _ := strings.Cut(words, " (delegated, all users) of ")
	g.Scopes, g.Resource = strings.Fields(scopes), resource
}
