package guide

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// ownApplication says whether the application is one that wxmail made, or had
// back from the deleted ones; an adopted one is somebody's.
func (f Facts) ownApplication() bool {
	app := f.Seen.Tenant().Application
	d, did := f.deed("azure.application")
	_, restored := f.deed("azure.application-restored")
	if app == nil || !restored && !(did && d.Op == step.Create) {
		return false
	}
	id := objectOf(d.Made)
	return id == app.ObjectID || id == "" && f.Wanted.Application == ""
}

// objectOf is the id of the application that a journal tells of, or "".
func objectOf(made json.RawMessage) string {
	var object struct {
		ID string `json:"objectId"`
	}
	_ = json.Unmarshal(made, &object) // what does not parse tells of none
	return object.ID
}

// another says whether an entry is about another application than a deed: what
// was done to that one says nothing of what this one was before.
func another(d step.Deed, e step.Entry) bool {
	was, is := objectOf(d.Made), objectOf(e.Made)
	return was != "" && is != "" && was != is
}

// removesApplication says whether an undo of everything, or of its step,
// deletes the application.
func (f Facts) removesApplication() bool {
	app := f.Seen.Tenant().Application
	return f.sharesFate() && (f.Wanted.RestoreChanged || f.usedByOthers(app).IsZero())
}

// sharesFate says whether what the application was granted goes along with it,
// or stays with it for whoever else uses it.
func (f Facts) sharesFate() bool { return f.ownApplication() && f.Wanted.Runs("azure.register") }

// besideUs is the mailbox of another profile of this computer that stands on
// the same as this one, though it did not have to be made for it; "" for none.
func besideUs(f Facts, stands func(world.Neighbour) bool) string {
	for _, n := range f.Seen.Local().Neighbours {
		if n.ClientID != "" && stands(n) {
			return cmp.Or(n.Mailbox, n.Profile)
		}
	}
	return ""
}

// keepsForNeighbour leaves alone what another profile's mailbox works by,
// unless the operator insists.
func keepsForNeighbour(f Facts, p *step.Plan, key, target string, stands func(world.Neighbour) bool) bool {
	by := besideUs(f, stands)
	if by == "" || f.Wanted.RestoreChanged {
		return false
	}
	p.Keep(key, target, msg.M("kept.used", "By", by))
	return true
}

// sharesApplication says whether a profile uses our application.
func sharesApplication(f Facts) func(world.Neighbour) bool {
	app := f.Seen.Tenant().Application
	return func(n world.Neighbour) bool { return app != nil && n.ClientID == app.AppID }
}

// holdsSecret says whether a profile works by the client secret of that id.
func holdsSecret(keyID string) func(world.Neighbour) bool {
	return func(n world.Neighbour) bool { return strings.EqualFold(n.SecretID, keyID) }
}

// usedByOthers is a secret, redirect URI or consent that somebody else gave our
// application, or the mailbox of another profile that uses it; zero where
// nobody does.
func (f Facts) usedByOthers(app *directory.Application) msg.Message {
	if by := besideUs(f, sharesApplication(f)); by != "" {
		return msg.M("value.plain", "Text", by)
	}
	memory := f.Seen.Local().Memory
	held := f.Seen.Local().Secret
	for _, s := range app.Secrets {
		used := held != nil && (held.Is(s) || held.Replaced(s)) // one that was received has somebody's label
		if !memory.Labels[s.Label] && !used {
			return msg.M("change.azure.secret", "Target", s.Label)
		}
	}
	if theirs := othersURIs(f, app); len(theirs) > 0 {
		return msg.M("value.redirect-uris", "List", theirs[0])
	}
	return f.othersConsent()
}

// othersURIs are the redirect URIs that wxmail did not write: of the platforms
// for pages and programs it writes none.
func othersURIs(f Facts, app *directory.Application) []string {
	web := slices.DeleteFunc(slices.Clone(app.RedirectURIs), func(uri string) bool {
		return uri == TemporaryRedirect || uri == f.Wanted.CallbackURL || f.Seen.Local().Memory.RedirectURIs[uri]
	})
	return slices.Concat(web, app.SPARedirects, app.PublicRedirects)
}

// othersConsent is what the application was granted, for all users or for one
// of them, though wxmail never asks for it; zero where nothing was.
func (f Facts) othersConsent() msg.Message {
	for _, g := range f.Seen.Tenant().Grants {
		for _, scope := range g.Scopes {
			if !f.asksConsent(g.ResourceID, scope) {
				return msg.M("value.permissions", "List", scope)
			}
		}
	}
	for _, a := range f.Seen.Tenant().Assignments {
		if !asksRole(f, a) {
			return msg.M("value.permissions", "List", roleNamed(f, a))
		}
	}
	return msg.Message{}
}

// asksRole says whether wxmail ever asks for an application permission.
func asksRole(f Facts, a directory.Assignment) bool {
	return slices.ContainsFunc(wanted.All(), func(p wanted.Permission) bool {
		resource := f.Seen.Resource(p.ResourceAppID)
		return p.Application && resource != nil && resource.ID == a.ResourceID && f.Seen.PermissionID(p) == a.RoleID
	})
}

// roleNamed is an application permission by its name, or by its id where the
// tenant does not publish one that was read.
func roleNamed(f Facts, a directory.Assignment) string {
	for _, resource := range []*directory.Resource{f.Seen.Tenant().Exchange, f.Seen.Tenant().MicrosoftGraph} {
		if resource == nil || resource.ID != a.ResourceID {
			continue
		}
		if i := slices.IndexFunc(resource.Roles, func(p directory.Permission) bool { return p.ID == a.RoleID }); i >= 0 {
			return resource.Roles[i].Value
		}
	}
	return a.RoleID
}

// asksConsent says whether wxmail ever asks for a delegated permission. What it
// does not ask for is somebody's, even where it stands beside its own.
func (f Facts) asksConsent(resourceID, scope string) bool {
	return slices.ContainsFunc(wanted.All(), func(p wanted.Permission) bool {
		resource := f.Seen.Resource(p.ResourceAppID)
		return !p.Application && p.Value == scope && resource != nil && resource.ID == resourceID
	})
}

// keepChanged leaves alone what somebody has changed since.
func keepChanged(p *step.Plan, key, target string) {
	p.Keep(key, target, msg.M("kept.changed"))
}

// All policies and rules that wxmail makes begin so, for whichever mailbox.
const (
	namePrefix    = "wxmail "
	commentPrefix = "wxmail: "
)

// keepsForeign leaves alone what bears neither wxmail's name nor its comment,
// whatever the journal says: that is a file, and may be another tenant's.
func keepsForeign(p *step.Plan, key, name, comment string) bool {
	if strings.HasPrefix(strings.ToLower(name), namePrefix) || strings.HasPrefix(comment, commentPrefix) {
		return false
	}
	p.Keep(key, name, msg.M("kept.foreign"))
	return true
}
