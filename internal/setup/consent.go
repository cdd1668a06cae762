package setup

import (
	"context"
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// planConsent plans what the portal's "Grant admin consent" button gives for
// the guide's permissions, and for the delegated SMTP.Send that the token of
// Webex Connect really uses.
func planConsent(r *Run, p *step.Plan) {
	o := &r.Observed
	if o.Application() == nil && !p.Has("azure.application") {
		p.Hinder(hinderedBy(p, "azure.register"))
		return
	}
	for _, perm := range r.Wanted.permissions() {
		if o.permissionID(perm) == "" {
			p.Hinder(missingPermission(o, perm))
			return
		}
	}
	planRoles(r, p)
	planGrants(r, p)
	notePolicy(o, p)
}

// stepFirst is the code of an obstacle that another step removes.
const stepFirst = "WX-STEP-FIRST"

// hinderedBy is the obstacle of a step that comes after another: what hinders that
// one, where it is part of the run, hinders this one too.
func hinderedBy(p *step.Plan, earlier string) *step.Obstacle {
	if first := p.Hindered(earlier); first != nil {
		return &step.Obstacle{Code: first.Code, Object: first.Object, Detail: first.Detail, Waiting: first.Waiting, Stops: first.Stops}
	}
	return &step.Obstacle{Code: stepFirst, Object: earlier, Stops: true}
}

func missingPermission(o *Observed, perm permission) *step.Obstacle {
	if o.resource(perm.ResourceAppID) == nil {
		return &step.Obstacle{Code: "WX-NO-EXCHANGE", Object: o.Directory.Organization.DisplayName, Stops: true}
	}
	return &step.Obstacle{Code: "WX-PERMISSION-UNKNOWN", Object: perm.Value, Detail: perm.Resource, Stops: true}
}

func planRoles(r *Run, p *step.Plan) {
	o := &r.Observed
	for _, perm := range r.Wanted.permissions() {
		id := o.permissionID(perm)
		if !perm.Application || slices.ContainsFunc(o.Directory.Assignments, func(a directory.Assignment) bool {
			return a.RoleID == id && a.ResourceID == o.resource(perm.ResourceAppID).ID
		}) {
			continue
		}
		p.Add(step.Change{Key: "azure.app-role." + perm.Value, Op: step.Create, Target: r.Wanted.AppName,
			After: perm.Value + " (application) of " + perm.Resource, Risk: msg.M("risk.mail-send"), Ours: true,
			Needs: []string{"azure.service-principal"}, Facts: map[string]string{"role": id, "resource": o.resource(perm.ResourceAppID).ID}})
	}
}

// planGrants plans one tenant-wide grant a resource; one that exists is
// amended by union, never replaced.
func planGrants(r *Run, p *step.Plan) {
	for _, appID := range []string{exchangeAppID, graphAppID} {
		var scopes []string
		name := ""
		for _, perm := range r.Wanted.permissions() {
			if perm.ResourceAppID == appID && !perm.Application {
				scopes, name = append(scopes, perm.Value), perm.Resource
			}
		}
		planGrant(r, p, appID, name, scopes)
	}
}

func planGrant(r *Run, p *step.Plan, appID, resource string, scopes []string) {
	o := &r.Observed
	c := step.Change{Key: grantKey(resource), Op: step.Create, Target: r.Wanted.AppName,
		Ours: true, Needs: []string{"azure.service-principal"}}
	have, found := tenantWideGrant(o, appID)
	if found {
		c.Op, c.Before = step.Update, grantText(have.Scopes, resource)
	}
	all := union(have.Scopes, scopes...)
	if found && len(all) == len(have.Scopes) {
		return
	}
	c.After = grantText(all, resource)
	c.Facts = map[string]string{"grant": have.ID, "resource": o.resource(appID).ID, "scope": strings.Join(all, " ")}
	p.Add(c)
}

func grantKey(resource string) string { return "azure.grant." + strings.ReplaceAll(resource, " ", "-") }

func grantText(scopes []string, resource string) string {
	return strings.Join(scopes, " ") + " (delegated, all users) of " + resource
}

func tenantWideGrant(o *Observed, appID string) (directory.Grant, bool) {
	for _, g := range o.Directory.Grants {
		if g.ConsentType == "AllPrincipals" && g.ResourceID == o.resource(appID).ID {
			return g, true
		}
	}
	return directory.Grant{}, false
}

// notePolicy says what the tenant's user-consent setting means here: with the
// grants above, nothing, so long as the review box in Webex Connect is off.
func notePolicy(o *Observed, p *step.Plan) {
	switch policy := o.Directory.ConsentPolicy; {
	case policy == nil:
		p.Note(msg.M("note.consent-policy-unreadable"))
	case policy.UserConsent == "none" || policy.UserConsent == "low":
		p.Note(msg.M("note.consent-policy-strict"))
	}
}

func applyConsent(ctx context.Context, r *Run, c step.Change) (any, error) {
	switch {
	case strings.HasPrefix(c.Key, "azure.app-role."):
		return r.assignRole(ctx, c)
	case strings.HasPrefix(c.Key, "azure.grant."):
		return r.writeGrant(ctx, c)
	}
	return nil, unknownKey(c)
}

func (r *Run) assignRole(ctx context.Context, c step.Change) (any, error) {
	var id string
	err := r.settleWrite(ctx, "the service principal", func() (err error) {
		id, err = r.directory.AssignAppRole(ctx, r.ids().principalID, c.Facts["resource"], c.Facts["role"])
		return err
	})
	return map[string]string{"id": id, "principal": r.ids().principalID}, err
}

func (r *Run) writeGrant(ctx context.Context, c step.Change) (any, error) {
	id := c.Facts["grant"]
	scopes := strings.Fields(c.Facts["scope"])
	err := r.settleWrite(ctx, "the service principal", func() (err error) {
		if id != "" {
			return r.directory.UpdateGrant(ctx, id, scopes)
		}
		id, err = r.directory.CreateGrant(ctx, r.ids().principalID, c.Facts["resource"], scopes)
		return err
	})
	if directory.IsExists(err) {
		id, err = r.amendGrant(ctx, c.Facts["resource"], scopes)
	}
	return map[string]string{"id": id}, err
}

// amendGrant adds to a grant that was there already, though the replica read
// before did not show it.
func (r *Run) amendGrant(ctx context.Context, resourceID string, scopes []string) (id string, err error) {
	err = r.Cloud.Settle(ctx, "the consent", func(ctx context.Context) (bool, error) {
		seen, err := r.readDirectory(ctx)
		if err != nil {
			return false, err
		}
		i := slices.IndexFunc(seen.Grants, func(g directory.Grant) bool {
			return g.ConsentType == directory.AllPrincipals && g.ResourceID == resourceID
		})
		if i < 0 {
			return false, nil
		}
		id = seen.Grants[i].ID
		return true, r.directory.UpdateGrant(ctx, id, union(seen.Grants[i].Scopes, scopes...))
	})
	return id, err
}
