package guide

import (
	"errors"
	"testing"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// secretValues are those of all things that are client secrets.
func secretValues() values {
	return valuesOf[Secret]([]step.Value{Secret{"key", "label", "2028-11-27T09:00:00Z", "(set)"}, Secret{Label: "label", Value: "(set)"}},
		map[string]step.Value{`{"label":"wxmail 2026-11-27 a","expires":"2028-11-27","value":"(set)"}`: Secret{"", "wxmail 2026-11-27 a",
			"2028-11-27", "(set)"}})
}

const (
	unchangeable = "is added and removed, and never changed"
	removedOnce  = "a secret that was removed cannot be had back"
)

func (trials) ClientSecret() trial {
	return trial{key: "azure.secret", values: secretValues(), notDrifting: unchangeable,
		breaks: map[string]breaking{"otherSecret": otherSecret, "secretEnded": secretEnded, "secretGone": secretGone,
			"secretsBlocked": secretsBlocked}}
}

func (trials) OrphanedSecret() trial {
	return trial{key: "azure.secret-orphan", values: secretValues(), notDrifting: unchangeable, notUndone: removedOnce,
		notMissed: "is of no harm: nobody can use it", breaks: map[string]breaking{"orphan": orphan}}
}

func TestPlanOfTheClientSecret(t *testing.T) {
	runPlans(t, []planTest{
		{"it has ended", healthy(secretEnded), outline{Changes: []string{"azure.secret/create WX-SECRET-EXPIRED"}}},
		{"it is not listed any more", healthy(secretGone), outline{Changes: []string{"azure.secret/create WX-SECRET-GONE"}}},
		{"there is none, and nobody can sign in before", healthy(emptyVault), outline{Changes: []string{"azure.secret/create WX-SECRET-MISSING",
			"token.redirect-uri/create", "token.sign-in/create", "token.redirect-uri/delete", "token.smtp-sign-in/create"}}},
		{"it is another application's", healthy(func(f *Facts) { f.Seen.Here.Value.Secret.ClientID = "other" }),
			outline{Changes: []string{"azure.secret/create"}}},
		{"the vault does not open", healthy(locked), outline{Notes: []string{"note.vault-locked"}}},
		{"none may be added, and none is needed", healthy(secretsBlocked), outline{}},
		{"none may be added, and one is needed", healthy(secretsBlocked, secretEnded, noToken), outline{
			Withheld: []string{"azure.secret/create WX-SECRET-EXPIRED", "token.redirect-uri/create", "token.sign-in/create",
				"token.redirect-uri/delete"},
			Obstacles: []string{"azure.register WX-SECRETS-BLOCKED", "token WX-SECRETS-BLOCKED, repeats"}}},
		{"the policy cannot be read", healthy(secretGone, unreadablePolicy), outline{Changes: []string{"azure.secret/create WX-SECRET-GONE"},
			Notes: []string{"note.secret-policy-unreadable"}}},
		{"the policy shortens its life", healthy(secretGone, shortLives), outline{Changes: []string{"azure.secret/create WX-SECRET-GONE"},
			Notes: []string{"note.secret-lifetime-clipped"}}},
		{"one that this journal lost is retired", healthy(orphan), outline{Changes: []string{"azure.secret-orphan.orphan-1/delete"}}},
		{"somebody else's, ours by its label, stays", healthy(orphan, func(f *Facts) { memory(f).Orphans = nil }), outline{}},
		{"the one that is held is never an orphan", healthy(func(f *Facts) { memory(f).Orphans[secretLabel] = true }), outline{}},
	})
}

func unreadablePolicy(f *Facts) {
	d := f.Seen.Directory.Value
	d.SecretPolicy, d.Unreadable = nil, map[string]error{directory.PartSecretPolicy: refusedByGraph()}
}

func shortLives(f *Facts) { f.Seen.Directory.Value.SecretPolicy.MaxLifetime = 90 * 24 * time.Hour }

// The label is journaled before the request, so that one whose answer was lost
// is known again: by its date, and by what no other run has.
func TestASecretsLabelHasDateAndNonce(t *testing.T) {
	after := planned(t, healthy(secretGone), "azure.secret/create").After.(Secret)
	same(t, "secret", after, Secret{Label: "wxmail 2026-11-27 thisrun", Expires: "2028-11-27T09:00:00Z", Value: "(set)"})
	m := Remember([]step.Entry{{Key: "azure.secret", Op: step.Create, After: raw(after)}}, nil, "")
	if !m.Orphans[after.Label] || !m.Labels[after.Label] {
		t.Errorf("%+v", m)
	}
}

func TestASecretLivesAsLongAsWantedOrAllowed(t *testing.T) {
	for name, test := range map[string]struct {
		facts Facts
		want  string
	}{
		"as wanted":            {healthy(secretGone, answer("azure.secret-lifetime", "30d")), "2026-12-27T09:00:00Z"},
		"as allowed":           {healthy(secretGone, shortLives), "2027-02-25T08:00:00Z"},
		"shorter than allowed": {healthy(secretGone, shortLives, answer("azure.secret-lifetime", "30d")), "2026-12-27T09:00:00Z"},
	} {
		if after := planned(t, test.facts, "azure.secret/create").After.(Secret); after.Expires != test.want {
			t.Errorf("%s: %s", name, after.Expires)
		}
	}
}

func TestANewSecretIsKeptBeforeItIsProved(t *testing.T) {
	f := healthy(secretGone)
	end := today().AddDate(2, 0, 0)
	held := world.Secret{ClientID: clientID, KeyID: "secret made 1", Label: "wxmail 2026-11-27 thisrun", Expires: end, Value: newSecretValue}
	tn := tenantOf(f)
	made := applying(t, tn, planned(t, f, "azure.secret/create"), called("AddPassword", objectID, "wxmail 2026-11-27 thisrun", end),
		called("StoreSecret", held), called("ProveSecret", clientID, "value of secret made 1"))
	same(t, "made", made, any(map[string]string{"keyId": "secret made 1", "label": "wxmail 2026-11-27 thisrun",
		"expires": "2028-11-27T09:00:00Z"}))
}

// refusedSecret is Entra ID's answer to a secret that it does not know.
func refusedSecret(code string) error {
	return &microsoft.Error{Service: microsoft.Entra, Asked: microsoft.SecretProof, Status: 401, Code: code}
}

func TestANewSecretIsProvedOnceReplicasKnowIt(t *testing.T) {
	f := healthy(secretGone)
	c := planned(t, f, "azure.secret/create")
	tn := tenantOf(f).refuse("ProveSecret", refusedSecret("AADSTS7000215"), refusedSecret("AADSTS700016"), refusedSecret("AADSTS7000229"))
	if _, err := apply(tn.hands(), c); err != nil || len(tn.said()) != 6 {
		t.Errorf("%v: %v", err, tn.said())
	}
	tn = tenantOf(f).refuse("ProveSecret", refusedSecret("AADSTS53003"))
	if _, err := apply(tn.hands(), c); !microsoft.HasCode(err, "AADSTS53003") {
		t.Errorf("a refusal that means what it says: %v", err)
	}
	tn = tenantOf(f).refuse("ProveSecret", refusedSecret("AADSTS7000229"))
	h, noPrincipal := tn.hands(), refusedByGraph()
	h.Made.note(func(is *ids) { is.principalErr = noPrincipal })
	if _, err := apply(h, c); !errors.Is(err, noPrincipal) {
		t.Errorf("without a service principal it will never be: %v", err)
	}
}

func tooLong() error {
	return &microsoft.Error{Service: microsoft.Graph, Status: 400, Code: "CredentialInvalidLifetimeAsPerAppPolicy"}
}

// Where the policy cannot be read, the lifetime is stepped down on refusal.
func TestALifetimeIsSteppedDown(t *testing.T) {
	f := healthy(secretGone, unreadablePolicy)
	c := planned(t, f, "azure.secret/create")
	tn := tenantOf(f).refuse("AddPassword", tooLong(), tooLong())
	made, err := apply(tn.hands(), c)
	if err != nil || made.(map[string]string)["expires"] != "2027-05-26T08:00:00Z" || len(tn.warned) != 1 ||
		tn.warned[0] != "note.secret-lifetime-clipped" {
		t.Errorf("%v %v %v", made, err, tn.warned)
	}
	tn = tenantOf(f).refuse("AddPassword", tooLong(), tooLong(), tooLong(), tooLong(), tooLong())
	if _, err := apply(tn.hands(), c); !microsoft.HasCode(err, "CredentialInvalidLifetimeAsPerAppPolicy") || len(tn.said()) != 5 {
		t.Errorf("%v after %d", err, len(tn.said()))
	}
	if ends := steppedDown(today().AddDate(0, 0, 40), today()); len(ends) != 2 {
		t.Errorf("a shorter wish is stepped down to %v", ends)
	}
}

func TestASecretThatCannotBeKeptIsNotProved(t *testing.T) {
	f := healthy(secretGone)
	full := errors.New("disk full")
	tn := tenantOf(f).refuse("StoreSecret", full)
	if _, err := apply(tn.hands(), planned(t, f, "azure.secret/create")); !errors.Is(err, full) || len(tn.said()) != 2 {
		t.Errorf("%v: %v", err, tn.said())
	}
	broken := step.Change{Key: "azure.secret", Op: step.Create, After: Secret{Label: "x", Expires: "soon"}}
	if _, err := apply(tn.hands(), broken); err == nil {
		t.Error("a secret that ends soon")
	}
}

func TestAnOrphanIsRemovedAfterItsReplacement(t *testing.T) {
	f := healthy(orphan, secretEnded)
	c := planned(t, f, "azure.secret-orphan.orphan-1/delete")
	same(t, "needs", c.Needs, []string{"azure.application-restored", "azure.application", "azure.secret", "azure.secret-rotated"})
	applying(t, tenantOf(f), c, called("RemovePassword", objectID, "orphan-1"))
	if c.Target != "wxmail 2026-11-27 lost" || !c.Ours {
		t.Errorf("%+v", c)
	}
}

func TestARemovedSecretIsForgottenWhereItIsHeld(t *testing.T) {
	f := healthy(adopted)
	c := changeOf(t, undoOf(f), "undo.azure.secret.secret-1/delete")
	applying(t, tenantOf(f), c, called("RemovePassword", objectID, "secret-1"), called("ForgetSecret"))
	tn := tenantOf(f).refuse("RemovePassword", refusedByGraph())
	if _, err := apply(tn.hands(), c); err == nil || len(tn.said()) != 1 {
		t.Errorf("%v: %v", err, tn.said())
	}
}

func TestUndoRemovesEverySecretOfThisJournal(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"of an application that stays", healthy(adopted, otherSecret), outline{
			Changes: []string{"undo.azure.secret.secret-1/delete", "undo.azure.application/update"}}},
		{"both of a rotation", healthy(adopted, rotating), outline{
			Changes: []string{"undo.azure.secret.secret-1/delete", "undo.azure.secret.secret-0/delete", "undo.azure.application/update"}}},
		{"of a rotation alone, where the first was received", healthy(journal(did(step.Create, "azure.secret-rotated", "WebexConnect", nil,
			Secret{Label: secretLabel, Value: "(set)"}, `{}`))), outline{Changes: []string{"undo.azure.secret.secret-1/delete"}}},
		{"where the application goes they go along", healthy(rotating), outline{Changes: []string{"undo.azure.application/delete"}}},
		{"somebody deleted the application", healthy(adopted, deletedApplication), outline{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(undoOf(test.facts, "azure.register")), test.want)
		})
	}
}

