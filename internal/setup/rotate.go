package setup

import (
	"context"
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// rotated is the key of a secret made to replace another.
const rotated = "azure.secret-rotated"

// RotationSteps replace the client secret without a moment in which mail
// stops: first a second secret beside the old one, then, in a run of its own,
// once the operator says that Webex Connect has the new one, the end of the
// old one.
func RotationSteps(finish bool) []step.Step[*Run] {
	plan := planRotation
	if finish {
		plan = planFinish
	}
	return []step.Step[*Run]{{ID: "azure.rotate-secret", Asks: []string{"webex.email-id", "azure.admin"}, Reads: readsDirectory, Plan: plan, Apply: applyRotation}}
}

func planRotation(r *Run, p *step.Plan) {
	if !r.Observed.UsableSecret() {
		p.Hinder(&step.Obstacle{Code: stepFirst, Object: "azure.register", Stops: true})
		return
	}
	planOrphans(r, p)
	if r.rotating() {
		p.Note(msg.M("note.rotation-open"))
		return
	}
	addSecret(r, p, rotated)
}

// rotating says whether the secret that ours replaced is still there.
func (r *Run) rotating() bool {
	held := r.Observed.Vault.Secret
	return held != nil && held.Previous != nil && slices.ContainsFunc(r.Observed.Application().Secrets, func(s directory.SecretInfo) bool {
		return s.KeyID == held.Previous.KeyID
	})
}

func planFinish(r *Run, p *step.Plan) {
	if !r.Observed.UsableSecret() {
		p.Hinder(&step.Obstacle{Code: stepFirst, Object: "azure.register", Stops: true})
		return
	}
	if !r.rotating() {
		return
	}
	old, replaced := r.Observed.Vault.Secret.Previous, r.Wanted.OldSecretReplaced
	switch {
	case replaced == nil:
		p.Hinder(&step.Obstacle{Code: "WX-OLD-SECRET", Object: old.Label, Question: "azure.old-secret-replaced", Stops: true})
	case !*replaced:
		p.Hinder(&step.Obstacle{Code: "WX-OLD-SECRET-KEPT", Object: old.Label})
	default:
		p.Add(step.Change{Key: "azure.secret-old." + old.KeyID, Op: step.Delete, Target: old.Label, Before: SecretView{Label: old.Label, Value: "(set)"},
			Risk: msg.M("risk.old-secret"), Ours: true, Facts: map[string]string{"keyId": old.KeyID}})
	}
}

func applyRotation(ctx context.Context, r *Run, c step.Change) (any, error) {
	switch {
	case c.Key == rotated:
		return r.writeSecret(ctx, c)
	case strings.HasPrefix(c.Key, "azure.secret-old."), strings.HasPrefix(c.Key, orphanPrefix):
		return nil, r.directory.RemovePassword(ctx, r.ids().objectID, c.Facts["keyId"])
	}
	return nil, unknownKey(c)
}
