package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/directory"
	"wxmail/internal/graph"
	"wxmail/internal/microsoft"
)

const upsertPath = "PATCH /applications(uniqueName='wxmail-support%40contoso.example')"

var required = []directory.RequiredResource{{ResourceAppID: directory.ExchangeAppID, Access: []directory.Access{
	{ID: roleID, Type: directory.Role}, {ID: scopeID, Type: directory.Scope}}}}

const requiredBody = `[{"resourceAppId":"` + directory.ExchangeAppID + `","resourceAccess":[
	{"id":"` + roleID + `","type":"Role"},{"id":"` + scopeID + `","type":"Scope"}]}]`

// sameJSON compares two texts as JSON.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%q: %v", got, err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Error(diff)
	}
}

func TestUpsertApplication(t *testing.T) {
	created := world()[appPath]
	created.status = http.StatusCreated
	spec := directory.ApplicationSpec{
		DisplayName: "WebexConnect", Notes: "by wxmail", RedirectURIs: []string{"https://example.com/callback"},
		ImplicitAccessTokens: true, Required: required,
	}
	for _, test := range []struct {
		name    string
		answers []answer
		created bool
		bad     bool
	}{
		{"created", []answer{created}, true, false},
		{"existed", []answer{{status: 204}}, false, false},
		{"first answer lost", []answer{{status: 504}, {status: 204}}, false, false},
		{"created, without a word", []answer{{status: 201}}, false, false},
		{"nonsense", []answer{ok(`{}`)}, false, true},
		{"a page", []answer{{status: 200, body: "<html>"}}, false, true},
		{"refused", []answer{refused(403, "Authorization_RequestDenied", "Insufficient privileges")}, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &fake{says: map[string][]answer{upsertPath: test.answers}}
			app, made, err := open(t, f).UpsertApplication(t.Context(), uniqueName, spec)
			var e *microsoft.Error
			if (err != nil) != test.bad || err != nil && (!errors.As(err, &e) || e.Object != uniqueName) {
				t.Fatal(err)
			}
			if made != test.created || (app != nil) != test.created {
				t.Errorf("%+v, %v", app, made)
			}
			if app != nil && (app.ObjectID != objectID || app.AppID != appID) {
				t.Errorf("%+v", app)
			}
			if got := f.last().Header.Get("Prefer"); got != "create-if-missing" {
				t.Errorf("Prefer: %q", got)
			}
			sameJSON(t, f.last().Body, `{"@odata.type":"#microsoft.graph.application","displayName":"WebexConnect",
				"signInAudience":"AzureADMyOrg","notes":"by wxmail","tags":[],"requiredResourceAccess":`+requiredBody+`,
				"web":{"redirectUris":["https://example.com/callback"],"implicitGrantSettings":{"enableAccessTokenIssuance":true}}}`)
		})
	}
}

func TestUpdateApplicationSendsOnlyWhatChanges(t *testing.T) {
	text, empty, no := "x", "", false
	for _, test := range []struct {
		patch directory.ApplicationPatch
		want  string // "": no request
	}{
		{directory.ApplicationPatch{}, ""},
		{directory.ApplicationPatch{Notes: &text}, `{"notes":"x"}`},
		{directory.ApplicationPatch{Notes: &empty}, `{"notes":null}`},
		{directory.ApplicationPatch{RedirectURIs: []string{"http://localhost"}}, `{"web":{"redirectUris":["http://localhost"]}}`},
		{directory.ApplicationPatch{RedirectURIs: []string{}}, `{"web":{"redirectUris":[]}}`},
		{directory.ApplicationPatch{ImplicitAccessTokens: &no}, `{"web":{"implicitGrantSettings":{"enableAccessTokenIssuance":false}}}`},
		{directory.ApplicationPatch{Required: required}, `{"requiredResourceAccess":` + requiredBody + `}`},
		{directory.ApplicationPatch{Required: []directory.RequiredResource{}}, `{"requiredResourceAccess":[]}`},
	} {
		f := &fake{says: map[string][]answer{"PATCH /applications/" + objectID: {{status: 204}}}}
		if err := open(t, f).UpdateApplication(t.Context(), objectID, test.patch); err != nil {
			t.Fatal(err)
		}
		if test.want == "" {
			if len(f.paths()) != 0 {
				t.Errorf("%+v: %v", test.patch, f.paths())
			}
			continue
		}
		sameJSON(t, f.last().Body, strings.Replace(test.want, "{", `{"@odata.type":"#microsoft.graph.application",`, 1))
	}
}

