package msgraph_test

import (
	"strings"
	"testing"

	"wxmail/internal/sandbox/tenant"
)

func TestTokenIsRefused(t *testing.T) {
	w := newWorld(t)
	good := w.tokens["entra"]
	other, foreign := good, good
	other.Audience = "https://outlook.office.com"
	foreign.TenantID = "elsewhere"
	w.tokens["outlook"], w.tokens["foreign"] = other, foreign
	for _, token := range []string{"", "stranger", "outlook", "foreign"} {
		got := w.as(token, "GET", "/v1.0/applications", "")
		w.refused(got, 401, "InvalidAuthenticationToken", "Access token")
		if !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("token %q: no challenge", token)
		}
	}
}

// Both names of Graph are a token's audience.
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#trailing-slash-and-default
func TestTokenForTheNameWithASlash(t *testing.T) {
	w := newWorld(t)
	slash := w.tokens["entra"]
	slash.Audience += "/"
	w.tokens["slash"] = slash
	if got := w.as("slash", "GET", "/v1.0/applications", ""); got.status != 200 {
		t.Errorf("status %d", got.status)
	}
}

func TestEveryAnswerCarriesItsIDs(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/applications", "/applications/missing"} {
		got := w.do("GET", path, "", "client-request-id: mine")
		if got.header.Get("client-request-id") != "mine" || got.header.Get("request-id") == "" {
			t.Errorf("%s: headers %v", path, got.header)
		}
		if got.status == 404 {
			inner := got.body["error"].(map[string]any)["innerError"].(map[string]any)
			if inner["request-id"] != got.header.Get("request-id") || inner["client-request-id"] != "mine" || inner["date"] == "" {
				t.Errorf("innerError %v", inner)
			}
		}
	}
}

func TestScopes(t *testing.T) {
	w := newWorld(t)
	id := w.principal()
	assignment := `{"principalId":"` + id + `","resourceId":"` + w.exchange + `","appRoleId":"` + mailSend + `"}`
	grant := `{"clientId":"` + id + `","consentType":"AllPrincipals","resourceId":"` + w.exchange + `","scope":"SMTP.Send"}`
	for _, test := range []struct {
		name, scopes, method, path, body string
		status                           int
		code                             string
	}{
		{"no scope", "openid", "GET", "/applications", "", 403, "Authorization_RequestDenied"},
		{"read is not write", "Application.Read.All", "POST", "/applications", `{"displayName":"x"}`, 403, "Authorization_RequestDenied"},
		{"create only", "AppRegistration.Create", "POST", "/applications", `{"displayName":"x"}`, 201, ""},
		{"assign alone", "AppRoleAssignment.ReadWrite.All", "POST",
			"/servicePrincipals/" + w.exchange + "/appRoleAssignedTo", assignment, 403, "Authorization_RequestDenied"},
		{"applications alone", "Application.ReadWrite.All", "POST",
			"/servicePrincipals/" + w.exchange + "/appRoleAssignedTo", assignment, 403, "Authorization_RequestDenied"},
		{"the pair", "AppRoleAssignment.ReadWrite.All Application.Read.All", "POST",
			"/servicePrincipals/" + w.exchange + "/appRoleAssignedTo", assignment, 201, ""},
		{"grants need their own", "Application.ReadWrite.All", "POST", "/oauth2PermissionGrants", grant, 403, "Authorization_RequestDenied"},
		{"grants", "DelegatedPermissionGrant.ReadWrite.All", "POST", "/oauth2PermissionGrants", grant, 201, ""},
		{"policies", "Application.ReadWrite.All", "GET", "/policies/authorizationPolicy", "", 403, "AccessDenied"},
		{"users", "Application.ReadWrite.All", "GET", "/users/support@contoso.example", "", 403, "Authorization_RequestDenied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.T = t
			w.token("limited", "Global Administrator", test.scopes)
			got := w.as("limited", test.method, "/v1.0"+test.path, test.body)
			if got.status != test.status || test.code != "" && got.code() != test.code {
				t.Errorf("got %d %v", got.status, got.body)
			}
		})
	}
}

