package msgraph

import (
	"net/http"
	"strings"
	"time"

	"wxmail/internal/sandbox/tenant"
)

func applicationKind() kind {
	return kind{
		name: "application", set: "applications", zero: tenant.Application{},
		fixed: map[string]any{
			"identifierUris": []string{}, "keyCredentials": []string{}, "appRoles": []string{}, "addIns": []string{},
			"groupMembershipClaims": nil, "optionalClaims": nil, "serviceManagementReference": nil,
			"applicationTemplateId": nil, "disabledByMicrosoftStatus": nil, "tokenEncryptionKeyId": nil,
		},
	}
}

func applicationFields() fields[tenant.Application] {
	type app = tenant.Application
	return fields[app]{
		"id":             func(a app) any { return a.ID },
		"appId":          func(a app) any { return a.AppID },
		"uniqueName":     func(a app) any { return a.UniqueName },
		"displayName":    func(a app) any { return a.DisplayName },
		"signInAudience": func(a app) any { return a.SignInAudience },
		"tags":           func(a app) any { return a.Tags },
	}
}

// writableApplication lists what PATCH may set.
func writableApplication() []string {
	return []string{"displayName", "description", "notes", "tags", "signInAudience", "isFallbackPublicClient",
		"web", "publicClient", "spa", "requiredResourceAccess", "uniqueName"}
}

// matching is how applications(appId='…') and its like find an object.
func (k key) matching(a tenant.Application) bool {
	switch k.property {
	case "appId":
		return strings.EqualFold(a.AppID, k.value)
	case "uniqueName":
		return hasUniqueName(a, k.value)
	default:
		return strings.EqualFold(a.ID, k.value)
	}
}

func hasUniqueName(a tenant.Application, name string) bool {
	return a.UniqueName != nil && strings.EqualFold(*a.UniqueName, name)
}

// application is what a replica shows.
func (c *call) application() (tenant.Application, error) {
	app, found := c.tenant.Applications.Find(c.keys[0].matching)
	if !found {
		return app, notFound(c.keys[0].value)
	}
	return app, nil
}

// managed is the newest version of an application that a replica shows and
// the caller may manage.
func (c *call) managed() (tenant.Application, error) {
	app, err := c.application()
	if err != nil {
		return app, err
	}
	app, found := c.tenant.Applications.Latest(app.ID)
	if !found {
		return app, notFound(c.keys[0].value)
	}
	return app, c.mayManage(app)
}

func (c *call) listApplications() (answer, error) {
	advanced, err := c.advanced()
	if err != nil {
		return answer{}, err
	}
	named := applicationFields()
	if advanced { // https://learn.microsoft.com/graph/aad-advanced-queries#application-properties
		named["web/redirectUris"] = func(a tenant.Application) any { return a.Web.RedirectURIs }
	}
	return list(c, source[tenant.Application]{
		kind: applicationKind(), items: c.tenant.Applications.All(), fields: named,
		id: func(a tenant.Application) string { return a.ID },
	})
}

// listOwners shows who may change an application besides administrators: who
// created it in the portal or by Graph.
// https://learn.microsoft.com/graph/api/application-list-owners
func (c *call) listOwners() (answer, error) {
	app, err := c.application()
	if err != nil {
		return answer{}, err
	}
	owners := []tenant.User{}
	for _, u := range c.tenant.Users.All() {
		if u.ID == c.owners[owned(app)] {
			owners = append(owners, u)
		}
	}
	return list(c, source[tenant.User]{kind: userKind(), items: owners, id: func(u tenant.User) string { return u.ID }})
}

func (c *call) getApplication() (answer, error) {
	app, err := c.application()
	if err != nil {
		return answer{}, err
	}
	return c.one(applicationKind(), app)
}

// createApplication is POST /applications. The secrets it makes stand in its
// answer and nowhere else.
// https://learn.microsoft.com/graph/api/application-post-applications
func (c *call) createApplication() (answer, error) {
	if err := c.mayCreate(); err != nil {
		return answer{}, err
	}
	body, err := c.readBody("application", append(writableApplication(), "passwordCredentials", "keyCredentials")...)
	if err != nil {
		return answer{}, err
	}
	if keys, sent := body["keyCredentials"].([]any); sent && len(keys) == 0 {
		delete(body, "keyCredentials") // the Azure CLI always sends the empty list
	}
	if _, named := body["uniqueName"]; named {
		return answer{}, invalid("Property 'uniqueName' is read-only and cannot be set.")
	}
	secrets, err := takeSecrets(body)
	if err != nil {
		return answer{}, err
	}
	return c.newApplication(body, nil, secrets)
}

