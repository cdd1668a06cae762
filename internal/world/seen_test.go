package world

import (
	"errors"
	"testing"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/wanted"
)

var now = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)

// tenant is a directory in which our application is in order.
func tenant() *directory.Snapshot {
	return &directory.Snapshot{
		Organization: &directory.Organization{ID: "t", DisplayName: "Contoso", Domains: []directory.Domain{{Name: "contoso.example"}}},
		Application: &directory.Application{AppID: clientID, DisplayName: "WebexConnect", Created: now.AddDate(0, -1, 0),
			Required: []directory.RequiredResource{
				{ResourceAppID: directory.ExchangeAppID, Access: []directory.Access{{ID: "r1", Type: directory.Role},
					{ID: "s1", Type: directory.Scope}}},
				{ResourceAppID: directory.MicrosoftGraphAppID, Access: []directory.Access{{ID: "g1", Type: directory.Scope}}}},
			Secrets: []directory.SecretInfo{{KeyID: "k1", End: now.AddDate(1, 0, 0)}}},
		ServicePrincipal: &directory.ServicePrincipal{ID: "sp"},
		Exchange: &directory.Resource{ID: "ex", AppID: directory.ExchangeAppID, Roles: []directory.Permission{{ID: "r1", Value: "Mail.Send"}},
			Scopes: []directory.Permission{{ID: "s1", Value: "SMTP.Send"}}},
		MicrosoftGraph: &directory.Resource{ID: "gr", AppID: directory.MicrosoftGraphAppID,
			Scopes: []directory.Permission{{ID: "g1", Value: "openid"}}},
		User:        &directory.User{UPN: "s.upport@contoso.example"},
		Assignments: []directory.Assignment{{ID: "a1", RoleID: "r1", ResourceID: "ex"}},
		Grants: []directory.Grant{{ID: "own", ConsentType: "Principal", PrincipalID: "u", ResourceID: "gr", Scopes: []string{"openid"}},
			{ID: "all", ConsentType: directory.AllPrincipals, ResourceID: "ex", Scopes: []string{"SMTP.Send"}}},
	}
}

func seen(change func(*directory.Snapshot, *Here)) *Seen {
	d, here := tenant(), &Here{Vault: Vault{Secret: &Secret{ClientID: clientID, KeyID: "k1"}}}
	change(d, here)
	return &Seen{Directory: Look[directory.Snapshot]{Value: d}, Here: Look[Here]{Value: here}}
}

func TestWhatWasNotLookedAtIsEmptyAndNobodysFault(t *testing.T) {
	s := &Seen{}
	for what, is := range map[string]bool{
		"a source is read":                s.Read() != 0,
		"somebody failed":                 s.Unread(Held|Directory|Exchange) != nil,
		"there is not even an empty one":  s.Tenant() == nil || s.Mail() == nil || s.Local() == nil,
		"there is an application":         s.Application() != nil || s.Restoring(),
		"there is a secret":               s.UsableSecret(now),
		"the tenant has a name":           s.Organization("otherwise") != "otherwise",
		"the tenant has a domain":         s.Owns("contoso.example"),
		"the account has a name":          s.UPN("a@contoso.example") != "",
		"the tenant knows a permission":   s.PermissionID(wanted.All()[0]) != "",
		"the application declares one":    s.Declared(wanted.All()[0]),
		"the application was granted one": s.Granted(wanted.All()[0]),
	} {
		if is {
			t.Error("nothing was read, and " + what)
		}
	}
}

func TestReadAndUnreadAreTheSourcesByName(t *testing.T) {
	noDirectory, noExchange := errors.New("directory"), errors.New("exchange")
	s := &Seen{Here: Look[Here]{Value: &Here{}}, Directory: Look[directory.Snapshot]{Err: noDirectory},
		Exchange: Look[mailflow.Snapshot]{Err: noExchange}}
	if s.Read() != Held || s.Unread(Held) != nil || s.Unread(Held|Directory) != noDirectory || s.Unread(Held|Exchange) != noExchange {
		t.Errorf("%v %v", s.Read(), s.Unread(Exchange))
	}
	s = &Seen{Directory: Look[directory.Snapshot]{Value: tenant()},
		Exchange: Look[mailflow.Snapshot]{Value: &mailflow.Snapshot{Dehydrated: true}}}
	if s.Read() != Directory|Exchange || !s.Read().Has(Exchange) || s.Read().Has(Held|Exchange) || !s.Mail().Dehydrated {
		t.Errorf("%v", s.Read())
	}
}

