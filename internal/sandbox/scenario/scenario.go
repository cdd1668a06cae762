// Package scenario fills the sandbox's tenant: the people, mailboxes and
// first-party service principals that are always there, the named starting
// points of `sandbox serve --scenario`, and the settings of POST /tenant,
// which are kept where Microsoft keeps them.
package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// Scenario is a way to fill an empty tenant, as often as wanted.
type Scenario struct {
	name  string
	patch json.RawMessage
}

// file is a scenario of the user's own: a named one with other settings.
type file struct {
	Scenario string          `json:"scenario"`
	Settings json.RawMessage `json:"settings"`
}

// named are the starting points: settings other than the default's, and what
// else is there.
var named = map[string]struct {
	patch string
	extra func(t *tenant.Tenant)
}{
	"default":          {},
	"dehydrated":       {patch: `{"organizationDehydrated":true,"hydrationDelay":"45m"}`},
	"by-hand":          {extra: byHand},
	"busy":             {patch: `{"extraPrincipals":10000}`, extra: busy},
	"throttled":        {extra: func(t *tenant.Tenant) { t.Settings.Throttled = true }},
	"shared-mailbox":   {},
	"secrets-blocked":  {patch: `{"secretPolicy":"blocked"}`},
	"slow-replication": {patch: `{"replicationLag":"3s"}`},
	"hardened": {
		patch: `{"smtpAuthDisabled":true,"defaultAutoForwarding":"Off","userConsent":"none","secretPolicy":"P180D"}`,
		extra: nobodyConsented,
	},
}

// Names lists the scenarios, sorted.
func Names() []string {
	return slices.Sorted(maps.Keys(named))
}

// Load finds a scenario by name, empty for default, or reads it from a file:
// {"scenario":NAME,"settings":{what POST /tenant takes}}. A name wins over a
// file; an unknown name, setting or value is an error.
func Load(nameOrFile string) (Scenario, error) {
	if nameOrFile == "" {
		nameOrFile = "default"
	}
	if _, ok := named[nameOrFile]; ok {
		return Scenario{name: nameOrFile}, nil
	}
	data, err := os.ReadFile(nameOrFile)
	if os.IsNotExist(err) {
		return Scenario{}, fmt.Errorf("scenario %q is neither a file nor one of %s", nameOrFile, strings.Join(Names(), ", "))
	}
	if err != nil {
		return Scenario{}, fmt.Errorf("scenario: %w", err)
	}
	return parse(data)
}

func parse(data []byte) (Scenario, error) {
	f := file{Scenario: "default"}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return Scenario{}, fmt.Errorf("scenario file: %w", err)
	}
	if _, ok := named[f.Scenario]; !ok {
		return Scenario{}, fmt.Errorf("scenario file: no scenario %q; there are %s", f.Scenario, strings.Join(Names(), ", "))
	}
	s := Scenario{f.Scenario, f.Settings}
	return s, s.Fill(tenant.New(&tenant.Clock{}, 0))
}

// Fill makes the tenant of the scenario out of an empty one. The caller holds
// the tenant's lock.
func (s Scenario) Fill(t *tenant.Tenant) error {
	organization(t)
	people(t)
	principals(t)
	exchangeDefaults(t)
	for _, patch := range []string{defaults, named[s.name].patch, string(s.patch)} {
		if patch == "" {
			continue
		}
		if err := Apply(t, json.RawMessage(patch)); err != nil {
			return err
		}
	}
	if extra := named[s.name].extra; extra != nil {
		extra(t)
	}
	t.Settle()
	return nil
}
