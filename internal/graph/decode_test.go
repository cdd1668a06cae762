package graph

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"wxmail/internal/cloud"
	"wxmail/internal/directory"
)

// FuzzAnswers: whatever a body holds, it ends in an object with its ids or in
// an error that means nonsense, never in a panic and never in nothing.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", "{}", `"x"`, "1", "<html>", `{"id":1}`, `{"id":"a","appId":"b"}`, `{"value":[null]}`,
		`{"id":"a","appId":"b","web":[],"tags":[null]}`, `{"id":"a","appId":"b","passwordCredentials":[null]}`,
		`{"id":"a","appId":"b","requiredResourceAccess":[{"resourceAccess":[{"id":"x"}]}]}`,
		`{"id":"a","appId":"b","web":{"redirectUris":[1],"implicitGrantSettings":{"enableAccessTokenIssuance":"x"}}}`,
		`{"value":[{"id":"a","consentType":"b","resourceId":"c","scope":7}],"@odata.nextLink":{}}`,
		`{"isEnabled":true,"applicationRestrictions":{"passwordCredentials":[{"restrictionType":"passwordLifetime","maxLifetime":"P1M"}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var app *directory.Application
		var grants []directory.Grant
		_, appErr := one(&app, readApplication, newApplication)(body)
		_, grantsErr := many[models.OAuth2PermissionGrantCollectionResponseable](&grants,
			models.CreateOAuth2PermissionGrantCollectionResponseFromDiscriminatorValue, newGrant)(body)
		policy, policyErr := parseSecretPolicy(body)
		for _, err := range []error{appErr, grantsErr, policyErr} {
			if err != nil && !errors.Is(err, cloud.ErrNotJSON) {
				t.Errorf("%q: %v", body, err)
			}
		}
		if appErr == nil && (app == nil || app.ObjectID == "" || app.AppID == "") {
			t.Errorf("%q: %+v", body, app)
		}
		if policyErr == nil && (policy == nil || policy.MaxLifetime < 0) {
			t.Errorf("%q: %+v", body, policy)
		}
	})
}

// An id in another case is the same id, and what compares it need not know.
func TestTheCaseOfAnIDMeansNothing(t *testing.T) {
	const shown, want = "AB0F1C2D-0000-4000-8000-00000000000E", "ab0f1c2d-0000-4000-8000-00000000000e"
	var app *directory.Application
	var principal *directory.ServicePrincipal
	var grants []directory.Grant
	granted := `{"value":[{"id":"Opaque","consentType":"AllPrincipals","resourceId":"` + shown + `"}]}`
	ids := `{"id":"` + shown + `","appId":"` + shown + `"`
	for body, take := range map[string]take{
		ids + `,"requiredResourceAccess":[{"resourceAppId":"` + shown + `","resourceAccess":[]}]}`: one(&app, readApplication, newApplication),
		ids + `}`: one(&principal, readServicePrincipal, newServicePrincipal),
		granted: many[models.OAuth2PermissionGrantCollectionResponseable](&grants,
			models.CreateOAuth2PermissionGrantCollectionResponseFromDiscriminatorValue, newGrant),
	} {
		if _, err := take([]byte(body)); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
	}
	got := []string{app.ObjectID, app.AppID, app.Required[0].ResourceAppID, principal.ID, principal.AppID, grants[0].ResourceID, grants[0].ID}
	if diff := cmp.Diff([]string{want, want, want, want, want, want, "Opaque"}, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}
