package msgraph_test

import (
	"testing"
	"time"
)

// TestReplication: what was just written is not there yet for the next
// request, in the words that Microsoft uses, and is there after the lag.
func TestReplication(t *testing.T) {
	w := newWorld(t)
	w.tenant.Clock.Advance(time.Minute)
	w.lag(3 * time.Second)
	settle := func() { w.tenant.Clock.Advance(3 * time.Second) }

	const path, upsert = "/applications(uniqueName='wxmail-a')", "Prefer: create-if-missing"
	app := w.must(201, "PATCH", path, `{"displayName":"a"}`, upsert)
	id, appID := app.text("id"), app.text("appId")
	w.must(204, "PATCH", path, `{"displayName":"a"}`, upsert)
	for _, test := range []struct{ method, path, body string }{
		{"GET", path, ""},
		{"GET", "/applications/" + id, ""},
		{"PATCH", "/applications/" + id, `{"notes":"x"}`},
		{"POST", "/applications/" + id + "/addPassword", `{}`},
		{"DELETE", "/applications/" + id, ""},
	} {
		w.refused(w.do(test.method, test.path, test.body), 404, "Request_ResourceNotFound",
			"does not exist or one of its queried reference-property objects are not present")
	}
	newPrincipal := `{"appId":"` + appID + `"}`
	w.refused(w.do("POST", "/servicePrincipals", newPrincipal), 400, "Request_BadRequest", "does not reference a valid application object")
	settle()

	sp := w.must(201, "POST", "/servicePrincipals", newPrincipal).text("id")
	w.refused(w.do("POST", "/servicePrincipals", newPrincipal), 409, "Request_MultipleObjectsWithSameKeyValue", "already in use")
	role := `{"principalId":"` + sp + `","resourceId":"` + w.exchange + `","appRoleId":"` + mailSend + `"}`
	grant := `{"clientId":"` + sp + `","resourceId":"` + w.exchange + `","consentType":"AllPrincipals","scope":"SMTP.Send"}`
	assign := "/servicePrincipals/" + w.exchange + "/appRoleAssignedTo"
	w.refused(w.do("POST", assign, role), 400, "Request_BadRequest", "Not a valid reference update")
	w.refused(w.do("POST", "/oauth2PermissionGrants", grant), 400, "Request_BadRequest", "Resource '"+sp+"' does not exist")
	w.must(404, "GET", "/servicePrincipals/"+sp+"/appRoleAssignments", "")
	settle()

	w.must(201, "POST", assign, role)
	w.refused(w.do("POST", assign, role), 400, "Request_BadRequest", "already exists")
	made := w.must(201, "POST", "/oauth2PermissionGrants", grant)
	w.refused(w.do("POST", "/oauth2PermissionGrants", grant), 409, "Request_MultipleObjectsWithSameKeyValue", "already exists")
	w.must(404, "PATCH", "/oauth2PermissionGrants/"+made.text("id"), `{"scope":"a"}`)
	if got := w.must(200, "GET", assign, ""); len(got.values()) != 0 {
		t.Errorf("too early: %v", got.body)
	}
	settle()
	if got := w.must(200, "GET", assign, ""); len(got.values()) != 1 {
		t.Errorf("after the lag: %v", got.body)
	}
}

// TestWritesBuildOnTheNewestVersion: two writes within the lag both last.
func TestWritesBuildOnTheNewestVersion(t *testing.T) {
	w := newWorld(t)
	id, _ := w.application()
	w.tenant.Clock.Advance(time.Minute)
	w.lag(3 * time.Second)
	w.must(204, "PATCH", "/applications/"+id, `{"notes":"n"}`)
	w.must(204, "PATCH", "/applications/"+id, `{"description":"d"}`)
	w.must(200, "POST", "/applications/"+id+"/addPassword", `{}`)
	if got := w.must(200, "GET", "/applications/"+id, ""); got.body["notes"] != nil {
		t.Error("the write is visible too early")
	}
	w.tenant.Clock.Advance(3 * time.Second)
	got := w.must(200, "GET", "/applications/"+id, "")
	if got.text("notes") != "n" || got.text("description") != "d" || len(got.body["passwordCredentials"].([]any)) != 1 {
		t.Errorf("after the lag: %v", got.body)
	}
}
