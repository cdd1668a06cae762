package setup

import (
	"context"
	"slices"
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/signin"
	"wxmail/internal/step"
)

// TemporaryRedirect is the redirect URI of our own code flow: for
// http://localhost Entra ignores the port.
// https://learn.microsoft.com/entra/identity-platform/reply-url
const TemporaryRedirect = "http://localhost"

// ApplicationView is an application as a plan shows it.
type ApplicationView struct {
	DisplayName          string   `json:"displayName"`
	SignInAudience       string   `json:"signInAudience,omitempty"`
	RedirectURIs         []string `json:"redirectUris"`
	ImplicitAccessTokens bool     `json:"implicitAccessTokens"`
	Permissions          []string `json:"permissions"`
}

// SecretView is a client secret as a plan shows it: never its value.
type SecretView struct {
	Label   string `json:"label"`
	Expires string `json:"expires"`
	Value   string `json:"value"`
}

// planRegister plans steps 2.1 to 2.6 of the guide: the application with its
// Web redirect URI, the implicit grant's 'Access tokens', the declared
// permissions, the service principal and a client secret.
func planRegister(r *Run, p *step.Plan) {
	w, o := &r.Wanted, &r.Observed
	app := o.Application()
	if app == nil && w.Application != "" {
		p.Hinder(&step.Obstacle{Code: "WX-APPLICATION-UNKNOWN", Object: w.Application, Stops: true})
		return
	}
	if !o.Read.Has(Exchange) {
		hinderMailboxAccount(r, p)
	}
	planApplication(r, p, app)
	if o.Directory.ServicePrincipal == nil {
		p.Add(step.Change{Key: "azure.service-principal", Op: step.Create, Target: w.AppName, After: w.AppName,
			Ours: true, Needs: afterApplication})
	}
	planSecret(r, p, app)
}

// afterApplication is what an application's parts wait for.
var afterApplication = []string{"azure.application-restored", "azure.application"}

func planApplication(r *Run, p *step.Plan, app *directory.Application) {
	if r.Observed.Restoring() {
		p.Add(step.Change{Key: "azure.application-restored", Op: step.Create, Target: app.DisplayName, Before: "deleted", After: "restored",
			Risk: msg.M("risk.restored"), Ours: true, Facts: map[string]string{"objectId": app.ObjectID}})
	}
	want := r.wantedApplication(app)
	after := r.view(want)
	if app == nil {
		p.Add(step.Change{Key: "azure.application", Op: step.Create, Target: want.DisplayName, After: after,
			Risk: r.temporaryRisk(want), Ours: true})
		return
	}
	before := r.view(specOf(app))
	if !sameApplication(specOf(app), want) {
		p.Add(step.Change{Key: "azure.application", Op: step.Update, Target: app.DisplayName, Before: before, After: after,
			Risk: r.temporaryRisk(want), Ours: r.Wanted.Application == "", Needs: afterApplication[:1]})
	}
}

func (r *Run) temporaryRisk(want directory.ApplicationSpec) msg.Message {
	if slices.Contains(want.RedirectURIs, TemporaryRedirect) {
		return msg.M("risk.temporary-redirect")
	}
	return msg.Message{}
}

// wantedApplication is what our application should look like: everything that
// is there, and what the guide asks for.
func (r *Run) wantedApplication(app *directory.Application) directory.ApplicationSpec {
	w := &r.Wanted
	spec := directory.ApplicationSpec{DisplayName: w.AppName, Notes: applicationNotes(w.Mailbox), Tags: []string{"wxmail"}}
	if app != nil {
		spec = specOf(app)
	}
	settled := app != nil && slices.Contains(app.RedirectURIs, w.CallbackURL) &&
		app.ImplicitAccessTokens == w.ImplicitGrant && r.declaresAll(app.Required)
	spec.RedirectURIs = union(spec.RedirectURIs, w.CallbackURL)
	spec.ImplicitAccessTokens = w.ImplicitGrant
	spec.Required = r.declare(spec.Required)
	if !settled && r.needsSignIn() {
		spec.RedirectURIs = union(spec.RedirectURIs, TemporaryRedirect)
	}
	return spec
}

func applicationNotes(mailbox string) string {
	return "Made by wxmail for the Webex Connect e-mail asset of " + mailbox + "."
}

func specOf(app *directory.Application) directory.ApplicationSpec {
	return directory.ApplicationSpec{DisplayName: app.DisplayName, Notes: app.Notes, RedirectURIs: slices.Clone(app.RedirectURIs),
		ImplicitAccessTokens: app.ImplicitAccessTokens, Required: app.Required}
}

func sameApplication(a, b directory.ApplicationSpec) bool {
	return sameStrings(a.RedirectURIs, b.RedirectURIs) && a.ImplicitAccessTokens == b.ImplicitAccessTokens &&
		sameStrings(flatten(a.Required), flatten(b.Required))
}

