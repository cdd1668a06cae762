package guide

import (
	"slices"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// oldCallbacks are the Call Back URLs that wxmail once gave the application and
// that no profile of this computer names for it any more. Those that somebody
// else gave it are not among them. A redirect URI whose host is given up could
// be taken over by whoever gets that host.
// https://learn.microsoft.com/entra/identity-platform/reply-url
func (f Facts) oldCallbacks(app *directory.Application) (old []string) {
	here := f.Seen.Local()
	for _, uri := range app.RedirectURIs {
		elsewhere := slices.ContainsFunc(here.Neighbours, func(n world.Neighbour) bool {
			return n.CallbackURL == uri && (n.ClientID == app.AppID || n.ClientID == "")
		})
		if here.Memory.RedirectURIs[uri] && uri != f.Wanted.CallbackURL && uri != TemporaryRedirect && !elsewhere {
			old = append(old, uri)
		}
	}
	return old
}

// moved says whether the application has the Call Back URL that is wanted: only
// then can the asset have moved to it.
func (f Facts) moved(app *directory.Application) bool {
	return f.Wanted.CallbackURL != "" && slices.Contains(app.RedirectURIs, f.Wanted.CallbackURL)
}

// CallbackThere says whether our application has the Call Back URL that is
// wanted, as far as it was read.
func (f Facts) CallbackThere() bool {
	app := f.Seen.Application()
	return app != nil && f.moved(app)
}

// retires says whether the old Call Back URLs go now: the operator says that
// the asset has moved.
func (f Facts) retires(app *directory.Application) bool {
	replaced := f.Wanted.OldCallbackReplaced
	return app != nil && f.moved(app) && replaced != nil && *replaced
}

// offerRetirement says what stays until the asset has moved, and asks whether
// it has.
func (f Facts) offerRetirement(app *directory.Application, p *step.Plan) {
	old := f.oldCallbacks(app)
	if len(old) == 0 || f.retires(app) || f.Wanted.CallbackURL == "" {
		return
	}
	p.Note(msg.M("note.old-callback", "Old", listed(old), "New", f.Wanted.CallbackURL))
	if f.moved(app) && f.Wanted.OldCallbackReplaced == nil {
		p.Offer(step.Offer{Question: "azure.old-callback-replaced",
			About: msg.M("note.old-callback-asked", "Old", listed(old), "New", f.Wanted.CallbackURL)})
	}
}

// WhyOldCallback is why old Call Back URLs have to go, once the asset can have
// moved to the one that is wanted.
func (f Facts) WhyOldCallback() (why []step.Reason) {
	app := f.Seen.Tenant().Application
	if app == nil || !f.moved(app) {
		return nil
	}
	for _, uri := range f.oldCallbacks(app) {
		why = append(why, step.Reason{Code: "WX-CALLBACK-OLD", Object: uri, Detail: f.Wanted.CallbackURL,
			Evidence: "web.redirectUris holds it, and the journal says that wxmail added it", Page: RegistrationPage("Authentication", app.AppID)})
	}
	return why
}

// forgetURIs: what wxmail has taken out of the application, and somebody puts
// in again, is somebody's.
func forgetURIs(m *world.Memory, e step.Entry) {
	before, after := decode[Application](e.Before), decode[Application](e.After)
	if e.Op != step.Update {
		return
	}
	for _, uri := range without(before.RedirectURIs, after.RedirectURIs...) {
		delete(m.RedirectURIs, uri)
	}
}
