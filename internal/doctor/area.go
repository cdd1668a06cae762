package doctor

import (
	"slices"

	"wxmail/internal/guide"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Area is a group of findings that one sign-in, or none, is enough for.
type Area string

// The areas, in the order in which they are told.
const (
	Network      Area = "network"       // signs nobody in
	SecretExpiry Area = "secret-expiry" // signs nobody in
	Directory    Area = "directory"     // signs in to the directory
	Exchange     Area = "exchange"      // signs in to Exchange
	Token        Area = "token"         // tries the stored token; signs nobody in
	Contact      Area = "contact"       // signs in to both, and compares the shapes of answers; only where it is named
)

// Areas are all of them.
func Areas() []Area { return []Area{Network, SecretExpiry, Directory, Exchange, Token, Contact} }

// Usual are those that are looked at where none is named.
func Usual() []Area { return slices.DeleteFunc(Areas(), func(a Area) bool { return a == Contact }) }

// AreaOf is the area in which a finding of that code is looked for.
func AreaOf(code string) (Area, bool) {
	all := Codes()
	if i := slices.IndexFunc(all, func(k Known) bool { return k.Code == code }); i >= 0 {
		return all[i].Area, true
	}
	return "", false
}

// ScopeOf is what has to be looked at and tried for areas; none: all.
func ScopeOf(areas ...Area) (scope world.Scope) {
	o := Options{Areas: areas}
	for _, a := range Areas() {
		if o.asks(a) {
			scope.Sources |= a.sources()
			scope.Steps = append(scope.Steps, a.steps()...)
		}
	}
	scope.Network, scope.Secret, scope.SMTP, scope.Contact = o.asks(Network), o.asks(SecretExpiry), o.asks(Token), o.asks(Contact)
	return scope
}

// sources are what an area looks at.
func (a Area) sources() world.Source {
	switch a {
	case Directory:
		return world.Held | world.Directory
	case Exchange:
		return world.Held | world.Exchange
	case SecretExpiry, Token:
		return world.Held
	case Contact:
		return world.Held | world.Directory | world.Exchange
	}
	return 0
}

// steps are those whose plan belongs to an area: those that need just what it
// looks at before anything is known. The secret is a part of a step that
// belongs to another.
func (a Area) steps() (ids []string) {
	switch a {
	case SecretExpiry:
		return []string{"azure.register"}
	case Contact: // those that ask for nothing but the mailbox
		return []string{"azure.consent", "mailbox.smtp"}
	}
	for _, s := range guide.Steps() {
		if reads := s.Reads(guide.Facts{}); reads != 0 && reads == a.sources() {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// check is a row of what no plan knows: a code, and how it is recognised.
type check struct {
	code     string
	severity step.Severity
	exit     int
	step     string
	find     func(subject) []Finding // code, severity and step are the row's
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
