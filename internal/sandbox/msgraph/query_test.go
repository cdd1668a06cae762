package msgraph_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

func TestRoutesAreStrict(t *testing.T) {
	w := newWorld(t)
	id, appID := w.application()
	for _, test := range []struct {
		method, path string
		status       int
		message      string
	}{
		{"GET", "/groups", 400, "segment 'groups'"},
		{"GET", "/Applications", 400, "segment 'Applications'"},
		{"GET", "/applications/" + id + "/synchronization", 400, "segment 'synchronization'"},
		{"GET", "/applications/", 400, "segment"},
		{"GET", "/applications(displayName='WebexConnect')", 400, "key property 'displayName'"},
		{"GET", "/servicePrincipals(uniqueName='x')", 400, "key property 'uniqueName'"},
		{"GET", "/applications(appId=" + appID + ")", 400, "segment"},
		{"PUT", "/applications/" + id, 405, "method is not allowed"},
		{"DELETE", "/applications", 405, "method is not allowed"},
		{"PATCH", "/policies/authorizationPolicy", 405, "method is not allowed"},
		{"GET", "/applications?$expand=owners", 400, "'$expand'"},
		{"GET", "/applications/" + id + "?$count=true", 400, "'$count'"},
		{"GET", "/users?$count=true", 400, "'$count'"},
		{"GET", "/applications/" + id + "/owners?$expand=manager", 400, "'$expand'"},
		{"GET", "/applications?select=id", 400, "'select'"},
		{"GET", "/applications?$top=1&$top=2", 400, "'$top'"},
		{"GET", "/applications/" + id + "?$filter=appId%20eq%20'x'", 400, "'$filter'"},
		{"DELETE", "/applications/" + id + "?$select=id", 400, "'$select'"},
		{"GET", "/applications?$select=%zz", 400, "query"},
	} {
		w.refused(w.do(test.method, test.path, ""), test.status, "BadRequest", test.message)
	}
	w.refused(w.as("entra", "GET", "/beta/applications", ""), 400, "BadRequest", "Invalid version: beta")
	if got := w.must(200, "GET", "/myorganization/applications/"+id, ""); got.text("id") != id {
		t.Error("myorganization")
	}
	if got := w.must(200, "GET", "/applications('"+id+"')", ""); got.text("id") != id {
		t.Error("the id in parentheses")
	}
}

func TestSelect(t *testing.T) {
	w := newWorld(t)
	id, appID := w.application()
	got := w.must(200, "GET", "/applications/"+id+"?%24select=id,%20appId", "")
	delete(got.body, "@odata.context")
	if diff := cmp.Diff(map[string]any{"id": id, "appId": appID}, got.body); diff != "" {
		t.Error(diff)
	}
	const message = "Could not find a property named 'nope' on type 'microsoft.graph."
	for path, kind := range map[string]string{
		"/applications/" + id: "application", "/applications": "application", "/users": "user",
		"/servicePrincipals(appId='" + exchangeAppID + "')":    "servicePrincipal",
		"/oauth2PermissionGrants":                              "oAuth2PermissionGrant",
		"/organization":                                        "organization",
		"/policies/authorizationPolicy":                        "authorizationPolicy",
		"/servicePrincipals/" + w.graph + "/appRoleAssignedTo": "appRoleAssignment",
	} {
		w.refused(w.do("GET", path+"?$select=id,nope", ""), 400, "Request_BadRequest", message+kind+"'")
	}
	w.refused(w.do("GET", "/users?$select=directoryRoles", ""), 400, "Request_BadRequest", "directoryRoles")
}

func TestFilter(t *testing.T) {
	w := newWorld(t)
	w.must(201, "POST", "/applications", `{"displayName":"Webex (O'Neil)","tags":["wxmail"]}`)
	named := w.must(201, "PATCH", "/applications(uniqueName='wxmail-a')", `{"displayName":"webex two"}`, "Prefer: create-if-missing")
	for filter, n := range map[string]int{
		"displayName eq 'Webex (O''Neil)'":                  1,
		"displayName eq 'WEBEX TWO'":                        1,
		"startswith(displayName,'webex')":                   2,
		"startswith(displayName, 'x')":                      0,
		"appId eq '" + named.text("appId") + "'":            1,
		"uniqueName eq 'wxmail-a'":                          1,
		"uniqueName eq null":                                1,
		"tags/any(t:t eq 'wxmail')":                         1,
		"displayName eq 'none' or uniqueName eq 'wxmail-a'": 1,
		"startswith(displayName,'w') and (uniqueName eq 'b' or tags/any(x: x eq 'wxmail'))":  1,
		"displayName eq 'none' and displayName eq 'none' or startswith(displayName,'webex')": 2,
	} {
		got := w.must(200, "GET", "/applications?$filter="+url.QueryEscape(filter), "")
		if len(got.values()) != n {
			t.Errorf("%s: %d items, want %d", filter, len(got.values()), n)
		}
	}
	for _, filter := range []string{
		"", "displayName", "displayName eq", "displayName eq x", "displayName ne 'x'", "nope eq 'x'", "notes eq 'x'",
		"displayName eq 'x' and", "(displayName eq 'x'", "displayName eq 'x')", "displayName eq 'x' displayName eq 'y'",
		"contains(displayName,'x')", "startswith(displayName 'x')", "startswith(tags,'x')", "tags eq 'x'", "displayName eq 'x",
		"tags/any(t:u eq 'x')", "tags/all(t:t eq 'x')", "displayName/any(t:t eq 'x')", "not displayName eq 'x'", "displayName eq 'x' # y",
	} {
		w.refused(w.do("GET", "/applications?$filter="+url.QueryEscape(filter), ""), 400, "Request_UnsupportedQuery", "filter")
	}
}

