package days

import (
	"fmt"
	"slices"
	"strings"

	"wxmail/internal/testkit"
)

// madeByHand: before wxmail came, somebody made an application for the
// mailbox's call-back URL, as the guide says.
func (at *tenant) madeByHand(b *box) {
	at.Call("POST", "/applications", testkit.Object{"displayName": "By hand " + b.profile(),
		"web":                 testkit.Object{"redirectUris": []any{b.callback}},
		"passwordCredentials": []any{testkit.Object{"displayName": "by hand"}}}, nil)
	b.theirs = at.byHand(at.State(), b)
}

// byHand is the application that was made by hand for a mailbox.
func (at *tenant) byHand(state testkit.Object, b *box) testkit.Object {
	for _, app := range testkit.Objects(state, "applications") {
		if testkit.Text(app, "displayName") == "By hand "+b.profile() {
			return app
		}
	}
	return nil
}

// takeOver takes over the application that was made by hand, if there is one.
func takeOver(at *tenant, b *box) *testkit.Ran {
	return setUpWith(at, b, testkit.Text(b.theirs, "appId"))
}

func ownAgain(at *tenant, b *box) *testkit.Ran { return setUpWith(at, b, "new") }

// others is what is not this mailbox's. What is added to the application that
// was made by hand for it is judged apart.
func (at *tenant) others(b *box) string {
	state := at.State()
	id := testkit.Text(b.theirs, "appId")
	principal := ""
	for _, sp := range testkit.Objects(state, "servicePrincipals") {
		if testkit.Text(sp, "appId") == id {
			principal = testkit.Text(sp, "id")
		}
	}
	for _, collection := range []string{"applications", "servicePrincipals", "appRoleAssignments", "oauth2PermissionGrants"} {
		state[collection] = slices.DeleteFunc(state[collection].([]any), func(o any) bool {
			object := o.(testkit.Object)
			of := testkit.Text(object, "principalId") + testkit.Text(object, "clientId")
			return testkit.Text(object, "appId") == id || principal != "" && strings.HasPrefix(of, principal)
		})
	}
	return testkit.Others(state, b.address)
}

// judgeByHand: the application that was made by hand has all that it had; what
// was added to it is known to a vault, and nothing temporary is left.
func (at *tenant) judgeByHand(state testkit.Object, b *box, there map[string]bool) {
	app := at.byHand(state, b)
	if app == nil {
		at.wrong("the application that was made by hand for %s is gone", b.address)
		return
	}
	uris := app["web"].(testkit.Object)["redirectUris"].([]any)
	if !slices.Contains(uris, b.theirs["web"].(testkit.Object)["redirectUris"].([]any)[0]) || slices.Contains(uris, any("http://localhost")) {
		at.wrong("redirect URIs of the application that was made by hand for %s: %v", b.address, uris)
	}
	kept := false
	for _, s := range testkit.Objects(app, "passwordCredentials") {
		id := testkit.Text(s, "keyId")
		there[id] = true
		kept = kept || testkit.Text(s, "displayName") == "by hand"
		if strings.HasPrefix(testkit.Text(s, "displayName"), "wxmail ") && !b.vaults[id] {
			at.wrong("the secret %s, added to what was made by hand for %s, is in no vault", id, b.address)
		}
	}
	if !kept {
		at.wrong("the secret that was made by hand for %s is gone: %s", b.address, fmt.Sprint(app["passwordCredentials"]))
	}
}
