package guide

import (
	"cmp"
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func rotatedSecret() Thing {
	return of(Thing{Key: rotatedKey, Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(),
		Plan: planRotation, Learn: learnSecret}, parts[Secret]{apply: applySecret, undo: undoSecret, shows: showsSecret})
}

// planRotation adds a second secret beside those that are in use, whoever made
// them.
func planRotation(f Facts, p *step.Plan) {
	switch {
	case len(SecretsOf(f).InUse()) == 0:
		p.Hinder(stepFirst("azure.register"))
	case f.rotating():
		p.Note(msg.M("note.rotation-open"))
	default:
		addSecret(f, p, rotatedKey)
	}
}

// rotating says whether the secret that ours replaced is still there.
func (f Facts) rotating() bool {
	held, app := f.Seen.Local().Secret, f.Seen.Application()
	return held != nil && app != nil && slices.ContainsFunc(app.Secrets, held.Replaced)
}

// oldSecret is the one that a rotation replaced, or the one of that id.
func oldSecret(keyID string) Thing {
	plan := planFinish
	if keyID != "" {
		plan = func(f Facts, p *step.Plan) { planEnd(f, keyID, p) }
	}
	return of(Thing{Key: oldKey, Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(), Plan: plan},
		parts[Secret]{apply: applySecret, shows: showsSecret})
}

// planFinish ends the secret that ours replaced. Any other stays: it may be in
// use by somebody whom the operator does not think of.
func planFinish(f Facts, p *step.Plan) {
	if !f.Seen.UsableSecret(f.Now) {
		p.Hinder(stepFirst("azure.register"))
		return
	}
	for _, e := range SecretsOf(f).Beside(f.Seen.Local().Secret) {
		p.Note(msg.M("note.secret-beside", "Secret", e.Name, "End", e.Date(), "KeyID", e.KeyID))
	}
	if f.rotating() {
		old := f.Seen.Local().Secret.Previous
		endSecret(f, p, directory.SecretInfo{KeyID: old.KeyID, Label: old.Label})
	}
}

// planEnd ends the secret of that id, whoever made it, as long as another one
// works.
func planEnd(f Facts, keyID string, p *step.Plan) {
	app, held := f.Seen.Tenant().Application, f.Seen.Local().Secret
	if app == nil {
		p.Hinder(stepFirst("azure.register"))
		return
	}
	i := slices.IndexFunc(app.Secrets, func(s directory.SecretInfo) bool { return strings.EqualFold(s.KeyID, keyID) })
	if i < 0 {
		if d, did := f.deed(oldKey + "." + keyID); !did || !d.Done {
			p.Hinder(&step.Obstacle{Code: "WX-SECRET-NOT-LISTED", Object: keyID, Detail: app.DisplayName, Stops: true,
				Evidence: "passwordCredentials: none with keyId " + keyID})
		}
		return
	}
	named := app.Secrets[i]
	others := slices.DeleteFunc(SecretsOf(f).InUse(), func(e End) bool { return e.KeyID == named.KeyID })
	switch {
	case held != nil && held.Is(named):
		p.Hinder(&step.Obstacle{Code: "WX-SECRET-HELD", Object: SecretName(app.Secrets, named), Stops: true})
	case len(others) == 0 && named.End.After(f.Now):
		p.Hinder(&step.Obstacle{Code: "WX-SECRET-LAST", Object: SecretName(app.Secrets, named), Detail: app.DisplayName, Stops: true})
	default:
		endSecret(f, p, named)
	}
}

// endSecret removes a secret, once the operator says that Webex Connect has
// the new one. It stays as long as another profile works by it.
func endSecret(f Facts, p *step.Plan, old directory.SecretInfo) {
	name, replaced, held := cmp.Or(old.Label, old.KeyID), f.Wanted.OldSecretReplaced, f.Seen.Local().Secret
	switch {
	case keepsForNeighbour(f, p, oldKey, name, holdsSecret(old.KeyID)):
	case replaced == nil:
		p.Hinder(&step.Obstacle{Code: "WX-OLD-SECRET", Object: name, Question: "azure.old-secret-replaced", Stops: true,
			Tells: tellsSecrets(f, old)})
	case !*replaced:
		p.Hinder(&step.Obstacle{Code: "WX-OLD-SECRET-KEPT", Object: name})
	default:
		before := Secret{KeyID: old.KeyID, Label: old.Label, Value: "(set)"}
		if !old.End.IsZero() {
			before = shownSecret(old)
		}
		p.Add(step.Change{Key: oldKey + "." + old.KeyID, Op: step.Delete, Target: name, Before: before, Risk: msg.M("risk.old-secret"),
			Ours: f.Seen.Local().Memory.Labels[old.Label] || held != nil && held.Replaced(old)})
	}
}

// tellsSecrets names the secret that is about to go, and the one in the vault
// that Webex Connect should have by now.
func tellsSecrets(f Facts, old directory.SecretInfo) (tells []msg.Message) {
	name, held := cmp.Or(old.Label, old.KeyID), f.Seen.Local().Secret
	if app := f.Seen.Application(); app != nil {
		for _, listed := range app.Secrets {
			if listed.KeyID == old.KeyID {
				old.End = listed.End
			}
		}
	}
	if old.End.IsZero() {
		tells = append(tells, msg.M("tells.secret-goes", "Secret", name))
	} else {
		tells = append(tells, msg.M("tells.secret-goes-dated", "Secret", name, "End", msg.DayOf(old.End)))
	}
	if held != nil && !held.Expires.IsZero() {
		tells = append(tells, msg.M("tells.secret-held", "Secret", cmp.Or(held.Label, held.KeyID), "End", msg.DayOf(held.Expires)))
	}
	return tells
}
