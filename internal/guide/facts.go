package guide

import (
	"slices"
	"strings"
	"time"

	"wxmail/internal/mailflow"
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

// lacks is what hinders these people to use a right, or nil.
func (m May) lacks(r Right) *step.Obstacle {
	held := m.Directory.Roles
	holds := slices.ContainsFunc(r.Roles, func(role string) bool { return containsFold(held, role) })
	if len(r.Roles) > 0 && len(held) > 0 && !holds {
		return &step.Obstacle{Code: "WX-ROLE-DIRECTORY", Object: m.Directory.Account, Detail: "Cloud Application Administrator", Waiting: true}
	}
	return m.LacksCmdlets(r.Cmdlets...)
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
