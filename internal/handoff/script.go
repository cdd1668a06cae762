// Package handoff writes what another administrator has to do, where the
// operator lacks the role: for Exchange a script, made from the very plan of
// setup; for the directory the portal's pages, or the answers and the command
// with which wxmail does it there.
package handoff

import (
	_ "embed"
	"errors"
	"strings"
	"text/template"

	"wxmail/internal/mailflow"
	"wxmail/internal/setup"
)

//go:embed exchange.ps1.tmpl
var exchangeScript string

// Script is what the Exchange script is made of.
type Script struct {
	Version     string
	Environment string // of Connect-ExchangeOnline, "" in the public cloud
	*setup.Wanted
	Parts []setup.Part // of setup.Run.ExchangeParts
}

// Kind is what the mailbox must be, as the plan takes it to be.
func (s Script) Kind() string {
	if s.Delegate() {
		return "SharedMailbox"
	}
	return "UserMailbox"
}

// Name is that of wxmail's policy and rule.
func (s Script) Name() string { return mailflow.ObjectName(s.Mailbox) }

// Exchange writes the script. Each change is the one that setup would make,
// behind a look at whether it is needed, and before a look at whether it is
// made; so the script may be run again. It holds no secret.
func Exchange(s Script) (string, error) {
	parts := map[string]setup.Part{}
	for _, part := range s.Parts {
		parts[part.Change.Key] = part
	}
	page, err := template.New("exchange").Funcs(template.FuncMap{
		"value": mailflow.PowerShell,
		"has":   func(key string) bool { return parts[key].Cmdlets != nil },
		"run": func(key string) (string, error) {
			if len(parts[key].Cmdlets) != 1 {
				return "", errors.New("the plan has no change " + key)
			}
			return parts[key].Cmdlets[0].PowerShell(), nil
		},
	}).Parse(exchangeScript)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = page.Execute(&out, s)
	return out.String(), err
}
