package guide

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// golden is a journal that an earlier wxmail wrote, and the tenant right after.
type golden struct {
	entries []step.Entry
	stored  []string
	state   state
}

func readGolden(t *testing.T, name string) golden {
	t.Helper()
	journal, err := os.ReadFile(filepath.Join("testdata", "journals", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	g := golden{}
	g.entries, g.stored = entriesOf(t, journal)
	text, err := os.ReadFile(filepath.Join("testdata", "journals", name+".state.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g.state); err != nil {
		t.Fatal(err)
	}
	return g
}

// record is a line of a journal, as far as it matters here. Package store
// holds the whole format, and tests its checksums.
type record struct {
	Record struct {
		Seq                   int64
		At                    time.Time
		Kind, Key, Op, Target string
		Run                   string
		Before, After, Made   json.RawMessage
	}
}

// entriesOf pairs intents with their ends; a torn last line is dropped.
func entriesOf(t *testing.T, journal []byte) (entries []step.Entry, stored []string) {
	t.Helper()
	at := map[int64]int{}
	for line := range bytes.Lines(journal) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		switch rec, i := r.Record, at[r.Record.Seq]; rec.Kind {
		case "intend":
			at[rec.Seq] = len(entries)
			entries = append(entries, step.Entry{Run: rec.Run, Key: rec.Key, Target: rec.Target, Op: step.Op(rec.Op), At: rec.At, Before: rec.Before,
				After: rec.After})
		case "done":
			entries[i].Done, entries[i].Made = true, rec.Made
		case "failed":
			entries[i].Refused = true
		case "note":
			stored = append(stored, rec.Target)
		}
	}
	return entries, stored
}

// state is the sandbox's tenant, as far as a plan looks at it.
type state struct {
	Organization struct {
		ID, DisplayName string
		VerifiedDomains []directory.Domain
	}
	Applications, DeletedItems []stateApplication
	ServicePrincipals          []statePrincipal
	AppRoleAssignments         []struct{ ID, AppRoleID, PrincipalID, ResourceID string }
	OAuth2PermissionGrants     []struct{ ID, ClientID, ConsentType, ResourceID, Scope string }
	Users                      []struct {
		UserPrincipalName string
		AccountEnabled    bool
	}
	Mailboxes          []stateMailbox
	TransportConfig    struct{ SmtpClientAuthenticationDisabled bool }
	OrganizationConfig struct{ IsDehydrated bool }
	OutboundPolicies   []mailflow.OutboundPolicy
	OutboundRules      []mailflow.OutboundRule
	RemoteDomains      []mailflow.RemoteDomain
	TransportRules     []mailflow.TransportRule
}

type stateApplication struct {
	ID, AppID, UniqueName, DisplayName string
	Web                                struct {
		RedirectURIs          []string
		ImplicitGrantSettings struct{ EnableAccessTokenIssuance bool }
	}
	RequiredResourceAccess []struct {
		ResourceAppID  string
		ResourceAccess []directory.Access
	}
	PasswordCredentials []struct {
		KeyID, DisplayName         string
		StartDateTime, EndDateTime time.Time
	}
	CreatedDateTime time.Time
}

type statePrincipal struct {
	ID, AppID, DisplayName           string
	AppRoles, OAuth2PermissionScopes []directory.Permission
}

type stateMailbox struct {
	mailflow.Mailbox
	SmtpClientAuthenticationDisabled *bool
	SendAs                           []string
}

// UnmarshalJSON keeps the mailbox's own reading from hiding the rest.
func (m *stateMailbox) UnmarshalJSON(raw []byte) error {
	var rest struct {
		SmtpClientAuthenticationDisabled *bool
		SendAs                           []string
	}
	if err := json.Unmarshal(raw, &rest); err != nil {
		return err
	}
	m.SmtpClientAuthenticationDisabled, m.SendAs = rest.SmtpClientAuthenticationDisabled, rest.SendAs
	return json.Unmarshal(raw, &m.Mailbox)
}

// application is one as the directory shows it.
func (a stateApplication) application() *directory.Application {
	out := &directory.Application{ObjectID: a.ID, AppID: a.AppID, UniqueName: a.UniqueName, DisplayName: a.DisplayName,
		RedirectURIs:         a.Web.RedirectURIs,
		ImplicitAccessTokens: a.Web.ImplicitGrantSettings.EnableAccessTokenIssuance, Created: a.CreatedDateTime}
	for _, r := range a.RequiredResourceAccess {
		out.Required = append(out.Required, directory.RequiredResource{ResourceAppID: r.ResourceAppID, Access: r.ResourceAccess})
	}
	for _, s := range a.PasswordCredentials {
		out.Secrets = append(out.Secrets, directory.SecretInfo{KeyID: s.KeyID, Label: s.DisplayName, Start: s.StartDateTime, End: s.EndDateTime})
	}
	return out
}

// facts are what a run of the profile would see, with these answers and the
// secret of that label in its vault.
func (g golden) facts(answers map[string]string, held string) Facts {
	f := Facts{Wanted: wantedOf(answers), Now: today()}
	f.Seen.Directory.Value, f.Seen.Exchange.Value = g.directory(f), g.exchange(f)
	own, apart := Apart(f.Wanted.Mailbox, g.entries)
	here := &world.Here{Memory: Remember(own, g.stored, held), Apart: apart}
	here.Open = true
	if app := f.Seen.Directory.Value.Application; app != nil {
		for _, s := range app.Secrets {
			if s.Label == held {
				here.Secret = &world.Secret{ClientID: app.AppID, KeyID: s.KeyID, Label: s.Label}
			}
		}
	}
	if _, signedIn := here.Memory.Deeds["token.sign-in"]; signedIn {
		here.Token = &world.Token{Login: f.Wanted.Login()}
	}
	f.Seen.Here.Value = here
	return f
}

func (g golden) directory(f Facts) *directory.Snapshot {
	s := &directory.Snapshot{Organization: &directory.Organization{ID: g.state.Organization.ID, DisplayName: g.state.Organization.DisplayName,
		Domains: g.state.Organization.VerifiedDomains}}
	for _, a := range g.state.Applications {
		if a.AppID == f.Wanted.Application || f.Wanted.Application == "" && a.UniqueName == wanted.FormerUniqueName(f.Wanted.Mailbox) {
			s.Application = a.application()
		}
	}
	g.principals(s)
	g.consent(s)
	return s
}

func (g golden) principals(s *directory.Snapshot) {
	for _, p := range g.state.ServicePrincipals {
		resource := &directory.Resource{ID: p.ID, AppID: p.AppID, Roles: p.AppRoles, Scopes: p.OAuth2PermissionScopes}
		switch {
		case p.AppID == directory.ExchangeAppID:
			s.Exchange = resource
		case p.AppID == directory.MicrosoftGraphAppID:
			s.MicrosoftGraph = resource
		case s.Application != nil && p.AppID == s.Application.AppID:
			s.ServicePrincipal = &directory.ServicePrincipal{ID: p.ID, AppID: p.AppID, DisplayName: p.DisplayName}
		}
	}
}

func (g golden) consent(s *directory.Snapshot) {
	if s.ServicePrincipal == nil {
		return
	}
	for _, a := range g.state.AppRoleAssignments {
		if a.PrincipalID == s.ServicePrincipal.ID {
			s.Assignments = append(s.Assignments, directory.Assignment{ID: a.ID, RoleID: a.AppRoleID, ResourceID: a.ResourceID})
		}
	}
	for _, grant := range g.state.OAuth2PermissionGrants {
		if grant.ClientID == s.ServicePrincipal.ID {
			s.Grants = append(s.Grants, directory.Grant{ID: grant.ID, ConsentType: grant.ConsentType, ResourceID: grant.ResourceID,
				Scopes: strings.Fields(grant.Scope)})
		}
	}
}

func (g golden) exchange(f Facts) *mailflow.Snapshot {
	s := &mailflow.Snapshot{TenantSMTPAuthDisabled: g.state.TransportConfig.SmtpClientAuthenticationDisabled,
		Dehydrated:       g.state.OrganizationConfig.IsDehydrated,
		OutboundPolicies: g.state.OutboundPolicies, OutboundRules: g.state.OutboundRules, RemoteDomains: g.state.RemoteDomains,
		TransportRules: g.state.TransportRules}
	for i, m := range g.state.Mailboxes {
		if m.Is(f.Wanted.Mailbox) {
			s.Mailbox, s.SendAs = &g.state.Mailboxes[i].Mailbox, m.SendAs
		}
		if m.Is(f.Wanted.Login()) {
			s.SignIn, s.SMTPAuthDisabled = &g.state.Mailboxes[i].Mailbox, m.SmtpClientAuthenticationDisabled
		}
	}
	return s
}

func goldenNames(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "journals", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %d journals", err, len(files))
	}
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".jsonl"))
	}
	return names
}

