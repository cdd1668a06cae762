package msgraph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestApplicationLifeCycle(t *testing.T) {
	w := newWorld(t)
	made := w.must(201, "POST", "/applications", `{"@odata.type":"#microsoft.graph.application","displayName":"WebexConnect",
		"web":{"redirectUris":["https://contoso.us.webexconnect.io/callback"],"implicitGrantSettings":{"enableAccessTokenIssuance":true}}}`)
	id, appID := made.text("id"), made.text("appId")
	if made.header.Get("Location") == "" || made.text("signInAudience") != "AzureADMyOrg" {
		t.Errorf("created %v %v", made.header, made.body)
	}

	w.must(204, "PATCH", "/applications(appId='"+appID+"')", `{"notes":"wxmail","web":{"redirectUris":[]}}`)
	got := w.must(200, "GET", "/applications/"+id, "")
	want := map[string]any{"redirectUris": []any{}, "homePageUrl": nil, "logoutUrl": nil,
		"implicitGrantSettings": map[string]any{"enableAccessTokenIssuance": true, "enableIdTokenIssuance": false}}
	if diff := cmp.Diff(want, got.body["web"]); diff != "" || got.text("notes") != "wxmail" {
		t.Errorf("after the patch: notes %q, web %s", got.text("notes"), diff)
	}
	w.must(204, "PATCH", "/applications/"+id, `{"notes":null}`)
	if got := w.must(200, "GET", "/applications(appId='"+appID+"')", ""); got.body["notes"] != nil {
		t.Errorf("notes %v", got.body["notes"])
	}

	w.must(204, "DELETE", "/applications/"+id, "")
	w.refused(w.do("GET", "/applications/"+id, ""), 404, "Request_ResourceNotFound", "Resource '"+id+"' does not exist")
	w.refused(w.do("DELETE", "/applications/"+id, ""), 404, "Request_ResourceNotFound", id)
}

func TestUpsert(t *testing.T) {
	w := newWorld(t)
	const path, upsert = "/applications(uniqueName='wxmail-o''neil%40contoso.example')", "Prefer: create-if-missing"
	w.refused(w.do("PATCH", path, `{"displayName":"a"}`), 404, "Request_ResourceNotFound", "wxmail-o'neil@contoso.example")
	made := w.must(201, "PATCH", path, `{"displayName":"a"}`, upsert)
	if made.text("uniqueName") != "wxmail-o'neil@contoso.example" {
		t.Errorf("uniqueName %s", made.text("uniqueName"))
	}
	again := w.must(204, "PATCH", path, `{"displayName":"b"}`, upsert)
	if again.body != nil || w.must(200, "GET", path, "").text("displayName") != "b" {
		t.Error("the second upsert did not update, or answered a body")
	}
	w.refused(w.do("PATCH", path, `{"uniqueName":"other"}`, upsert), 400, "Request_BadRequest", "uniqueName")
	w.refused(w.do("PATCH", "/applications/"+made.text("id"), `{"uniqueName":"other"}`), 400, "Request_BadRequest", "immutable")
	w.refused(w.do("PATCH", path, `{"passwordCredentials":[]}`, upsert), 400, "Request_BadRequest", "service actions")
	w.refused(w.do("PATCH", "/applications(uniqueName='x')", `{}`, upsert), 400, "Request_BadRequest", "displayName")
}

func TestDeletedApplicationKeepsItsUniqueName(t *testing.T) {
	w := newWorld(t)
	const path, upsert = "/applications(uniqueName='wxmail-a')", "Prefer: create-if-missing"
	id := w.must(201, "PATCH", path, `{"displayName":"a"}`, upsert).text("id")
	w.must(204, "DELETE", "/applications/"+id, "")
	w.must(404, "GET", path, "")
	w.refused(w.do("PATCH", path, `{"displayName":"a"}`, upsert), 400, "Request_BadRequest",
		"Another object with the same value for property uniqueName already exists")

	listed := w.must(200, "GET", "/directory/deletedItems/microsoft.graph.application?$filter=uniqueName%20eq%20'wxmail-a'", "")
	if len(listed.values()) != 1 || listed.values()[0]["deletedDateTime"] == nil {
		t.Errorf("deleted items %v", listed.body)
	}
	restored := w.must(200, "POST", "/directory/deletedItems/"+id+"/restore", "")
	if restored.text("@odata.type") != "#microsoft.graph.application" ||
		!strings.Contains(restored.text("@odata.context"), "#directoryObjects/") {
		t.Errorf("restored as %v", restored.body)
	}
	if got := w.must(200, "GET", path, ""); got.body["deletedDateTime"] != nil || got.text("id") != id {
		t.Errorf("restored %v", got.body)
	}

	w.must(204, "DELETE", "/applications/"+id, "")
	if got := w.must(200, "GET", "/directory/deletedItems/"+id, ""); got.text("@odata.type") != "#microsoft.graph.application" {
		t.Errorf("deleted item %v", got.body)
	}
	w.must(204, "DELETE", "/directory/deletedItems/"+id, "")
	w.must(404, "POST", "/directory/deletedItems/"+id+"/restore", "")
	w.must(201, "PATCH", path, `{"displayName":"a"}`, upsert)
}

