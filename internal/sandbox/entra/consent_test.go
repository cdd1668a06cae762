package entra_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

// Who is asked what, by the user-consent setting, the scope and what is
// granted already.
func TestConsentMatrix(t *testing.T) {
	const graphScope, adminScope = "openid https://graph.microsoft.com/User.Read", "https://outlook.office.com/Exchange.Manage"
	const imap = "https://outlook.office.com/IMAP.AccessAsUser.All"
	for name, test := range map[string]struct {
		policy  string
		user    string
		scope   string
		prompt  string
		granted bool
		want    string // page, or "code"
	}{
		"any app":                      {"microsoft-user-default-legacy", "support", mailAsk, "", false, "consent"},
		"any app, admin scope":         {"microsoft-user-default-legacy", "support", adminScope, "", false, "approval"},
		"low, SMTP.Send":               {"microsoft-user-default-low", "support", mailAsk, "", false, "approval"},
		"low, User.Read":               {"microsoft-user-default-low", "support", graphScope, "", false, "consent"},
		"Microsoft's choice":           {"microsoft-user-default-recommended", "support", mailAsk, "", false, "consent"},
		"Microsoft's choice, IMAP":     {"microsoft-user-default-recommended", "support", imap, "", false, "approval"},
		"none":                         {"", "support", mailAsk, "", false, "approval"},
		"none, but granted":            {"", "support", mailAsk, "", true, "code"},
		"none, granted, review":        {"", "support", mailAsk, "consent", true, "approval"},
		"any app, granted, review":     {"microsoft-user-default-legacy", "support", mailAsk, "consent", true, "consent"},
		"none, admin":                  {"", "admin", mailAsk, "", false, "consent"},
		"none, cloud app admin":        {"", "entra", adminScope, "", false, "consent"},
		"none, Exchange admin":         {"", "exchange", mailAsk, "", false, "approval"},
		"any app, granted, no consent": {"microsoft-user-default-legacy", "support", mailAsk, "", true, "code"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.with(func(m *tenant.Tenant) { setPolicy(m, test.policy) })
			if test.granted {
				w.grantMail()
			}
			v := w.visitor()
			v.authorize(mailRequest(params{"scope": test.scope, "prompt": test.prompt}))
			s := v.signIn(test.user)
			got := s.page
			if s.query("code") != "" {
				got = "code"
			}
			if got != test.want {
				t.Errorf("got %q, want %q (%s %v)", got, test.want, s.alert, s.location)
			}
		})
	}
}

