package graph_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
)

const (
	uniqueName = "wxmail-support@contoso.example"
	appPath    = "GET /applications(uniqueName='wxmail-support%40contoso.example')"
	ourPath    = "GET /servicePrincipals(appId='" + appID + "')"
	exoPath    = "GET /servicePrincipals(appId='" + directory.ExchangeAppID + "')"
	graphPath  = "GET /servicePrincipals(appId='" + directory.MicrosoftGraphAppID + "')"
	deleted    = "GET /directory/deletedItems/microsoft.graph.application"
	userPath   = "GET /users/support%40contoso.example"
	grantList  = ourPath + "/oauth2PermissionGrants"
	roleList   = ourPath + "/appRoleAssignments"
)

var everything = directory.Query{
	Organization: true, Application: true, Resources: true, Policies: true,
	UniqueName: uniqueName, HintAppID: appID, User: "support@contoso.example",
}

// world is a tenant that is set up.
func world() map[string]answer {
	return map[string]answer{
		"GET /organization": ok(`{"value":[{"id":"tid","displayName":"Contoso","verifiedDomains":[
			{"name":"contoso.example","isDefault":true,"isInitial":false},{"name":"contoso.onmicrosoft.com","isInitial":true}]}]}`),
		appPath: ok(`{"id":"` + objectID + `","appId":"` + appID + `","uniqueName":"` + uniqueName + `","displayName":"WebexConnect",
			"signInAudience":"AzureADMyOrg","notes":null,"tags":["wxmail"],"createdDateTime":"2026-01-02T03:04:05Z",
			"web":{"redirectUris":["https://example.com/callback"],
				"implicitGrantSettings":{"enableAccessTokenIssuance":true,"enableIdTokenIssuance":false}},
			"spa":{"redirectUris":[]},"publicClient":{"redirectUris":["http://localhost"]},
			"requiredResourceAccess":[{"resourceAppId":"` + directory.ExchangeAppID + `",
				"resourceAccess":[{"id":"` + scopeID + `","type":"Scope"}]}],
			"passwordCredentials":[{"keyId":"` + keyID + `","displayName":"wxmail 2026-01-02 n",
				"startDateTime":"2026-01-02T03:04:05Z","endDateTime":"2028-01-02T03:04:05Z","secretText":null}]}`),
		deleted: ok(`{"value":[]}`),
		exoPath: ok(`{"id":"` + exchangeID + `","appId":"` + directory.ExchangeAppID + `",
			"appRoles":[{"id":"` + roleID + `","value":"Mail.Send","isEnabled":true,"allowedMemberTypes":["Application"]},
				{"id":"` + keyID + `","value":"Off","isEnabled":false,"allowedMemberTypes":["Application"]},
				{"id":"` + keyID + `","value":"People","isEnabled":true,"allowedMemberTypes":["User"]}],
			"oauth2PermissionScopes":[{"id":"` + scopeID + `","value":"SMTP.Send","isEnabled":true}]}`),
		graphPath: ok(`{"id":"` + graphID + `","appId":"` + directory.MicrosoftGraphAppID + `","appRoles":[],"oauth2PermissionScopes":[]}`),
		ourPath:   ok(`{"id":"` + principalID + `","appId":"` + appID + `","displayName":"WebexConnect","accountEnabled":true,"tags":[]}`),
		roleList: ok(`{"value":[{"id":"a1","appRoleId":"` + roleID + `","principalId":"` + principalID + `",
			"resourceId":"` + exchangeID + `"}]}`),
		grantList: ok(`{"value":[{"id":"g1","clientId":"` + principalID + `","consentType":"AllPrincipals","principalId":null,
			"resourceId":"` + exchangeID + `","scope":" SMTP.Send  Other "}]}`),
		userPath: ok(`{"id":"uid","userPrincipalName":"support@contoso.example","mail":"support@contoso.example",
			"accountEnabled":true,"userType":"Member","onPremisesSyncEnabled":null,
			"assignedPlans":[{"service":"exchange","servicePlanId":"efb87545-963c-4e0d-99df-69c6916d9eb0","capabilityStatus":"Enabled"},
				{"service":"exchange","servicePlanId":"113feb6c-3fe4-4440-bddc-54d774bf0318","capabilityStatus":"Enabled"},
				{"service":"exchange","servicePlanId":"9aaf7827-d63c-4b61-89c3-182f06f82e5c","capabilityStatus":"Deleted"},
				{"service":"teams","servicePlanId":"` + keyID + `","capabilityStatus":"Enabled"}]}`),
		"GET /users": ok(`{"value":[]}`),
		"GET /policies/authorizationPolicy": ok(`{"id":"authorizationPolicy","defaultUserRolePermissions":{"permissionGrantPoliciesAssigned":[
			"managePermissionGrantsForOwnedResource.x","ManagePermissionGrantsForSelf.microsoft-user-default-low"]}}`),
		"GET /policies/defaultAppManagementPolicy": ok(`{"isEnabled":true,"applicationRestrictions":{"passwordCredentials":[
			{"restrictionType":"passwordLifetime","state":"enabled","maxLifetime":"P180D",
				"restrictForAppsCreatedAfterDateTime":"2026-01-01T00:00:00Z"}]}}`),
		"GET /policies/identitySecurityDefaultsEnforcementPolicy": ok(`{"id":"x","isEnabled":false}`),
	}
}

