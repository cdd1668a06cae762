package setup_test

import (
	"maps"
	"slices"
	"testing"

	"wxmail/internal/setup"
)

// byHand is an office in a tenant that somebody set up, with their asset.
func byHand(t *testing.T) (o *office, app, known string) {
	t.Helper()
	o = open(t, "by-hand").afresh()
	var state struct {
		Webex struct {
			Drafts []struct{ ForwardingAddress, CallbackURL string }
		}
	}
	o.Call("GET", "/state", nil, &state)
	o.draft.ForwardingAddress, o.draft.CallbackURL = state.Webex.Drafts[0].ForwardingAddress, state.Webex.Drafts[0].CallbackURL
	o.answers = o.draft.Answers(mailbox)
	app = o.tenant().Applications[0].AppID
	o.someoneMakes(app, "by hand", theirs)
	return o, app, theirs
}

// Enter takes over what the mailbox goes by already; a secret is tried until it
// is right, and then none is made. What was answered is kept.
func TestAPersonTakesOverWhatIsThere(t *testing.T) {
	t.Parallel()
	o, app, known := byHand(t)
	p := o.somebody(map[string]string{})
	p.secrets = []string{"something else", o.tenant().Applications[0].PasswordCredentials[0].KeyID, known}
	before := o.tenant().Applications
	result := o.goes(p, whole())
	well(t, result)
	is(t, "asked", p.asked, []string{"webex.asset-name", "azure.application", "a secret", "a secret", "a secret", "mailbox.keep-copy"})
	is(t, "said", p.said, []string{"tenant.found", "note.forwarding-by-hand"})
	is(t, "told before a question", p.about, []string{"adopt.candidate"})
	is(t, "warned", p.warned, nil)
	is(t, "applications", o.tenant().Applications, before)
	is(t, "the vault's", o.held().ClientID+" "+o.held().Label, app+" by hand")
	is(t, "the client ID", string(result.Summary.Azure.ClientID), app)

	again := o.nobody()
	writes := len(o.Writes())
	well(t, o.goes(again, whole()))
	is(t, "warned again", again.warned, nil)
	is(t, "writes", len(o.Writes()), writes)
}

// Who does not know a secret gets one of wxmail's beside it.
func TestAPersonWhoKnowsNoSecret(t *testing.T) {
	t.Parallel()
	o, _, _ := byHand(t)
	p := o.somebody(map[string]string{})
	well(t, o.goes(p, whole()))
	is(t, "secrets", len(o.tenant().Applications[0].PasswordCredentials), 3)
	is(t, "applications", len(o.tenant().Applications), 1)
}

// Who chooses an own application is asked once, and never again.
func TestAPersonWantsAnApplicationOfTheirOwn(t *testing.T) {
	t.Parallel()
	o, _, _ := byHand(t)
	p := o.somebody(map[string]string{"azure.application": "new"})
	well(t, o.goes(p, whole()))
	is(t, "asked", p.asked, []string{"webex.asset-name", "azure.application", "mailbox.keep-copy"})
	is(t, "applications", len(o.tenant().Applications), 2)
	again := o.somebody(map[string]string{})
	well(t, o.goes(again, whole()))
	is(t, "asked again", again.asked, nil)
}

// What was done for an application is remembered in the run that names it by
// its object ID, too: the journal knows it by its client ID.
func TestAnObjectIDIsRememberedByItsClientID(t *testing.T) {
	t.Parallel()
	o, app, _ := byHand(t)
	object := o.State()["applications"].([]any)[0].(map[string]any)
	o.answers["azure.application"] = app
	well(t, o.goes(o.nobody(), whole()))
	before := o.plans(o.nobody(), whole())
	o.answers["azure.application"] = object["id"].(string)
	after := o.plans(o.nobody(), whole())
	deeds := func(r *setup.Result) []string { return slices.Sorted(maps.Keys(r.Facts.Seen.Local().Memory.Deeds)) }
	is(t, "deeds", deeds(after), deeds(before))
	is(t, "aside", len(after.Facts.Seen.Local().Aside), 0)
	is(t, "changes", planned(after.Plan), planned(before.Plan))
}

// An object ID is put right, and said once.
func TestAnObjectIDIsPutRight(t *testing.T) {
	t.Parallel()
	o, app, _ := byHand(t)
	object := o.State()["applications"].([]any)[0].(map[string]any)
	o.answers["azure.application"] = object["id"].(string)
	p := o.nobody()
	well(t, o.goes(p, whole()))
	said := slices.DeleteFunc(p.said, func(id string) bool { return id != "application.object-id" })
	is(t, "said", len(said), 1)
	is(t, "the profile's answer", o.data().Answers["azure.application"], app)
}

// A client ID that is none's costs the run that gave it, and no later one.
func TestAnApplicationThatIsNotThereIsForgotten(t *testing.T) {
	t.Parallel()
	o, app, _ := byHand(t)
	const nowhere = "11111111-2222-4333-8444-555555555555"
	o.answers["azure.application"] = nowhere
	is(t, "problems", codes(o.goes(o.nobody(), whole()).Problems), []string{"WX-APPLICATION-UNKNOWN"})
	is(t, "the profile's answer", o.data().Answers["azure.application"], "")
	o.answers["azure.application"] = app
	well(t, o.goes(o.nobody(), whole()))
	o.answers["azure.application"] = nowhere
	is(t, "problems later", codes(o.goes(o.nobody(), whole()).Problems), []string{"WX-APPLICATION-UNKNOWN"})
	is(t, "the profile's answer after all", o.data().Answers["azure.application"], app)
	delete(o.answers, "azure.application")
	well(t, o.goes(o.nobody(), whole()))
}
