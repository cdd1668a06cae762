package guide

import (
	"context"
	"encoding/json"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// RedirectURI is a Web redirect URI that is there for one sign-in.
type RedirectURI string

// Words implements step.Value.
func (u RedirectURI) Words() []msg.Message {
	return []msg.Message{msg.M("value.plain", "Text", string(u))}
}

const redirectKey = "token.redirect-uri"

func temporaryRedirect() Thing {
	return of(Thing{
		Key: redirectKey, Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(),
		Reasons: []step.Known{{Code: "WX-REDIRECT-URI-LEFT", Severity: step.Warning, Exit: 3}},
		Plan:    planRedirectLeft, Learn: learnRedirect,
	}, parts[RedirectURI]{apply: applyRedirect, shows: showsRedirect})
}

// planRedirectLeft takes back what an interrupted run left behind. Where the
// mailbox user signs in, the sign-in does.
func planRedirectLeft(f Facts, p *step.Plan) {
	if f.redirectLeft() && !f.asksSignIn(p) {
		p.Add(f.redirectRemoval())
	}
}

// redirectLeft says whether the URI stands in the application because of us.
func (f Facts) redirectLeft() bool {
	app := f.Seen.Application()
	return app != nil && hasTemporary(app) && f.Seen.Local().Memory.TemporaryRedirect
}

func (f Facts) redirectRemoval() step.Change {
	return step.Change{Key: redirectKey, Op: step.Delete, Target: f.applicationName(), Before: RedirectURI(TemporaryRedirect), Ours: true,
		Follows: []string{SignInKey}, Finally: true, Why: f.WhyRedirect()}
}

// WhyRedirect is why the temporary redirect URI has to go.
func (f Facts) WhyRedirect() []step.Reason {
	if !f.redirectLeft() {
		return nil
	}
	return []step.Reason{{Code: "WX-REDIRECT-URI-LEFT", Object: TemporaryRedirect,
		Evidence: "web.redirectUris holds it, and the journal says that wxmail added it"}}
}

func (f Facts) applicationName() string {
	if app := f.Seen.Application(); app != nil {
		return app.DisplayName
	}
	return f.Wanted.AppName
}

// planRedirect adds the URI for a sign-in, where nobody has it there. It is a
// write of its own: a tenant's policy may refuse it, and then costs the sign-in
// and nothing else.
// https://learn.microsoft.com/graph/api/resources/redirecturiconfiguration?view=graph-rest-beta
func planRedirect(f Facts, p *step.Plan) {
	if app := f.Seen.Application(); app == nil || !hasTemporary(app) {
		p.Add(step.Change{Key: redirectKey, Op: step.Create, Target: f.applicationName(), After: RedirectURI(TemporaryRedirect),
			Risk: msg.M("risk.temporary-redirect"), Ours: true, Needs: afterApplication()})
	}
}

// planRedirectEnd takes the URI back after a sign-in, unless it is somebody's,
// or nobody signs in and it is taken back already.
func planRedirectEnd(f Facts, p *step.Plan) {
	if app := f.Seen.Application(); app == nil || !hasTemporary(app) || f.redirectLeft() && f.asksSignIn(p) {
		p.Add(f.redirectRemoval())
	}
}

// removal is what a removal of the temporary redirect URI leaves in the
// journal: without Gone it may still be there, and is still ours.
type removal struct {
	Gone bool `json:"gone"`
}

func applyRedirect(ctx context.Context, h Hands, e Edit[RedirectURI]) (any, error) {
	if e.Op == step.Delete {
		return removeRedirect(ctx, h)
	}
	var objectID string
	err := h.Settle(ctx, "the application", func(ctx context.Context) (done bool, err error) {
		var uris []string
		if objectID, uris, err = h.redirects(ctx); err != nil || objectID == "" {
			return false, err
		}
		uris = union(uris, TemporaryRedirect)
		err = h.Directory.UpdateApplication(ctx, objectID, directory.ApplicationPatch{RedirectURIs: uris})
		h.Made.sent(uris, err)
		if directory.NotYet(err) {
			return false, nil
		}
		return err == nil, err
	})
	if directory.IsAppPolicy(err) {
		err = &step.Obstacle{Code: "WX-LOCALHOST-REFUSED", Step: "token", Object: e.Target,
			Detail: microsoft.Of(err).Code, Waiting: true, Err: err}
	}
	return map[string]string{"objectId": objectID, "uri": TemporaryRedirect}, err
}

// redirects are the redirect URIs of our application: those that this run has
// written a moment ago, else as they are read now.
func (h Hands) redirects(ctx context.Context) (objectID string, uris []string, err error) {
	if is := h.Made.now(); is.written != nil && is.objectID != "" {
		return is.objectID, is.written, nil
	}
	seen, err := h.Look(ctx)
	if err != nil || seen.Application == nil {
		return "", nil, err
	}
	return seen.Application.ObjectID, seen.Application.RedirectURIs, nil
}

// removeRedirect reads first, unless this run made the application: what
// somebody else changed meanwhile stays. An application without the URI is
// believed only once a replica has shown it.
func removeRedirect(ctx context.Context, h Hands) (any, error) {
	if !h.Made.now().redirectSent {
		return removal{Gone: true}, step.ErrNothingToDo
	}
	made := removal{}
	if is := h.Made.now(); is.knowsURIs() {
		err := h.settleWrite(ctx, "the application", func() error {
			return h.Directory.UpdateApplication(ctx, is.objectID,
				directory.ApplicationPatch{RedirectURIs: without(is.written, TemporaryRedirect)})
		})
		made.Gone = err == nil
		return made, err
	}
	err := h.Settle(ctx, "the application", func(ctx context.Context) (bool, error) {
		seen, err := h.lookOnce(ctx)
		if err != nil {
			return false, err
		}
		app := seen.Application
		if app == nil { // one whose answer was lost may never have been made
			return h.Made.now().objectID == "", nil
		}
		if !hasTemporary(app) {
			made.Gone = h.Made.now().redirectSeen
			return made.Gone, nil
		}
		uris := without(app.RedirectURIs, TemporaryRedirect)
		err = h.Directory.UpdateApplication(ctx, app.ObjectID, directory.ApplicationPatch{RedirectURIs: uris})
		if directory.NotYet(err) { // a replica that lags: the next look tells
			return false, nil
		}
		made.Gone = err == nil
		return true, err
	})
	return made, err
}

func learnRedirect(m *world.Memory, e step.Entry) {
	switch {
	case e.Op == step.Create:
		m.TemporaryRedirect = true
	case e.Done && gone(e.Made):
		m.TemporaryRedirect = false
	}
}

// showsRedirect: what was taken back must be gone. One that was added need not
// be there: the same run takes it back.
func showsRedirect(f Facts, e Edit[RedirectURI]) shown {
	if app := f.Seen.Application(); e.Op == step.Delete && app != nil && hasTemporary(app) {
		return asBefore
	}
	return asMade
}

// asksSignIn says whether this plan will ask the mailbox user to sign in.
func (f Facts) asksSignIn(p *step.Plan) bool {
	here := f.Seen.Local()
	return !here.Locked && !f.Seen.TokenLives() && f.hindersSignIn(p) == nil
}

// hindersSignIn is why the mailbox user cannot be asked to sign in, or nil.
func (f Facts) hindersSignIn(p *step.Plan) *step.Obstacle {
	read := f.Seen.Directory.Value != nil
	switch {
	case read && f.Seen.Application() == nil && !p.Has("azure.application"):
		return hinderedBy(p, "azure.register")
	case read && !f.Seen.UsableSecret(f.Now) && !p.Has(secretKey):
		return hinderedBy(p, "azure.register")
	case p.Hindered("azure.consent") != nil: // the user would be asked for what an administrator has yet to grant
		return hinderedBy(p, "azure.consent")
	}
	return nil
}

// gone says whether a removal was completed.
func gone(made json.RawMessage) bool {
	var r removal
	return json.Unmarshal(made, &r) == nil && r.Gone
}
