package scenario_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/scenario"
	"wxmail/internal/sandbox/tenant"
)

func fill(t *testing.T, name string) *tenant.Tenant {
	t.Helper()
	s, err := scenario.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	model := tenant.New(&tenant.Clock{}, 1)
	if err := s.Fill(model); err != nil {
		t.Fatal(err)
	}
	return model
}

func box(t *testing.T, model *tenant.Tenant, address string) tenant.Mailbox {
	t.Helper()
	m, ok := model.Mailboxes.Find(func(m tenant.Mailbox) bool { return m.PrimarySMTPAddress == address })
	if !ok {
		t.Fatalf("no mailbox %s", address)
	}
	return m
}

func TestEveryScenarioHasThePeopleAndTheClients(t *testing.T) {
	ids := map[string]bool{}
	for _, name := range scenario.Names() {
		t.Run(name, func(t *testing.T) {
			model := fill(t, name)
			ids[model.Organization.ID] = true
			for upn, role := range map[string]string{
				"admin@contoso.example": "Global Administrator", "entra@contoso.example": "Cloud Application Administrator",
				"exchange@contoso.example": "Exchange Administrator", "support@contoso.example": "", "sales@contoso.example": "",
			} {
				user, ok := model.Users.Find(func(u tenant.User) bool { return u.UserPrincipalName == upn })
				if !ok || !user.AccountEnabled || user.Password != "sandbox" {
					t.Fatalf("%s: %+v", upn, user)
				}
				if role != "" && (len(user.DirectoryRoles) != 1 || user.DirectoryRoles[0] != role) {
					t.Errorf("%s has the roles %v", upn, user.DirectoryRoles)
				}
			}
			if kind := box(t, model, "help@contoso.example").RecipientTypeDetails; kind != "SharedMailbox" {
				t.Errorf("help@ is a %s", kind)
			}
			for _, appID := range []string{
				"14d82eec-204b-4c2f-b7e8-296a70dab67e", "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "fb78d390-0c51-40cd-8e17-fdbfab77341b",
				"00000003-0000-0000-c000-000000000000", "00000002-0000-0ff1-ce00-000000000000",
			} {
				if _, ok := principal(model, appID); !ok {
					t.Errorf("no service principal of %s", appID)
				}
			}
		})
	}
	if len(ids) != 1 {
		t.Errorf("one seed made the tenant ids %v", ids)
	}
}

func principal(model *tenant.Tenant, appID string) (tenant.ServicePrincipal, bool) {
	return model.ServicePrincipals.Find(func(sp tenant.ServicePrincipal) bool { return sp.AppID == appID })
}

func TestExchangePermissions(t *testing.T) {
	sp, _ := principal(fill(t, "default"), "00000002-0000-0ff1-ce00-000000000000")
	values := map[string]string{}
	for _, role := range sp.AppRoles {
		values["role "+role.Value] = role.ID
	}
	for _, scope := range sp.OAuth2PermissionScopes {
		values["scope "+scope.Value] = scope.ID
	}
	for value, id := range map[string]string{
		"role Mail.Send":  "b633e1c5-b582-4048-a93e-9f11b44c7e96",
		"scope SMTP.Send": "76faac2a-0f20-42f1-928a-50de5b9dbe52",
	} {
		if values[value] != id {
			t.Errorf("%s is %q", value, values[value])
		}
	}
	if values["role SMTP.SendAsApp"] == "" || values["scope AdminApi.AccessAsUser.All"] == "" {
		t.Error("permissions without a published id are missing")
	}
}