// wholeWorld is what world looks like in our own words.
func wholeWorld() *directory.Snapshot {
	no := false
	return &directory.Snapshot{
		Organization: &directory.Organization{ID: "tid", DisplayName: "Contoso", Domains: []directory.Domain{
			{Name: "contoso.example", Default: true}, {Name: "contoso.onmicrosoft.com", Initial: true}}},
		Application: &directory.Application{
			ObjectID: objectID, AppID: appID, UniqueName: uniqueName, DisplayName: "WebexConnect", SignInAudience: "AzureADMyOrg",
			Tags: []string{"wxmail"}, RedirectURIs: []string{"https://example.com/callback"}, SPARedirects: []string{},
			PublicRedirects: []string{"http://localhost"}, ImplicitAccessTokens: true, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
			Required: []directory.RequiredResource{{ResourceAppID: directory.ExchangeAppID,
				Access: []directory.Access{{ID: scopeID, Type: directory.Scope}}}},
			Secrets: []directory.SecretInfo{{KeyID: keyID, Label: "wxmail 2026-01-02 n",
				Start: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), End: time.Date(2028, 1, 2, 3, 4, 5, 0, time.UTC)}},
		},
		ServicePrincipal: &directory.ServicePrincipal{ID: principalID, AppID: appID, DisplayName: "WebexConnect", Tags: []string{}},
		Assignments:      []directory.Assignment{{ID: "a1", RoleID: roleID, ResourceID: exchangeID}},
		Grants: []directory.Grant{{ID: "g1", ConsentType: directory.AllPrincipals, ResourceID: exchangeID,
			Scopes: []string{"SMTP.Send", "Other"}}},
		Exchange: &directory.Resource{ID: exchangeID, AppID: directory.ExchangeAppID,
			Roles: []directory.Permission{{ID: roleID, Value: "Mail.Send"}}, Scopes: []directory.Permission{{ID: scopeID, Value: "SMTP.Send"}}},
		MicrosoftGraph: &directory.Resource{ID: graphID, AppID: directory.MicrosoftGraphAppID,
			Roles: []directory.Permission{}, Scopes: []directory.Permission{}},
		User: &directory.User{ID: "uid", UPN: "support@contoso.example", Mail: "support@contoso.example",
			Enabled: true, Type: "Member", Licensed: true,
			ExchangePlans: []string{"EXCHANGE_S_ENTERPRISE", "113feb6c-3fe4-4440-bddc-54d774bf0318"}},
		ConsentPolicy:    &directory.ConsentPolicy{UserConsent: directory.ConsentLow, Policies: []string{"microsoft-user-default-low"}},
		SecretPolicy:     &directory.SecretPolicy{MaxLifetime: 180 * 24 * time.Hour, LimitedFrom: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		SecurityDefaults: &no,
		Unreadable:       map[string]error{},
	}
}

func TestReadTakesAsFewBatchesAsItCan(t *testing.T) {
	for _, test := range []struct {
		name    string
		query   func(*directory.Query)
		batches int
	}{
		{"with the right hint", func(*directory.Query) {}, 1},
		{"without a hint", func(q *directory.Query) { q.HintAppID = "" }, 2},
		{"with a wrong hint", func(q *directory.Query) { q.HintAppID = keyID }, 2},
		{"with a hint that is none", func(q *directory.Query) { q.HintAppID = "x')/" }, 2},
		{"of an adopted application that was seen before", func(q *directory.Query) { q.AppID, q.UniqueName = appID, "" }, 1},
		{"of an adopted application", func(q *directory.Query) { q.AppID, q.HintAppID, q.UniqueName = appID, keyID, "" }, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			says := world()
			says["GET /applications(appId='"+appID+"')"] = says[appPath]
			says["GET /applications/"+appID] = notFound // by object id
			f := &fake{says: always(says)}
			q := everything
			test.query(&q)
			got, err := open(t, f).Read(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wholeWorld(), got); diff != "" {
				t.Error(diff)
			}
			if paths := f.paths(); len(paths) != test.batches || paths[0] != "POST /$batch" {
				t.Errorf("requests: %v", paths)
			}
		})
	}
}