func TestDirectoryRoles(t *testing.T) {
	w := newWorld(t)
	id, appID := w.application()
	sp := w.must(201, "POST", "/servicePrincipals", `{"appId":"`+appID+`"}`).text("id")
	on := func(resource string) string {
		return `{"principalId":"` + sp + `","resourceId":"` + resource + `","appRoleId":"` + mailSend + `"}`
	}
	const create = `{"displayName":"x"}`
	onGraph := w.as("global", "POST", "/v1.0/servicePrincipals/"+w.graph+"/appRoleAssignedTo", on(w.graph)).text("id")
	for _, test := range []struct {
		as, method, path, body string
		status                 int
	}{
		{"entra", "DELETE", "/servicePrincipals/" + sp + "/appRoleAssignments/" + onGraph, "", 403},
		{"global", "DELETE", "/servicePrincipals/" + sp + "/appRoleAssignments/" + onGraph, "", 204},
		{"member", "POST", "/applications", create, 403},
		{"exchange", "POST", "/applications", create, 403},
		{"developer", "POST", "/applications", create, 201},
		{"developer", "PATCH", "/applications/" + id, create, 403},
		{"developer", "POST", "/applications/" + id + "/addPassword", "{}", 403},
		{"developer", "DELETE", "/applications/" + id, "", 403},
		{"developer", "POST", "/servicePrincipals/" + w.exchange + "/appRoleAssignedTo", on(w.exchange), 403},
		{"entra", "POST", "/servicePrincipals/" + w.graph + "/appRoleAssignedTo", on(w.graph), 403},
		{"entra", "POST", "/servicePrincipals/" + w.exchange + "/appRoleAssignedTo", on(w.exchange), 201},
		{"global", "POST", "/servicePrincipals/" + w.graph + "/appRoleAssignedTo", on(w.graph), 201},
		{"member", "POST", "/oauth2PermissionGrants", "{}", 403},
		{"member", "GET", "/applications", "", 200},
		{"member", "GET", "/policies/authorizationPolicy", "", 200},
		{"member", "GET", "/policies/defaultAppManagementPolicy", "", 403},
		{"entra", "GET", "/policies/defaultAppManagementPolicy", "", 200},
	} {
		if got := w.as(test.as, test.method, "/v1.0"+test.path, test.body); got.status != test.status {
			t.Errorf("%s %s %s: got %d, want %d", test.as, test.method, test.path, got.status, test.status)
		}
	}
}

func TestCreatorOwnsTheApplication(t *testing.T) {
	w := newWorld(t)
	w.tenant.Policies.AuthorizationPolicy.DefaultUserRolePermissions.AllowedToCreateApps = true
	made := w.as("member", "POST", "/v1.0/applications", `{"displayName":"mine"}`)
	path := "/v1.0/applications/" + made.text("id")
	if got := w.as("member", "POST", path+"/addPassword", "{}"); got.status != 200 {
		t.Errorf("owner: %d", got.status)
	}
	w.refused(w.as("developer", "POST", path+"/addPassword", "{}"), 403, "Authorization_RequestDenied", "Insufficient privileges")
}

func TestApplicationOnlyToken(t *testing.T) {
	w := newWorld(t)
	w.tokens["daemon"] = tenant.Token{Audience: "https://graph.microsoft.com", TenantID: w.tenant.Organization.ID,
		Scopes: []string{"Application.ReadWrite.All"}, Roles: []string{"Application.Read.All"}}
	if got := w.as("daemon", "GET", "/v1.0/applications", ""); got.status != 200 {
		t.Errorf("its role: %d", got.status)
	}
	w.refused(w.as("daemon", "POST", "/v1.0/applications", `{"displayName":"x"}`), 403, "Authorization_RequestDenied", "")
	w.refused(w.as("daemon", "GET", "/v1.0/users", ""), 403, "Authorization_RequestDenied", "")
}
