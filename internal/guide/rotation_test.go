package guide

import (
	"testing"

	"wxmail/internal/msg"
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
			same(t, "plan", outlineOf(Rotation().Plan(test.facts)), test.want)
		})
	}
}

func TestARotatedSecretKnowsTheOneBefore(t *testing.T) {
	f := healthy()
	c := changeOf(t, Rotation().Plan(f), "azure.secret-rotated/create")
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
		{"another profile works by the old one",
			healthy(rotating, neighbourOn(clientID, "secret-0"), answer("azure.old-secret-replaced", "true")), keptForSales()},
		{"and nobody is asked about it", healthy(rotating, neighbourOn(clientID, "secret-0")), keptForSales()},
		{"another profile has the new one", healthy(rotating, neighbourOn(clientID, secretID), answer("azure.old-secret-replaced", "true")),
			outline{Changes: []string{"azure.secret-old.secret-0/delete"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(Finish("").Plan(test.facts)), test.want)
		})
	}
}

// keptForSales is what stays because another profile works by it.
func keptForSales() outline {
	return outline{Kept: []string{"azure.secret-old kept.used"}}
}

func TestWhoKeepsTheOldSecretIsTold(t *testing.T) {
	p := Finish("").Plan(healthy(rotating, neighbourOn(clientID, "secret-0")))
	if len(p.Notes) != 1 || p.Notes[0].ID != "kept.note" {
		t.Fatalf("%v", p.Notes)
	}
	same(t, "note", msg.New("en").Say(p.Notes[0]),
		"It stays: old client secret of wxmail 2026-01-01 older; sales@contoso.example uses it.")
}

func TestTheOldSecretIsRemovedAndTheNewOneKept(t *testing.T) {
	f := healthy(rotating, answer("azure.old-secret-replaced", "true"))
	c := changeOf(t, Finish("").Plan(f), "azure.secret-old.secret-0/delete")
	before := step.Value(Secret{KeyID: "secret-0", Label: c.Target, Value: "(set)"})
	if c.Risk.ID != "risk.old-secret" || c.Target != "wxmail 2026-01-01 older" || c.Before != before {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("RemovePassword", objectID, "secret-0"))
}

func TestAnAdoptedApplicationsSecretIsRotated(t *testing.T) {
	hand := handMade("hand-1", "webex", 5)
	ours := func(f *Facts) { app(f).Secrets = append(app(f).Secrets, hand) }
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"no secret of it is held here", healthy(handMadeOnly(hand)), outline{Changes: []string{"azure.secret-rotated/create"}}},
		{"one is held here too", healthy(ours), outline{Changes: []string{"azure.secret-rotated/create"}}},
		{"all of them have ended", healthy(handMadeOnly(handMade("hand-1", "webex", -1))),
			outline{Obstacles: []string{"azure.rotate-secret WX-STEP-FIRST, stops"}}},
	} {
		same(t, test.name, outlineOf(Rotation().Plan(test.facts)), test.want)
	}
	same(t, "what nobody named stays", outlineOf(Finish("").Plan(healthy(ours))), outline{Notes: []string{"note.secret-beside"}})
}

func TestANamedSecretEnds(t *testing.T) {
	beside := func(f *Facts) { app(f).Secrets = append(app(f).Secrets, handMade("hand-1", "webex", 5)) }
	ended := func(f *Facts) { app(f).Secrets = append(app(f).Secrets, handMade("hand-2", "older", -5)) }
	replaced := answer("azure.old-secret-replaced", "true")
	gone := journal(append(setUp(), did(step.Delete, "azure.secret-old.hand-1", "webex", Secret{KeyID: "hand-1"}, nil, ""))...)
	for _, test := range []struct {
		name, named string
		facts       Facts
		want        outline
	}{
		{"that somebody made", "hand-1", healthy(beside, replaced), outline{Changes: []string{"azure.secret-old.hand-1/delete"}}},
		{"in other letters", "HAND-1", healthy(beside, replaced), outline{Changes: []string{"azure.secret-old.hand-1/delete"}}},
		{"that ours replaced", "secret-0", healthy(rotating, replaced), outline{Changes: []string{"azure.secret-old.secret-0/delete"}}},
		{"that has ended, be it the only one", "hand-2", healthy(secretGone, ended, replaced),
			outline{Changes: []string{"azure.secret-old.hand-2/delete"}}},
		{"that another profile works by", "hand-1", healthy(beside, neighbourOn(clientID, "hand-1"), replaced), keptForSales()},
		{"nobody has said so", "hand-1", healthy(beside),
			outline{Obstacles: []string{"azure.rotate-secret WX-OLD-SECRET, asks azure.old-secret-replaced, stops"}}},
		{"not yet", "hand-1", healthy(beside, answer("azure.old-secret-replaced", "false")),
			outline{Obstacles: []string{"azure.rotate-secret WX-OLD-SECRET-KEPT"}}},
		{"that is held here", secretID, healthy(beside, replaced), outline{Obstacles: []string{"azure.rotate-secret WX-SECRET-HELD, stops"}}},
		{"the only one that works", "hand-1", healthy(handMadeOnly(handMade("hand-1", "webex", 5)), replaced),
			outline{Obstacles: []string{"azure.rotate-secret WX-SECRET-LAST, stops"}}},
		{"that there is not", "hand-9", healthy(beside, replaced),
			outline{Obstacles: []string{"azure.rotate-secret WX-SECRET-NOT-LISTED, stops"}}},
		{"that was removed before", "hand-1", healthy(gone, replaced), outline{}},
		{"of no application", "hand-1", healthy(noApplication, replaced),
			outline{Obstacles: []string{"azure.rotate-secret WX-STEP-FIRST, stops"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(Finish(test.named).Plan(test.facts)), test.want)
		})
	}
	f := healthy(beside, replaced)
	c := changeOf(t, Finish("hand-1").Plan(f), "azure.secret-old.hand-1/delete")
	if c.Ours || c.Target != "webex" {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("RemovePassword", objectID, "hand-1"))
}
