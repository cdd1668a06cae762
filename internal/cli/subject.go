package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"wxmail/internal/cloud"
	"wxmail/internal/doctor"
	"wxmail/internal/microsoft"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
)

// subject is what an error is about, and its detail, for the texts of the
// table: {{.Object}} and {{.Detail}}.
func subject(err error) (object, detail string) {
	for _, find := range []func(error) (string, string, bool){factSubject, inputSubject, signInSubject, fileSubject} {
		if object, detail, ok := find(err); ok {
			return object, detail
		}
	}
	return "", ""
}

func factSubject(err error) (string, string, bool) {
	var o *step.Obstacle
	var f *doctor.Finding
	var late *microsoft.NotSettled
	switch {
	case errors.As(err, &f):
		return f.Object, f.Detail, true
	case errors.As(err, &o):
		return o.Object, o.Detail, true
	case errors.As(err, &late):
		return late.What, late.Waited.String(), true
	}
	return "", "", false
}

func inputSubject(err error) (string, string, bool) {
	var invalid *setup.InvalidAnswer
	var missing *setup.MissingAnswers
	var unanswered *ui.Unanswered
	var usage *usageError
	var answers *answersError
	switch {
	case errors.As(err, &invalid):
		return invalid.Question, fmt.Sprintf("%q: %s", invalid.Value, problemText(invalid.Why, invalid.Detail)), true
	case errors.As(err, &missing):
		return strings.Join(missing.Questions, ", "), "", true
	case errors.As(err, &unanswered):
		return unanswered.ID, "", true
	case errors.As(err, &usage):
		return usage.what, usage.why, true
	case errors.As(err, &answers):
		return answers.path, answers.why, true
	}
	return "", "", false
}

func signInSubject(err error) (string, string, bool) {
	var wrong *signin.WrongAccount
	var silent *signin.TimeoutError
	switch {
	case errors.As(err, &wrong):
		wanted, got := wrong.Wanted, wrong.Got
		if !strings.EqualFold(wrong.WantedTenant, wrong.GotTenant) {
			wanted, got = wanted+" (tenant "+wrong.WantedTenant+")", got+" (tenant "+wrong.GotTenant+")"
		}
		return got, wanted, true
	case errors.As(err, &silent):
		return string(silent.Role), "", true
	}
	return "", "", false
}

func fileSubject(err error) (string, string, bool) {
	var config *cloud.ConfigError
	var locked *store.Locked
	var tenant *setup.OtherTenant
	var other *otherCloud
	var name *store.NameError
	var noKey *vault.NoKey
	var phrase *vault.PassphraseFile
	var path *os.PathError
	var open *store.PermissionError
	switch {
	case errors.As(err, &open):
		return open.Path, open.Command(), true
	case errors.As(err, &config):
		return config.File, config.Error(), true
	case errors.As(err, &locked):
		return locked.Profile, locked.Error(), true
	case errors.As(err, &tenant):
		return tenant.Profile, tenant.Known, true
	case errors.As(err, &other):
		return other.profile, other.known, true
	case errors.As(err, &name):
		return name.Name, "", true
	case errors.As(err, &noKey):
		return noKey.Path, noKey.Error(), true
	case errors.As(err, &phrase):
		return phrase.Path, plainError(phrase.Err), true
	case errors.As(err, &path):
		return path.Path, path.Error(), true
	}
	return "", "", false
}