func TestAddPassword(t *testing.T) {
	end := time.Date(2027, 1, 2, 4, 4, 5, 6, time.FixedZone("", 3600))
	path := "POST /applications/" + objectID + "/addPassword"
	f := &fake{says: map[string][]answer{path: {ok(`{"keyId":"` + keyID + `","displayName":"wxmail n","hint":"can",
		"secretText":"` + canary + `","endDateTime":"2027-01-02T03:04:05Z"}`)}}}
	got, err := open(t, f).AddPassword(t.Context(), objectID, "wxmail n", end)
	if err != nil {
		t.Fatal(err)
	}
	if got.KeyID != keyID || got.Label != "wxmail n" || got.Secret.Reveal() != canary || !got.End.Equal(end.Truncate(time.Second)) {
		t.Errorf("%+v", got)
	}
	if text := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(text, canary) {
		t.Error("the secret prints")
	}
	sameJSON(t, f.last().Body, `{"passwordCredential":{"displayName":"wxmail n","endDateTime":"2027-01-02T03:04:05Z"}}`)
}

func TestAddPasswordFails(t *testing.T) {
	path := "POST /applications/" + objectID + "/addPassword"
	for _, test := range []struct {
		name   string
		answer answer
		code   string
	}{
		{"blocked", refused(400, "CredentialTypeNotAllowedAsPerAppPolicy", "no"), "CredentialTypeNotAllowedAsPerAppPolicy"},
		{"no secret", ok(`{"keyId":"` + keyID + `","secretText":null}`), ""},
		{"no key id", ok(`{"secretText":"` + canary + `"}`), ""},
		{"secret of another type", ok(`{"keyId":"` + keyID + `","secretText":["` + canary + `"]}`), ""},
		{"empty", answer{status: 200}, ""},
		{"may have acted", answer{status: 503}, ""},
	} {
		f := &fake{says: map[string][]answer{path: {test.answer}}}
		got, err := open(t, f).AddPassword(t.Context(), objectID, "wxmail n", time.Now())
		var e *microsoft.Error
		if got != nil || !errors.As(err, &e) || e.Code != test.code || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %+v, %v", test.name, got, err)
		}
		if len(f.paths()) != 1 {
			t.Errorf("%s: sent %d times", test.name, len(f.paths()))
		}
	}
}

