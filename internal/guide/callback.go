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
func oldCallbacks(f Facts, app *directory.Application) (old []string) {
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

// hasCallback says whether the application has the Call Back URL that is wanted: only
// then can the asset have moved to it.
func hasCallback(f Facts, app *directory.Application) bool {
	return f.Wanted.CallbackURL != "" && slices.Contains(app.RedirectURIs, f.Wanted.CallbackURL)
}

// CallbackThere says whether our application has the Call Back URL that is
// wanted, as far as it was read.
func CallbackThere(f Facts) bool {
	app := f.Seen.Application()
	return app != nil && hasCallback(f, app)
}

// retires says whether the old Call Back URLs go now: the operator says that
// the asset has moved.
func retires(f Facts, app *directory.Application) bool {
	replaced := f.Wanted.OldCallbackReplaced
	return app != nil && hasCallback(f, app) && replaced != nil && *replaced
}

// offerRetirement says what stays until the asset has moved, and asks whether
// it has.
func offerRetirement(f Facts, app *directory.Application, p *step.Plan) {
	old := oldCallbacks(f, app)
	if len(old) == 0 || retires(f, app) || f.Wanted.CallbackURL == "" {
		return
	}
	p.Note(msg.M("note.old-callback", "Old", listed(old), "New", f.Wanted.CallbackURL))
	if hasCallback(f, app) && f.Wanted.OldCallbackReplaced == nil {
		p.Offer(step.Ask{Question: "azure.old-callback-replaced",
			About: []msg.Message{msg.M("note.old-callback-asked", "Old", listed(old), "New", f.Wanted.CallbackURL)}})
	}
}

// WhyOldCallback is why old Call Back URLs have to go, once the asset can have
// moved to the one that is wanted.
func WhyOldCallback(f Facts) (why []step.Reason) {
	app := f.Seen.Tenant().Application
	if app == nil || !hasCallback(f, app) {
		return nil
	}
	for _, uri := range oldCallbacks(f, app) {
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
