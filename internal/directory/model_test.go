package directory

import (
	"testing"
	"time"
)

func TestPermissionsAreFoundByValue(t *testing.T) {
	r := &Resource{Roles: []Permission{{"r1", "Mail.Read"}, {"r2", "Mail.Send"}}, Scopes: []Permission{{"s1", "SMTP.Send"}}}
	if role, found := r.Role("Mail.Send"); !found || role.ID != "r2" {
		t.Errorf("%+v, %v", role, found)
	}
	if scope, found := r.Scope("SMTP.Send"); !found || scope.ID != "s1" {
		t.Errorf("%+v, %v", scope, found)
	}
	for _, value := range []string{"SMTP.Send", "mail.send", ""} {
		if role, found := r.Role(value); found || role != (Permission{}) {
			t.Errorf("%q: %+v", value, role)
		}
	}
	if _, found := r.Scope("Mail.Send"); found {
		t.Error("a role passes for a scope")
	}
}

// A policy for applications of a certain age leaves the older ones alone.
func TestSecretPolicyFor(t *testing.T) {
	then := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		policy  SecretPolicy
		blocked bool
		longest time.Duration
	}{
		"nothing":               {SecretPolicy{}, false, 0},
		"blocked":               {SecretPolicy{Blocked: true}, true, 0},
		"blocked from that day": {SecretPolicy{Blocked: true, BlockedFrom: then}, true, 0},
		"blocked for newer":     {SecretPolicy{Blocked: true, BlockedFrom: then.Add(1)}, false, 0},
		"limited":               {SecretPolicy{MaxLifetime: 180 * day}, false, 180 * day},
		"limited for newer":     {SecretPolicy{MaxLifetime: 180 * day, LimitedFrom: then.Add(1)}, false, 0},
		"both":                  {SecretPolicy{Blocked: true, MaxLifetime: day, LimitedFrom: then}, true, day},
	} {
		if blocked, longest := c.policy.For(then); blocked != c.blocked || longest != c.longest {
			t.Errorf("%s: blocked %v, longest %v", name, blocked, longest)
		}
	}
}

func TestApplicationPatchIsEmpty(t *testing.T) {
	none, on := "", false
	if !(ApplicationPatch{}).IsEmpty() {
		t.Error("nothing is something")
	}
	for _, p := range []ApplicationPatch{
		{Notes: &none}, {RedirectURIs: []string{}}, {ImplicitAccessTokens: &on}, {Required: []RequiredResource{}},
	} {
		if p.IsEmpty() {
			t.Errorf("%+v clears something", p)
		}
	}
}
