package setup

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

type secretInfo = directory.SecretInfo

// ownApplication says whether wxmail created the application.
func (r *Run) ownApplication() bool {
	deed, did := r.deed("azure.application")
	return did && deed.Op == step.Create
}

// undoRegister removes our application; of an application that was there
// before, only what wxmail added to it.
func undoRegister(r *Run, p *step.Plan) {
	if r.Observed.Directory == nil || r.Observed.Directory.Application == nil || !confirmUndo(r, p) {
		return
	}
	app := r.Observed.Application()
	if !r.ownApplication() {
		undoAdded(r, p, app)
		return
	}
	if r.sharedSince(app) && r.kept(p, "application "+app.DisplayName+" and its consent") {
		undoSecret(r, p, app)
		return
	}
	p.Add(step.Change{Key: undoPrefix + "azure.application", Op: step.Delete, Target: app.DisplayName, Before: r.view(specOf(app)), Ours: true,
		Facts: map[string]string{"objectId": app.ObjectID}})
}

// sharedSince says whether somebody else uses our application too: with a
// secret or a redirect URI of their own.
func (r *Run) sharedSince(app *directory.Application) bool {
	return !r.knownSecrets() || len(without(app.RedirectURIs, TemporaryRedirect)) > 1
}

// undoAdded takes back what wxmail added to somebody else's application.
func undoAdded(r *Run, p *step.Plan, app *directory.Application) {
	undoSecret(r, p, app)
	deed, did := r.deed("azure.application")
	if !did {
		return
	}
	before := view[ApplicationView](deed.Before)
	after := specOf(app)
	for _, uri := range view[ApplicationView](deed.After).RedirectURIs {
		if !slices.Contains(before.RedirectURIs, uri) {
			after.RedirectURIs = without(after.RedirectURIs, uri)
		}
	}
	after.ImplicitAccessTokens = before.ImplicitAccessTokens
	after.Required = r.undeclare(app.Required, before.Permissions, view[ApplicationView](deed.After).Permissions)
	if sameApplication(specOf(app), after) {
		return
	}
	p.Add(step.Change{Key: undoPrefix + "azure.application", Op: step.Update, Target: app.DisplayName, Before: r.view(specOf(app)), After: r.view(after),
		Facts: map[string]string{"objectId": app.ObjectID}})
}

// undeclare leaves out the permissions that stand in after and not in before,
// by their names.
func (r *Run) undeclare(declared []directory.RequiredResource, before, after []string) []directory.RequiredResource {
	out := []directory.RequiredResource{}
	for _, res := range declared {
		res.Access = slices.DeleteFunc(slices.Clone(res.Access), func(a directory.Access) bool {
			name := r.permissionName(res.ResourceAppID, a)
			return slices.Contains(after, name) && !slices.Contains(before, name)
		})
		if len(res.Access) > 0 {
			out = append(out, res)
		}
	}
	return out
}

// undoSecret removes the secrets that this journal made.
func undoSecret(r *Run, p *step.Plan, app *directory.Application) {
	for _, s := range app.Secrets {
		if r.Observed.Memory.Labels[s.Label] {
			p.Add(step.Change{Key: undoPrefix + "azure.secret." + s.KeyID, Op: step.Delete, Target: s.Label,
				Before: SecretView{s.Label, date(s.End), "(set)"}, Ours: true, Facts: map[string]string{"objectId": app.ObjectID, "keyId": s.KeyID}})
		}
	}
}

func applyUndoRegister(ctx context.Context, r *Run, c step.Change) (any, error) {
	id := c.Facts["objectId"]
	switch {
	case c.Key == undoPrefix+"azure.application" && c.Op == step.Delete:
		if err := r.directory.DeleteApplication(ctx, id); err != nil {
			return nil, err
		}
		return nil, r.forgetSecret()
	case c.Key == undoPrefix+"azure.application":
		after, _ := c.After.(ApplicationView)
		was, _ := c.Before.(ApplicationView)
		return nil, r.directory.UpdateApplication(ctx, id, directory.ApplicationPatch{RedirectURIs: after.RedirectURIs,
			ImplicitAccessTokens: &after.ImplicitAccessTokens, Required: r.undeclare(r.Observed.Application().Required, after.Permissions, was.Permissions)})
	case strings.HasPrefix(c.Key, undoPrefix+"azure.secret."):
		if err := r.directory.RemovePassword(ctx, id, c.Facts["keyId"]); err != nil {
			return nil, err
		}
		return nil, r.forgetSecret()
	}
	return nil, unknownKey(c)
}

