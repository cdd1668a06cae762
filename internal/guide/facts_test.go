package guide

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// What the tests' tenant is made of.
const (
	mailboxAddress = "support@contoso.example"
	assetAddress   = "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io"
	callbackURL    = "https://contoso.us.webexconnect.io/callback"
	oldCallback    = "https://contoso.eu.webexconnect.io/callback"
	policyOfOurs   = "wxmail support@contoso.example"
	secretLabel    = "wxmail 2026-11-27 firstrun"

	objectID, clientID, principalID, secretID = "object-1", "client-1", "principal-1", "secret-1"
	exchangeID, graphID                       = "resource-exchange", "resource-graph"
	roleMailSend, scopeSMTPSend               = "id-mail-send", "id-smtp-send"
	exchangeName, graphName                   = "Office 365 Exchange Online", "Microsoft Graph"
)

// today is when all tests take place.
func today() time.Time { return time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC) }

// breaking breaks one thing of a tenant, or changes one wish.
type breaking func(*Facts)

// healthy is a tenant in which all is as the guide wants it, as wxmail left it,
// but for what is broken.
func healthy(breaks ...breaking) Facts {
	f := Facts{Wanted: wantedOf(nil), Now: today()}
	f.Seen.TenantID = "tenant-1"
	f.Seen.Directory.Value, f.Seen.Exchange.Value, f.Seen.Here.Value = healthyDirectory(), healthyExchange(), healthyHere()
	return broken(f, breaks)
}

// untouched is a tenant in which nothing was done yet.
func untouched(breaks ...breaking) Facts {
	f := healthy(noApplication, smtpInherited, noPolicy, noForwarding, emptyVault, emptyJournal)
	return broken(f, breaks)
}

func broken(f Facts, breaks []breaking) Facts {
	for _, b := range breaks {
		b(&f)
	}
	return f
}

func wantedOf(answers map[string]string) wanted.Wanted {
	a := &wanted.Answers{Flags: answers, Profile: map[string]string{"webex.email-id": mailboxAddress, "webex.forwarding-address": assetAddress,
		"webex.callback-url": callbackURL}}
	w, _, err := wanted.Parse(a)
	if err != nil {
		panic(err)
	}
	w.Run = wanted.Run{Profile: "default", Steps: StepIDs(), Nonce: "thisrun"}
	return w
}

// answer gives other answers than the profile's.
func answer(pairs ...string) breaking {
	return func(f *Facts) {
		answers := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			answers[pairs[i]] = pairs[i+1]
		}
		run := f.Wanted.Run
		f.Wanted = wantedOf(answers)
		f.Wanted.Run = run
	}
}

func healthyDirectory() *directory.Snapshot {
	return &directory.Snapshot{
		Organization:     &directory.Organization{ID: "tenant-1", DisplayName: "Contoso", Domains: []directory.Domain{{Name: "contoso.example"}}},
		Application:      healthyApplication(),
		ServicePrincipal: &directory.ServicePrincipal{ID: principalID, AppID: clientID, DisplayName: "WebexConnect"},
		Assignments:      []directory.Assignment{{ID: "assignment-1", RoleID: roleMailSend, ResourceID: exchangeID}},
		Grants: []directory.Grant{
			{ID: "grant-1", ConsentType: directory.AllPrincipals, ResourceID: exchangeID, Scopes: []string{"SMTP.Send"}},
			{ID: "grant-2", ConsentType: directory.AllPrincipals, ResourceID: graphID, Scopes: []string{"openid", "profile", "offline_access"}}},
		Exchange: &directory.Resource{ID: exchangeID, AppID: directory.ExchangeAppID,
			Roles:  []directory.Permission{{ID: roleMailSend, Value: "Mail.Send"}},
			Scopes: []directory.Permission{{ID: scopeSMTPSend, Value: "SMTP.Send"}}},
		MicrosoftGraph: &directory.Resource{ID: graphID, AppID: directory.MicrosoftGraphAppID,
			Scopes: []directory.Permission{{ID: "id-openid", Value: "openid"},
				{ID: "id-profile", Value: "profile"}, {ID: "id-offline", Value: "offline_access"}, {ID: "id-user-read", Value: "User.Read"}}},
		User:          &directory.User{ID: "user-1", UPN: mailboxAddress, Mail: mailboxAddress, Enabled: true, Licensed: true},
		ConsentPolicy: &directory.ConsentPolicy{UserConsent: directory.ConsentMicrosoft},
		SecretPolicy:  &directory.SecretPolicy{},
	}
}