func TestAcceptWritesTheUsersGrant(t *testing.T) {
	w := newWorld(t)
	w.code()
	user := "user-support"
	want := []tenant.OAuth2PermissionGrant{
		{ClientID: "sp-" + appID, ConsentType: "Principal", PrincipalID: &user, ResourceID: "sp-" + exchangeID, Scope: "SMTP.Send"},
		{ClientID: "sp-" + appID, ConsentType: "Principal", PrincipalID: &user, ResourceID: "sp-" + graphID, Scope: "offline_access"},
	}
	got := w.grants()
	for i := range got {
		got[i].ID = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.code(params{"scope": "openid " + mailAsk}) // the grant is amended, not doubled
	if all := w.grants(); len(all) != 2 || all[1].Scope != "offline_access openid" {
		t.Errorf("after a second consent: %+v", all)
	}
}

func TestOrganizationConsent(t *testing.T) {
	w := newWorld(t)
	v := w.visitor()
	v.authorize(mailRequest())
	if s := v.signIn("admin"); !strings.Contains(s.body, "Consent on behalf of your organization") {
		t.Fatal("an admin is offered no organization box")
	}
	v.press("accept", params{"organization": "on"})
	for _, g := range w.grants() {
		if g.ConsentType != "AllPrincipals" || g.PrincipalID != nil {
			t.Errorf("got %+v", g)
		}
	}
	v = w.visitor() // somebody else is not asked
	v.authorize(mailRequest())
	if s := v.signIn("support"); s.query("code") == "" {
		t.Errorf("support: page %q", s.page)
	}
}

func TestOrganizationBoxOfAUserIsIgnored(t *testing.T) {
	w := newWorld(t)
	v := w.visitor()
	v.authorize(mailRequest())
	if s := v.signIn("support"); strings.Contains(s.body, "organization\"") {
		t.Error("a user is offered the organization box")
	}
	v.press("accept", params{"organization": "on"})
	for _, g := range w.grants() {
		if g.ConsentType != "Principal" {
			t.Errorf("got %+v", g)
		}
	}
}

func TestRefusedConsentReturns(t *testing.T) {
	w := newWorld(t)
	v := w.visitor()
	v.authorize(mailRequest())
	v.signIn("support")
	if s := v.press("cancel", nil); s.query("error") != "access_denied" || !strings.HasPrefix(s.query("error_description"), "AADSTS65004:") {
		t.Errorf("cancelled: %v", s.location)
	}
	w.with(func(m *tenant.Tenant) { setPolicy(m) })
	v = w.visitor()
	v.authorize(mailRequest())
	if s := v.signIn("support"); !strings.HasPrefix(s.alert, "AADSTS90094:") {
		t.Fatalf("blocked: page %q with %q", s.page, s.alert)
	}
	if s := v.press("return", nil); s.query("error") != "access_denied" || !strings.HasPrefix(s.query("error_description"), "AADSTS90094:") {
		t.Errorf("blocked: %v", s.location)
	}
	v.authorize(mailRequest(params{"login_hint": ""}))
	if s := v.press("other", nil); s.page != "login" {
		t.Errorf("another account: page %q", s.page)
	}
	if len(w.grants()) > 0 {
		t.Error("a refused consent wrote a grant")
	}
}

func TestAssignmentRequired(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	w.with(func(m *tenant.Tenant) {
		sp, _ := m.ServicePrincipals.Latest("sp-" + appID)
		sp.AppRoleAssignmentRequired = true
		m.ServicePrincipals.Put(sp.ID, sp)
	})
	v := w.visitor()
	v.authorize(mailRequest())
	if s := v.signIn("support"); !strings.HasPrefix(s.alert, "AADSTS50105:") {
		t.Errorf("not assigned: page %q with %q", s.page, s.alert)
	}
	w.with(func(m *tenant.Tenant) {
		m.AppRoleAssignments.Put("x", tenant.AppRoleAssignment{ID: "x", PrincipalID: "user-support", ResourceID: "sp-" + appID})
	})
	v = w.visitor()
	v.authorize(mailRequest())
	if s := v.signIn("support"); s.query("code") == "" {
		t.Errorf("assigned: page %q with %q", s.page, s.alert)
	}
}

func TestFirstPartyClients(t *testing.T) {
	for name, test := range map[string]struct {
		client, user, scope string
		want                string // page, "code", or AADSTS code
	}{
		"Graph tools, admin":          {graphTools, "entra", "openid https://graph.microsoft.com/Application.ReadWrite.All", "consent"},
		"Graph tools, not admin":      {graphTools, "exchange", "https://graph.microsoft.com/Application.ReadWrite.All", "approval"},
		"Graph tools, Exchange":       {graphTools, "admin", smtpSend, "AADSTS65002"},
		"Azure CLI":                   {azureCLI, "admin", "https://graph.microsoft.com/.default openid offline_access", "code"},
		"Azure CLI, slash twice":      {azureCLI, "admin", "https://graph.microsoft.com//.default openid offline_access", "code"},
		"Azure CLI, Azure":            {azureCLI, "support", "https://management.core.windows.net//.default openid offline_access", "code"},
		"Azure CLI, Azure's new name": {azureCLI, "admin", "https://management.azure.com/.default", "code"},
		"Azure CLI, by app ID":        {azureCLI, "admin", "797f4846-ba00-4fd7-ba43-dac1f8f63013/.default", "code"},
		"Exchange shell, Azure":       {exoShell, "admin", "https://management.azure.com/.default", "AADSTS65002"},
		"Azure CLI, listed":           {azureCLI, "support", "https://graph.microsoft.com/Application.ReadWrite.All", "code"},
		"Azure CLI, not listed":       {azureCLI, "admin", "https://graph.microsoft.com/Policy.Read.All", "AADSTS65002"},
		"Exchange shell":              {exoShell, "exchange", "https://outlook.office365.com/.default openid profile offline_access", "code"},
		"Exchange shell, Graph":       {exoShell, "admin", "https://graph.microsoft.com/.default", "AADSTS65002"},
		"Exchange shell, no EXO":      {exoShell, "admin", "https://outlook.office365.com/SMTP.Send", "AADSTS65002"},
		"Exchange shell, consent":     {exoShell, "exchange", "https://outlook.office365.com/.default", "code"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			v := w.visitor()
			prompt := ""
			if strings.HasSuffix(name, "consent") {
				prompt = "consent" // nothing to consent to: no page
			}
			request := mailRequest(params{"client_id": test.client, "scope": test.scope, "prompt": prompt, "login_hint": ""})
			s := v.authorize(request)
			if s.page == "login" {
				s = v.signIn(test.user)
			}
			got := s.page
			if s.query("code") != "" {
				got = "code"
			} else if s.location != nil {
				got, _, _ = strings.Cut(s.query("error_description"), ":")
			}
			if got != test.want {
				t.Errorf("got %q, want %q (%v)", got, test.want, s.location)
			}
		})
	}
}

