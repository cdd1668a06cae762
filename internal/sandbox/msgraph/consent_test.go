package msgraph_test

import (
	"strings"
	"testing"
)

func TestServicePrincipal(t *testing.T) {
	w := newWorld(t)
	_, appID := w.application()
	const upsert = "Prefer: create-if-missing"
	path := "/servicePrincipals(appId='" + appID + "')"
	w.must(404, "PATCH", path, `{"notes":"a"}`)
	made := w.must(201, "PATCH", path, `{"notes":"a","appId":"`+appID+`"}`, upsert)
	w.must(204, "PATCH", path, `{"notes":"b"}`, upsert)
	w.must(204, "PATCH", "/servicePrincipals/"+made.text("id"), `{"tags":["x"]}`)
	if got := w.must(200, "GET", path, ""); got.text("notes") != "b" || got.text("tags") != "[x]" ||
		got.text("displayName") != "WebexConnect" {
		t.Errorf("read back %v", got.body)
	}
	w.refused(w.do("POST", "/servicePrincipals", `{"appId":"`+appID+`"}`), 409, "Request_MultipleObjectsWithSameKeyValue", "already in use")
	w.refused(w.do("POST", "/servicePrincipals", `{"appId":"`+mailSend+`"}`), 400, "Request_BadRequest",
		"does not reference a valid application object")
	for _, body := range []string{`{}`, `{"appId":1}`, `{"appId":"` + appID + `","displayName":"x"}`} {
		w.refused(w.do("POST", "/servicePrincipals", body), 400, "Request_BadRequest", "")
	}
	for _, body := range []string{
		`{"appId":"` + mailSend + `"}`, `{"tags":null}`, `{"accountEnabled":"no"}`, `{"notes":"` + strings.Repeat("n", 1025) + `"}`,
	} {
		w.refused(w.do("PATCH", path, body), 400, "Request_BadRequest", "")
	}
	w.must(204, "DELETE", path, "")
	w.must(404, "GET", path, "")
}

func TestAppRoleAssignment(t *testing.T) {
	w := newWorld(t)
	id := w.principal()
	wanted := func(principal, resource, role string) string {
		return `{"@odata.type":"#microsoft.graph.appRoleAssignment",` +
			`"principalId":"` + principal + `","resourceId":"` + resource + `","appRoleId":"` + role + `"}`
	}
	to, of := "/servicePrincipals/"+w.exchange+"/appRoleAssignedTo", "/servicePrincipals/"+id+"/appRoleAssignments"
	made := w.must(201, "POST", to, wanted(id, w.exchange, mailSend))
	if made.text("resourceDisplayName") != "Office 365 Exchange Online" || made.text("principalType") != "ServicePrincipal" {
		t.Errorf("made %v", made.body)
	}
	const duplicate = "Permission being assigned already exists on the object"
	w.refused(w.do("POST", to, wanted(id, w.exchange, mailSend)), 400, "Request_BadRequest", duplicate)
	w.refused(w.do("POST", of, wanted(id, w.exchange, mailSend)), 400, "Request_BadRequest", duplicate)
	w.refused(w.do("POST", to, wanted(w.exchange, id, mailSend)), 400, "Request_BadRequest", "Not a valid reference update")
	w.refused(w.do("POST", to, wanted(mailSend, w.exchange, mailSend)), 400, "Request_BadRequest", "Not a valid reference update")
	w.refused(w.do("POST", to, wanted(id, w.exchange, id)), 400, "Request_BadRequest", "was not found on application")
	w.refused(w.do("POST", to, `{"principalId":"`+id+`","resourceId":"`+w.exchange+`"}`), 400, "Request_BadRequest",
		"Not a valid reference update")
	w.refused(w.do("POST", to, `{"principalType":"User"}`), 400, "Request_BadRequest", "principalType")

	for path, n := range map[string]int{to: 1, of: 1, "/servicePrincipals/" + id + "/appRoleAssignedTo": 0} {
		if got := w.must(200, "GET", path, ""); len(got.values()) != n {
			t.Errorf("%s lists %d", path, len(got.values()))
		}
	}
	w.must(404, "DELETE", "/servicePrincipals/"+id+"/appRoleAssignedTo/"+made.text("id"), "")
	w.must(204, "DELETE", of+"/"+made.text("id"), "")
	w.must(404, "DELETE", to+"/"+made.text("id"), "")
}