// wordsOnly are things of which older versions wrote words that say nothing
// that is needed.
func wordsOnly(key string) bool {
	return strings.HasPrefix(key, "token.sign-in") || strings.HasPrefix(key, "token.smtp-sign-in")
}

// Every value that an earlier wxmail wrote is understood: as the thing's own
// kind, and not as nothing.
func TestOldJournalsAreUnderstood(t *testing.T) {
	all := allTrials(t)
	for _, name := range goldenNames(t) {
		g := readGolden(t, name)
		for _, e := range g.entries {
			key := e.Key
			if undone, is := step.Undoes(key); is {
				key = undone
			}
			thing, known := ThingOf(key)
			if !known {
				t.Errorf("%s: nothing owns %s", name, e.Key)
				continue
			}
			for _, text := range []json.RawMessage{e.Before, e.After} {
				if !wordsOnly(key) && !understood(all[thing.Key], text) {
					t.Errorf("%s: %s: %s is understood as nothing", name, e.Key, text)
				}
			}
		}
	}
}

// understood says whether a text is a value of that kind: the zero one only
// where it says so itself.
func understood(one trial, text json.RawMessage) bool {
	if string(text) == "null" || len(text) == 0 {
		return true
	}
	v, nothing := string(raw(one.decode(text))), string(raw(one.decode(nil)))
	return v != nothing || v == string(text)
}