func TestCreateServicePrincipal(t *testing.T) {
	made := answer{status: 201, body: world()[ourPath].body}
	patch := strings.Replace(ourPath, "GET", "PATCH", 1)
	for name, says := range map[string]map[string][]answer{
		"created": {patch: {made}},
		"existed": {patch: {{status: 204}}, ourPath: {ok(made.body)}},
	} {
		f := &fake{says: says}
		got, err := open(t, f).CreateServicePrincipal(t.Context(), appID,
			directory.ServicePrincipalSpec{Notes: "by wxmail", Tags: []string{"wxmail"}})
		if err != nil || got.ID != principalID {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if r := f.requests[0]; r.Header.Get("Prefer") != "create-if-missing" {
			t.Errorf("%s: %v", name, r.Header)
		} else {
			sameJSON(t, r.Body, `{"@odata.type":"#microsoft.graph.servicePrincipal","notes":"by wxmail","tags":["wxmail"]}`)
		}
	}
	f := &fake{says: map[string][]answer{patch: {{status: 204}}, ourPath: {notFound}}}
	if _, err := open(t, f).CreateServicePrincipal(t.Context(), appID, directory.ServicePrincipalSpec{}); !directory.NotYet(err) {
		t.Errorf("not readable yet: %v", err)
	}
}

func TestAssignAppRole(t *testing.T) {
	path := "POST /servicePrincipals/" + exchangeID + "/appRoleAssignedTo"
	held := "GET /servicePrincipals/" + principalID + "/appRoleAssignments"
	exists := refused(400, "Request_BadRequest", "Permission being assigned already exists on the object")
	for _, test := range []struct {
		name string
		says map[string]answer
		want string
	}{
		{"made", map[string]answer{
			path: {status: 201, body: `{"id":"a9","appRoleId":"` + roleID + `","resourceId":"` + exchangeID + `"}`}}, "a9"},
		{"existed", map[string]answer{path: exists, held: world()[roleList]}, "a1"},
		{"said to exist, but not seen", map[string]answer{path: exists, held: ok(`{"value":[]}`)}, ""},
		{"existed, list unreadable", map[string]answer{path: exists, held: refused(403, "x", "y")}, ""},
		{"made, without an id", map[string]answer{path: {status: 201, body: `{}`}}, ""},
		{"may have acted", map[string]answer{path: {status: 502}}, ""},
	} {
		f := &fake{says: always(test.says)}
		got, err := open(t, f).AssignAppRole(t.Context(), principalID, exchangeID, roleID)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
		sameJSON(t, f.requests[0].Body, `{"@odata.type":"#microsoft.graph.appRoleAssignment",
			"principalId":"`+principalID+`","resourceId":"`+exchangeID+`","appRoleId":"`+roleID+`"}`)
		if n := strings.Count(strings.Join(f.paths(), " "), "appRoleAssignedTo"); n != 1 {
			t.Errorf("%s: sent %d times", test.name, n)
		}
	}
}

func TestGrants(t *testing.T) {
	path := "POST /oauth2PermissionGrants"
	f := &fake{says: map[string][]answer{
		path: {{status: 201, body: `{"id":"g1","consentType":"AllPrincipals","resourceId":"r","scope":"a b"}`},
			refused(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")},
		"PATCH /oauth2PermissionGrants/g1": {{status: 204}},
	}}
	d := open(t, f)
	id, err := d.CreateGrant(t.Context(), principalID, graphID, []string{"openid", "profile"})
	if err != nil || id != "g1" {
		t.Errorf("%q, %v", id, err)
	}
	sameJSON(t, f.last().Body,
		`{"clientId":"`+principalID+`","consentType":"AllPrincipals","resourceId":"`+graphID+`","scope":"openid profile"}`)
	if _, err = d.CreateGrant(t.Context(), principalID, graphID, []string{"openid"}); !directory.IsExists(err) || directory.NotYet(err) {
		t.Errorf("a second one: %v", err)
	}
	if err := d.UpdateGrant(t.Context(), "g1", []string{"a", "b"}); err != nil {
		t.Error(err)
	}
	sameJSON(t, f.last().Body, `{"scope":"a b"}`)
}

// removals are all that take something away.
func removals(d *graph.Directory) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"DELETE /applications/" + objectID: func(ctx context.Context) error { return d.DeleteApplication(ctx, objectID) },
		"DELETE /oauth2PermissionGrants/g": func(ctx context.Context) error { return d.DeleteGrant(ctx, "g") },
		"DELETE /servicePrincipals/" + principalID + "/appRoleAssignments/a": func(ctx context.Context) error {
			return d.RemoveAppRoleAssignment(ctx, principalID, "a")
		},
	}
}

func TestRemovals(t *testing.T) {
	for _, test := range []struct {
		name    string
		answers []answer
		bad     bool
	}{
		{"removed", []answer{{status: 204}}, false},
		{"was not there", []answer{notFound}, false},
		{"first answer lost", []answer{{status: 504}, notFound}, false},
		{"refused", []answer{refused(403, "Authorization_RequestDenied", "no")}, true},
		{"another 404", []answer{{status: 404}}, true},
	} {
		f := &fake{says: map[string][]answer{}}
		for path, remove := range removals(open(t, f)) {
			f.says[path] = test.answers
			if err := remove(t.Context()); (err != nil) != test.bad {
				t.Errorf("%s: %s: %v", path, test.name, err)
			}
		}
	}
}

func TestRemovePassword(t *testing.T) {
	path := "POST /applications/" + objectID + "/removePassword"
	f := &fake{says: map[string][]answer{path: {{status: 204}, {status: 503}}}}
	d := open(t, f)
	if err := d.RemovePassword(t.Context(), objectID, keyID); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, f.last().Body, `{"keyId":"`+keyID+`"}`)
	if err := d.RemovePassword(t.Context(), objectID, keyID); err == nil || len(f.paths()) != 2 {
		t.Errorf("%v after %v", err, f.paths())
	}
}

