package crash

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"wxmail/internal/testkit"
)

type object = testkit.Object

// keyIDs are those of the secrets of our application, sorted.
func keyIDs(state object) []string {
	var ids []string
	for _, app := range testkit.OwnApplications(state, mailbox) {
		for _, secret := range testkit.Objects(app, "passwordCredentials") {
			ids = append(ids, testkit.Text(secret, "keyId"))
		}
	}
	return slices.Sorted(slices.Values(ids))
}

// grants are the tenant-wide ones of our application.
func (s *scene) grants() []object {
	state := s.State()
	principals := testkit.OwnPrincipals(state, mailbox)
	return slices.DeleteFunc(testkit.Objects(state, "oauth2PermissionGrants"), func(g object) bool {
		return !principals[testkit.Text(g, "clientId")]
	})
}

// ideal is the shape of a tenant, less what people have consented to for the
// command-line clients: a run that was killed asked once more.
func (c command) ideal(state object) any {
	state = maps.Clone(state)
	if c.mixed() {
		delete(state, "deletedItems")
		for _, app := range testkit.OwnApplications(state, mailbox) {
			delete(app, "passwordCredentials")
		}
	}
	var grants []any
	for _, g := range testkit.Objects(state, "oauth2PermissionGrants") {
		if testkit.Text(g, "consentType") != "Principal" {
			grants = append(grants, g)
		}
	}
	state["oauth2PermissionGrants"] = grants
	return testkit.Shape(state)
}

// redirects are the temporary redirect URIs of any application.
func redirects(state object) bool {
	return slices.ContainsFunc(testkit.Objects(state, "applications"), func(app object) bool {
		raw, _ := json.Marshal(app["web"]) // what came from JSON goes back
		return strings.Contains(string(raw), `"http://localhost"`)
	})
}
