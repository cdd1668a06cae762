package guide

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// Application is an app registration as the guide needs it: step 2.1 to 2.5,
// its Web redirect URI, the implicit grant's 'Access tokens' and the declared
// permissions.
type Application struct {
	ObjectID             string       `json:"objectId,omitempty"`
	UniqueName           string       `json:"uniqueName,omitempty"`
	DisplayName          string       `json:"displayName"`
	Notes                string       `json:"notes,omitempty"`
	RedirectURIs         []string     `json:"redirectUris"`
	ImplicitAccessTokens bool         `json:"implicitAccessTokens"`
	Permissions          []Permission `json:"permissions"`
}

// Permission is a declared permission: by id for the directory, by name for
// a person.
type Permission struct {
	ResourceAppID string `json:"resourceAppId"`
	ID            string `json:"id"`
	Type          string `json:"type"`  // directory.Role or directory.Scope
	Value         string `json:"value"` // its id where the tenant does not publish a name
}

// String is a permission as the portal shows it.
func (p Permission) String() string {
	if p.Type == directory.Role {
		return p.Value + " (application)"
	}
	return p.Value + " (delegated)"
}

// is says whether two permissions are one; a journal of older versions has
// names only.
func (p Permission) is(other Permission) bool {
	if p.ID == "" || other.ID == "" {
		return p.String() == other.String()
	}
	return p.ID == other.ID && p.ResourceAppID == other.ResourceAppID && p.Type == other.Type
}

// Words implements step.Value.
func (a Application) Words() []msg.Message {
	return []msg.Message{
		msg.M("value.display-name", "Name", a.DisplayName),
		msg.M("value.redirect-uris", "List", inWords(a.RedirectURIs)),
		msg.M("value.access-tokens", "On", truth(a.ImplicitAccessTokens)),
		msg.M("value.permissions", "List", namedAll(a.Permissions)),
	}
}

// namedAll are permissions in words.
func namedAll(permissions []Permission) any {
	var all []msg.Message
	for _, p := range permissions {
		all = append(all, p.named())
	}
	return inWords(all)
}

// named is a permission with its type, as the portal says it.
func (p Permission) named() msg.Message {
	if p.Type == directory.Role {
		return msg.M("value.application-permission", "Permission", p.Value)
	}
	return msg.M("value.delegated-permission", "Permission", p.Value)
}

// truth is a setting that is on or off.
func truth(on bool) msg.Message {
	if on {
		return msg.M("value.true")
	}
	return msg.M("value.false")
}

func application() Thing {
	return of(Thing{
		Key: "azure.application", Writes: world.Directory, Right: mayRegister(),
		Reasons: []step.Known{
			{Code: "WX-APPLICATION-MISSING", Severity: step.Error, Exit: 1},
			{Code: "WX-APPLICATION-BY-HAND", Severity: step.Warning, Exit: 3},
			{Code: "WX-REDIRECT-URI-MISSING", Severity: step.Error, Exit: 1},
			{Code: "WX-CALLBACK-OLD", Severity: step.Warning, Exit: 3},
			{Code: "WX-IMPLICIT-GRANT", Severity: step.Warning, Exit: 3},
			{Code: "WX-PERMISSION-UNDECLARED", Severity: step.Warning, Exit: 3},
		},
		Plan: planApplication, Learn: learnApplication, Forget: forgetURIs, Names: func(e step.Entry) string {
			return wanted.MailboxIn(decode[Application](e.After).UniqueName)
		},
	}, parts[Application]{apply: applyApplication, undo: undoApplication, same: sameApplication})
}

func planApplication(f Facts, p *step.Plan) {
	app := f.Seen.Application()
	if app == nil && f.Wanted.Application != "" {
		p.Hinder(&step.Obstacle{Code: "WX-APPLICATION-UNKNOWN", Object: f.Wanted.Application, Stops: true,
			Evidence: "applications: none with that appId or id"})
		return
	}
	want := f.wantedApplication(app)
	c := step.Change{Key: "azure.application", Op: step.Create, Target: want.DisplayName, After: want, Ours: true}
	if app == nil {
		offerAdoption(f, p)
		c.Why = whyNone(f)
		p.Add(c)
		return
	}
	if o := underOtherPlatform(app, f.Wanted.CallbackURL); o != nil {
		p.Hinder(o)
		return
	}
	offerRetirement(f, app, p)
	have := f.shownApplication(app)
	if sameStrings(have.RedirectURIs, want.RedirectURIs) && sameSettings(have, want) {
		return
	}
	c.Op, c.Before, c.Ours, c.Needs = step.Update, have, f.Wanted.Application == "", []string{"azure.application-restored"}
	if !f.Seen.Restoring() {
		c.Why = f.whyApplication(app)
	}
	p.Add(c)
}

