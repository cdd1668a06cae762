package world

import (
	"testing"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/secret"
	"wxmail/internal/step"
)

const clientID = "3cc22002-87be-46a5-bd1b-bb9337ad65d2"

func of(clientID, keyID, value string) Secret {
	return Secret{ClientID: clientID, KeyID: keyID, Label: "label of " + keyID, Value: secret.New(value)}
}

// What was taken over from somebody stands beside what the vault held: Webex
// Connect may still use that one.
func TestAReceivedSecretStandsBesideTheOneHeld(t *testing.T) {
	received := of(clientID, "", "new")
	held, recognised := of(clientID, "", "old"), of(clientID, "k1", "old")
	held.Previous = &Previous{"k0", "the one before"}
	other, equal := of("another application", "k1", "old"), of(clientID, "k1", "new")
	for name, test := range map[string]struct {
		held     *Secret
		isNew    bool
		previous *Previous
	}{
		"nothing held":                        {nil, true, nil},
		"a secret of another application":     {&other, true, nil},
		"the same":                            {&equal, false, nil},
		"one that nobody recognised":          {&held, true, held.Previous},
		"one that is listed: it goes on, too": {&recognised, true, &Previous{"k1", "label of k1"}},
	} {
		got, isNew := received.Beside(test.held)
		if isNew != test.isNew || isNew && (got.Value.Reveal() != "new" || (got.Previous == nil) != (test.previous == nil)) {
			t.Errorf("%s: %+v %v", name, got, isNew)
			continue
		}
		if test.previous != nil && *got.Previous != *test.previous {
			t.Errorf("%s: previous %+v", name, got.Previous)
		}
	}
}

func TestAReceivedSecretIsRecognisedByItsHint(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 11, day, 9, 0, 0, 5, time.UTC) }
	listed := func(keyID, hint string, day int) directory.SecretInfo {
		return directory.SecretInfo{KeyID: keyID, Label: "listed " + keyID, Hint: hint, Start: at(day), End: at(day).AddDate(2, 0, 0)}
	}
	app := &directory.Application{AppID: clientID, Secrets: []directory.SecretInfo{listed("older", "abc", 1), listed("newest", "abc", 3),
		listed("no hint", "", 9), listed("another", "xyz", 9), listed("replaced", "abc", 9)}}
	s := of(clientID, "", "abc~secret")
	s.Previous = &Previous{"replaced", ""}
	got, is := s.Recognise(app)
	if !is || got.KeyID != "newest" || got.Label != "listed newest" || !got.Expires.Equal(at(3).AddDate(2, 0, 0).Truncate(time.Second)) {
		t.Errorf("%+v %v", got, is)
	}
	for name, unknown := range map[string]struct {
		Secret
		app *directory.Application
	}{
		"no application":      {s, nil},
		"another application": {of("other", "", "abc~secret"), app},
		"it is known already": {of(clientID, "k", "abc~secret"), app},
		"none begins so":      {of(clientID, "", "qqq"), app},
	} {
		if got, is := unknown.Recognise(unknown.app); is || got.KeyID != unknown.KeyID {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestSecretsAreToldApartByTheirKey(t *testing.T) {
	s := of(clientID, "k1", "")
	one, other := directory.SecretInfo{KeyID: "k1"}, directory.SecretInfo{KeyID: "k0"}
	if !s.Is(one) || s.Is(other) || s.Replaced(other) {
		t.Error("one is the other")
	}
	s.Previous = &Previous{KeyID: "k0"}
	if !s.Replaced(other) || s.Replaced(one) {
		t.Error("the one before is not known")
	}
}

func TestATokenBelongsToApplicationTenantAndAccount(t *testing.T) {
	token := Token{ClientID: clientID, TenantID: "BDC42DE2", Login: "Support@contoso.example"}
	for _, test := range []struct {
		client, tenant, login string
		belongs               bool
	}{
		{clientID, "bdc42de2", "support@contoso.example", true},
		{"other", "bdc42de2", "support@contoso.example", false},
		{clientID, "other", "support@contoso.example", false},
		{clientID, "bdc42de2", "sales@contoso.example", false},
	} {
		if token.Belongs(test.client, test.tenant, test.login) != test.belongs {
			t.Errorf("%+v", test)
		}
	}
}

func TestAnEmptyMemoryCanBeWrittenTo(t *testing.T) {
	m := NewMemory()
	m.Orphans["a"], m.RedirectURIs["b"], m.Forwarding["c"], m.Labels["d"] = true, true, true, true
	m.Deeds["e"] = step.Deed{}
}

func TestASilentServiceHasAHostThatWasNotReached(t *testing.T) {
	p := Probed{Hosts: []Host{{Service: "graph", Stage: "tls"}}}
	if !p.Silent("graph") || p.Silent("smtp") {
		t.Error("another service is silent")
	}
}
