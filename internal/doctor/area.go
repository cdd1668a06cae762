package doctor

import (
	"slices"
	"strings"
	"time"

	"wxmail/internal/setup"
	"wxmail/internal/step"
)

// Area is a group of findings that one sign-in, or none, is enough for.
type Area string

// The areas, in the order in which they are looked at.
const (
	Network      Area = "network"       // signs nobody in
	SecretExpiry Area = "secret-expiry" // signs nobody in
	Directory    Area = "directory"     // signs in to the directory
	Exchange     Area = "exchange"      // signs in to Exchange
	Token        Area = "token"         // tries the stored token; signs nobody in
)

// Areas are all of them.
func Areas() []Area { return []Area{Network, SecretExpiry, Directory, Exchange, Token} }

// sources are what an area looks at.
func (a Area) sources() step.Source {
	return map[Area]step.Source{SecretExpiry: setup.Held, Directory: setup.Held | setup.Directory, Exchange: setup.Held | setup.Exchange, Token: setup.Held}[a]
}

// steps are those whose plan belongs to the area.
func (a Area) steps() []string {
	return map[Area][]string{SecretExpiry: {"azure.register"}, Directory: {"azure.register", "azure.consent"},
		Exchange: {"mailbox.smtp", "mailbox.forward"}, Token: {"token"}}[a]
}

func (a Area) checks() []check {
	switch a {
	case SecretExpiry:
		return secretChecks()
	case Directory:
		return directoryChecks()
	case Exchange:
		return exchangeChecks()
	case Token:
		return tokenChecks()
	}
	return nil
}

// check is one row of what is known: a code, and how it is recognised.
type check struct {
	code     string
	severity Severity
	step     string
	mends    []string // keys of planned changes, by how they begin
	find     func(*subject) []Finding
}

// subject is what checks look at. They only read it.
type subject struct {
	run *setup.Run
	*setup.Observed
	wanted *setup.Wanted
	days   time.Duration
}

// one is a list of one finding, or of none.
func one(is bool, f Finding) []Finding {
	if !is {
		return nil
	}
	return []Finding{f}
}

// stepPrefixes are how the keys of a step's changes begin.
var stepPrefixes = map[string][]string{
	"azure.register":  {"azure.application", "azure.service-principal", "azure.secret"},
	"azure.consent":   {"azure.app-role.", "azure.grant."},
	"mailbox.smtp":    {"mailbox.smtp-auth", "mailbox.send-as"},
	"mailbox.forward": {"mailbox.outbound", "mailbox.forwarding", "exchange.customization"},
	"token":           {"token."},
}

func begins(key string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// AreaOf is the area in which a finding of that code is looked for.
func AreaOf(code string) (Area, bool) {
	for _, known := range Codes() {
		if known.Code == code {
			return known.Area, true
		}
	}
	return "", false
}