// whyApplication is what of an application that is there differs.
func (f Facts) whyApplication(app *directory.Application) (why []step.Reason) {
	did := f.did("azure.application")
	if !slices.Contains(app.RedirectURIs, f.Wanted.CallbackURL) {
		evidence := "web.redirectUris = " + listed(app.RedirectURIs) + did
		why = append(why, step.Reason{Code: "WX-REDIRECT-URI-MISSING", Object: f.Wanted.CallbackURL, Detail: app.DisplayName, Evidence: evidence,
			Page: RegistrationPage("Authentication", app.AppID)})
	}
	if retires(f, app) {
		why = append(why, WhyOldCallback(f)...)
	}
	if app.ImplicitAccessTokens != f.Wanted.ImplicitGrant {
		evidence := fmt.Sprintf("implicitGrantSettings.enableAccessTokenIssuance = %t", app.ImplicitAccessTokens) + did
		why = append(why, step.Reason{Code: "WX-IMPLICIT-GRANT", Object: app.DisplayName, Evidence: evidence})
	}
	if lacks := f.undeclared(); len(lacks) > 0 {
		why = append(why, step.Reason{Code: "WX-PERMISSION-UNDECLARED", Object: listed(lacks), Detail: app.DisplayName,
			Evidence: "requiredResourceAccess lacks " + listed(lacks) + did, Page: RegistrationPage("CallAnAPI", app.AppID)})
	}
	return why
}

// underOtherPlatform: Graph takes a redirect URI once, so that under another
// platform has to go first, and wxmail takes nothing that somebody put there.
// https://learn.microsoft.com/entra/identity-platform/reply-url
func underOtherPlatform(app *directory.Application, uri string) *step.Obstacle {
	evidence, name := "", ""
	switch {
	case slices.Contains(app.RedirectURIs, uri):
		return nil
	case slices.Contains(app.SPARedirects, uri):
		evidence, name = "spa.redirectUris", "Single-page application"
	case slices.Contains(app.PublicRedirects, uri):
		evidence, name = "publicClient.redirectUris", "Mobile and desktop applications"
	default:
		return nil
	}
	return &step.Obstacle{Code: "WX-REDIRECT-URI-PLATFORM", Object: uri, Detail: name, Stops: true,
		Evidence: "application " + app.DisplayName + ": " + evidence + " holds it, web.redirectUris does not"}
}

// undeclared are the permissions that the tenant knows and our application
// does not list.
func (f Facts) undeclared() (values []string) {
	for _, perm := range f.Wanted.Permissions() {
		if f.Seen.PermissionID(perm) != "" && !f.Seen.Declared(perm) {
			values = append(values, perm.Value)
		}
	}
	return values
}

// notes tell whoever finds an application, or its principal, what it is for.
func notes(mailbox string) string {
	return "Made by wxmail for the Webex Connect e-mail asset of " + mailbox + "."
}

// wantedApplication is what our application should look like: everything that
// is there, and what the guide asks for. The URI of our own sign-in is none of
// it: a policy that refuses http://localhost must not cost the application.
func (f Facts) wantedApplication(app *directory.Application) Application {
	w := &f.Wanted
	want := Application{UniqueName: w.UniqueName(), DisplayName: w.AppName, Notes: notes(w.Mailbox),
		RedirectURIs: []string{}, Permissions: []Permission{}}
	if app != nil {
		want = f.shownApplication(app)
	}
	want.RedirectURIs = union(want.RedirectURIs, w.CallbackURL)
	if retires(f, app) {
		want.RedirectURIs = without(want.RedirectURIs, oldCallbacks(f, app)...)
	}
	want.ImplicitAccessTokens = w.ImplicitGrant
	want.Permissions = f.declare(want.Permissions)
	return want
}

