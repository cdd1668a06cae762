package guide

import (
	"slices"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func TestUndoIsTheGuideBackwards(t *testing.T) {
	same(t, "plan", outlineOf(undoOf(healthy())).Changes, []string{"undo.token.sign-in/delete", "undo.mailbox.forwarding/update",
		"undo.mailbox.outbound-rule/delete", "undo.mailbox.outbound-policy/delete", "undo.mailbox.smtp-auth/update",
		"undo.azure.application/delete"})
	for _, c := range undoOf(healthy()).Changes {
		if key, undoes := step.Undoes(c.Key); !undoes || step.Undoing(key) != c.Key {
			t.Errorf("%s takes nothing back", c.Key)
		}
		if thing, _ := ThingOf(c.Key); thing.Key == "" {
			t.Errorf("%s is nothing's", c.Key)
		}
	}
	same(t, "asks", Undo(nil).Asks, []string{"webex.email-id"})
}

func TestUndoOfOneStepLeavesTheOthers(t *testing.T) {
	for stepID, want := range map[string][]string{
		"webex.collect":  nil,
		"azure.register": {"undo.azure.application/delete"},
		"azure.consent": {"undo.azure.grant.Office-365-Exchange-Online/delete", "undo.azure.grant.Microsoft-Graph/delete",
			"undo.azure.app-role.Mail.Send/delete"},
		"mailbox.smtp":    {"undo.mailbox.smtp-auth/update"},
		"mailbox.forward": {"undo.mailbox.forwarding/update", "undo.mailbox.outbound-rule/delete", "undo.mailbox.outbound-policy/delete"},
		"token":           {"undo.token.sign-in/delete"},
	} {
		same(t, stepID, sorted(outlineOf(undoOf(healthy(), stepID)).Changes), sorted(want))
	}
}

// The journal comes first; where it knows of nothing to take back, nobody
// signs in.
func TestUndoReadsOnlyWhereThereIsSomethingToTakeBack(t *testing.T) {
	for name, test := range map[string]struct {
		facts Facts
		steps []string
		want  world.Source
	}{
		"nothing is known yet": {Facts{}, nil, world.Held},
		"nothing was done":     {untouched(), nil, world.Held},
		"all was done":         {healthy(), nil, world.Held | world.Directory | world.Exchange},
		"one step":             {healthy(), []string{"mailbox.smtp"}, world.Held | world.Exchange},
		"what stays here":      {healthy(), []string{"token"}, world.Held},
		"what cannot be taken back": {healthy(journal(did(step.Update, "exchange.customization", "Contoso", dehydrated, customized, `null`))),
			nil, world.Held},
		"the secret of a rotation": {healthy(journal(did(step.Create, "azure.secret-rotated", "X", nil, Secret{Label: "l"}, `{}`))), nil,
			world.Held | world.Directory},
		"an application of a restore": {healthy(hadBack()), []string{"azure.register"}, world.Held | world.Directory},
	} {
		if got := Undo(test.steps).Reads(test.facts); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if p := undoOf(untouched()); len(p.Changes)+len(p.Kept)+len(p.Obstacles) != 0 {
		t.Errorf("%+v", outlineOf(p))
	}
}

// Everything, or the application, is removed only where the profile's name was
// typed.
func TestUndoIsConfirmedByTheProfilesName(t *testing.T) {
	const asks = "azure.register WX-UNDO-CONFIRM, asks undo.confirm, stops"
	for name, test := range map[string]struct {
		facts Facts
		steps []string
		want  []string
	}{
		"everything":                         {healthy(), nil, []string{asks}},
		"everything, and the name is wrong":  {healthy(answer("undo.confirm", "other")), nil, []string{asks}},
		"everything, and the name is right":  {healthy(answer("undo.confirm", "default")), nil, nil},
		"everything, and nothing is left":    {untouched(), nil, nil},
		"everything, without an application": {healthy(deletedApplication), nil, []string{asks}},
		"the application":                    {healthy(), []string{"azure.register"}, []string{asks}},
		"the application is deleted already": {healthy(deletedApplication), []string{"azure.register"}, nil},
		"an application of which nothing goes": {healthy(never("azure.application", "azure.secret")), []string{"azure.register", "mailbox.smtp"},
			nil},
		"another step": {healthy(), []string{"mailbox.forward"}, nil},
	} {
		c := Undo(test.steps)
		test.facts.Wanted.Run.Steps = c.Steps
		p := c.Plan(test.facts)
		same(t, name, outlineOf(p).Obstacles, test.want)
		if len(test.want) > 0 && len(p.Changes) == 0 {
			t.Errorf("%s: what is to be confirmed is not shown", name)
		}
	}
}

// A profile whose journal was lost cannot say what wxmail made: that is not
// "nothing".
func TestUndoOfALostJournalIsNoSuccess(t *testing.T) {
	lost := []string{"azure.register WX-JOURNAL-LOST"}
	seenBefore := func(f *Facts) { f.Seen.Local().Listed = []directory.SecretInfo{{KeyID: secretID, Label: secretLabel}} }
	for name, test := range map[string]struct {
		facts Facts
		steps []string
		want  []string
	}{
		"everything":                  {healthy(journal()), nil, lost},
		"the application":             {healthy(journal()), []string{"azure.register"}, lost},
		"the vault was lost too":      {healthy(journal(), emptyVault, seenBefore), nil, lost},
		"a step without secret":       {healthy(journal()), []string{"mailbox.smtp"}, []string{"mailbox.smtp WX-JOURNAL-LOST"}},
		"it knows of the token alone": {healthy(only("token.sign-in"), answer("undo.confirm", "default")), nil, lost},
		"nothing is left":             {healthy(journal(), noApplication, noPolicy), nil, nil},
		"somebody's secret":           {healthy(journal(), func(f *Facts) { f.Seen.Local().Secret.Label = "by hand" }), nil, nil},
		"nothing was done":            {untouched(), nil, nil},
		"the journal is there":        {healthy(answer("undo.confirm", "default")), nil, nil},
		"another computer made most":  {healthy(only("mailbox.smtp-auth"), answer("undo.confirm", "default")), nil, nil},
	} {
		c := Undo(test.steps)
		test.facts.Wanted.Run.Steps = c.Steps
		same(t, name, outlineOf(c.Plan(test.facts)).Obstacles, test.want)
		local := c.Reads(Facts{Wanted: test.facts.Wanted, Seen: world.Seen{Here: test.facts.Seen.Here}}) == world.Held
		if slices.Equal(test.want, lost) && local {
			t.Errorf("%s: nobody looks for what was lost", name)
		}
	}
}

// only is a journal of a setup of which nothing but these keys is known.
func only(keys ...string) breaking {
	return journal(slices.DeleteFunc(setUp(), func(e step.Entry) bool { return !slices.Contains(keys, e.Key) })...)
}

// Like a plan forwards, an undo says whom it waits for: silence would pass for
// success.
func TestUndoWaitsForWhoMayLookAndWrite(t *testing.T) {
	directory := []string{"undo.azure.application/delete"}
	for _, test := range []struct {
		name  string
		facts Facts
		steps []string
		want  outline
	}{
		{"nobody may read Exchange", healthy(unreadExchange(roleMissing())), nil,
			outline{Changes: []string{"undo.token.sign-in/delete", "undo.azure.application/delete"},
				Obstacles: []string{"mailbox.forward WX-ROLE-EXCHANGE, waits", "mailbox.smtp WX-ROLE-EXCHANGE, waits, repeats"}}},
		{"nobody may read the directory", healthy(unreadDirectory(roleMissing())), []string{"azure.register"},
			outline{Obstacles: []string{"azure.register WX-ROLE-EXCHANGE, waits"}}},
		{"nobody need read where nothing was done", untouched(unreadExchange(roleMissing())), nil, outline{}},
		{"who signed in may not delete", healthy(roles("reader")), []string{"azure.register"},
			outline{Withheld: directory, Obstacles: []string{"azure.register WX-ROLE-DIRECTORY, waits"}}},
		{"a developer may delete and not revoke", healthy(roles(applicationDeveloper)), []string{"azure.consent", "azure.register"},
			outline{Changes: directory}},
		{"who signed in may not write a part", healthy(cmdlets("Set-Mailbox")), []string{"mailbox.forward"}, outline{
			Withheld:  []string{"undo.mailbox.forwarding/update", "undo.mailbox.outbound-rule/delete", "undo.mailbox.outbound-policy/delete"},
			Obstacles: []string{"mailbox.forward WX-ROLE-EXCHANGE, waits"}}},
	} {
		t.Run(test.name, func(t *testing.T) { same(t, "plan", outlineOf(undoOf(test.facts, test.steps...)), test.want) })
	}
}

// What stays is told with its reason, once where its reason is one.
func TestWhatStaysIsToldWithItsReason(t *testing.T) {
	p := undoOf(healthy(otherSecret, smtpDisabled, usesOurPolicy))
	for key, want := range map[string]struct{ step, target, because string }{
		"azure.application":       {"azure.register", "WebexConnect", "kept.application"},
		"mailbox.smtp-auth":       {"mailbox.smtp", "support@contoso.example", "kept.changed"},
		"mailbox.outbound-policy": {"mailbox.forward", policyOfOurs, "kept.used"},
	} {
		k := p.Keeps(key)
		if k == nil || k.Step != want.step || k.Target != want.target || k.Because.ID != want.because {
			t.Errorf("%s: %+v", key, k)
		}
	}
	if len(p.Kept) != 3 || len(p.Notes) != 3 {
		t.Errorf("%+v", p.Kept)
	}
}

// Something that stays keeps what it stands on, whatever the thing.
func TestWhatStaysKeepsWhatItStandsOn(t *testing.T) {
	for _, above := range Things() {
		p := step.NewPlan()
		p.Keep(above.Key, "it", step.Kept{}.Because)
		for _, below := range Things() {
			want := slices.Contains(above.Needs, below.Key)
			if (standsOn(p, below) != nil) != want {
				t.Errorf("%s stays: %s goes %v", above.Key, below.Key, want)
			}
		}
	}
}