func flatten(required []directory.RequiredResource) []string {
	var out []string
	for _, res := range required {
		for _, a := range res.Access {
			out = append(out, res.ResourceAppID+"/"+a.Type+"/"+a.ID)
		}
	}
	return out
}

func (r *Run) view(spec directory.ApplicationSpec) ApplicationView {
	return ApplicationView{DisplayName: spec.DisplayName, RedirectURIs: spec.RedirectURIs,
		ImplicitAccessTokens: spec.ImplicitAccessTokens, Permissions: r.permissionNames(spec.Required)}
}

// planSecret adds a secret where the vault holds none that works, and retires
// one only when this journal intended it and never stored it: any other may
// be in use by Webex Connect.
func planSecret(r *Run, p *step.Plan, app *directory.Application) {
	o := &r.Observed
	switch {
	case o.Vault.Locked:
		p.Note(msg.M("note.vault-locked"))
	case !o.UsableSecret():
		addSecret(r, p, "azure.secret")
	}
	if app != nil {
		planOrphans(r, p)
	}
}

// orphanPrefix begins the keys of orphaned secrets' removal.
const orphanPrefix = "azure.secret-orphan."

// planOrphans removes secrets that this journal intended and never stored.
func planOrphans(r *Run, p *step.Plan) {
	o := &r.Observed
	for _, s := range o.Application().Secrets {
		if o.Memory.Orphans[s.Label] && (o.Vault.Secret == nil || o.Vault.Secret.KeyID != s.KeyID) {
			p.Add(step.Change{Key: orphanPrefix + s.KeyID, Op: step.Delete, Target: s.Label,
				Before: SecretView{s.Label, date(s.End), "(set)"}, Ours: true, Needs: []string{"azure.secret", rotated},
				Facts: map[string]string{"keyId": s.KeyID}})
		}
	}
}

func addSecret(r *Run, p *step.Plan, key string) {
	o := &r.Observed
	blocked, longest := o.secretPolicy()
	if blocked {
		p.Hinder(&step.Obstacle{Code: "WX-SECRETS-BLOCKED", Object: r.Wanted.AppName})
		return
	}
	if _, unread := o.Directory.Unreadable[directory.PartSecretPolicy]; unread {
		p.Note(msg.M("note.secret-policy-unreadable"))
	}
	end := r.Wanted.Lifetime.End(o.Now)
	if longest > 0 && end.Sub(o.Now) > longest {
		end = o.Now.Add(longest - time.Hour)
		p.Note(msg.M("note.secret-lifetime-clipped", "End", date(end)))
	}
	p.Add(r.newSecret(key, end))
}

// newSecret is the change that makes a secret. Its label is journaled before
// the request, so that one whose answer was lost is known again.
func (r *Run) newSecret(key string, end time.Time) step.Change {
	o := &r.Observed
	label := "wxmail " + o.Now.Format(time.DateOnly) + " " + o.Nonce
	return step.Change{Key: key, Op: step.Create, Target: r.Wanted.AppName,
		After: SecretView{label, date(end), "(set)"}, Ours: true, Needs: afterApplication,
		Facts: map[string]string{"label": label, "end": end.UTC().Format(time.RFC3339)}}
}

func applyRegister(ctx context.Context, r *Run, c step.Change) (any, error) {
	switch {
	case c.Key == "azure.application-restored":
		return nil, r.directory.RestoreApplication(ctx, c.Facts["objectId"])
	case c.Key == "azure.application":
		return r.writeApplication(ctx, c)
	case c.Key == "azure.service-principal":
		return r.writeServicePrincipal(ctx)
	case c.Key == "azure.secret":
		return r.writeSecret(ctx, c)
	case strings.HasPrefix(c.Key, orphanPrefix):
		return nil, r.directory.RemovePassword(ctx, r.ids().objectID, c.Facts["keyId"])
	}
	return nil, unknownKey(c)
}

func (r *Run) writeApplication(ctx context.Context, c step.Change) (any, error) {
	app := r.Observed.Application()
	want := r.wantedApplication(app)
	if c.Op == step.Update {
		err := r.settleWrite(ctx, "the application", func() error {
			return r.directory.UpdateApplication(ctx, app.ObjectID, directory.ApplicationPatch{
				RedirectURIs: want.RedirectURIs, ImplicitAccessTokens: &want.ImplicitAccessTokens, Required: want.Required})
		})
		r.noteRedirectSent(want.RedirectURIs, err)
		return map[string]string{"objectId": app.ObjectID, "appId": app.AppID}, err
	}
	made, _, err := r.directory.UpsertApplication(ctx, r.Wanted.UniqueName(), want)
	r.noteRedirectSent(want.RedirectURIs, err)
	if err == nil && made == nil {
		made, err = r.applicationThere(ctx)
	}
	if err != nil {
		return nil, err
	}
	r.setIDs(func(ids *objectIDs) { ids.objectID, ids.appID = made.ObjectID, made.AppID })
	return map[string]string{"objectId": made.ObjectID, "appId": made.AppID}, nil
}