// declare is the union of what is declared and what is wanted.
func (f Facts) declare(declared []Permission) []Permission {
	out := slices.Clone(declared)
	for _, p := range f.Wanted.Permissions() {
		want := Permission{p.ResourceAppID, f.Seen.PermissionID(p), p.Kind(), p.Value}
		if want.ID != "" && !slices.ContainsFunc(out, want.is) {
			out = append(out, want)
		}
	}
	return out
}

// shownApplication is one that was read.
func (f Facts) shownApplication(app *directory.Application) Application {
	a := Application{ObjectID: app.ObjectID, DisplayName: app.DisplayName, RedirectURIs: slices.Clone(app.RedirectURIs),
		ImplicitAccessTokens: app.ImplicitAccessTokens, Permissions: []Permission{}}
	for _, resource := range app.Required {
		for _, access := range resource.Access {
			a.Permissions = append(a.Permissions, f.named(resource.ResourceAppID, access))
		}
	}
	return a
}

func (f Facts) named(appID string, a directory.Access) Permission {
	p := Permission{ResourceAppID: appID, ID: a.ID, Type: a.Type, Value: a.ID}
	resource := f.Seen.Resource(appID)
	if resource == nil || resource.AppID != "" && !strings.EqualFold(resource.AppID, appID) {
		return p
	}
	published := resource.Scopes
	if a.Type == directory.Role {
		published = resource.Roles
	}
	for _, known := range published {
		if known.ID == a.ID {
			p.Value = known.Value
		}
	}
	return p
}

// sameApplication compares applications but for the redirect URI that wxmail
// itself takes away again.
func sameApplication(a, b Application) bool {
	return sameStrings(without(a.RedirectURIs, TemporaryRedirect), without(b.RedirectURIs, TemporaryRedirect)) && sameSettings(a, b)
}

func sameSettings(a, b Application) bool {
	return a.ImplicitAccessTokens == b.ImplicitAccessTokens && len(a.Permissions) == len(b.Permissions) && len(a.lacks(b.Permissions)) == 0
}

// lacks are those of permissions that the application does not declare.
func (a Application) lacks(permissions []Permission) []Permission {
	return slices.DeleteFunc(slices.Clone(permissions), func(p Permission) bool { return slices.ContainsFunc(a.Permissions, p.is) })
}

// required are the declared permissions as the directory keeps them.
func (a Application) required() []directory.RequiredResource {
	out := []directory.RequiredResource{}
	for _, p := range a.Permissions {
		i := slices.IndexFunc(out, func(r directory.RequiredResource) bool { return r.ResourceAppID == p.ResourceAppID })
		if i < 0 {
			i, out = len(out), append(out, directory.RequiredResource{ResourceAppID: p.ResourceAppID})
		}
		out[i].Access = append(out[i].Access, directory.Access{ID: p.ID, Type: p.Type})
	}
	return out
}

func applyApplication(ctx context.Context, h Hands, e Edit[Application]) (any, error) {
	switch e.Op {
	case step.Create:
		return createApplication(ctx, h, e.After)
	case step.Delete:
		if err := h.Directory.DeleteApplication(ctx, e.Before.ObjectID); err != nil {
			return nil, err
		}
		if held := h.Keep.Secret(); held != nil && held.ClientID != h.Made.AppID() {
			return nil, nil // of another mailbox's application
		}
		return nil, h.Keep.ForgetSecret()
	}
	err := h.settleWrite(ctx, "the application", func() error {
		return h.Directory.UpdateApplication(ctx, e.After.ObjectID, directory.ApplicationPatch{
			RedirectURIs: e.After.RedirectURIs, ImplicitAccessTokens: &e.After.ImplicitAccessTokens, Required: e.After.required()})
	})
	h.Made.sent(e.After.RedirectURIs, err)
	return map[string]string{"objectId": e.After.ObjectID, "appId": h.Made.now().appID}, err
}

func createApplication(ctx context.Context, h Hands, a Application) (any, error) {
	spec := directory.ApplicationSpec{DisplayName: a.DisplayName, Notes: a.Notes, Tags: []string{"wxmail"}, RedirectURIs: a.RedirectURIs,
		ImplicitAccessTokens: a.ImplicitAccessTokens, Required: a.required()}
	made, created, err := h.Directory.UpsertApplication(ctx, a.UniqueName, spec)
	h.Made.sent(a.RedirectURIs, err)
	if err == nil && made == nil {
		made, err = h.applicationThere(ctx)
	}
	if err != nil {
		return nil, err
	}
	h.Made.note(func(is *ids) { is.objectID, is.appID, is.created = made.ObjectID, made.AppID, created })
	return map[string]string{"objectId": made.ObjectID, "appId": made.AppID}, nil
}