// A received secret has somebody's label, and is wxmail's own use all the same.
func TestAReceivedSecretIsNobodyElses(t *testing.T) {
	received := func(f *Facts) {
		otherSecret(f)
		f.Seen.Here.Value.Secret.KeyID = "theirs"
	}
	if p := undoOf(healthy(received), "azure.register"); p.Find("undo.azure.application") == nil {
		t.Errorf("%+v", outlineOf(p))
	}
	replaced := func(f *Facts) {
		otherSecret(f)
		f.Seen.Here.Value.Secret.Previous = &world.Previous{KeyID: "theirs", Label: "CRM"}
	}
	if p := undoOf(healthy(replaced), "azure.register"); p.Find("undo.azure.application") == nil {
		t.Errorf("%+v", outlineOf(p))
	}
}

func TestTheEndOfTheSecretIsToldByWhoKnowsBest(t *testing.T) {
	unread := func(f *Facts) { f.Seen.Directory.Value = nil }
	seenOnce := func(f *Facts) {
		f.Seen.Here.Value.Listed = []directory.SecretInfo{{Label: "of the profile", End: today().AddDate(0, 0, 3)}}
	}
	ended := func(f *Facts) { f.Seen.Here.Value.Secret.Expires = today().AddDate(0, 0, -1) }
	for name, test := range map[string]struct {
		facts  Facts
		source string
		codes  string
	}{
		"the directory":                       {healthy(secretEnded), "passwordCredentials", "WX-SECRET-EXPIRED"},
		"the vault":                           {healthy(unread), "vault", ""},
		"the vault, of one that ended":        {healthy(unread, ended), "vault", "WX-SECRET-EXPIRED"},
		"the profile, as it was seen last":    {healthy(emptyVault, seenOnce, unread), "last seen", ""},
		"nobody, and none is held":            {healthy(emptyVault, unread), "", "WX-SECRET-MISSING"},
		"nobody, and the vault is locked":     {healthy(locked, unread), "", ""},
		"nobody: it was received":             {healthy(unread, func(f *Facts) { f.Seen.Here.Value.Secret.Expires = time.Time{} }), "vault", ""},
		"a directory that lists it no more":   {healthy(secretGone), "vault", "WX-SECRET-GONE"},
		"a directory that has no such thing":  {healthy(emptyVault, seenOnce), "passwordCredentials", "WX-SECRET-MISSING"},
		"a directory in which all have ended": {healthy(emptyVault, secretEnded), "passwordCredentials", "WX-SECRET-EXPIRED"},
	} {
		end, _ := test.facts.SecretEnd()
		codes := ""
		for _, r := range test.facts.WhySecret() {
			codes += r.Code
		}
		if end.Source != test.source || codes != test.codes {
			t.Errorf("%s: %+v, %s", name, end, codes)
		}
	}
	why := healthy(secretEnded).WhySecret()
	same(t, "the evidence", why, []step.Reason{{Code: "WX-SECRET-EXPIRED", Object: secretLabel, Detail: "2026-11-27", Dated: true,
		Evidence: "passwordCredentials: keyId secret-1, ends at 2026-11-27T09:00:00Z"}})
}

// A journal is a file: whatever label it names, a secret without wxmail's is
// somebody else's, and is never taken for an orphan nor taken back.
func TestSecretsOfOthersStayWhateverTheJournalSays(t *testing.T) {
	said := func(f *Facts) { memory(f).Orphans["CRM"], memory(f).Labels["CRM"] = true, true }
	for name, p := range map[string]*step.Plan{
		"setup": Guide(nil, nil).Plan(healthy(otherSecret, adopted, said)), "undo": undoOf(healthy(otherSecret, adopted, said)),
		"rotation": Rotation().Plan(healthy(otherSecret, adopted, said)),
	} {
		for _, c := range p.Changes {
			if c.Op == step.Delete && c.Target == "CRM" {
				t.Errorf("%s: %s removes it", name, c.Key)
			}
		}
	}
}
