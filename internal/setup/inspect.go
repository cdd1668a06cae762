package setup

import (
	"context"

	"wxmail/internal/exchange"
	"wxmail/internal/step"
)

// Inspect looks at sources and plans, as far as what could be read allows. It
// asks nobody anything but to sign in, changes nothing, and goes on after a
// source that cannot be read: Observed.Unread says why. A stored refresh token
// is tried where the token step is part of the run.
//
// It may be called again, for other sources or to look again: who has signed
// in stays signed in. Errors are those after which nothing can be looked at:
// answers that are missing or wrong, a tenant that cannot be found, ctx's.
func (r *Run) Inspect(ctx context.Context, sources step.Source) error {
	r.Options.Inspect, r.looking = true, sources
	if r.id == "" {
		if err := r.prepare(ctx); err != nil {
			r.id = ""
			return err
		}
	}
	o := &r.Observed
	o.TokenWanted = r.runs("token")
	o.Read &^= sources
	if sources.Has(Held) {
		if err := r.readHeld(ctx); err != nil {
			return err
		}
	}
	if err := r.signIn(ctx, sources); err != nil {
		return err
	}
	o.Now = r.Cloud.Now()
	if err := r.read(ctx, sources); err != nil {
		return err
	}
	r.plan = r.makePlan()
	return nil
}

// Plan is what was planned last, or nil.
func (r *Run) Plan() *step.Plan { return r.plan }

// Mend applies those changes of an inspection's plan that pick accepts, as
// setup does: shown, agreed to, recorded, read back. The caller holds the
// profile's lock, and the vault is open where secrets are made. It may be
// repeated after another Inspect.
func (r *Run) Mend(ctx context.Context, pick func(step.Change) bool) *Result {
	chosen := &step.Plan{Changes: []step.Change{}, Obstacles: r.plan.Obstacles}
	result := &Result{Plan: chosen}
	for _, c := range r.plan.Changes {
		if !pick(c) {
			continue
		}
		if o := r.lacking(c.Step); o != nil && written(c.Key) != 0 {
			result.Problems = append(result.Problems, o)
			continue
		}
		chosen.Changes = append(chosen.Changes, c)
	}
	r.plan, r.Options.Write = chosen, true
	if len(chosen.Changes) > 0 {
		result.Problems = append(result.Problems, r.write(ctx, result)...)
	}
	return result
}

// Permission is one that the answers ask for, and how it stands.
type Permission struct {
	Value       string
	Resource    string // its name in the portal
	Application bool   // an application permission, else delegated
	Declared    bool   // the application lists it
	Granted     bool   // to the whole tenant
}

// Permissions are those that the answers ask for and the tenant knows. The
// directory has been read, and there is an application.
func (r *Run) Permissions() []Permission {
	declared := flatten(r.Observed.Application().Required)
	var all []Permission
	for _, p := range r.Wanted.permissions() {
		if r.Observed.permissionID(p) == "" {
			continue
		}
		id := p.ResourceAppID + "/" + p.accessType() + "/" + r.Observed.permissionID(p)
		all = append(all, Permission{p.Value, p.Resource, p.Application, contains(declared, id), r.isGranted(p)})
	}
	return all
}

// Exchange is the admin who signed in to Exchange, or nil.
func (r *Run) Exchange() *exchange.Admin { return r.exchange }