// applicationThere reads an application that was there already, though the
// replica read before did not show it.
func (h Hands) applicationThere(ctx context.Context) (made *directory.Application, err error) {
	err = h.Settle(ctx, "the application", func(ctx context.Context) (bool, error) {
		seen, err := h.Look(ctx)
		if err == nil {
			made = seen.Application
		}
		return made != nil, err
	})
	return made, err
}

func learnApplication(m *world.Memory, e step.Entry) {
	if d, did := m.Deeds[e.Key]; did && another(d, e) {
		delete(m.Deeds, e.Key)
	}
	after, before := decode[Application](e.After), decode[Application](e.Before)
	for _, uri := range without(after.RedirectURIs, before.RedirectURIs...) {
		m.RedirectURIs[uri] = true
	}
	if e.Done {
		forgetURIs(m, e)
	}
	if m.RedirectURIs[TemporaryRedirect] {
		delete(m.RedirectURIs, TemporaryRedirect)
		m.TemporaryRedirect = true
	}
}

// undoApplication removes our application; of one that was there before, only
// what wxmail added to it.
func undoApplication(f Facts, d Left[Application], p *step.Plan) {
	app := f.Seen.Tenant().Application
	if app == nil {
		return
	}
	if f.ownApplication() {
		removeApplication(f, app, p)
		return
	}
	if keepsForNeighbour(f, p, d.Key, app.DisplayName, sharesApplication(f)) {
		return
	}
	have := f.shownApplication(app)
	after := have
	after.RedirectURIs = slices.DeleteFunc(slices.Clone(have.RedirectURIs), func(uri string) bool { return f.addedURI(uri, d.Before) })
	after.ImplicitAccessTokens = d.Before.ImplicitAccessTokens
	after.Permissions = slices.DeleteFunc(slices.Clone(have.Permissions), func(perm Permission) bool {
		return declares(perm) && slices.ContainsFunc(d.After.Permissions, perm.is) && !slices.ContainsFunc(d.Before.Permissions, perm.is)
	})
	if sameStrings(have.RedirectURIs, after.RedirectURIs) && sameSettings(have, after) {
		return
	}
	p.Add(step.Change{Key: d.Key, Op: step.Update, Target: app.DisplayName, Before: have, After: after})
}

// addedURI says whether a redirect URI is there because of wxmail.
func (f Facts) addedURI(uri string, before Application) bool {
	memory := f.Seen.Local().Memory
	ours := memory.RedirectURIs[uri] || uri == TemporaryRedirect && memory.TemporaryRedirect
	return ours && !slices.Contains(before.RedirectURIs, uri)
}

// removeApplication deletes our application, unless somebody else uses it.
func removeApplication(f Facts, app *directory.Application, p *step.Plan) {
	if p.Keeps("azure.application") != nil {
		return
	}
	if others := f.usedByOthers(app); !others.IsZero() && !f.Wanted.RestoreChanged {
		p.Keep("azure.application", app.DisplayName, msg.M("kept.application", "Others", others))
		return
	}
	p.Add(step.Change{Key: "azure.application", Op: step.Delete, Target: app.DisplayName, Before: f.shownApplication(app), Ours: true})
}

// UnmarshalJSON reads a permission; older versions wrote its words alone:
// "SMTP.Send (delegated)".
func (p *Permission) UnmarshalJSON(raw []byte) error {
	var words string
	if json.Unmarshal(raw, &words) != nil {
		type plain Permission
		return json.Unmarshal(raw, (*plain)(p))
	}
	value, kind, _ := strings.Cut(words, " (")
	*p = Permission{Value: value, Type: directory.Scope}
	if kind == "application)" {
		p.Type = directory.Role
	}
	return nil
}

// declares says whether wxmail ever declares a permission.
func declares(p Permission) bool {
	return slices.ContainsFunc(wanted.All(), func(w wanted.Permission) bool {
		return w.ResourceAppID == p.ResourceAppID && w.Kind() == p.Type && w.Value == p.Value
	})
}