// newApplication stores an application and answers 201.
func (c *call) newApplication(body object, uniqueName *string, secrets []newSecret) (answer, error) {
	fresh := c.blankApplication(uniqueName)
	app, err := merge("application", fresh, body)
	if err != nil {
		return answer{}, err
	}
	if err := c.validateApplication(app); err != nil {
		return answer{}, err
	}
	issued := []issuedSecret{}
	for _, wanted := range secrets {
		credential, err := c.issue(app, wanted)
		if err != nil {
			return answer{}, err
		}
		app.PasswordCredentials = append(app.PasswordCredentials, credential)
		issued = append(issued, reveal(credential))
	}
	c.tenant.Applications.Put(app.ID, app)
	c.own(app)
	done, err := c.created(applicationKind(), app.ID, app)
	if shown, shows := done.body.(map[string]any); shows && len(issued) > 0 {
		shown["passwordCredentials"] = issued
	}
	return done, err
}

// own remembers who created an application.
func (c *call) own(app tenant.Application) {
	if !appOnly(c.token) {
		c.owners[owned(app)] = c.token.ObjectID
	}
}

func (c *call) blankApplication(uniqueName *string) tenant.Application {
	none := tenant.RedirectURIs{RedirectURIs: []string{}}
	return tenant.Application{
		ID: c.tenant.IDs.New(), AppID: c.tenant.IDs.New(), UniqueName: uniqueName,
		SignInAudience: "AzureADMyOrg", Tags: []string{},
		Web: tenant.Web{RedirectURIs: []string{}}, PublicClient: none, SPA: none,
		RequiredResourceAccess: []tenant.RequiredResourceAccess{},
		PasswordCredentials:    []tenant.PasswordCredential{},
		CreatedDateTime:        c.now(),
	}
}

// now is the sandbox's time to the second, as Graph shows it.
func (c *call) now() time.Time { return c.tenant.Clock.Now().Truncate(time.Second) }

// updateApplication is PATCH, and with a uniqueName the upsert: with Prefer:
// create-if-missing it creates what does not exist.
// https://learn.microsoft.com/graph/api/application-upsert
func (c *call) updateApplication() (answer, error) {
	body, err := c.readBody("application", append(writableApplication(), "passwordCredentials")...)
	if err != nil {
		return answer{}, err
	}
	if _, sent := body["passwordCredentials"]; sent {
		return answer{}, invalid("New password credentials must be generated using service actions.")
	}
	if c.keys[0].property == "uniqueName" {
		return c.upsertApplication(body)
	}
	app, err := c.managed()
	if err != nil {
		return answer{}, err
	}
	return c.patchApplication(app, body)
}

func (c *call) upsertApplication(body object) (answer, error) {
	name := c.keys[0].value
	if sent, present := body["uniqueName"]; present && sent != name {
		return answer{}, badValue("uniqueName", "Application")
	}
	// The upsert goes to the directory itself and sees the newest version.
	app, found := c.tenant.Applications.FindLatest(c.keys[0].matching)
	switch {
	case found:
		if err := c.mayManage(app); err != nil {
			return answer{}, err
		}
		return c.patchApplication(app, body)
	case !c.createIfMissing():
		return answer{}, notFound(name)
	}
	if err := c.mayCreate(); err != nil {
		return answer{}, err
	}
	return c.newApplication(body, &name, nil)
}

func (c *call) createIfMissing() bool {
	for _, header := range c.header.Values("Prefer") {
		for preference := range strings.SplitSeq(header, ",") {
			if strings.EqualFold(strings.TrimSpace(preference), "create-if-missing") {
				return true
			}
		}
	}
	return false
}

func (c *call) patchApplication(old tenant.Application, body object) (answer, error) {
	app, err := merge("application", old, body)
	if err != nil {
		return answer{}, err
	}
	if old.UniqueName != nil && (app.UniqueName == nil || *app.UniqueName != *old.UniqueName) {
		return answer{}, invalid("Property 'uniqueName' is immutable and cannot be changed.")
	}
	app.PasswordCredentials = old.PasswordCredentials // their values have no JSON
	if err := c.validateApplication(app); err != nil {
		return answer{}, err
	}
	c.tenant.Applications.Put(app.ID, app)
	return noContent(), nil
}

// deleteApplication moves an application to the deleted items; its service
// principal in this tenant goes with it.
// https://learn.microsoft.com/graph/api/application-delete
func (c *call) deleteApplication() (answer, error) {
	app, err := c.managed()
	if err != nil {
		return answer{}, err
	}
	now := c.now()
	app.DeletedDateTime = &now
	c.tenant.Applications.Delete(app.ID)
	c.tenant.DeletedItems.Put(app.ID, app)
	principal, found := c.tenant.ServicePrincipals.FindLatest(func(p tenant.ServicePrincipal) bool {
		return p.AppID == app.AppID
	})
	if found {
		c.removePrincipal(principal.ID)
	}
	return answer{status: http.StatusNoContent}, nil
}
