package guide

import (
	"testing"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

func (trials) RotatedSecret() trial {
	return trial{key: "azure.secret-rotated", values: secretValues(), notDrifting: unchangeable, notMissed: "is asked for by a command",
		breaks: map[string]breaking{"rotating": rotating}}
}

func (trials) OldSecret() trial {
	return trial{key: "azure.secret-old", values: secretValues(), notDrifting: unchangeable, notUndone: removedOnce,
		notMissed: "is asked for by a command"}
}

func TestRotationAddsASecretBesideTheOneInUse(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"it begins", healthy(), outline{Changes: []string{"azure.secret-rotated/create"}}},
		{"it is open", healthy(rotating), outline{Notes: []string{"note.rotation-open"}}},
		{"what is left of another goes first", healthy(orphan), outline{Changes: []string{"azure.secret-orphan.orphan-1/delete",
			"azure.secret-rotated/create"}}},
		{"there is none to rotate", healthy(secretEnded), outline{Withheld: nil,
			Obstacles: []string{"azure.rotate-secret WX-STEP-FIRST, stops"}}},
		{"the old one is gone already", healthy(rotating, func(f *Facts) { app(f).Secrets = app(f).Secrets[:1] }),
			outline{Changes: []string{"azure.secret-rotated/create"}}},
		{"none may be added", healthy(secretsBlocked), outline{Withheld: []string{"azure.secret-rotated/create"},
			Obstacles: []string{"azure.rotate-secret WX-SECRETS-BLOCKED"}}},
		{"who signed in may not", healthy(roles("somebody")), outline{Withheld: []string{"azure.secret-rotated/create"},
			Obstacles: []string{"azure.rotate-secret WX-ROLE-DIRECTORY, waits"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(Rotation(false).Plan(test.facts)), test.want)
		})
	}
}

func TestARotatedSecretKnowsTheOneBefore(t *testing.T) {
	f := healthy()
	c := changeOf(t, Rotation(false).Plan(f), "azure.secret-rotated/create")
	end := today().AddDate(2, 0, 0)
	held := world.Secret{ClientID: clientID, KeyID: "secret made 1", Label: "wxmail 2026-11-27 thisrun", Expires: end, Value: newSecretValue,
		Previous: &world.Previous{KeyID: secretID, Label: secretLabel}}
	applying(t, tenantOf(f), c, called("AddPassword", objectID, held.Label, end), called("StoreSecret", held),
		called("ProveSecret", clientID, "value of secret made 1"))
}

func TestRotationEndsWhenWebexConnectHasTheNewSecret(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"nobody has said so", healthy(rotating),
			outline{Obstacles: []string{"azure.rotate-secret WX-OLD-SECRET, asks azure.old-secret-replaced, stops"}}},
		{"not yet", healthy(rotating, answer("azure.old-secret-replaced", "false")),
			outline{Obstacles: []string{"azure.rotate-secret WX-OLD-SECRET-KEPT"}}},
		{"it has", healthy(rotating, answer("azure.old-secret-replaced", "true")),
			outline{Changes: []string{"azure.secret-old.secret-0/delete"}}},
		{"nothing is open", healthy(answer("azure.old-secret-replaced", "true")), outline{}},
		{"the new one is of no use", healthy(rotating, secretEnded, answer("azure.old-secret-replaced", "true")),
			outline{Obstacles: []string{"azure.rotate-secret WX-STEP-FIRST, stops"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(Rotation(true).Plan(test.facts)), test.want)
		})
	}
}

func TestTheOldSecretIsRemovedAndTheNewOneKept(t *testing.T) {
	f := healthy(rotating, answer("azure.old-secret-replaced", "true"))
	c := changeOf(t, Rotation(true).Plan(f), "azure.secret-old.secret-0/delete")
	before := step.Value(Secret{KeyID: "secret-0", Label: c.Target, Value: "(set)"})
	if c.Risk.ID != "risk.old-secret" || c.Target != "wxmail 2026-01-01 older" || c.Before != before {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("RemovePassword", objectID, "secret-0"))
}