func TestWritesWithoutAnIDSendNothing(t *testing.T) {
	f := &fake{says: map[string][]answer{}}
	d := open(t, f)
	ctx, yes := t.Context(), true
	bad := []directory.RequiredResource{{ResourceAppID: "x", Access: []directory.Access{{ID: "no GUID"}}}}
	_, _, upsert := d.UpsertApplication(ctx, uniqueName, directory.ApplicationSpec{Required: bad})
	_, noName := d.AddPassword(ctx, "", "label", time.Now())
	_, assign := d.AssignAppRole(ctx, principalID, "", roleID)
	for i, err := range []error{
		upsert, noName, assign, d.DeleteApplication(ctx, ""), d.RestoreApplication(ctx, ""), d.DeleteGrant(ctx, ""),
		d.RemovePassword(ctx, objectID, ""),
		d.UpdateApplication(ctx, "", directory.ApplicationPatch{ImplicitAccessTokens: &yes}),
		d.UpdateApplication(ctx, objectID, directory.ApplicationPatch{Required: bad}),
	} {
		if err == nil {
			t.Errorf("%d: no error", i)
		}
	}
	if len(f.paths()) != 0 {
		t.Errorf("requests: %v", f.paths())
	}
}

func TestCredentialsErrorsComeAsTheyAre(t *testing.T) {
	cause := errors.New("signed out")
	f := &fake{says: always(world())}
	_, err := openAs(t, f, credential{cause}).Read(t.Context(), everything)
	if err != cause || len(f.paths()) != 0 {
		t.Errorf("%v after %v", err, f.paths())
	}
}

func TestCancelledRequestsSayOnlyThat(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, &fake{says: always(world())}).Read(ctx, everything); err != context.Canceled {
		t.Error(err)
	}
}

func TestClaimsChallenge(t *testing.T) {
	challenge := answer{status: 401, headers: map[string]string{ // {"x":1}
		"WWW-Authenticate": `Bearer error="insufficient_claims", claims="eyJ4IjoxfQ=="`}}
	path := "PATCH /oauth2PermissionGrants/g"
	f := &fake{says: map[string][]answer{path: {challenge, {status: 204}}}}
	if err := open(t, f).UpdateGrant(t.Context(), "g", []string{"a"}); err != nil {
		t.Error(err)
	}
	if got := f.last().Header.Get("Authorization"); !strings.HasSuffix(got, `{"x":1}`) {
		t.Errorf("the second token was asked for without the claims: %s", got)
	}

	for header, requests := range map[string]int{
		challenge.headers["WWW-Authenticate"]: 2, // once more, and no more
		`Bearer claims=eyJ4IjoxfQ==`:          1,
		`Bearer claims="not base64"`:          1,
		`Bearer claims="`:                     1,
	} {
		f = &fake{says: map[string][]answer{path: {{status: 401, headers: map[string]string{"WWW-Authenticate": header}}}}}
		err := open(t, f).UpdateGrant(t.Context(), "g", []string{"a"})
		var e *microsoft.Error
		if !errors.As(err, &e) || e.Operation != path[:len(path)-1]+"{id}" || len(f.paths()) != requests {
			t.Errorf("%s: %v after %v", header, err, f.paths())
		}
	}
}

func TestUniqueNamesMayHoldQuotes(t *testing.T) {
	key := "/applications(uniqueName='o%27%27neil%40contoso.example')"
	f := &fake{says: map[string][]answer{"PATCH " + key: {{status: 204}}, "GET " + key: {world()[appPath]},
		deleted: {world()[deleted]}, ourPath: {notFound}, roleList: {notFound}, grantList: {notFound}}}
	d := open(t, f)
	if _, _, err := d.UpsertApplication(t.Context(), "o'neil@contoso.example", directory.ApplicationSpec{}); err != nil {
		t.Error(err)
	}
	if _, err := d.Read(t.Context(), directory.Query{Application: true, UniqueName: "o'neil@contoso.example"}); err != nil {
		t.Error(err)
	}
}