// What only the index of advanced queries knows is found by both of its
// parameters together, and by nothing less.
func TestAdvancedFilter(t *testing.T) {
	w := newWorld(t)
	const uri = "https://contoso.us.webexconnect.io/callback"
	w.must(201, "POST", "/applications", `{"displayName":"By hand","web":{"redirectUris":["`+uri+`","https://other.example/"]}}`)
	w.must(201, "POST", "/applications", `{"displayName":"Another","spa":{"redirectUris":["`+uri+`"]}}`)
	query := "/applications?$count=true&$filter=" + url.QueryEscape("web/redirectUris/any(p:p eq '"+uri+"')")
	found := w.must(200, "GET", query, "", "ConsistencyLevel: eventual")
	if len(found.values()) != 1 || found.body["@odata.count"] != 1.0 {
		t.Errorf("%v", found.body)
	}
	const both = "ConsistencyLevel: eventual"
	w.refused(w.do("GET", query, ""), 400, "Request_UnsupportedQuery", both)
	w.refused(w.do("GET", query, "", "ConsistencyLevel: strong"), 400, "Request_UnsupportedQuery", both)
	w.refused(w.do("GET", strings.Replace(query, "$count=true&", "", 1), "", both), 400, "Request_UnsupportedQuery", both)
	w.refused(w.do("GET", strings.Replace(query, "$count=true", "$count=false", 1), "", both), 400, "Request_UnsupportedQuery", both)
	w.refused(w.do("GET", strings.Replace(query, "$count=true&", "", 1), ""), 400, "Request_UnsupportedQuery", "filter")
	for _, filter := range []string{"web/redirectUris eq 'x'", "web/nope/any(p:p eq 'x')", "web eq 'x'", "web/redirectUris/any(p:q eq 'x')",
		"spa/redirectUris/any(p:p eq 'x')", "redirectUris/any(p:p eq 'x')"} {
		w.refused(w.do("GET", "/applications?$count=true&$filter="+url.QueryEscape(filter), "", both), 400, "Request_UnsupportedQuery", "filter")
	}
}

// Whoever made an application owns it.
func TestOwners(t *testing.T) {
	w := newWorld(t)
	made := w.must(201, "POST", "/applications", `{"displayName":"Owned"}`)
	w.tenant.Users.Put("user-entra", tenant.User{ID: "user-entra", UserPrincipalName: "entra@contoso.example"})
	owners := w.must(200, "GET", "/applications/"+made.text("id")+"/owners?$select=userPrincipalName", "").values()
	if len(owners) != 1 || owners[0]["userPrincipalName"] != "entra@contoso.example" {
		t.Errorf("owners: %v", owners)
	}
	w.refused(w.do("GET", "/applications/"+w.tenant.IDs.New()+"/owners", ""), 404, "Request_ResourceNotFound", "does not exist")
}

func TestPaging(t *testing.T) {
	w := newWorld(t)
	for i := range 250 {
		id := w.tenant.IDs.New()
		w.tenant.ServicePrincipals.Put(id, tenant.ServicePrincipal{ID: id, DisplayName: fmt.Sprintf("extra %d", i)})
	}
	for query, sizes := range map[string][]int{
		"?$select=id": {100, 100, 52},
		"?$top=126":   {126, 126},
		"?$top=999":   {252},
		"?$top=200&$filter=startswith(displayName,'extra')": {200, 50},
	} {
		seen, got := map[string]bool{}, []int{}
		for next := "/v1.0/servicePrincipals" + query; next != ""; {
			page := w.as("entra", "GET", next, "")
			got = append(got, len(page.values()))
			for _, item := range page.values() {
				seen[item["id"].(string)] = true
			}
			link, _ := page.body["@odata.nextLink"].(string)
			next = strings.TrimPrefix(link, "https://graph.microsoft.com")
			if link != "" && !strings.HasPrefix(link, "https://graph.microsoft.com/v1.0/servicePrincipals?") {
				t.Fatalf("nextLink %s", link)
			}
		}
		total := 0
		for _, n := range got {
			total += n
		}
		if diff := cmp.Diff(sizes, got); diff != "" || len(seen) != total {
			t.Errorf("%s: %s, %d different", query, diff, len(seen))
		}
	}
	for _, top := range []string{"0", "1000", "-1", "x", ""} {
		w.refused(w.do("GET", "/servicePrincipals?$top="+top, ""), 400, "Request_UnsupportedQuery", "Invalid page size")
	}
	w.refused(w.do("GET", "/servicePrincipals?$skiptoken=nonsense", ""), 400, "Directory_ExpiredPageToken", "")
}
