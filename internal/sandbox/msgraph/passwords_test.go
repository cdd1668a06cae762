package msgraph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wxmail/internal/sandbox/tenant"
)

func parseTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAddAndRemovePassword(t *testing.T) {
	w := newWorld(t)
	id, appID := w.application()
	made := w.must(200, "POST", "/applications/"+id+"/addPassword",
		`{"passwordCredential":{"@odata.type":"#microsoft.graph.passwordCredential","displayName":"wxmail 1"}}`)
	secret := made.text("secretText")
	if len(secret) < 16 || len(secret) > 64 || made.text("hint") != secret[:3] {
		t.Errorf("secret of %d characters, hint %q", len(secret), made.text("hint"))
	}
	start, end := parseTime(t, made.text("startDateTime")), parseTime(t, made.text("endDateTime"))
	if !end.Equal(start.AddDate(2, 0, 0)) {
		t.Errorf("from %v to %v", start, end)
	}
	issued := w.tenant.Secrets()
	if len(issued) != 1 || issued[0] != (tenant.Issued{Kind: "client-secret", Value: secret}) {
		t.Error("the secret was not recorded")
	}

	w.must(200, "POST", "/applications(appId='"+appID+"')/addPassword", "{}")
	w.must(204, "PATCH", "/applications/"+id, `{"notes":"kept"}`)
	kept, _ := w.tenant.Applications.Latest(id)
	if len(kept.PasswordCredentials) != 2 || kept.PasswordCredentials[0].SecretText != secret {
		t.Error("PATCH lost a secret")
	}
	if got := w.must(200, "GET", "/applications/"+id, ""); strings.Contains(fmt.Sprint(got.body), secret) ||
		len(got.body["passwordCredentials"].([]any)) != 2 {
		t.Error("a read shows the secret, or not both credentials")
	}

	remove := `{"keyId":"` + made.text("keyId") + `"}`
	w.must(204, "POST", "/applications/"+id+"/removePassword", remove)
	w.refused(w.do("POST", "/applications(appId='"+appID+"')/removePassword", remove), 400, "Request_BadRequest",
		"No password credential found")
	for _, body := range []string{`{}`, `{"keyId":"x"}`, `{"keyId":null}`, `{"keyId":"` + mailSend + `","x":1}`} {
		w.refused(w.do("POST", "/applications/"+id+"/removePassword", body), 400, "Request_BadRequest", "")
	}
}

func TestPasswordIsRefused(t *testing.T) {
	w := newWorld(t)
	id, _ := w.application()
	for body, message := range map[string]string{
		`{"passwordCredential":{"secretText":"mine"}}`:                                                         "service actions",
		`{"passwordCredential":{"keyId":"` + mailSend + `"}}`:                                                  "service actions",
		`{"passwordCredential":{"@odata.type":"#microsoft.graph.keyCredential"}}`:                              "@odata.type",
		`{"passwordCredential":{"customKeyIdentifier":"x"}}`:                                                   "customKeyIdentifier",
		`{"displayName":"not wrapped"}`:                                                                        "displayName",
		`{"passwordCredential":"x"}`:                                                                           "passwordCredential",
		`{"passwordCredential":{"displayName":1}}`:                                                             "displayName",
		`{"passwordCredential":{"endDateTime":"2001-01-01T00:00:00Z"}}`:                                        "end date",
		`{"passwordCredential":{"endDateTime":"2101-01-01T00:00:00Z","startDateTime":"2101-01-01T00:00:00Z"}}`: "end date",
	} {
		w.refused(w.do("POST", "/applications/"+id+"/addPassword", body), 400, "Request_BadRequest", message)
	}
	if got := w.do("POST", "/applications/"+id+"/addPassword", `{"passwordCredential":{"endDateTime":"tomorrow"}}`); got.status != 400 {
		t.Errorf("a date that is none: %d", got.status)
	}
	w.must(404, "POST", "/applications/"+mailSend+"/addPassword", "{}")
	if n := len(w.tenant.Secrets()); n != 0 {
		t.Errorf("%d secrets were issued", n)
	}
}

func TestApplicationWithPassword(t *testing.T) {
	w := newWorld(t)
	made := w.must(201, "POST", "/applications", `{"displayName":"x","passwordCredentials":[{"displayName":"first"}]}`)
	credentials := made.body["passwordCredentials"].([]any)
	if secret := credentials[0].(map[string]any)["secretText"]; secret != w.tenant.Secrets()[0].Value {
		t.Errorf("secretText %v", secret)
	}
	w.refused(w.do("POST", "/applications", `{"displayName":"x","passwordCredentials":[{"secretText":"mine"}]}`),
		400, "Request_BadRequest", "New password credentials must be generated using service actions")
}

func TestSecretPolicy(t *testing.T) {
	w := newWorld(t)
	id, _ := w.application()
	limit, past, future := "P180D", time.Now().AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0)
	in := func(d time.Duration) string { return w.tenant.Clock.Now().Add(d).Format(time.RFC3339) }
	days := func(n int) string {
		return `{"passwordCredential":{"endDateTime":"` + in(time.Duration(n)*24*time.Hour) + `"}}`
	}
	addition := tenant.PasswordRestriction{RestrictionType: "passwordAddition", State: "enabled"}
	lifetime := tenant.PasswordRestriction{RestrictionType: "passwordLifetime", State: "enabled", MaxLifetime: &limit}
	with := func(r tenant.PasswordRestriction, after *time.Time) tenant.PasswordRestriction {
		r.RestrictForAppsCreatedAfterDateTime = after
		return r
	}
	disabled := addition
	disabled.State = "disabled"
	for name, test := range map[string]struct {
		enabled     bool
		restriction tenant.PasswordRestriction
		body, code  string
	}{
		"policy off":            {false, addition, "{}", ""},
		"restriction off":       {true, disabled, "{}", ""},
		"older application":     {true, with(addition, &future), "{}", ""},
		"blocked":               {true, addition, "{}", "CredentialTypeNotAllowedAsPerAppPolicy"},
		"blocked since":         {true, with(addition, &past), "{}", "CredentialTypeNotAllowedAsPerAppPolicy"},
		"default life too long": {true, lifetime, "{}", "CredentialInvalidLifetimeAsPerAppPolicy"},
		"a day too long":        {true, lifetime, days(181), "CredentialInvalidLifetimeAsPerAppPolicy"},
		"just right":            {true, lifetime, days(180), ""},
	} {
		policy := &w.tenant.Policies.DefaultAppManagementPolicy
		policy.IsEnabled = test.enabled
		policy.ApplicationRestrictions.PasswordCredentials = []tenant.PasswordRestriction{test.restriction}
		got := w.do("POST", "/applications/"+id+"/addPassword", test.body)
		if test.code == "" && got.status != 200 || test.code != "" && (got.status != 400 || got.code() != test.code) {
			t.Errorf("%s: %d %v", name, got.status, got.body)
		}
		if test.code == "CredentialInvalidLifetimeAsPerAppPolicy" {
			first := got.body["error"].(map[string]any)["details"].([]any)[0].(map[string]any)
			if first["code"] != "InvalidKeyEndDate" || first["target"] != "EndDate" || !strings.Contains(got.message(), "'policy-1'") {
				t.Errorf("%s: %v", name, got.body)
			}
		}
	}
}
