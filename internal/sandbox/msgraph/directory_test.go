package msgraph_test

import (
	"maps"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func keysOf(r reply) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(r.body)), func(name string) bool { return name == "@odata.context" })
}

func TestUsers(t *testing.T) {
	w := newWorld(t)
	basic := []string{"displayName", "givenName", "id", "mail", "surname", "userPrincipalName"}
	standard := slices.Sorted(slices.Values(append(slices.Clone(basic), "businessPhones", "jobTitle", "mobilePhone",
		"officeLocation", "preferredLanguage")))
	for _, path := range []string{"/users/support%40contoso.example", "/users/Support@contoso.example", "/users/" + w.support} {
		if diff := cmp.Diff(standard, keysOf(w.must(200, "GET", path, ""))); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	got := w.must(200, "GET", "/users/"+w.support+"?$select=accountEnabled,proxyAddresses", "")
	if got.body["accountEnabled"] != true {
		t.Errorf("selected %v", got.body)
	}
	w.refused(w.do("GET", "/users/nobody@contoso.example", ""), 404, "Request_ResourceNotFound", "'nobody@contoso.example'")
	for filter, n := range map[string]int{
		"userPrincipalName eq 'support@contoso.example'":                                                             1,
		"mail eq 'alias-support@contoso.example' or proxyAddresses/any(p:p eq 'smtp:alias-support@contoso.example')": 1,
		"mail eq 'nobody@contoso.example'":                                                                           0,
	} {
		if got := w.must(200, "GET", "/users?$filter="+url.QueryEscape(filter), ""); len(got.values()) != n {
			t.Errorf("%s: %v", filter, got.body)
		}
	}

	w.token("basic", "", "User.ReadBasic.All")
	if diff := cmp.Diff(basic, keysOf(w.as("basic", "GET", "/v1.0/users/"+w.support, ""))); diff != "" {
		t.Errorf("User.ReadBasic.All: %s", diff)
	}
	w.refused(w.as("basic", "GET", "/v1.0/users/"+w.support+"?$select=accountEnabled", ""), 403, "Authorization_RequestDenied", "")
	w.refused(w.as("basic", "GET", "/v1.0/users?$filter="+url.QueryEscape("proxyAddresses/any(p:p eq 'x')"), ""), 400,
		"Request_UnsupportedQuery", "")
}

func TestMe(t *testing.T) {
	w := newWorld(t)
	w.token("self", "", "User.Read")
	self := w.tokens["self"]
	self.ObjectID = w.support
	w.tokens["self"] = self
	got := w.as("self", "GET", "/v1.0/me?$select=userPrincipalName,accountEnabled", "")
	if got.text("userPrincipalName") != "support@contoso.example" {
		t.Errorf("me %v", got.body)
	}
	if got := w.as("self", "GET", "/v1.0/users/"+w.support, ""); got.status != 200 {
		t.Errorf("oneself by id: %d", got.status)
	}
	w.refused(w.as("self", "GET", "/v1.0/users/nobody@contoso.example", ""), 403, "Authorization_RequestDenied", "")
	self.UPN, self.Roles = "", []string{"User.Read.All"}
	w.tokens["self"] = self
	w.refused(w.as("self", "GET", "/v1.0/me", ""), 400, "BadRequest", "delegated")
}

func TestOrganization(t *testing.T) {
	w := newWorld(t)
	w.token("small", "", "User.Read")
	for token, want := range map[string]any{"entra": "AAD", "small": nil} {
		got := w.as(token, "GET", "/v1.0/organization", "")
		org := got.values()[0]
		if org["id"] != w.tenant.Organization.ID || org["verifiedDomains"] == nil || org["tenantType"] != want {
			t.Errorf("%s sees %v", token, org)
		}
	}
}

func TestPolicies(t *testing.T) {
	w := newWorld(t)
	w.tenant.Policies.SecurityDefaults.IsEnabled = true
	if got := w.must(200, "GET", "/policies/identitySecurityDefaultsEnforcementPolicy", ""); got.body["isEnabled"] != true {
		t.Errorf("security defaults %v", got.body)
	}
	got := w.must(200, "GET", "/policies/authorizationPolicy?$select=defaultUserRolePermissions", "")
	if got.text("defaultUserRolePermissions", "allowedToCreateApps") != "false" {
		t.Errorf("authorization policy %v", got.body)
	}
	if got := w.must(200, "GET", "/policies/defaultAppManagementPolicy", ""); got.text("id") != "policy-1" {
		t.Errorf("app management policy %v", got.body)
	}
}