func healthyApplication() *directory.Application {
	return &directory.Application{
		ObjectID: objectID, AppID: clientID, UniqueName: wanted.UniqueName(mailboxAddress), DisplayName: "WebexConnect",
		RedirectURIs: []string{callbackURL}, ImplicitAccessTokens: true, Created: today().AddDate(0, -1, 0),
		Required: healthyRequired(),
		Secrets:  []directory.SecretInfo{{KeyID: secretID, Label: secretLabel, End: today().AddDate(2, -1, 0)}},
	}
}

func healthyRequired() []directory.RequiredResource {
	return []directory.RequiredResource{
		{ResourceAppID: directory.ExchangeAppID, Access: []directory.Access{{ID: roleMailSend, Type: directory.Role},
			{ID: scopeSMTPSend, Type: directory.Scope}}},
		{ResourceAppID: directory.MicrosoftGraphAppID, Access: []directory.Access{{ID: "id-openid", Type: directory.Scope},
			{ID: "id-profile", Type: directory.Scope}, {ID: "id-offline", Type: directory.Scope}}}}
}

func healthyExchange() *mailflow.Snapshot {
	m := userMailbox("support")
	m.Forwarding = mailflow.Forwarding{SMTPAddress: assetAddress, KeepCopy: true}
	return &mailflow.Snapshot{
		Mailbox: m, SignIn: m, SMTPAuthDisabled: new(bool), TenantSMTPAuthDisabled: true,
		OutboundPolicies: []mailflow.OutboundPolicy{{Name: "Default", IsDefault: true, AutoForwardingMode: "Automatic"},
			{Name: policyOfOurs, AutoForwardingMode: "On", AdminDisplayName: outboundComment(mailboxAddress)}},
		OutboundRules: []mailflow.OutboundRule{{Name: policyOfOurs, Policy: policyOfOurs, State: "Enabled", From: []string{mailboxAddress}}},
		RemoteDomains: []mailflow.RemoteDomain{{Name: "Default", DomainName: "*", AutoForwardEnabled: true}},
	}
}

func userMailbox(name string) *mailflow.Mailbox {
	return &mailflow.Mailbox{Identity: name, Name: name, DisplayName: "The " + name + " desk", PrimarySMTPAddress: name + "@contoso.example",
		UserPrincipalName: name + "@contoso.example", RecipientTypeDetails: "UserMailbox",
		EmailAddresses: []string{"SMTP:" + name + "@contoso.example", "smtp:" + name + ".alias@contoso.example"}}
}

func healthyHere() *world.Here {
	return &world.Here{
		Vault: world.Vault{Open: true, Refreshed: true,
			Secret: &world.Secret{ClientID: clientID, KeyID: secretID, Label: secretLabel, Expires: today().AddDate(2, -1, 0),
				Value: secret.New("value of " + secretID)},
			Token: &world.Token{ClientID: clientID, TenantID: "tenant-1", Login: mailboxAddress, Account: mailboxAddress, Proved: true}},
		Memory: remember(setUp()),
	}
}

// remember is what a journal of these entries knows, where the vault holds the
// first run's secret.
func remember(entries []step.Entry) world.Memory {
	return Remember(entries, []string{secretLabel}, secretLabel)
}

// did is an entry of something that was done a month ago.
func did(op step.Op, key, target string, before, after step.Value, made string) step.Entry {
	return step.Entry{Key: key, Target: target, Op: op, At: today().AddDate(0, -1, 0), Before: raw(before), After: raw(after), Done: true,
		Made: json.RawMessage(made)}
}