// applicationThere reads an application that was there already, though the
// replica read before did not show it.
func (r *Run) applicationThere(ctx context.Context) (made *directory.Application, err error) {
	err = r.Cloud.Settle(ctx, "the application", func(ctx context.Context) (bool, error) {
		seen, err := r.readDirectory(ctx)
		if err == nil {
			made = seen.Application
		}
		return made != nil, err
	})
	return made, err
}

func (r *Run) writeServicePrincipal(ctx context.Context) (any, error) {
	var made *directory.ServicePrincipal
	err := r.settleWrite(ctx, "the service principal", func() (err error) {
		made, err = r.directory.CreateServicePrincipal(ctx, r.ids().appID, directory.ServicePrincipalSpec{Notes: applicationNotes(r.Wanted.Mailbox), Tags: []string{"wxmail"}})
		return err
	})
	if err != nil {
		r.setIDs(func(ids *objectIDs) { ids.principalErr = err })
		return nil, err
	}
	r.setIDs(func(ids *objectIDs) { ids.principalID = made.ID })
	return map[string]string{"objectId": made.ID}, nil
}

// writeSecret adds a secret, stores it before anything else can happen, and
// proves it by a sign-in. Where the tenant's maximum could not be read, the
// lifetime is stepped down on refusal.
func (r *Run) writeSecret(ctx context.Context, c step.Change) (any, error) {
	end, err := time.Parse(time.RFC3339, c.Facts["end"])
	if err != nil {
		return nil, err
	}
	ids := r.ids()
	made, err := r.addPassword(ctx, ids.objectID, c.Facts["label"], end)
	if err != nil {
		return nil, err
	}
	held := HeldSecret{ClientID: ids.appID, KeyID: made.KeyID, Label: made.Label, Expires: made.End, Value: made.Secret}
	if current := r.heldSecret(); c.Key == rotated {
		held.Previous = &PreviousSecret{current.KeyID, current.Label}
	}
	if err := r.storeSecret(held); err != nil {
		return nil, err
	}
	journal := map[string]string{"keyId": made.KeyID, "label": made.Label, "expires": made.End.UTC().Format(time.RFC3339)}
	return journal, r.Cloud.Settle(ctx, "the new secret", func(ctx context.Context) (bool, error) {
		proved, err := provedUnless(signin.ProveSecret(ctx, r.Cloud, r.Observed.TenantID, ids.appID, made.Secret))
		if !proved && err == nil {
			err = r.ids().principalErr // without a service principal it will never be
		}
		return proved, err
	})
}

// lifetimes to try where the policy cannot be read, after the wanted one.
var steppedDown = []int{365, 180, 90, 30}

func (r *Run) addPassword(ctx context.Context, objectID, label string, end time.Time) (*directory.Password, error) {
	ends := []time.Time{end}
	for _, days := range steppedDown {
		if shorter := r.Observed.Now.AddDate(0, 0, days).Add(-time.Hour); shorter.Before(end) {
			ends = append(ends, shorter)
		}
	}
	var made *directory.Password
	var err error
	for i, e := range ends {
		err = r.settleWrite(ctx, "the application", func() (err error) {
			made, err = r.directory.AddPassword(ctx, objectID, label, e)
			return err
		})
		if !hasCode(err, "CredentialInvalidLifetimeAsPerAppPolicy") {
			if err == nil && i > 0 {
				r.Operator.Warn(msg.M("note.secret-lifetime-clipped", "End", date(e)))
			}
			return made, err
		}
	}
	return nil, err
}

// provedUnless turns a refusal that a new secret meets until it has been
// replicated into "not yet".
func provedUnless(err error) (bool, error) {
	if hasCode(err, "AADSTS7000215", "AADSTS700016", "AADSTS7000229") {
		return false, nil
	}
	return err == nil, err
}

// settleWrite repeats a write that was refused because an object made a
// moment ago has not reached the replica that answered.
func (r *Run) settleWrite(ctx context.Context, what string, write func() error) error {
	return r.Cloud.Settle(ctx, what, func(context.Context) (bool, error) {
		err := write()
		if directory.NotYet(err) {
			return false, nil
		}
		return err == nil, err
	})
}

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func hasCode(err error, codes ...string) bool {
	e := cloudError(err)
	return e != nil && slices.Contains(codes, e.Code)
}

func unknownKey(c step.Change) error {
	return &step.Obstacle{Code: "WX-INTERNAL", Object: c.Key, Detail: "no way to apply it"}
}