// Whether a purge frees the name is not known: where it does not, it is taken
// for 30 days.
func TestPurgedApplicationMayKeepItsUniqueName(t *testing.T) {
	w := newWorld(t)
	w.tenant.Settings.PurgedNamesReserved = true
	const path, upsert = "/applications(uniqueName='wxmail-a')", "Prefer: create-if-missing"
	id := w.must(201, "PATCH", path, `{"displayName":"a"}`, upsert).text("id")
	w.must(204, "DELETE", "/applications/"+id, "")
	w.must(204, "DELETE", "/directory/deletedItems/"+id, "")
	w.refused(w.do("PATCH", path, `{"displayName":"a"}`, upsert), 400, "Request_BadRequest",
		"Another object with the same value for property uniqueName already exists")
	w.must(201, "PATCH", "/applications(uniqueName='wxmail-b')", `{"displayName":"b"}`, upsert)
}

func TestApplicationBodyIsChecked(t *testing.T) {
	w := newWorld(t)
	id, _ := w.application()
	repeat := func(n int, f string) string { return strings.TrimSuffix(strings.Repeat(f+",", n), ",") }
	distinct := func(n int, f string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprintf(f, i)
		}
		return strings.Join(parts, ",")
	}
	requiring := func(permissions string) string {
		return `{"requiredResourceAccess":[{"resourceAppId":"` + exchangeAppID + `","resourceAccess":[` + permissions + `]}]}`
	}
	scope := `{"id":"76faac2a-0f20-42f1-928a-50de5b9dbe52","type":"Scope"}`
	for name, body := range map[string]string{
		"empty name":            `{"displayName":""}`,
		"null name":             `{"displayName":null}`,
		"long name":             `{"displayName":"` + strings.Repeat("n", 257) + `"}`,
		"wrong type":            `{"displayName":1}`,
		"unknown property":      `{"displayname":"x"}`,
		"unmodelled property":   `{"identifierUris":["api://x"]}`,
		"read-only property":    `{"appId":"76faac2a-0f20-42f1-928a-50de5b9dbe52"}`,
		"unknown nested":        `{"web":{"redirecturis":[]}}`,
		"null list":             `{"tags":null}`,
		"null nested list":      `{"web":{"redirectUris":null}}`,
		"null object":           `{"web":null}`,
		"empty tag":             `{"tags":[""]}`,
		"audience":              `{"signInAudience":"AzureAdMyOrg"}`,
		"long notes":            `{"notes":"` + strings.Repeat("n", 1025) + `"}`,
		"long description":      `{"description":"` + strings.Repeat("n", 1025) + `"}`,
		"resource without guid": `{"requiredResourceAccess":[{"resourceAppId":"x","resourceAccess":[]}]}`,
		"access without type":   requiring(`{"id":"` + mailSend + `"}`),
		"unknown access type":   requiring(`{"id":"` + mailSend + `","type":"role"}`),
		"resource without list": `{"requiredResourceAccess":[{"resourceAppId":"` + exchangeAppID + `"}]}`,
		"permission twice":      requiring(repeat(2, scope)),
		"resource twice": `{"requiredResourceAccess":[` + repeat(2,
			`{"resourceAppId":"`+exchangeAppID+`","resourceAccess":[`+scope+`]}`) + `]}`,
		"too many resources": `{"requiredResourceAccess":[` + distinct(51,
			`{"resourceAppId":"00000002-0000-0ff1-ce00-0000000000%02x","resourceAccess":[]}`) + `]}`,
		"too many permissions":   requiring(distinct(401, `{"id":"00000002-0000-0ff1-ce00-000000000%03x","type":"Role"}`)),
		"redirect twice":         `{"web":{"redirectUris":["https://a/b","https://a/b"]}}`,
		"redirect on two":        `{"web":{"redirectUris":["https://a/b"]},"spa":{"redirectUris":["https://a/b"]}}`,
		"too many redirects":     `{"web":{"redirectUris":[` + distinct(257, `"https://a/%d"`) + `]}}`,
		"query for personal":     `{"signInAudience":"AzureADandPersonalMicrosoftAccount","web":{"redirectUris":["https://a/b?c=d"]}}`,
		"http for public client": `{"publicClient":{"redirectUris":["http://a/b"]}}`,
	} {
		got := w.do("PATCH", "/applications/"+id, body)
		if got.status != 400 || got.code() != "Request_BadRequest" {
			t.Errorf("%s: %d %v", name, got.status, got.body)
		}
	}
	w.refused(w.do("PATCH", "/applications/"+id, `{"@odata.type":"#microsoft.graph.group"}`), 400, "BadRequest", "@odata.type")
	w.refused(w.do("POST", "/applications", `{"displayName":"a","uniqueName":"b"}`), 400, "Request_BadRequest", "uniqueName")
	w.must(201, "POST", "/applications", `{"displayName":"a","keyCredentials":[]}`)
	if got := w.do("POST", "/applications", `{"displayName":"a","keyCredentials":[{"type":"AsymmetricX509Cert"}]}`); got.status != 400 {
		t.Errorf("a certificate: %d", got.status)
	}
}

