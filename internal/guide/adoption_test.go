package guide

import (
	"errors"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

const byHandID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

// byName: the healthy application is somebody's, and was named.
func byName(f *Facts) { answer("azure.application", byHandID)(f) }

// What the tenant has beats a default; what wxmail has set beats that, and an
// answer beats all.
func TestWhatTheTenantHasBeatsADefault(t *testing.T) {
	type settled struct{ keepCopy, implicit, least bool }
	usual := settled{true, true, false}
	for name, test := range map[string]struct {
		facts Facts
		want  settled
	}{
		"nothing is there":                         {healthy(noApplication, noForwarding, emptyJournal), usual},
		"no copy is kept by hand":                  {healthy(emptyJournal, keepsNoCopy), settled{false, true, false}},
		"what goes elsewhere says nothing of it":   {healthy(emptyJournal, forwardsTo("a@b.example"), keepsNoCopy), usual},
		"but an answer says so":                    {healthy(emptyJournal, keepsNoCopy, answer("mailbox.keep-copy", "true")), usual},
		"wxmail had set that one is kept":          {healthy(keepsNoCopy), usual},
		"somebody's application is ours no longer": {healthy(implicitOff, noMailSend), usual},
		"an adopted one, with all":                 {healthy(byName), usual},
		"an adopted one, without access tokens":    {healthy(byName, implicitOff), settled{true, false, false}},
		"an adopted one, without consent":          {healthy(byName, noMailSend), settled{true, true, true}},
		"an adopted one that declares nothing":     {healthy(byName, undeclared), settled{true, true, true}},
		"an adopted one, and answers": {healthy(implicitOff, noMailSend,
			answer("azure.application", byHandID, "azure.implicit-grant", "true", "azure.permissions", "guide")), usual},
		"an adopted one that is not there any more": {healthy(byName, noApplication), usual},
	} {
		w := Settled(test.facts)
		if got := (settled{w.KeepCopy, w.ImplicitGrant, w.LeastRights}); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// Of an adopted application nothing is planned for the sake of a default.
func TestAnAdoptedApplicationStaysAsItIs(t *testing.T) {
	f := healthy(byName, implicitOff, noMailSend)
	f.Wanted = Settled(f)
	if changes := Guide([]string{"azure.register", "azure.consent"}, nil).Plan(f).Changes; len(changes) != 0 {
		t.Errorf("%+v", changes)
	}
}

// A person is asked which application it shall be; where nobody is there, a
// warning names those that there are.
func TestAnApplicationByHandIsOffered(t *testing.T) {
	f := healthy(noApplication, emptyVault, byHand, func(f *Facts) {
		ours := directory.Application{AppID: "ours", UniqueName: wanted.UniqueName("sales@contoso.example")}
		f.Seen.Directory.Value.Candidates = append(f.Seen.Directory.Value.Candidates, directory.Candidate{Application: ours})
	})
	p := Guide(nil, nil).Plan(f)
	want := step.Ask{Step: "azure.register", Question: "azure.application", Suggestion: "client by hand",
		Choices: []string{"client by hand", "new"}}
	got := p.Asks()[0]
	got.Labels, got.About = nil, nil
	same(t, "asked", got, want)
	english := msg.New("en")
	warning := msg.M("warning.by-hand", "List", "By hand (client by hand)", "ID", "client by hand")
	same(t, "warned", english.Say(p.Warnings[0]), english.Say(warning))
	why := p.Find("azure.application").Why
	if len(why) != 1 || why[0].Code != "WX-APPLICATION-BY-HAND" || why[0].Asks != "azure.application" || why[0].Detail != "client by hand" {
		t.Errorf("%+v", why)
	}
	for name, f := range map[string]Facts{"the answer is new": healthy(noApplication, byHand, answer("azure.application", "new")),
		"one of ours is there": healthy(byHand), "another was named": healthy(byName, byHand)} {
		p := Guide(nil, nil).Plan(f)
		if len(p.Warnings) != 0 || len(p.Asks()) > 0 && p.Asks()[0].Question == "azure.application" {
			t.Errorf("%s: %+v %v", name, p.Asks(), p.Warnings)
		}
	}
	f.Seen.Directory.Value.Candidates = nil
	f.Seen.Directory.Value.Unreadable = map[string]error{directory.PartCandidates: errors.New("refused")}
	if p := Guide(nil, nil).Plan(f); len(p.Notes) == 0 || p.Notes[0].ID != "note.candidates-unreadable" {
		t.Errorf("nobody is told that nobody could look: %v", p.Notes)
	}
}

// Owners and secrets are told as far as they are known.
func TestACandidateIsDescribed(t *testing.T) {
	f := healthy(byHand)
	c := candidates(f)[0]
	for known, owners := range map[string][]string{"not known": nil, "nobody": {}, "a@b.example, c@d.example": {"a@b.example",
		"c@d.example"}} {
		c.Owners, c.OwnersKnown = owners, owners != nil
		const before, after = "By hand, client ID client by hand, was made by hand for this Call Back URL. Its owners: ",
			". Who signs in with it: not known; the sign-in logs of Entra tell. Its client secrets and their ends: \"s\" 2027-11-27."
		same(t, known, msg.New("en").Say(describe(c)), before+known+after)
	}
}

// A known secret is asked for where one would be made for an application that
// is somebody's, and has one that lives.
func TestASecretMayBeTaken(t *testing.T) {
	for name, test := range map[string]struct {
		facts Facts
		may   bool
	}{
		"somebody's, and the vault is empty": {healthy(byName, emptyVault), true},
		"the vault has one":                  {healthy(byName), false},
		"it is ours":                         {healthy(emptyVault), false},
		"it is not there":                    {healthy(byName, noApplication, emptyVault), false},
		"all its secrets have ended": {healthy(byName, emptyVault, func(f *Facts) {
			for i := range app(f).Secrets {
				app(f).Secrets[i].End = f.Now
			}
		}), false},
	} {
		if got := MayTakeSecret(test.facts, Guide(nil, nil).Plan(test.facts)); got != test.may {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Whether a copy is kept is asked with what there is as the answer of Enter;
// what somebody has set by hand is told once, by the first run.
func TestForwardingByHand(t *testing.T) {
	open := func(f *Facts) { f.Wanted.Open.KeepCopy = true }
	f := healthy(emptyJournal, keepsNoCopy, open)
	f.Wanted = Settled(f)
	p := Guide([]string{"mailbox.forward"}, nil).Plan(f)
	same(t, "asked", p.Asks(), []step.Ask{{Step: "mailbox.forward", Question: "mailbox.keep-copy", Suggestion: "false"}})
	if len(p.Changes) != 0 || len(p.Notes) != 1 || p.Notes[0].ID != "note.forwarding-by-hand-no-copy" {
		t.Errorf("%+v %v", p.Changes, p.Notes)
	}
	f = healthy(emptyJournal)
	if p := Guide([]string{"mailbox.forward"}, nil).Plan(f); len(p.Notes) != 1 || p.Notes[0].ID != "note.forwarding-by-hand" {
		t.Errorf("%v", p.Notes)
	}
	f = healthy()
	if p := Guide([]string{"mailbox.forward"}, nil).Plan(f); len(p.Notes) != 0 {
		t.Errorf("what wxmail has set is called somebody's: %v", p.Notes)
	}
	f = healthy(emptyJournal, forwardsTo("a@fabrikam.example"), open)
	if p := Guide([]string{"mailbox.forward"}, nil).Plan(f); len(p.Asks()) != 1 || p.Asks()[0].Question != "mailbox.replace-forwarding" {
		t.Errorf("asked about a copy of what may not be forwarded: %+v", p.Asks())
	}
}