func TestADeletedApplicationCountsUntilThereIsALivingOne(t *testing.T) {
	s := seen(func(d *directory.Snapshot, _ *Here) { d.Application, d.Deleted = nil, d.Application })
	if !s.Restoring() || s.Application() == nil || !s.UsableSecret(now) {
		t.Error("a deleted application is forgotten")
	}
	s = seen(func(d *directory.Snapshot, _ *Here) { d.Deleted = &directory.Application{AppID: "older"} })
	if s.Restoring() || s.Application().AppID != clientID {
		t.Error("the deleted one is taken for ours")
	}
}

func TestASecretIsUsableWhileItIsListedAndHasNotEnded(t *testing.T) {
	for name, change := range map[string]func(*directory.Snapshot, *Here){
		"none held":               func(_ *directory.Snapshot, h *Here) { h.Secret = nil },
		"of another application":  func(_ *directory.Snapshot, h *Here) { h.Secret.ClientID = "other" },
		"not listed any more":     func(d *directory.Snapshot, _ *Here) { d.Application.Secrets = nil },
		"ended":                   func(d *directory.Snapshot, _ *Here) { d.Application.Secrets[0].End = now },
		"no application is there": func(d *directory.Snapshot, _ *Here) { d.Application = nil },
	} {
		s := seen(change)
		if s.UsableSecret(now) {
			t.Errorf("%s: of use", name)
		}
		if unlisted := name == "not listed any more"; s.SecretGone() != unlisted {
			t.Errorf("%s: gone %v", name, !unlisted)
		}
	}
	if s := seen(func(*directory.Snapshot, *Here) {}); !s.UsableSecret(now) || s.SecretGone() {
		t.Error("a good secret is of no use")
	}
}

func TestTheSecretPolicyIsThatOfTheApplicationsAge(t *testing.T) {
	policy := &directory.SecretPolicy{Blocked: true, BlockedFrom: now.AddDate(0, 0, -1), MaxLifetime: time.Hour}
	for name, test := range map[string]struct {
		change  func(*directory.Snapshot, *Here)
		blocked bool
		longest time.Duration
	}{
		"it does not say":      {func(*directory.Snapshot, *Here) {}, false, 0},
		"an older application": {func(d *directory.Snapshot, _ *Here) { d.SecretPolicy = policy }, false, time.Hour},
		"one that is made now": {func(d *directory.Snapshot, _ *Here) { d.SecretPolicy, d.Application = policy, nil }, true, time.Hour},
	} {
		if blocked, longest := seen(test.change).SecretPolicy(now); blocked != test.blocked || longest != test.longest {
			t.Errorf("%s: %v %v", name, blocked, longest)
		}
	}
}

func TestTheTenantIsNamedAsItCallsItself(t *testing.T) {
	s := seen(func(*directory.Snapshot, *Here) {})
	if s.Organization("otherwise") != "Contoso" || !s.Owns("CONTOSO.example") || s.Owns("fabrikam.example") {
		t.Error("another tenant")
	}
}