// A policy of the tenant on redirect URIs refuses what is not https, localhost
// too, in whatever request it comes, and nothing where there is none.
func TestRedirectPolicy(t *testing.T) {
	w := newWorld(t)
	id, _ := w.application()
	for _, c := range []struct {
		policy, uri string
		status      int
	}{
		{"none", "http://localhost", 204}, {"https", "http://localhost", 400}, {"https", "http://localhost:8400/x", 400},
		{"https", "https://contoso.us.webexconnect.io/callback", 204},
	} {
		w.tenant.Settings.RedirectPolicy = c.policy
		body := `{"web":{"redirectUris":["` + c.uri + `"]}}`
		got := w.must(c.status, "PATCH", "/applications/"+id, body)
		if c.status == 400 && got.text("error", "code") != "RedirectUriSchemeNotAllowedAsPerAppPolicy" {
			t.Errorf("%s %s: %v", c.policy, c.uri, got)
		}
	}
	w.must(400, "PATCH", "/applications(uniqueName='wxmail-new')", `{"displayName":"x","web":{"redirectUris":["http://localhost"]}}`,
		"Prefer: create-if-missing")
}

func TestRedirectURIs(t *testing.T) {
	w := newWorld(t)
	id, _ := w.application()
	for uri, status := range map[string]int{
		"https://contoso.us.webexconnect.io/callback": 204,
		"https://a/Case/Kept?x=y":                     204,
		"http://localhost":                            204,
		"http://localhost:8400/x":                     204,
		"http://127.0.0.1/x":                          204,
		"http://[::1]/x":                              400,
		"http://a/b":                                  400,
		"//a/b":                                       400,
		"callback":                                    400,
		"https:///b":                                  400,
		"https://user@a/b":                            400,
		"https://*.a/b":                               400,
		"https://a/b#c":                               400,
		"https://a/b;c":                               400,
		"https://a/b(c)":                              400,
		"https://a/b c":                               400,
		"https://a/" + strings.Repeat("b", 247):       400,
		"https://a/" + strings.Repeat("b", 246):       204,
		"urn:ietf:wg:oauth:2.0:oob":                   400,
	} {
		if got := w.do("PATCH", "/applications/"+id, `{"web":{"redirectUris":["`+uri+`"]}}`); got.status != status {
			t.Errorf("%s: %d, want %d", uri, got.status, status)
		}
	}
	w.must(204, "PATCH", "/applications/"+id, `{"publicClient":{"redirectUris":["urn:ietf:wg:oauth:2.0:oob","myapp://auth"]}}`)
}

func TestBodyOnTheWire(t *testing.T) {
	w := newWorld(t)
	const body = `{"displayName":"x"}`
	w.refused(w.do("POST", "/applications", body, "Content-Type: "), 400, "BadRequest", "Content-Type")
	w.refused(w.do("POST", "/applications", body, "Content-Type: text/plain"), 400, "BadRequest", "Content-Type")
	w.refused(w.do("POST", "/applications", " ", "Content-Type: application/json"), 400, "BadRequest", "Empty Payload")
	w.refused(w.do("POST", "/applications", `[1]`), 400, "BadRequest", "JSON")
	w.refused(w.do("POST", "/applications", `null`), 400, "BadRequest", "JSON")
	w.refused(w.do("POST", "/applications", `{"displayName"`), 400, "BadRequest", "JSON")
	w.refused(w.do("POST", "/applications", body, "Content-Encoding: gzip"), 415, "UnsupportedMediaType", "")
	w.refused(w.do("POST", "/applications", body+strings.Repeat(" ", 5<<20)), 413, "BadRequest", "large")
	w.must(201, "POST", "/applications", body, "Content-Type: application/json; charset=utf-8")
}
