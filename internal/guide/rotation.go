package guide

import (
	"slices"

	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func rotatedSecret() Thing {
	return of(Thing{Key: rotatedKey, Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(),
		Plan: planRotation, Learn: learnSecret}, parts[Secret]{apply: applySecret, undo: undoSecret, shows: showsSecret})
}

// planRotation adds a second secret beside the one that is in use.
func planRotation(f Facts, p *step.Plan) {
	switch {
	case !f.Seen.UsableSecret(f.Now):
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

func oldSecret() Thing {
	return of(Thing{Key: oldKey, Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(), Plan: planFinish},
		parts[Secret]{apply: applySecret, shows: showsSecret})
}

// planFinish ends the old secret, once the operator says that Webex Connect
// has the new one.
func planFinish(f Facts, p *step.Plan) {
	if !f.Seen.UsableSecret(f.Now) {
		p.Hinder(stepFirst("azure.register"))
		return
	}
	if !f.rotating() {
		return
	}
	old, replaced := f.Seen.Local().Secret.Previous, f.Wanted.OldSecretReplaced
	switch {
	case replaced == nil:
		p.Hinder(&step.Obstacle{Code: "WX-OLD-SECRET", Object: old.Label, Question: "azure.old-secret-replaced", Stops: true})
	case !*replaced:
		p.Hinder(&step.Obstacle{Code: "WX-OLD-SECRET-KEPT", Object: old.Label})
	default:
		p.Add(step.Change{Key: oldKey + "." + old.KeyID, Op: step.Delete, Target: old.Label,
			Before: Secret{KeyID: old.KeyID, Label: old.Label, Value: "(set)"}, Risk: msg.M("risk.old-secret"), Ours: true})
	}
}