func TestGrants(t *testing.T) {
	w := newWorld(t)
	id := w.principal()
	grant := func(more string) string {
		return `{"clientId":"` + id + `","resourceId":"` + w.exchange + `",` + more + `}`
	}
	everyone := grant(`"consentType":"AllPrincipals","principalId":null,"scope":"SMTP.Send"`)
	made := w.must(201, "POST", "/oauth2PermissionGrants", everyone)
	w.refused(w.do("POST", "/oauth2PermissionGrants", everyone), 409, "Request_MultipleObjectsWithSameKeyValue",
		"Permission entry already exists.")
	one := grant(`"consentType":"Principal","principalId":"` + w.support + `","scope":"SMTP.Send"`)
	w.must(201, "POST", "/oauth2PermissionGrants", one)
	w.refused(w.do("POST", "/oauth2PermissionGrants", one), 409, "Request_MultipleObjectsWithSameKeyValue", "")

	path := "/oauth2PermissionGrants/" + made.text("id")
	w.must(204, "PATCH", path, `{"scope":"SMTP.Send IMAP.AccessAsUser.All"}`)
	if got := w.must(200, "GET", path, ""); got.text("scope") != "SMTP.Send IMAP.AccessAsUser.All" {
		t.Errorf("scope %q", got.text("scope"))
	}
	for _, test := range []struct{ method, path, body string }{
		{"POST", "/oauth2PermissionGrants", grant(`"consentType":"Everyone","scope":"a"`)},
		{"POST", "/oauth2PermissionGrants", grant(`"consentType":"Principal","scope":"a"`)},
		{"POST", "/oauth2PermissionGrants", grant(`"consentType":"AllPrincipals","principalId":"` + w.support + `","scope":"a"`)},
		{"POST", "/oauth2PermissionGrants", grant(`"consentType":"AllPrincipals","scope":" "`)},
		{"POST", "/oauth2PermissionGrants", grant(`"consentType":"AllPrincipals","scope":"` + strings.Repeat("s", 3851) + `"`)},
		{"POST", "/oauth2PermissionGrants", grant(`"consentType":"AllPrincipals","scope":"a","expiryTime":"x"`)},
		{"POST", "/oauth2PermissionGrants", `{"consentType":"AllPrincipals","scope":"a","clientId":"` + id + `"}`},
		{"PATCH", path, `{"scope":""}`},
		{"PATCH", path, `{"consentType":"Principal"}`},
	} {
		w.refused(w.do(test.method, test.path, test.body), 400, "Request_BadRequest", "")
	}

	byClient := "/oauth2PermissionGrants?$filter=clientId%20eq%20'" + id + "'%20and%20consentType%20eq%20'AllPrincipals'"
	if got := w.must(200, "GET", byClient, ""); len(got.values()) != 1 {
		t.Errorf("filtered: %v", got.body)
	}
	if got := w.must(200, "GET", "/servicePrincipals/"+id+"/oauth2PermissionGrants", ""); len(got.values()) != 2 {
		t.Errorf("of the client: %v", got.body)
	}
	w.must(204, "DELETE", path, "")
	w.must(404, "GET", path, "")
	w.must(404, "DELETE", path, "")
}

func TestDeletingAnApplicationTakesConsentAlong(t *testing.T) {
	w := newWorld(t)
	appObject, appID := w.application()
	id := w.must(201, "POST", "/servicePrincipals", `{"appId":"`+appID+`"}`).text("id")
	w.must(201, "POST", "/servicePrincipals/"+id+"/appRoleAssignments",
		`{"principalId":"`+id+`","resourceId":"`+w.exchange+`","appRoleId":"`+mailSend+`"}`)
	w.must(201, "POST", "/oauth2PermissionGrants",
		`{"clientId":"`+id+`","resourceId":"`+w.graph+`","consentType":"AllPrincipals","scope":"openid"}`)
	w.must(204, "DELETE", "/applications/"+appObject, "")
	w.must(404, "GET", "/servicePrincipals/"+id, "")
	for _, path := range []string{"/oauth2PermissionGrants", "/servicePrincipals/" + w.exchange + "/appRoleAssignedTo"} {
		if got := w.must(200, "GET", path, ""); len(got.values()) != 0 {
			t.Errorf("%s still lists %v", path, got.body)
		}
	}
}
