package guide

import (
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// hinderMailbox refuses, by name and before any write, what is no mailbox
// that can be used.
func hinderMailbox(f Facts, p *step.Plan) {
	ex, w := f.Seen.Mail(), &f.Wanted
	if o := NotPrimary(f); o != nil {
		p.Hinder(o)
		return
	}
	switch o := mailboxObstacle(w.Mailbox, ex.Mailbox, ex.NotMailbox); {
	case o != nil:
		p.Hinder(knownBefore(f, unlicensed(f, o)))
	case ex.Mailbox.IsShared() && w.SignInAs == "":
		p.Hinder(sharedMailbox("WX-SHARED-MAILBOX", w.Mailbox, "mailbox.sign-in-as"))
	case ex.Mailbox.IsShared() && !delegate(f):
		p.Hinder(sharedMailbox("WX-SHARED-SIGN-IN", w.Mailbox, ""))
	default:
		hinderSignIn(f, p)
	}
}

func sharedMailbox(code, mailbox, question string) *step.Obstacle {
	return &step.Obstacle{Code: code, Object: mailbox, Question: question, Stops: true,
		Evidence: "Get-Mailbox: RecipientTypeDetails = SharedMailbox"}
}

// hinderSignIn looks at the account that signs in for the mailbox.
func hinderSignIn(f Facts, p *step.Plan) {
	if delegate(f) {
		if o := mailboxObstacle(f.Wanted.Login(), f.Seen.Mail().SignIn, nil); o != nil {
			o.Question = "mailbox.sign-in-as"
			o.Tells = []msg.Message{msg.M("tells.no-sign-in", "Account", o.Object)}
			p.Hinder(knownBefore(f, unlicensed(f, o)))
			return
		}
	}
	hinderAccount(f, p)
}

func mailboxObstacle(address string, m *mailflow.Mailbox, other *mailflow.Recipient) *step.Obstacle {
	notFound := &step.Obstacle{Object: address, Stops: true}
	switch {
	case m == nil && other == nil:
		notFound.Code, notFound.Evidence = "WX-MAILBOX-UNKNOWN", "Get-Mailbox, Get-Recipient: not found"
	case m == nil && strings.EqualFold(other.RecipientTypeDetails, "MailUser"):
		notFound.Code, notFound.Detail, notFound.Evidence = "WX-MAILBOX-HYBRID", other.RecipientTypeDetails, "Get-Recipient: RecipientTypeDetails"
	case m == nil:
		notFound.Code, notFound.Detail, notFound.Evidence = "WX-NOT-A-MAILBOX", other.RecipientTypeDetails, "Get-Mailbox: RecipientTypeDetails"
	case m.IsShared():
		return nil // the account behind a shared mailbox is disabled by design
	case m.RecipientTypeDetails != "UserMailbox":
		notFound.Code, notFound.Detail, notFound.Evidence = "WX-NOT-A-MAILBOX", m.RecipientTypeDetails, "Get-Mailbox: RecipientTypeDetails"
	case m.AccountDisabled:
		notFound.Code, notFound.Evidence = "WX-MAILBOX-DISABLED", "Get-Mailbox: AccountDisabled = true"
	default:
		return nil
	}
	return notFound
}

const noPlan = "user: no plan among assignedPlans holds a mailbox"

// unlicensed says more of an address that Exchange does not know, where the
// directory was read: a user without a licence has no mailbox.
func unlicensed(f Facts, o *step.Obstacle) *step.Obstacle {
	user := f.Seen.Tenant().User
	if o.Code == "WX-MAILBOX-UNKNOWN" && o.Object == f.Wanted.Login() && user != nil && !user.Licensed {
		o.Code, o.Evidence = "WX-MAILBOX-UNLICENSED", noPlan
	}
	return o
}

// knownBefore says of a mailbox that there is not that there was one, where
// the journal knows what was done to it: then it was deleted since.
func knownBefore(f Facts, o *step.Obstacle) *step.Obstacle {
	if o.Code != "WX-MAILBOX-UNKNOWN" {
		return o
	}
	for _, d := range f.Seen.Local().Memory.Deeds {
		if sameAddress(d.Target, o.Object) {
			o.Evidence += "; journal: wxmail set it up, so it was deleted or renamed since"
			break
		}
	}
	return o
}

// hinderAccount looks at the directory's side of the account that signs in,
// where the directory was read.
func hinderAccount(f Facts, p *step.Plan) {
	if f.Seen.Directory.Value == nil {
		return
	}
	user, login := f.Seen.Tenant().User, f.Wanted.Login()
	noExchange := f.Seen.Exchange.Value == nil
	if o := NotPrimary(f); o != nil {
		p.Hinder(o)
		return
	}
	switch {
	case user == nil && noExchange:
		p.Hinder(knownBefore(f, &step.Obstacle{Code: "WX-MAILBOX-UNKNOWN", Object: login, Stops: true, Evidence: "users: not found"}))
	case user == nil || f.signsInShared():
	case !user.Enabled && f.maybeShared(): // only Exchange can tell
	case !user.Enabled:
		p.Hinder(&step.Obstacle{Code: "WX-MAILBOX-DISABLED", Object: login, Stops: true, Evidence: "user: accountEnabled = false"})
	case !user.Licensed:
		p.Hinder(&step.Obstacle{Code: "WX-MAILBOX-UNLICENSED", Object: login, Stops: true, Evidence: noPlan})
	}
}

// maybeShared says that the account may be a shared mailbox's, as far as is
// known.
func (f Facts) maybeShared() bool { return f.Seen.Exchange.Value == nil && f.Wanted.SignInAs == "" }

// signsInShared says that the account that signs in is known to be a shared
// mailbox's own.
func (f Facts) signsInShared() bool {
	m := f.Seen.Mail().Mailbox
	return m != nil && m.IsShared() && !delegate(f)
}

// HinderTenant refuses a mailbox whose domain is not this tenant's.
func HinderTenant(f Facts) *step.Obstacle {
	org := f.Seen.Tenant().Organization
	if org == nil {
		return nil
	}
	for _, address := range []string{f.Wanted.Mailbox, f.Wanted.Login()} {
		if !f.Seen.Owns(domainOf(address)) {
			return &step.Obstacle{Code: "WX-DOMAIN-FOREIGN", Object: address, Detail: org.DisplayName + " (" + org.ID + ")", Stops: true,
				Evidence: "organization: verifiedDomains lacks its domain"}
		}
	}
	return nil
}

// readsFor are the sources of steps that one administrator is enough for.
func readsFor(source world.Source) func(Facts) world.Source {
	return func(Facts) world.Source { return world.Held | source }
}
