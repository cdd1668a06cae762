package guide

import (
	"slices"
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// Facts are everything that a plan may know.
type Facts struct {
	Wanted wanted.Wanted
	Seen   world.Seen
	May    May
	Now    time.Time // by Microsoft's clock
}

// May is what the people who signed in may do, as far as is known. The zero
// May knows nothing and denies nothing: then only trying tells.
type May struct{ Directory, Exchange Admin }

// Admin is somebody who signed in to administrate.
type Admin struct {
	Account string
	Roles   []string        // template ids of directory roles, from the token: a hint, custom roles do not stand there
	Cmdlets mailflow.Rights // of Exchange
	Refused []Refusal       // what was tried and refused: that counts, whatever the token says
}

// Refusal is a right that the directory refused to somebody, and how.
type Refusal struct {
	Right Right
	Err   error
}

// Right is what somebody must hold to write a thing: one of the roles, or all
// of the cmdlets. The zero Right is held by everybody.
type Right struct {
	Roles   []string
	Cmdlets []string
}

// Template ids of the Entra roles that can do the directory's part.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
const (
	globalAdministrator           = "62e90394-69f5-4237-9190-012177145e10"
	cloudApplicationAdministrator = "158c047a-c907-4556-b7ef-446551a6b5f7"
	applicationAdministrator      = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
	applicationDeveloper          = "cf1c38e5-3621-4004-a7cb-879624dced7c"
	exchangeAdministrator         = "29232cdf-9323-42fd-ade2-1d097af3e4de"
)

func mayRegister() Right {
	return Right{Roles: append(mayConsent().Roles, applicationDeveloper)}
}

func mayConsent() Right {
	return Right{Roles: []string{globalAdministrator, cloudApplicationAdministrator, applicationAdministrator}}
}

// lacks is what hinders these people to use a right, or nil. A role that the
// token does not name hinders nobody: a role of the tenant's own stands in no
// token, and whether it allows the write only trying tells.
// https://learn.microsoft.com/entra/identity/role-based-access-control/custom-create
func (m May) lacks(r Right) *step.Obstacle {
	for _, tried := range m.Directory.Refused {
		if tried.Right.covers(r) {
			return &step.Obstacle{Code: "WX-ROLE-DIRECTORY", Object: m.Directory.Account, Detail: "Cloud Application Administrator",
				Waiting: true, Err: tried.Err}
		}
	}
	return m.LacksCmdlets(r.Cmdlets...)
}

// covers says whether who may not use this right may not use the other, which
// fewer roles give.
func (r Right) covers(other Right) bool {
	return len(other.Roles) > 0 && !slices.ContainsFunc(other.Roles, func(role string) bool { return !containsFold(r.Roles, role) })
}

// seen says whether the token names a role that gives the right.
func (m May) seen(r Right) bool {
	return slices.ContainsFunc(r.Roles, func(role string) bool { return containsFold(m.Directory.Roles, role) })
}

// hints says whether the token names roles, and none that gives the right.
func (m May) hints(r Right) bool { return len(r.Roles) > 0 && len(m.Directory.Roles) > 0 && !m.seen(r) }

// Believe takes in that the directory refused a change of that key for want of
// a role, and is false where it refused for something else, or names the role.
func (m *May) Believe(key string, refusal error) bool {
	t, known := ThingOf(key)
	e := microsoft.Of(refusal)
	denied := e != nil && e.Service == microsoft.Graph && e.Status == 403 && !directory.NotYet(e) && !directory.IsAppPolicy(e)
	if !known || !denied || len(t.Right.Roles) == 0 || m.seen(t.Right) {
		return false
	}
	m.Directory.Refused = append(slices.Clip(m.Directory.Refused), Refusal{t.Right, refusal})
	return true
}

// LacksCmdlets is the obstacle of an Exchange administrator who may not run
// one of the cmdlets, or nil.
func (m May) LacksCmdlets(cmdlets ...string) *step.Obstacle {
	lacking := slices.DeleteFunc(slices.Clone(cmdlets), m.Exchange.Cmdlets.May)
	if len(lacking) == 0 {
		return nil
	}
	return &step.Obstacle{Code: "WX-ROLE-EXCHANGE", Object: m.Exchange.Account, Detail: strings.Join(lacking, ", "),
		Evidence: "EXOModuleFile: not among the cmdlets of this account", Waiting: true}
}

// warnUnseen says that a role is not seen, and tried all the same.
func (s Step) warnUnseen(f Facts, p *step.Plan) {
	tries := slices.ContainsFunc(p.Of(s.ID), func(c step.Change) bool {
		t, known := ThingOf(c.Key)
		return known && f.May.hints(t.Right)
	})
	told := slices.ContainsFunc(p.Warnings, func(m msg.Message) bool { return m.ID == roleUnseen })
	if tries && !told {
		p.Warn(msg.M(roleUnseen, "Account", f.May.Directory.Account))
	}
}

const roleUnseen = "warning.role-unseen"

// AdministratesExchange says that the token of whoever signed in to Exchange
// names a role that may do all of its part.
func (m May) AdministratesExchange() bool {
	return containsFold(m.Exchange.Roles, exchangeAdministrator) || containsFold(m.Exchange.Roles, globalAdministrator)
}

// deed is what the journal knows under a key.
func (f Facts) deed(key string) (step.Deed, bool) {
	d, did := f.Seen.Local().Memory.Deeds[key]
	return d, did
}

// did says when wxmail made a change that is found missing, as evidence.
func (f Facts) did(key string) string {
	d, did := f.deed(key)
	if !did || !d.Done {
		return ""
	}
	return "; wxmail set it at " + d.At.UTC().Format(time.RFC3339)
}

// Owns says whether mail to an address must not be sent from this mailbox, nor
// counts as mail from outside: it is the mailbox's own, an alias, that of who
// signs in, or the forwarding address.
func (f Facts) Owns(address string) bool {
	ex := f.Seen.Mail()
	return f.Wanted.Owns(address) || ex.Mailbox != nil && ex.Mailbox.Is(address) || ex.SignIn != nil && ex.SignIn.Is(address)
}