func (r *Run) forgetSecret() error {
	r.mu.Lock()
	r.Observed.Vault.Secret = nil
	r.mu.Unlock()
	return r.Vault.Delete(secretKey)
}

// undoConsent revokes what was granted, unless the application goes as a
// whole and takes it along.
func undoConsent(r *Run, p *step.Plan) {
	o := &r.Observed
	if o.Directory == nil || o.Directory.ServicePrincipal == nil || r.runs("azure.register") && r.ownApplication() {
		return
	}
	for _, perm := range r.Wanted.permissions() {
		if perm.Application {
			undoRole(r, p, perm)
		}
	}
	undoGrant(r, p, exchangeAppID, "Office 365 Exchange Online")
	undoGrant(r, p, graphAppID, "Microsoft Graph")
}

func undoRole(r *Run, p *step.Plan, perm permission) {
	if _, did := r.deed("azure.app-role." + perm.Value); !did {
		return
	}
	id := r.Observed.permissionID(perm)
	for _, a := range r.Observed.Directory.Assignments {
		if a.RoleID == id {
			p.Add(step.Change{Key: undoPrefix + "azure.app-role." + perm.Value, Op: step.Delete, Target: r.Wanted.AppName,
				Before: perm.Value + " (application) of " + perm.Resource, Ours: true, Facts: map[string]string{"id": a.ID}})
		}
	}
}

// undoGrant takes the scopes that wxmail added out of a grant; where none is
// left, the grant goes.
func undoGrant(r *Run, p *step.Plan, appID, resource string) {
	key := "azure.grant." + strings.ReplaceAll(resource, " ", "-")
	deed, did := r.deed(key)
	have, found := tenantWideGrant(&r.Observed, appID)
	if !did || !found {
		return
	}
	before, after := grantScopes(deed.Before), grantScopes(deed.After)
	left := slices.DeleteFunc(slices.Clone(have.Scopes), func(scope string) bool {
		return slices.Contains(after, scope) && !slices.Contains(before, scope)
	})
	if len(left) == len(have.Scopes) {
		return
	}
	c := step.Change{Key: undoPrefix + key, Op: step.Delete, Target: r.Wanted.AppName, Before: grantText(have.Scopes, resource), Ours: true,
		Facts: map[string]string{"id": have.ID, "scope": strings.Join(left, " ")}}
	if len(left) > 0 {
		c.Op, c.After = step.Update, grantText(left, resource)
	}
	p.Add(c)
}

// grantScopes reads the scopes out of what grantText wrote.
func grantScopes(shown json.RawMessage) []string {
	scopes, _, _ := strings.Cut(view[string](shown), " (delegated")
	return strings.Fields(scopes)
}

func applyUndoConsent(ctx context.Context, r *Run, c step.Change) (any, error) {
	switch {
	case strings.HasPrefix(c.Key, undoPrefix+"azure.app-role."):
		return nil, r.directory.RemoveAppRoleAssignment(ctx, r.ids().principalID, c.Facts["id"])
	case c.Op == step.Update:
		return nil, r.directory.UpdateGrant(ctx, c.Facts["id"], strings.Fields(c.Facts["scope"]))
	case strings.HasPrefix(c.Key, undoPrefix+"azure.grant."):
		return nil, r.directory.DeleteGrant(ctx, c.Facts["id"])
	}
	return nil, unknownKey(c)
}

// ignoreMissing: what is gone already is success.
func ignoreMissing(err error) error {
	if microsoft.IsNotFound(err) {
		return nil
	}
	return err
}