func TestReadOnTheWire(t *testing.T) {
	f := &fake{says: always(world())}
	if _, err := open(t, f).Read(t.Context(), everything); err != nil {
		t.Fatal(err)
	}
	r := f.last()
	if got, want := r.Header.Get("Authorization"), "Bearer token https://graph.microsoft.com/.default"; got != want {
		t.Errorf("Authorization = %q, want %q", got, want)
	}
	var batch struct {
		Requests []struct{ ID, Method, URL string }
	}
	if err := json.Unmarshal([]byte(r.Body), &batch); err != nil {
		t.Fatal(err)
	}
	urls := map[string]string{}
	for _, one := range batch.Requests {
		urls[one.ID] = one.Method + " " + one.URL
	}
	if len(urls) != 13 {
		t.Errorf("%d parts: %v", len(urls), urls)
	}
	want := "GET /users?%24filter=mail%20eq%20%27support%40contoso.example%27%20or%20" +
		"proxyAddresses%2Fany%28p%3Ap%20eq%20%27smtp%3Asupport%40contoso.example%27%29&%24select="
	if !strings.HasPrefix(urls["userByMail"], want) {
		t.Errorf("userByMail = %s", urls["userByMail"])
	}
}

func TestReadFindsWhatIsAbsent(t *testing.T) {
	says := world()
	for _, path := range []string{appPath, exoPath, userPath, ourPath, roleList, grantList} {
		says[path] = notFound
	}
	f := &fake{says: always(says)}
	got, err := open(t, f).Read(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	want := wholeWorld()
	want.Application, want.ServicePrincipal, want.Assignments, want.Grants = nil, nil, nil, nil
	want.Exchange, want.User = nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(f.paths()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestReadOfApplicationWithoutServicePrincipal(t *testing.T) {
	says := world()
	for _, path := range []string{ourPath, roleList, grantList} {
		says[path] = notFound
	}
	got, err := open(t, &fake{says: always(says)}).Read(t.Context(), everything)
	if err != nil || got.Application == nil || got.ServicePrincipal != nil || got.Grants != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadFindsUserByAddress(t *testing.T) {
	person := `{"id":"uid","userPrincipalName":"s.port@contoso.example","mail":"support@contoso.example",
		"proxyAddresses":["SMTP:support@contoso.example","smtp:care@contoso.example","SIP:x@contoso.example"]}`
	for _, test := range []struct {
		list string
		upn  string
		bad  bool
	}{
		{`[` + person + `]`, "s.port@contoso.example", false},
		{`[]`, "", false},
		{`[` + person + `,` + person + `]`, "", true},
	} {
		says := world()
		says[userPath] = notFound
		says["GET /users"] = ok(`{"value":` + test.list + `}`)
		got, err := open(t, &fake{says: always(says)}).Read(t.Context(), directory.Query{User: everything.User})
		if (err != nil) != test.bad {
			t.Errorf("%s: %v", test.list, err)
		}
		is := func(address string) bool { return got.User.Alias(address) }
		if err == nil && test.upn != "" && (!is("care@contoso.example") || !is(test.upn) || is(got.User.Mail)) {
			t.Errorf("%s: its names are %q", test.list, got.User.Addresses)
		}
		if err == nil && (got.User == nil) != (test.upn == "") || got != nil && got.User != nil && got.User.UPN != test.upn {
			t.Errorf("%s: %+v", test.list, got.User)
		}
	}
}

func TestFailedReadNeverMeansAbsent(t *testing.T) {
	many := ok(`{"value":[null]}`)
	whole := func(part, other string) answer { return ok(strings.Replace(world()[appPath].body, part, other, 1)) }
	for _, test := range []struct {
		name, path string
		answer     answer
		status     int
		code       string
	}{
		{"refused", appPath, refused(403, "Authorization_RequestDenied", "no"), 403, "Authorization_RequestDenied"},
		{"another 404", appPath, refused(404, "ResourceNotFound", "no such route"), 404, "ResourceNotFound"},
		{"404 without a body", appPath, answer{status: 404}, 404, ""},
		{"404 with a page", appPath, answer{status: 404, body: `"PGh0bWw+"`}, 404, ""},
		{"error of another shape", exoPath, answer{status: 400, body: `{"error":"x"}`}, 400, ""},
		{"error that is a list", exoPath, answer{status: 400, body: `[1,2]`}, 400, ""},
		{"down for good", userPath, answer{status: 503}, 503, ""},
		{"no answer", appPath, answer{}, 200, ""},
		{"no body", appPath, ok(""), 200, ""},
		{"null", appPath, ok("null"), 200, ""},
		{"empty object", appPath, ok("{}"), 200, ""},
		{"a list for an object", appPath, ok("[]"), 200, ""},
		{"a text", exoPath, ok(`"PGh0bWw+"`), 200, ""},
		{"an id that is a number", appPath, ok(`{"id":1,"appId":"x"}`), 200, ""},
		{"no appId", appPath, ok(`{"id":"x"}`), 200, ""},
		{"secrets that are null", appPath, whole(`"passwordCredentials":[`, `"passwordCredentials":null,"x":[`), 200, ""},
		{"secrets that are left out", appPath, whole(`"passwordCredentials":[`, `"x":[`), 200, ""},
		{"a secret without an end", appPath, whole(`"endDateTime"`, `"x"`), 200, ""},
		{"permissions that are null", appPath, whole(`"requiredResourceAccess":[`, `"requiredResourceAccess":null,"x":[`), 200, ""},
		{"permissions of a resource left out", appPath, whole(`"resourceAccess":[`, `"x":[`), 200, ""},
		{"redirect URIs that are null", appPath, whole(`"redirectUris":["https://example.com/callback"]`, `"redirectUris":null`), 200, ""},
		{"a redirect URI that is null", appPath, ok(`{"id":"x","appId":"y","web":{"redirectUris":[null]}}`), 200, ""},
		{"resource without permissions", exoPath, ok(`{"id":"x","appId":"y"}`), 200, ""},
		{"list without value", roleList, ok(`{}`), 200, ""},
		{"null value", grantList, ok(`{"value":null}`), 200, ""},
		{"null in a list", roleList, many, 200, ""},
		{"id that is no GUID", roleList, ok(`{"value":[{"id":"a","appRoleId":"x","resourceId":"y"}]}`), 200, ""},
		{"list not found, but the service principal is", grantList, notFound, 404, "Request_ResourceNotFound"},
		{"two tenants", "GET /organization", ok(`{"value":[{"id":"a"},{"id":"b"}]}`), 200, ""},
		{"no tenant", "GET /organization", ok(`{"value":[]}`), 200, ""},
		{"not modified", appPath, answer{status: 304}, 200, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			says := world()
			says[test.path] = test.answer
			got, err := open(t, &fake{says: always(says)}).Read(t.Context(), everything)
			var e *microsoft.Error
			if got != nil || !errors.As(err, &e) {
				t.Fatalf("%+v, %v", got, err)
			}
			if e.Service != microsoft.Graph || e.Status != test.status || e.Code != test.code || e.Operation == "" || e.Object == "" {
				t.Errorf("%+v", e)
			}
			if nonsense := test.status == 200; nonsense != errors.Is(err, cloud.ErrNotJSON) {
				t.Errorf("is it nonsense? %v: %v", nonsense, err)
			}
		})
	}
}

func TestBatchAsAWholeThatMakesNoSense(t *testing.T) {
	for _, body := range []string{"", "[]", "null", "{}", `{"responses":null}`, `{"responses":[null]}`, `{"responses":{}}`, "<html>"} {
		f := &fake{says: map[string][]answer{"POST /$batch": {ok(body)}}}
		got, err := open(t, f).Read(t.Context(), everything)
		var e *microsoft.Error
		if got != nil || !errors.As(err, &e) || !errors.Is(err, cloud.ErrNotJSON) {
			t.Errorf("%q: %+v, %v", body, got, err)
		}
	}
}

func TestThrottledPartsAreReadAgainAlone(t *testing.T) {
	says := always(world())
	says[exoPath] = []answer{{status: 429}, {status: 503}, says[exoPath][0]}
	f := &fake{says: says}
	got, err := open(t, f).Read(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wholeWorld(), got); diff != "" {
		t.Error(diff)
	}
	if n := len(f.paths()); n != 3 {
		t.Errorf("%d requests", n)
	}
	if body := f.last().Body; strings.Count(body, `"method"`) != 1 {
		t.Errorf("last batch: %s", body)
	}
}

func TestThrottlingThatLasts(t *testing.T) {
	for _, test := range []struct {
		name    string
		headers map[string]string
		want    int
	}{
		{"until the tries are used up", nil, 4},
		{"for longer than we wait", map[string]string{"Retry-After": "3600"}, 1},
	} {
		says := world()
		says[exoPath] = answer{status: 429, headers: test.headers, body: `{"error":{"code":"TooManyRequests"}}`}
		f := &fake{says: always(says)}
		_, err := open(t, f).Read(t.Context(), everything)
		var e *microsoft.Error
		if !errors.As(err, &e) || e.Status != 429 || e.Code != "TooManyRequests" || e.Object != directory.ExchangeAppID {
			t.Errorf("%s: %v", test.name, err)
		}
		if n := len(f.paths()); n != test.want {
			t.Errorf("%s: %d requests, want %d", test.name, n, test.want)
		}
	}
}

func TestListsAreReadToTheirEnd(t *testing.T) {
	grant := func(id string) string {
		return `{"id":"` + id + `","consentType":"Principal","principalId":"u","resourceId":"r","scope":"SMTP.Send"}`
	}
	next := `"@odata.nextLink":"https://graph.microsoft.com/v1.0/next?$skiptoken=x"`
	says := always(world())
	says[grantList] = []answer{ok(`{"value":[` + grant("g1") + `],` + next + `}`)}
	says["GET /next"] = []answer{{status: 429}, ok(`{"value":[` + grant("g2") + `]}`)}
	got, err := open(t, &fake{says: says}).Read(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Grants) != 2 || got.Grants[1].ID != "g2" || got.Grants[1].PrincipalID != "u" {
		t.Errorf("%+v", got.Grants)
	}

	says = always(world())
	says[grantList] = []answer{ok(`{"value":[],"@odata.nextLink":"https://elsewhere.example/v1.0/next"}`)}
	if _, err := open(t, &fake{says: says}).Read(t.Context(), everything); !errors.Is(err, cloud.ErrNotJSON) {
		t.Errorf("a next page elsewhere: %v", err)
	}
}

// All pages together are no longer than one answer may be.
func TestListsWithoutEnd(t *testing.T) {
	page := `{"value":[{"id":"g","consentType":"Principal","principalId":"u","resourceId":"r","scope":"` + strings.Repeat("x", 1<<20) +
		`"}],"@odata.nextLink":"https://graph.microsoft.com/v1.0/next?$skiptoken=x"}`
	says := always(world())
	says[grantList] = []answer{ok(page)}
	says["GET /next"] = slices.Repeat([]answer{ok(page)}, 50)
	f := &fake{says: says}
	_, err := open(t, f).Read(t.Context(), everything)
	if !errors.Is(err, cloud.ErrNotJSON) {
		t.Errorf("%v", err)
	}
	if batches := len(f.paths()); batches > 4 {
		t.Errorf("asked for %d pages", batches)
	}
}

func TestReadRefusesWhatIsNoApplicationID(t *testing.T) {
	for _, q := range []directory.Query{{Application: true}, {Application: true, AppID: "x", UniqueName: "y"}} {
		f := &fake{says: always(world())}
		if _, err := open(t, f).Read(t.Context(), q); err == nil || len(f.paths()) != 0 {
			t.Errorf("%+v: %v after %v", q, err, f.paths())
		}
	}
}

func TestPermissionsAreFoundByValue(t *testing.T) {
	got, err := open(t, &fake{says: always(world())}).Read(t.Context(), directory.Query{Resources: true})
	if err != nil {
		t.Fatal(err)
	}
	role, found := got.Exchange.Role("Mail.Send")
	if !found || role.ID != "b633e1c5-b582-4048-a93e-9f11b44c7e96" {
		t.Errorf("Mail.Send: %+v %v", role, found)
	}
	for _, value := range []string{"Off", "People", ""} {
		if role, found := got.Exchange.Role(value); found {
			t.Errorf("%q: %+v", value, role)
		}
	}
	if _, found := got.Exchange.Scope("Mail.Send"); found {
		t.Error("a role passes for a scope")
	}
}
