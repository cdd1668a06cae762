package setup_test

import (
	"testing"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/webex"
)

func TestARotationAddsASecondSecretAndFinishEndsTheOld(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	first := o.application().PasswordCredentials[0]
	result := o.goes(o.nobody(), guide.Rotation())
	well(t, result)
	is(t, "changes", made(result), []string{"azure.secret-rotated"})
	is(t, "secrets", len(o.application().PasswordCredentials), 2)
	second := o.application().PasswordCredentials[1]
	is(t, "the summary's", string(result.Summary.Azure.Secret.Label), second.DisplayName)
	is(t, "steps", states(result.Summary), all("done"))
	is(t, "the form has a secret", webex.Values(o.form(result.Summary))[9].Value != nil, true)

	again := o.nobody()
	well(t, o.goes(again, guide.Rotation()))
	is(t, "said", again.said, []string{"tenant.found", "note.rotation-open"})
	is(t, "plans shown", len(again.plans), 0)

	last := o.goes(o.somebody(map[string]string{"azure.old-secret-replaced": "yes"}), guide.Finish(""))
	well(t, last)
	is(t, "changes", made(last), []string{"azure.secret-old." + first.KeyID})
	is(t, "secrets", o.application().PasswordCredentials, []credential{second})
	well(t, o.goes(o.nobody(), whole()))
}

// form is what the form is filled from.
func (o *office) form(s *setup.Summary) webex.Input {
	return setup.ValuesInput(s, o.connection(o.nobody()).Cloud, o.vault, false)
}

func TestAnOldSecretThatMayBeInUseStays(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	well(t, o.goes(o.nobody(), guide.Rotation()))
	is(t, "nobody is there", codes(o.goes(o.nobody(), guide.Finish("")).Problems), []string{"WX-OLD-SECRET"})
	p := o.somebody(map[string]string{"azure.old-secret-replaced": "no"})
	is(t, "not yet", codes(o.goes(p, guide.Finish("")).Problems), []string{"WX-OLD-SECRET-KEPT"})
	is(t, "secrets", len(o.application().PasswordCredentials), 2)
}

func TestOnlyASecretThatIsThereIsRotated(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for _, course := range []guide.Course{guide.Rotation(), guide.Finish(""), guide.Finish("11111111-2222-3333-4444-555555555555")} {
		is(t, "problems", codes(o.goes(o.nobody(), course).Problems), []string{"WX-STEP-FIRST"})
	}
	is(t, "writes", len(o.Writes()), 0)
}

// A secret that somebody made by hand is told wherever its end is near, and
// remembered for who looks without signing in.
func TestASecretOfSomebodysThatEndsSoonIsSaid(t *testing.T) {
	t.Parallel()
	o := open(t, "by-hand")
	app := o.tenant().Applications[0]
	o.Call("PATCH", "/applications/"+app.AppID, map[string]any{"passwordCredentials": []any{map[string]any{"displayName": "by hand",
		"endDateTime": "2000-01-01T00:00:00Z"}, map[string]any{"displayName": "soon", "endDateTime": time.Now().AddDate(0, 0, 5)}}}, nil)
	o.answers["azure.application"] = app.AppID
	p := o.nobody()
	o.plans(p, guide.Guide([]string{"azure.register"}, nil))
	is(t, "a plan warns", p.warned, []string{"warning.secret-ending"})
	p = o.nobody()
	well(t, o.goes(p, guide.Guide([]string{"azure.register"}, nil)))
	is(t, "setup warns", p.warned, []string{"warning.secret-ending"})
	soon := guide.SecretsOf(setup.LastFacts(o.data(), time.Now())).Ending(30 * 24 * time.Hour)
	is(t, "remembered", soon[0].Name, "soon")
	is(t, "so many", len(soon), 1)
}

func TestWhenTheLastSecretHasEndedItIsSaidThatMailStandsStill(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.Advance("18000h")
	p := o.nobody()
	well(t, o.goes(p, whole()))
	is(t, "warned", p.warned, []string{"warning.stands-still"})
	p = o.nobody()
	well(t, o.goes(p, whole()))
	is(t, "once", len(p.warned), 0)
}

// A profile that an earlier version wrote knows of wxmail's own secret.
func TestAProfileOfAnEarlierVersionKnowsTheEndOfItsSecret(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	data := o.data()
	data.Seen.Secrets = nil
	ends := guide.SecretsOf(setup.LastFacts(data, time.Now())).InUse()
	is(t, "ends", len(ends), 1)
	is(t, "its id", ends[0].KeyID, o.application().PasswordCredentials[0].KeyID)
	is(t, "of nothing", len(guide.SecretsOf(setup.LastFacts(store.Data{}, time.Now())).InUse()), 0)
}
