package guide

import (
	"slices"
	"testing"
	"time"

	"wxmail/internal/directory"
)

// handMadeOnly: somebody set the application up by hand, and no secret is known here
// but those that they made.
func handMadeOnly(secrets ...directory.SecretInfo) breaking {
	return func(f *Facts) {
		f.Wanted.Application = clientID
		emptyVault(f)
		emptyJournal(f)
		app(f).Secrets = secrets
	}
}

// handMade is a secret with the portal's description and so many days to live.
func handMade(keyID, label string, days int) directory.SecretInfo {
	return directory.SecretInfo{KeyID: keyID, Label: label, End: today().AddDate(0, 0, days)}
}

func listedOnly(f *Facts) {
	f.Seen.Here.Value.Listed = app(f).Secrets
	f.Seen.Directory.Value = nil
}

func TestEverySecretThatMayBeInUseIsKnown(t *testing.T) {
	hand, another := handMade("hand-1", "webex", 5), handMade("hand-2", "webex", 6)
	beside := func(f *Facts) { app(f).Secrets = append(app(f).Secrets, hand) }
	for name, test := range map[string]struct {
		facts Facts
		want  []string
	}{
		"ours":                              {healthy(), []string{secretLabel}},
		"that of somebody else":             {healthy(handMadeOnly(hand)), []string{"webex"}},
		"both, the next to end first":       {healthy(beside), []string{"webex", secretLabel}},
		"one without a description":         {healthy(handMadeOnly(handMade("hand-1", "", 5))), []string{"hand-1"}},
		"two of one description":            {healthy(handMadeOnly(hand, another)), []string{"webex (hand-1)", "webex (hand-2)"}},
		"none that has ended":               {healthy(handMadeOnly(handMade("hand-1", "webex", 0))), nil},
		"none whose value nobody has":       {healthy(orphan), []string{secretLabel}},
		"as the profile last saw it":        {healthy(handMadeOnly(hand), listedOnly), []string{"webex"}},
		"as the vault holds it":             {healthy(noDirectory), []string{secretLabel}},
		"the vault's and what was seen":     {healthy(beside, listedOnly), []string{"webex", secretLabel}},
		"a vault that does not open":        {healthy(locked, listedOnly), []string{secretLabel}},
		"of an application that is deleted": {healthy(noApplication, noDirectory, emptyVault), nil},
	} {
		var names []string
		for _, e := range SecretsOf(test.facts).InUse() {
			names = append(names, e.Name)
		}
		if !slices.Equal(names, test.want) {
			t.Errorf("%s: %v, want %v", name, names, test.want)
		}
	}
}

func noDirectory(f *Facts) { f.Seen.Directory.Value = nil }

func TestWhatEndsWithinATime(t *testing.T) {
	f := healthy(handMadeOnly(handMade("hand-1", "soon", 5), handMade("hand-2", "later", 30), handMade("hand-3", "much later", 31)))
	var names []string
	for _, e := range SecretsOf(f).Ending(WarnDays * 24 * time.Hour) {
		names = append(names, e.Name+" "+string(e.Date()))
	}
	if want := []string{"soon 2026-12-02", "later 2026-12-27"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

func TestASecretInPlaceOfTheLastOneSaysThatMailStandsStill(t *testing.T) {
	hand := handMade("hand-1", "webex", 5)
	beside := func(f *Facts) { app(f).Secrets = append(app(f).Secrets, hand) }
	for name, test := range map[string]struct {
		facts Facts
		want  string
	}{
		"ours has ended":                      {healthy(secretEnded), "risk.stands-still"},
		"ours was removed":                    {healthy(secretGone), "risk.stands-still"},
		"somebody's has ended":                {healthy(handMadeOnly(handMade("hand-1", "webex", -1))), "risk.stands-still"},
		"ours has ended, somebody's has not":  {healthy(secretEnded, beside), ""},
		"somebody's works":                    {healthy(handMadeOnly(hand)), ""},
		"nothing was set up":                  {untouched(), ""},
		"the application has none and no one": {healthy(handMadeOnly()), ""},
	} {
		c := changeOf(t, Guide(nil, nil).Plan(test.facts), "azure.secret/create")
		if c.Risk.ID != test.want {
			t.Errorf("%s: %q, want %q", name, c.Risk.ID, test.want)
		}
	}
}