// A new grant counts only when the replicas show it; what the person has just
// consented to counts at once.
func TestConsentAndReplication(t *testing.T) {
	w := newWorld(t)
	w.with(func(m *tenant.Tenant) { m.Settings.ReplicationLag = tenant.Duration(3 * time.Second) })
	w.tenant.Clock.Advance(time.Minute)
	w.grantMail()
	v := w.visitor()
	v.authorize(mailRequest())
	if s := v.signIn("support"); s.page != "consent" {
		t.Fatalf("before the replicas: page %q", s.page)
	}
	s := v.press("accept", nil)
	a := w.redeem(s.query("code"))
	if a.status != 200 {
		t.Fatalf("right after consent: %v", a.body)
	}
	if again := w.refresh(a.text("refresh_token")); again.status != 200 {
		t.Errorf("refresh right after consent: %v", again.body)
	}
}

func TestAdminConsent(t *testing.T) {
	request := params{"client_id": appID, "redirect_uri": callback, "state": "s", "scope": "https://outlook.office365.com/.default"}
	for _, path := range []string{"/contoso.example/v2.0/adminconsent?", "/contoso.example/adminconsent?"} {
		t.Run(path, func(t *testing.T) {
			w := newWorld(t)
			v := w.visitor()
			v.get(path + request.values().Encode())
			if s := v.signIn("support"); s.page != "approval" {
				t.Fatalf("a user: page %q", s.page)
			}
			v = w.visitor()
			v.get(path + request.values().Encode())
			if s := v.signIn("entra"); s.page != "consent" {
				t.Fatalf("an admin: page %q with %q", s.page, s.alert)
			}
			s := v.press("accept", nil)
			if s.query("admin_consent") != "True" || s.query("tenant") != w.tenant.Organization.ID || s.query("state") != "s" {
				t.Errorf("got %v", s.location)
			}
			if all := w.grants(); len(all) != 1 || all[0].ConsentType != "AllPrincipals" || all[0].Scope != "SMTP.Send" {
				t.Errorf("grants: %+v", all)
			}
			w.with(func(m *tenant.Tenant) {
				if all := m.AppRoleAssignments.AllLatest(); len(all) != 1 || all[0].AppRoleID != "role-Mail.Send" {
					t.Errorf("assignments: %+v", all)
				}
			})
		})
	}
}

func TestAdminConsentDeclined(t *testing.T) {
	w := newWorld(t)
	v := w.visitor()
	v.get("/contoso.example/adminconsent?" + params{"client_id": appID, "redirect_uri": callback}.values().Encode())
	v.signIn("admin")
	if s := v.press("cancel", nil); s.query("error") != "consent_required" ||
		!strings.HasPrefix(s.query("error_description"), "AADSTS65004:") {
		t.Errorf("got %v", s.location)
	}
}