func raw(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// setUp is the journal of a setup of the whole guide.
func setUp() []step.Entry {
	app := Application{DisplayName: "WebexConnect", RedirectURIs: []string{callbackURL, TemporaryRedirect}, ImplicitAccessTokens: true,
		Permissions: healthyPermissions()}
	return []step.Entry{
		did(step.Create, "azure.application", "WebexConnect", nil, app, `{"objectId":"object-1","appId":"client-1"}`),
		did(step.Create, "azure.service-principal", "WebexConnect", nil, Principal{DisplayName: "WebexConnect"}, `{"objectId":"principal-1"}`),
		did(step.Create, "azure.secret", "WebexConnect", nil, Secret{Label: secretLabel, Expires: "2028-10-27T09:00:00Z", Value: "(set)"}, `{}`),
		did(step.Create, "azure.app-role.Mail.Send", "WebexConnect", nil, Role{Value: "Mail.Send", Resource: exchangeName}, `{}`),
		did(step.Create, "azure.grant.Office-365-Exchange-Online", "WebexConnect", nil, Grant{Resource: exchangeName,
			Scopes: []string{"SMTP.Send"}}, `{}`),
		did(step.Create, "azure.grant.Microsoft-Graph", "WebexConnect", nil,
			Grant{Resource: graphName, Scopes: []string{"openid", "profile", "offline_access"}}, `{}`),
		did(step.Update, "mailbox.smtp-auth", mailboxAddress, SMTPAuth("inherited-disabled"), smtpEnabled, `null`),
		did(step.Create, "mailbox.outbound-policy", policyOfOurs, nil, OutboundPolicy{AutoForwarding: "On"}, `null`),
		did(step.Create, "mailbox.outbound-rule", policyOfOurs, nil,
			OutboundRule{From: []string{mailboxAddress}, Policy: policyOfOurs, State: "Enabled"}, `null`),
		did(step.Create, "mailbox.forwarding", mailboxAddress, Forwarding{}, Forwarding{ForwardingTo: assetAddress, KeepCopy: true}, `null`),
		did(step.Create, "token.sign-in", mailboxAddress, nil, Token{Login: mailboxAddress}, `{}`),
		did(step.Create, "token.smtp-sign-in", mailboxAddress, nil, SMTPProof{User: mailboxAddress}, `null`),
		did(step.Delete, "token.redirect-uri", "WebexConnect", RedirectURI(TemporaryRedirect), nil, `{"gone":true}`),
	}
}

func healthyPermissions() []Permission {
	f := Facts{}
	f.Seen.Directory.Value = healthyDirectory()
	return f.shownApplication(healthyApplication()).Permissions
}

// outline is a plan as one line a change: its id, and why; of what is hindered
// by what; of what stays and what says so.
type outline struct {
	Changes, Withheld []string
	Obstacles         []string
	Notes             []string
	Kept              []string
}

func outlineOf(p *step.Plan) outline {
	o := outline{Changes: lines(p.Changes), Withheld: lines(p.Withheld)}
	for _, obstacle := range p.Obstacles {
		o.Obstacles = append(o.Obstacles, obstacleLine(obstacle))
	}
	for _, k := range p.Kept {
		o.Kept = append(o.Kept, k.Key+" "+k.Because.ID)
	}
	for _, n := range p.Notes {
		if n.ID != "kept.note" { // it says again what is kept
			o.Notes = append(o.Notes, n.ID)
		}
	}
	return o
}

func lines(changes []step.Change) (all []string) {
	for _, c := range changes {
		line := c.ID()
		for _, why := range c.Why {
			line += " " + why.Code
		}
		all = append(all, line)
	}
	return all
}

func obstacleLine(o *step.Obstacle) string {
	line := o.Step + " " + o.Code
	for _, mark := range []struct {
		is   bool
		text string
	}{{o.Question != "", "asks " + o.Question}, {o.About != "", "about " + o.About}, {o.Stops, "stops"}, {o.Waiting, "waits"},
		{o.Repeats, "repeats"}} {
		if mark.is {
			line += ", " + mark.text
		}
	}
	return line
}

// planTest is a tenant and the plan that it must lead to: all of the guide, so
// that what is not named is not touched.
type planTest struct {
	name  string
	facts Facts
	want  outline
}

func runPlans(t *testing.T, tests []planTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(Guide(nil, nil).Plan(test.facts)), test.want)
		})
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	secrets := cmp.Comparer(func(a, b secret.Value) bool { return a.Reveal() == b.Reveal() })
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), secrets); diff != "" {
		t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

// planned is one change of a plan of the guide.
func planned(t *testing.T, f Facts, id string) step.Change {
	t.Helper()
	return changeOf(t, Guide(nil, nil).Plan(f), id)
}

func changeOf(t *testing.T, p *step.Plan, id string) step.Change {
	t.Helper()
	for _, c := range slices.Concat(p.Changes, p.Withheld) {
		if c.ID() == id {
			return c
		}
	}
	t.Fatalf("no %s in %+v", id, outlineOf(p))
	return step.Change{}
}

// undoOf is the plan of an undo of these steps, all for none, that is agreed
// to.
func undoOf(f Facts, steps ...string) *step.Plan {
	f.Wanted.UndoConfirm = f.Wanted.Run.Profile
	c := Undo(steps)
	f.Wanted.Run.Steps = c.Steps
	return c.Plan(f)
}

// newSecretValue is that of the first secret that a tenant makes.
var newSecretValue = secret.New("value of secret made 1")

// A role that no token names is tried: the plan is that of who has it, with a
// warning.
func TestARoleThatIsNotSeenIsTried(t *testing.T) {
	for name, course := range map[string]Course{"setup": Guide(nil, nil), "a rotation": Rotation(), "undo": Undo([]string{"azure.register"})} {
		facts := map[bool]func(...breaking) Facts{true: untouched, false: healthy}[name == "setup"]
		mighty, other := course.Plan(facts(roles(globalAdministrator))), course.Plan(facts(hinted("a role of ours")))
		same(t, name, outlineOf(other).Changes, outlineOf(mighty).Changes)
		if len(other.Changes) == 0 || len(mighty.Warnings) != 0 || len(other.Warnings) != 1 || other.Warnings[0].ID != roleUnseen {
			t.Errorf("%s: %v and %v", name, mighty.Warnings, other.Warnings)
		}
	}
	if p := Guide(nil, nil).Plan(healthy(hinted("a role of ours"))); len(p.Warnings) != 0 {
		t.Errorf("where nothing is to be written: %v", p.Warnings)
	}
}

// The refusal is what counts, and for the roles that it speaks of.
func TestRefusalsAreBelieved(t *testing.T) {
	graph := func(status int, code string) error {
		return &microsoft.Error{Service: microsoft.Graph, Status: status, Code: code}
	}
	denied := graph(403, "Authorization_RequestDenied")
	for name, c := range map[string]struct {
		key      string
		err      error
		holds    string
		believed bool
		lacks    []string // of an application and a consent
	}{
		"registering":         {"azure.application", denied, "reader", true, []string{"azure.application", "azure.app-role.Mail.Send"}},
		"consenting":          {"azure.app-role.Mail.Send", denied, "reader", true, []string{"azure.app-role.Mail.Send"}},
		"undoing":             {"undo.azure.application", denied, "", true, []string{"azure.application", "azure.app-role.Mail.Send"}},
		"a role that is seen": {"azure.application", denied, applicationDeveloper, false, nil},
		"a policy":            {"azure.secret", graph(403, "CredentialTypeNotAllowedAsPerAppPolicy"), "reader", false, nil},
		"not found":           {"azure.application", graph(404, ""), "reader", false, nil},
		"another service":     {"mailbox.forwarding", &microsoft.Error{Service: microsoft.Exchange, Status: 403}, "reader", false, nil},
		"nobody's key":        {"no.such.key", denied, "reader", false, nil},
		"no refusal":          {"azure.application", errors.New("the disk is full"), "reader", false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			may := May{Directory: Admin{Account: "anna@contoso.example", Roles: []string{c.holds}}}
			same(t, "believed", may.Believe(c.key, c.err), c.believed)
			var lacks []string
			for _, key := range []string{"azure.application", "azure.app-role.Mail.Send"} {
				if o := may.Lacks(key); o != nil {
					same(t, "why", []any{o.Code, o.Object, o.Err}, []any{"WX-ROLE-DIRECTORY", "anna@contoso.example", c.err})
					lacks = append(lacks, key)
				}
			}
			same(t, "lacks", lacks, c.lacks)
		})
	}
}