func TestWhoSignsInIsNamedAsTheirTokensAre(t *testing.T) {
	const typed, upn, renamed = "support@contoso.example", "s.upport@contoso.example", "renamed@contoso.example"
	token := func(login string) *Token { return &Token{Login: login, Account: upn} }
	for _, test := range []struct {
		name   string
		change func(*Seen)
		want   string
	}{
		{"nothing was looked at", func(*Seen) {}, ""},
		{"the directory", func(s *Seen) { s.Directory.Value = tenant() }, upn},
		{"Exchange", func(s *Seen) {
			s.Exchange.Value = &mailflow.Snapshot{SignIn: &mailflow.Mailbox{UserPrincipalName: upn}}
		}, upn},
		{"a token that was held", func(s *Seen) { s.Here.Value = &Here{Vault: Vault{Token: token(typed)}} }, upn},
		{"a token that was asked for by that name", func(s *Seen) { s.Here.Value = &Here{Vault: Vault{Token: token(upn)}} }, ""},
		{"a token of somebody else", func(s *Seen) { s.Here.Value = &Here{Vault: Vault{Token: token("sales@contoso.example")}} }, ""},
		{"a token that lives, where the directory lags", func(s *Seen) {
			s.Directory.Value = tenant()
			s.Tenant().User.UPN = renamed
			s.Here.Value = &Here{Vault: Vault{Token: token(typed), Refreshed: true}}
		}, upn},
		{"a token that no longer lives", func(s *Seen) {
			s.Directory.Value = tenant()
			s.Tenant().User.UPN = renamed
			s.Here.Value = &Here{Vault: Vault{Token: token(typed)}}
		}, renamed},
	} {
		s := &Seen{}
		test.change(s)
		if got := s.UPN(typed); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if !token(typed).IsOf(upn) || !token(typed).IsOf(typed) || token(typed).IsOf(renamed) {
		t.Error("a token is of whom it names, by either name")
	}
}

func TestATokenLivesForTheApplicationThatIsThere(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*directory.Snapshot, *Here)
		want   bool
	}{
		"of this application":            {func(*directory.Snapshot, *Here) {}, true},
		"of this one, which was deleted": {func(d *directory.Snapshot, _ *Here) { d.Application, d.Deleted = nil, d.Application }, true},
		"of another application":         {func(_ *directory.Snapshot, h *Here) { h.Token.ClientID = "another" }, false},
		"there is no application":        {func(d *directory.Snapshot, _ *Here) { d.Application = nil }, false},
		"it was not refreshed":           {func(_ *directory.Snapshot, h *Here) { h.Refreshed = false }, false},
	} {
		s := seen(func(d *directory.Snapshot, h *Here) {
			h.Refreshed, h.Token = true, &Token{ClientID: clientID}
			test.change(d, h)
		})
		if got := s.TokenLives(); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
		s.Directory.Value = nil // then nobody knows better than Entra ID
		if got := s.TokenLives(); got != s.Local().Refreshed {
			t.Errorf("%s, with the directory unread: %t", name, got)
		}
	}
}

func TestPermissionsAreDeclaredAndGrantedByTheTenantsOwnIDs(t *testing.T) {
	mailSend, smtpSend, openid, profile := wanted.All()[0], wanted.All()[1], wanted.All()[2], wanted.All()[3]
	s := seen(func(*directory.Snapshot, *Here) {})
	for _, test := range []struct {
		permission        wanted.Permission
		id                string
		declared, granted bool
	}{
		{mailSend, "r1", true, true},
		{smtpSend, "s1", true, true},
		{openid, "g1", true, false}, // one user's own consent is nobody else's
		{profile, "", false, false}, // the tenant does not publish it
	} {
		p := test.permission
		if s.PermissionID(p) != test.id || s.Declared(p) != test.declared || s.Granted(p) != test.granted {
			t.Errorf("%s: %q declared %v granted %v", p.Value, s.PermissionID(p), s.Declared(p), s.Granted(p))
		}
	}
	if s.Assignment("r1", "gr") != nil || s.Grant("gr") != nil || s.Grant("ex") == nil {
		t.Error("a permission of another resource is taken for this one's")
	}
	none := seen(func(d *directory.Snapshot, _ *Here) { d.Grants, d.Assignments = nil, nil })
	if none.Granted(mailSend) || none.Granted(smtpSend) {
		t.Error("granted without a grant")
	}
}

func TestAPermissionThatTheTenantDoesNotKnowIsNotGranted(t *testing.T) {
	unpublished := seen(func(d *directory.Snapshot, _ *Here) {
		d.Grants = append(d.Grants, directory.Grant{ConsentType: directory.AllPrincipals, ResourceID: "gr", Scopes: []string{"profile"}})
	})
	if unpublished.Granted(wanted.All()[3]) {
		t.Error("a permission that the tenant does not know is granted")
	}
}
