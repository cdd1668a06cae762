package graph_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
)

func TestPoliciesMayBeUnreadable(t *testing.T) {
	says := world()
	denied := refused(403, "AccessDenied", "required scopes are missing in the token")
	says["GET /policies/authorizationPolicy"] = denied
	says["GET /policies/identitySecurityDefaultsEnforcementPolicy"] = denied
	says["GET /policies/defaultAppManagementPolicy"] = ok(`{}`)
	got, err := open(t, &fake{says: always(says)}).Read(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	if got.ConsentPolicy != nil || got.SecretPolicy != nil || got.SecurityDefaults != nil {
		t.Errorf("%+v", got)
	}
	var e *microsoft.Error
	for _, part := range []string{directory.PartConsentPolicy, directory.PartSecurityDefaults} {
		if !errors.As(got.Unreadable[part], &e) || e.Code != "AccessDenied" {
			t.Errorf("%s: %v", part, got.Unreadable[part])
		}
	}
	if !errors.Is(got.Unreadable[directory.PartSecretPolicy], cloud.ErrNotJSON) {
		t.Errorf("secret policy: %v", got.Unreadable[directory.PartSecretPolicy])
	}
}

func TestConsentPolicies(t *testing.T) {
	for _, test := range []struct{ assigned, want string }{
		{`[]`, directory.ConsentNone},
		{`["managePermissionGrantsForOwnedResource.x"]`, directory.ConsentNone},
		{`["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"]`, directory.ConsentAll},
		{`["managepermissiongrantsforself.Microsoft-User-Default-Low"]`, directory.ConsentLow},
		{`["ManagePermissionGrantsForSelf.microsoft-user-default-recommended",` +
			`"ManagePermissionGrantsForSelf.microsoft-user-default-allow-consent-apps"]`, directory.ConsentMicrosoft},
		{`["ManagePermissionGrantsForSelf.ours","ManagePermissionGrantsForSelf.microsoft-user-default-low"]`, directory.ConsentCustom},
	} {
		says := world()
		says["GET /policies/authorizationPolicy"] = ok(`{"defaultUserRolePermissions":{"permissionGrantPoliciesAssigned":` + test.assigned + `}}`)
		got, err := open(t, &fake{says: always(says)}).Read(t.Context(), directory.Query{Policies: true})
		if err != nil || got.ConsentPolicy == nil || got.ConsentPolicy.UserConsent != test.want {
			t.Errorf("%s: %+v, %v, want %s", test.assigned, got, err, test.want)
		}
	}
}

func TestSecretPolicies(t *testing.T) {
	const day = 24 * time.Hour
	july := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	restriction := func(kind, rest string) string { return `[{"restrictionType":"` + kind + `"` + rest + `}]` }
	longest := func(life string) string { return restriction("passwordLifetime", `,"maxLifetime":"`+life+`"`) }
	for _, test := range []struct {
		name, enabled, restrictions string
		want                        *directory.SecretPolicy // nil: unreadable
	}{
		{"off", "false", restriction("passwordAddition", ""), &directory.SecretPolicy{}},
		{"nothing said", "true", "[]", &directory.SecretPolicy{}},
		{"blocked", "true", restriction("passwordAddition", `,"state":"enabled"`), &directory.SecretPolicy{Blocked: true}},
		{"blocked, in an older answer", "true", restriction("passwordAddition", ""), &directory.SecretPolicy{Blocked: true}},
		{"exempted", "true", restriction("passwordAddition", `,"state":"disabled"`), &directory.SecretPolicy{}},
		{"blocked for newer ones", "true",
			restriction("passwordAddition", `,"restrictForAppsCreatedAfterDateTime":"2026-07-01T00:00:00Z"`),
			&directory.SecretPolicy{Blocked: true, BlockedFrom: july}},
		{"other kinds", "true", restriction("symmetricKeyAddition", ""), &directory.SecretPolicy{}},
		{"days", "true", longest("P180D"), &directory.SecretPolicy{MaxLifetime: 180 * day}},
		{"months", "true", longest("P6M"), &directory.SecretPolicy{MaxLifetime: 180 * day}},
		{"everything", "true", longest("P1Y1W1DT1H1M30S"), &directory.SecretPolicy{MaxLifetime: 373*day + time.Hour + 90*time.Second}},
		{"for ever", "true", longest("P9999Y"), &directory.SecretPolicy{MaxLifetime: 36500 * day}},
		{"no duration", "true", longest("soon"), nil},
		{"an empty one", "true", longest("P"), nil},
	} {
		says := world()
		says["GET /policies/defaultAppManagementPolicy"] = ok(`{"isEnabled":` + test.enabled +
			`,"applicationRestrictions":{"passwordCredentials":` + test.restrictions + `}}`)
		got, err := open(t, &fake{says: always(says)}).Read(t.Context(), directory.Query{Policies: true})
		if err != nil {
			t.Fatal(err)
		}
		unreadable := got.Unreadable[directory.PartSecretPolicy] != nil
		if diff := cmp.Diff(test.want, got.SecretPolicy); diff != "" || unreadable != (test.want == nil) {
			t.Errorf("%s: unreadable %v\n%s", test.name, unreadable, diff)
		}
	}
}
