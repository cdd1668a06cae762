package guide

import (
	"fmt"
	"slices"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

// Settled is what is wanted where the answers leave it to the tenant. What it
// has beats a default: whether forwarding keeps a copy, and of an application
// that is somebody's, the implicit grant and Mail.Send. Plans go by it; it is
// made once, before anything is written.
func Settled(f Facts) wanted.Wanted {
	w := f.Wanted
	if w.Open.KeepCopy {
		w.KeepCopy = presentCopy(f)
	}
	app := f.Seen.Application()
	if app == nil || w.Application == "" {
		return w
	}
	if w.Open.ImplicitGrant {
		w.ImplicitGrant = app.ImplicitAccessTokens
	}
	if w.Open.Permissions {
		w.LeastRights = !holdsApplicationPermissions(f)
	}
	return w
}

// presentCopy is whether a copy is kept: as wxmail set it, else as the tenant
// has it where the mailbox forwards to Webex Connect already, else as it is
// usual. What somebody wanted of another forwarding says nothing of this one.
func presentCopy(f Facts) bool {
	if d, did := f.deed("mailbox.forwarding"); did && sameAddress(d.Target, f.Wanted.Mailbox) {
		return decode[Forwarding](d.After).KeepCopy
	}
	if m := f.Seen.Mail().Mailbox; m != nil && sameAddress(m.Forwarding.SMTPAddress, f.Wanted.ForwardingAddress) {
		return m.Forwarding.KeepCopy
	}
	return f.Wanted.KeepCopy
}

// holdsApplicationPermissions says whether the application has all that the
// guide asks for: what it declares without consent, it does not hold, and what
// it was only once given, nobody means to keep.
func holdsApplicationPermissions(f Facts) bool {
	return !slices.ContainsFunc(wanted.All(), func(p wanted.Permission) bool {
		return p.Application && !(f.Seen.Declared(p) && f.Seen.Granted(p))
	})
}

// candidates are the applications by hand that the operator may adopt: those
// with our redirect URI that wxmail made for no mailbox.
func candidates(f Facts) []directory.Candidate {
	return slices.DeleteFunc(slices.Clone(f.Seen.Tenant().Candidates),
		func(c directory.Candidate) bool { return wanted.IsUniqueName(c.UniqueName) })
}

// offerAdoption asks a person whether one of the candidates shall be taken
// over; where nobody is there, it warns that another is made beside them.
func offerAdoption(f Facts, p *step.Plan) {
	found := candidates(f)
	if !f.Wanted.Open.Application {
		return
	}
	if f.Seen.Tenant().Unreadable[directory.PartCandidates] != nil {
		p.Note(msg.M("note.candidates-unreadable", "URL", f.Wanted.CallbackURL))
	}
	if len(found) == 0 {
		return
	}
	o := step.Ask{Question: "azure.application", Suggestion: "new"}
	if m := f.Seen.Mail().Mailbox; m != nil && sameAddress(m.Forwarding.SMTPAddress, f.Wanted.ForwardingAddress) {
		o.Suggestion = found[0].AppID // this mailbox goes by one of them already
	}
	var known []string
	for _, c := range found {
		o.Choices, o.Labels = append(o.Choices, c.AppID), append(o.Labels, msg.M("adopt.choice", "Name", c.DisplayName, "ID", c.AppID))
		o.About = append(o.About, describe(c))
		known = append(known, nameOf(c))
	}
	o.Choices, o.Labels = append(o.Choices, "new"), append(o.Labels, msg.M("adopt.new"))
	p.Offer(o)
	p.Warn(msg.M("warning.by-hand", "List", msg.And(known...), "ID", found[0].AppID))
}

// describe is what is known of a candidate, for a person who chooses.
func describe(c directory.Candidate) msg.Message {
	var owners any = msg.M("adopt.not-known")
	switch {
	case len(c.Owners) > 0:
		owners = inWords(c.Owners)
	case c.OwnersKnown:
		owners = msg.M("adopt.nobody")
	}
	return msg.M("adopt.candidate", "Name", c.DisplayName, "ID", c.AppID, "Owners", owners, "Secrets", secretEnds(c.Secrets))
}

// secretEnds are secrets with their ends, as data.
func secretEnds(secrets []directory.SecretInfo) string {
	var all []string
	for _, s := range secrets {
		all = append(all, fmt.Sprintf("%q %s", s.Label, msg.DayOf(s.End)))
	}
	return listed(all)
}

func nameOf(c directory.Candidate) string { return c.DisplayName + " (" + c.AppID + ")" }

// whyNone is why there is no application: somebody made one by hand, which
// wxmail may take over, or nobody did.
func whyNone(f Facts) (why []step.Reason) {
	missing := "applications: none with uniqueName " + f.Wanted.UniqueName() + f.did("azure.application")
	if f.Wanted.Open.Application {
		for _, c := range candidates(f) {
			why = append(why, step.Reason{Code: "WX-APPLICATION-BY-HAND", Object: nameOf(c), Detail: c.AppID, Asks: "azure.application",
				Evidence: missing + "; passwordCredentials of " + c.AppID + ": " + secretEnds(c.Secrets),
				Page:     RegistrationPage("Overview", c.AppID)})
		}
	}
	if why == nil {
		why = []step.Reason{{Code: "WX-APPLICATION-MISSING", Object: f.Wanted.Mailbox, Evidence: missing}}
	}
	return why
}

// MayTakeSecret says whether a plan makes a client secret for an application
// that is somebody's and has secrets that live: a person may know one.
func MayTakeSecret(f Facts, p *step.Plan) bool {
	app := f.Seen.Tenant().Application
	return app != nil && f.Wanted.Application != "" && p.Has(secretKey) &&
		slices.ContainsFunc(app.Secrets, func(s directory.SecretInfo) bool { return s.End.After(f.Now) })
}
