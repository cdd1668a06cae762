package graph_test

import (
	"errors"
	"testing"
	"time"

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
		{`["ManagePermissionGrantsForSelf.microsoft-user-default-recommended","ManagePermissionGrantsForSelf.microsoft-user-default-allow-consent-apps"]`, directory.ConsentMicrosoft},
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
	created := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	restriction := func(kind, rest string) string { return `[{"restrictionType":"` + kind + `"` + rest + `}]` }
	for _, test := range []struct {
		name, enabled, restrictions string
		blocked                     bool
		longest                     time.Duration
		unreadable                  bool
	}{
		{"off", "false", restriction("passwordAddition", ""), false, 0, false},
		{"nothing said", "true", "[]", false, 0, false},
		{"blocked", "true", restriction("passwordAddition", `,"state":"enabled"`), true, 0, false},
		{"blocked, in an older answer", "true", restriction("passwordAddition", ""), true, 0, false},
		{"exempted", "true", restriction("passwordAddition", `,"state":"disabled"`), false, 0, false},
		{"blocked for newer ones", "true", restriction("passwordAddition", `,"restrictForAppsCreatedAfterDateTime":"2026-07-01T00:00:00Z"`), false, 0, false},
		{"other kinds", "true", restriction("symmetricKeyAddition", ""), false, 0, false},
		{"days", "true", restriction("passwordLifetime", `,"maxLifetime":"P180D"`), false, 180 * day, false},
		{"months", "true", restriction("passwordLifetime", `,"maxLifetime":"P6M"`), false, 180 * day, false},
		{"everything", "true", restriction("passwordLifetime", `,"maxLifetime":"P1Y1W1DT1H1M30S"`), false, 373*day + time.Hour + 90*time.Second, false},
		{"for ever", "true", restriction("passwordLifetime", `,"maxLifetime":"P9999Y"`), false, 36500 * day, false},
		{"no duration", "true", restriction("passwordLifetime", `,"maxLifetime":"soon"`), false, 0, true},
		{"an empty one", "true", restriction("passwordLifetime", `,"maxLifetime":"P"`), false, 0, true},
	} {
		says := world()
		says["GET /policies/defaultAppManagementPolicy"] = ok(`{"isEnabled":` + test.enabled +
			`,"applicationRestrictions":{"passwordCredentials":` + test.restrictions + `}}`)
		got, err := open(t, &fake{says: always(says)}).Read(t.Context(), directory.Query{Policies: true})
		if err != nil {
			t.Fatal(err)
		}
		if unreadable := got.Unreadable[directory.PartSecretPolicy] != nil; unreadable || test.unreadable {
			if unreadable != test.unreadable {
				t.Errorf("%s: %v", test.name, got.Unreadable)
			}
			continue
		}
		blocked, longest := got.SecretPolicy.For(created)
		if blocked != test.blocked || longest != test.longest {
			t.Errorf("%s: blocked %v, longest %v", test.name, blocked, longest)
		}
	}
}