func TestScenarioFacts(t *testing.T) {
	for name, holds := range map[string]func(*tenant.Tenant) bool{
		"default": func(m *tenant.Tenant) bool {
			return m.TransportConfig.SMTPClientAuthenticationDisabled && policy(m, "Default") == "Automatic" &&
				!m.OrganizationConfig.IsDehydrated && !m.Policies.DefaultAppManagementPolicy.IsEnabled
		},
		"hardened": func(m *tenant.Tenant) bool {
			secrets := m.Policies.DefaultAppManagementPolicy.ApplicationRestrictions.PasswordCredentials
			return m.TransportConfig.SMTPClientAuthenticationDisabled && policy(m, "Default") == "Off" &&
				len(m.Policies.AuthorizationPolicy.DefaultUserRolePermissions.PermissionGrantPoliciesAssigned) == 0 &&
				len(secrets) == 1 && *secrets[0].MaxLifetime == "P180D"
		},
		"dehydrated": func(m *tenant.Tenant) bool {
			return m.OrganizationConfig.IsDehydrated && m.Settings.HydrationDelay.Duration() == 45*time.Minute
		},
		"secrets-blocked": func(m *tenant.Tenant) bool {
			p := m.Policies.DefaultAppManagementPolicy
			return p.IsEnabled && p.ApplicationRestrictions.PasswordCredentials[0].RestrictionType == "passwordAddition"
		},
		"throttled":        func(m *tenant.Tenant) bool { return m.Settings.Throttled },
		"slow-replication": func(m *tenant.Tenant) bool { return m.Settings.ReplicationLag.Duration() == 3*time.Second },
		"by-hand": func(m *tenant.Tenant) bool {
			target := box(t, m, "support@contoso.example").ForwardingSMTPAddress
			return len(m.Webex.Drafts) == 1 && *target == "smtp:"+m.Webex.Drafts[0].ForwardingAddress &&
				policy(m, "Webex forwarding") == "On" && len(m.AppRoleAssignments.All()) == 1 && len(m.OAuth2PermissionGrants.All()) == 3
		},
		"busy": func(m *tenant.Tenant) bool {
			rules := m.OutboundRules.All()
			return len(m.ServicePrincipals.All()) > 10000 && len(m.Applications.All()) == 3 &&
				rules[0].Priority == 0 && rules[1].SenderDomainIs[0] == "contoso.example"
		},
	} {
		if !holds(fill(t, name)) {
			t.Errorf("%s is not as promised", name)
		}
	}
}

func policy(m *tenant.Tenant, name string) string {
	p, _ := m.OutboundPolicies.Get(name)
	return p.AutoForwardingMode
}

func TestApplyStoresWhatItNames(t *testing.T) {
	model := fill(t, "default")
	model.TransportConfig.SMTPClientAuthenticationDisabled = false // somebody used the cmdlet
	patch := `{"userConsent":"low","secretPolicy":"P90D","securityDefaults":true,"remoteDomainAutoForward":false,` +
		`"extraPrincipals":3,"exchangeProvisioned":false}`
	before := len(model.ServicePrincipals.AllLatest())
	if err := scenario.Apply(model, json.RawMessage(patch)); err != nil {
		t.Fatal(err)
	}
	if model.TransportConfig.SMTPClientAuthenticationDisabled {
		t.Error("a setting that was not named was put back")
	}
	if got := scenario.Observe(model); got.SMTPAuthDisabled || !got.SecurityDefaults || got.RemoteDomainAutoForward {
		t.Errorf("observed %+v", got)
	}
	if !model.Policies.SecurityDefaults.IsEnabled {
		t.Error("security defaults are not in the policy")
	}
	if got := len(model.ServicePrincipals.AllLatest()); got != before+3-1 {
		t.Errorf("%d service principals, there were %d", got, before)
	}
	if err := scenario.Apply(model, json.RawMessage(`{"extraPrincipals":1,"exchangeProvisioned":true}`)); err != nil {
		t.Fatal(err)
	}
	if got := len(model.ServicePrincipals.AllLatest()); got != before+1 {
		t.Errorf("afterwards %d service principals, there were %d", got, before)
	}
}

func TestApplyRefusesAndChangesNothing(t *testing.T) {
	model := fill(t, "default")
	before := scenario.Observe(model)
	for _, patch := range []string{
		`[]`, `{"noSuchSetting":true}`, `{"userConsent":"some"}`, `{"secretPolicy":"6 months"}`, `{"smtpAuthDisabled":"yes"}`,
		`{"smtpAuthDisabled":null}`, `{"replicationLag":3}`, `{"replicationLag":"-3s"}`, `{"conditionalAccess":"all"}`,
		`{"cloudInstance":"elsewhere"}`, `{"blockedSenders":["x"]}`, `{"fullMailboxes":"support@contoso.example"}`, `{"exhaustedSenders":null}`,
		`{"defaultAutoForwarding":"on"}`, `{"extraPrincipals":-1}`, `{"securityDefaults":true,"userConsent":"x"}`, `{"SMTPAUTHDISABLED":false}`,
	} {
		if scenario.Apply(model, json.RawMessage(patch)) == nil {
			t.Errorf("%s was taken", patch)
		}
	}
	if diff := cmp.Diff(before, scenario.Observe(model)); diff != "" {
		t.Error(diff)
	}
}

func TestLoadAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.json")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"scenario":"hardened","settings":{"replicationLag":"1s"}}`)
	model := fill(t, path)
	if policy(model, "Default") != "Off" || model.Settings.ReplicationLag.Duration() != time.Second {
		t.Errorf("%+v", model.Settings)
	}
	for _, bad := range []string{`{"scenario":"none"}`, `{"settings":{"x":1}}`, `{"extra":1}`, `hardened`} {
		write(bad)
		if _, err := scenario.Load(path); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	if _, err := scenario.Load("no-such-scenario"); err == nil {
		t.Error("an unknown name was taken")
	}
}
