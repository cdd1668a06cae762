package setup_test

import (
	"testing"

	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/webex"
)

func TestARotationAddsASecondSecretAndFinishEndsTheOld(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	first := o.application().PasswordCredentials[0]
	result := o.goes(o.nobody(), guide.Rotation(false))
	well(t, result)
	is(t, "changes", made(result), []string{"azure.secret-rotated"})
	is(t, "secrets", len(o.application().PasswordCredentials), 2)
	second := o.application().PasswordCredentials[1]
	is(t, "the summary's", setup.Known(result.Summary.Azure.Secret.Label), second.DisplayName)
	is(t, "steps", states(result.Summary), all("done"))
	is(t, "the form has a secret", webex.Values(o.form(result.Summary))[9].Value != nil, true)

	again := o.nobody()
	well(t, o.goes(again, guide.Rotation(false)))
	is(t, "said", again.said, []string{"tenant.found", "note.rotation-open"})
	is(t, "plans shown", len(again.plans), 0)

	last := o.goes(o.somebody(map[string]string{"azure.old-secret-replaced": "yes"}), guide.Rotation(true))
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
	well(t, o.goes(o.nobody(), guide.Rotation(false)))
	is(t, "nobody is there", codes(o.goes(o.nobody(), guide.Rotation(true)).Problems), []string{"WX-OLD-SECRET"})
	p := o.somebody(map[string]string{"azure.old-secret-replaced": "no"})
	is(t, "not yet", codes(o.goes(p, guide.Rotation(true)).Problems), []string{"WX-OLD-SECRET-KEPT"})
	is(t, "secrets", len(o.application().PasswordCredentials), 2)
}

func TestOnlyASecretThatIsThereIsRotated(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for _, finish := range []bool{false, true} {
		is(t, "problems", codes(o.goes(o.nobody(), guide.Rotation(finish)).Problems), []string{"WX-STEP-FIRST"})
	}
	is(t, "writes", len(o.Writes()), 0)
}
