package doctor

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

const (
	support  = "support@contoso.example"
	help     = "help@contoso.example" // a shared mailbox, signed in for by support
	asset    = "contoso.1@mail-us.imiconnect.io"
	callback = "https://contoso.us.webexconnect.io/callback"
	our      = "wxmail " + support
	label    = "wxmail 2026-11-01 abcd" // of the client secret
)

// patient is a connection as it was seen, to be broken in one way: what a
// table's row changes before it is planned and judged.
type patient struct {
	answers   map[string]string
	directory *directory.Snapshot
	exchange  *mailflow.Snapshot
	here      *world.Here
	probed    world.Probed
	areas     []Area

	directoryErr, exchangeErr error
	now                       time.Time
}

// ailment is a connection broken in one way, and the codes of all errors and
// warnings, sorted.
type ailment struct {
	name  string
	finds []string
	harm  func(*patient)
}

func now() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }

// healthy is a connection in which nothing is wrong.
func healthy() *patient {
	p := &patient{now: now(), directory: healthyDirectory(), exchange: healthyExchange(), here: &world.Here{Memory: world.NewMemory()}}
	p.answers = map[string]string{"webex.email-id": support, "webex.forwarding-address": asset, "webex.callback-url": callback,
		"azure.admin": "admin@contoso.example"}
	p.here.Open, p.here.Refreshed = true, true
	p.here.Secret = &world.Secret{ClientID: "app-id", KeyID: "key-1", Label: label, Expires: p.app().Secrets[0].End, Value: secret.New("s")}
	p.here.Token = &world.Token{ClientID: "app-id", Login: support, Account: support, TenantID: "tenant", Proved: true}
	p.knows(our)
	return p
}

// knows makes the journal know that wxmail made what bears its mark.
func (p *patient) knows(policy string) {
	for key, target := range map[string]string{"azure.application": "WebexConnect", "mailbox.outbound-policy": policy,
		"mailbox.outbound-rule": policy} {
		p.here.Memory.Deeds[key] = step.Deed{Op: step.Create, Key: key, Target: target}
	}
}

func healthyDirectory() *directory.Snapshot {
	scope := func(id string) directory.Access { return directory.Access{ID: id, Type: directory.Scope} }
	all := func(resource string, scopes ...string) directory.Grant {
		return directory.Grant{ID: resource, ConsentType: directory.AllPrincipals, ResourceID: resource, Scopes: scopes}
	}
	return &directory.Snapshot{
		Organization: &directory.Organization{ID: "tenant", DisplayName: "Contoso", Domains: []directory.Domain{{Name: "contoso.example"}}},
		Application: &directory.Application{
			ObjectID: "object", AppID: "app-id", DisplayName: "WebexConnect", UniqueName: wanted.UniqueName(support),
			RedirectURIs: []string{callback}, ImplicitAccessTokens: true, Created: now().AddDate(0, -1, 0),
			Secrets: []directory.SecretInfo{{KeyID: "key-1", Label: label, Start: now().AddDate(0, -1, 0), End: now().AddDate(2, 0, 0)}},
			Required: []directory.RequiredResource{
				{ResourceAppID: directory.ExchangeAppID, Access: []directory.Access{{ID: "mail-send", Type: directory.Role}, scope("smtp-send")}},
				{ResourceAppID: directory.MicrosoftGraphAppID, Access: []directory.Access{scope("1"), scope("2"), scope("3")}},
			},
		},
		ServicePrincipal: &directory.ServicePrincipal{ID: "principal", AppID: "app-id", DisplayName: "WebexConnect"},
		Exchange: &directory.Resource{ID: "exchange", AppID: directory.ExchangeAppID,
			Roles:  []directory.Permission{{ID: "mail-send", Value: "Mail.Send"}},
			Scopes: []directory.Permission{{ID: "smtp-send", Value: "SMTP.Send"}}},
		MicrosoftGraph: &directory.Resource{ID: "graph", AppID: directory.MicrosoftGraphAppID, Scopes: []directory.Permission{
			{ID: "1", Value: "openid"}, {ID: "2", Value: "profile"}, {ID: "3", Value: "offline_access"}}},
		Assignments:   []directory.Assignment{{ID: "assignment", RoleID: "mail-send", ResourceID: "exchange"}},
		Grants:        []directory.Grant{all("exchange", "SMTP.Send"), all("graph", "openid", "profile", "offline_access")},
		User:          &directory.User{ID: "user", UPN: support, Mail: support, Enabled: true, Licensed: true},
		ConsentPolicy: &directory.ConsentPolicy{UserConsent: directory.ConsentAll},
		SecretPolicy:  &directory.SecretPolicy{},
	}
}

func healthyExchange() *mailflow.Snapshot {
	off := false
	m := &mailflow.Mailbox{Identity: "support", PrimarySMTPAddress: support, UserPrincipalName: support, RecipientTypeDetails: "UserMailbox",
		EmailAddresses: []string{"SMTP:" + support, "smtp:support@contoso.onmicrosoft.com"},
		Forwarding:     mailflow.Forwarding{SMTPAddress: asset, KeepCopy: true}}
	return &mailflow.Snapshot{Mailbox: m, SignIn: m, SMTPAuthDisabled: &off, TenantSMTPAuthDisabled: true,
		OutboundPolicies: []mailflow.OutboundPolicy{{Name: "Default", AutoForwardingMode: "Automatic", IsDefault: true},
			{Name: our, AutoForwardingMode: "On"}},
		OutboundRules: []mailflow.OutboundRule{{Name: our, Policy: our, State: "Enabled", From: []string{support}}},
		RemoteDomains: []mailflow.RemoteDomain{{Name: "Default", DomainName: "*", AutoForwardEnabled: true}}}
}

// shared makes the mailbox the shared one, for which support signs in.
func (p *patient) shared() {
	p.answers["webex.email-id"], p.answers["mailbox.sign-in-as"] = help, support
	box := &mailflow.Mailbox{Identity: "help", PrimarySMTPAddress: help, RecipientTypeDetails: "SharedMailbox", AccountDisabled: true,
		Forwarding: p.exchange.Mailbox.Forwarding}
	p.exchange.SignIn.Forwarding = mailflow.Forwarding{}
	p.exchange.Mailbox, p.exchange.SendAs = box, []string{support}
	p.exchange.OutboundRules[0].Name, p.exchange.OutboundRules[0].Policy = "wxmail "+help, "wxmail "+help
	p.exchange.OutboundRules[0].From, p.exchange.OutboundPolicies[1].Name = []string{help}, "wxmail "+help
	p.knows("wxmail " + help)
}

// app is our application.
func (p *patient) app() *directory.Application { return p.directory.Application }

// did makes the journal know a change, made some hours ago.
func (p *patient) did(key, target, after string, times int) {
	p.here.Memory.Deeds[key] = step.Deed{Op: step.Update, Key: key, Target: target, After: []byte(after), At: now().Add(-2 * time.Hour),
		Times: times, Done: true}
}

// refused makes the token endpoint refuse the stored token.
func (p *patient) refused(err error) { p.here.Refreshed, p.here.RefreshErr = false, err }

// facts are those of the patient, as far as its areas look.
func (p *patient) facts(t *testing.T) (guide.Facts, world.Scope) {
	t.Helper()
	scope := ScopeOf(p.areas...)
	w, _, err := wanted.Parse(&wanted.Answers{Flags: p.answers})
	if err != nil {
		t.Fatal(err)
	}
	w.Run = wanted.Run{Profile: "default", Steps: scope.Steps, Nonce: "nonce"}
	f := guide.Facts{Wanted: w, Now: p.now, Seen: world.Seen{TenantID: "tenant"}}
	if scope.Sources.Has(world.Held) {
		f.Seen.Here.Value = p.here
	}
	if scope.Sources.Has(world.Directory) {
		f.Seen.Directory = world.Look[directory.Snapshot]{Value: p.directory, Err: p.directoryErr}
	}
	if scope.Sources.Has(world.Exchange) {
		f.Seen.Exchange = world.Look[mailflow.Snapshot]{Value: p.exchange, Err: p.exchangeErr}
	}
	return f, scope
}

// judge plans and judges, and holds what must be true of any judgement.
func (p *patient) judge(t *testing.T) ([]Finding, *step.Plan) {
	t.Helper()
	f, scope := p.facts(t)
	plan := step.NewPlan()
	if scope.Sources != 0 {
		plan = guide.Guide(scope.Steps, nil).Plan(f)
	}
	o := Options{Areas: p.areas, Days: 30, Code: explained, Link: func(page step.Page) string { return string(page.Portal) + page.Path }}
	findings := Judge(f, plan, p.probed, o)
	sound(t, findings, plan)
	agreed(t, findings, plan)
	return findings, plan
}

// explained stands for the table that explains errors.
func explained(err error) string {
	e := microsoft.Of(err)
	switch {
	case e == nil:
		return "WX-FAILED"
	case e.Service == microsoft.SMTP:
		return map[mailflow.Refusal]string{mailflow.TenantSwitch: "WX-SMTP-AUTH-TENANT", mailflow.MailboxSwitch: "WX-SMTP-AUTH-MAILBOX",
			mailflow.NotAllowed: "WX-SMTP-AUTH-OFF", mailflow.Identity: "WX-SMTP-IDENTITY", mailflow.SignInPolicy: "WX-SMTP-POLICY",
			mailflow.SecurityDefaults: "WX-SMTP-SECURITY-DEFAULTS", mailflow.BasicAuth: "WX-SMTP-BASIC", mailflow.Concurrency: "WX-SMTP-BUSY",
			mailflow.MailboxLogon: "WX-SMTP-LOGON", mailflow.SendAs: "WX-SEND-AS-DENIED", "": "WX-SMTP-REFUSED"}[mailflow.Meaning(err)]
	case silent(err):
		return "WX-UNAVAILABLE"
	case e.Status == http.StatusForbidden && e.Service == microsoft.Graph:
		return "WX-GRAPH-FORBIDDEN"
	case e.Status == http.StatusForbidden:
		return "WX-EXCHANGE-FORBIDDEN"
	}
	return "WX-REFUSED"
}

// sound: each finding is told in full and once, the worst first, under a code
// that the manual knows; what it says to mend it is planned.
func sound(t *testing.T, findings []Finding, plan *step.Plan) {
	t.Helper()
	seen := map[[2]string]bool{}
	for i, f := range findings {
		_, known := AreaOf(f.Code)
		if f.Evidence == "" || !(known && f.Object != "" || errors.Is(f.Err, errUnknown)) {
			t.Errorf("not told in full, or not in the manual: %+v", f)
		}
		if seen[[2]string{f.Code, f.Object}] || i > 0 && rank(f) < rank(findings[i-1]) {
			t.Errorf("%s of %s is told twice, or too late", f.Code, f.Object)
		}
		seen[[2]string{f.Code, f.Object}] = true
		if i := slices.IndexFunc(f.Changes, func(key string) bool { return !plan.Has(key) }); i >= 0 {
			t.Errorf("%s is mended by %s, which nobody plans", f.Code, f.Changes[i])
		}
	}
}

func rank(f Finding) int {
	return slices.Index([]step.Severity{step.Error, step.Warning, step.Info}, f.Severity)
}

// agreed: whatever is planned is told by a finding, or comes after a token
// that is dead for a reason that is told.
func agreed(t *testing.T, findings []Finding, plan *step.Plan) {
	t.Helper()
	dead := slices.ContainsFunc(findings, func(f Finding) bool { return slices.Contains(deadTokens(), f.Code) })
	for _, c := range plan.Changes {
		told := slices.ContainsFunc(findings, func(f Finding) bool { return f.Mends(c) })
		if !told && !(c.Step == "token" && dead) {
			t.Errorf("nothing tells of %s", c.Key)
		}
	}
}

var errUnknown = errors.New("a failure that nobody knows")

// codesOf are the codes of findings of some severities, sorted, each once.
func codesOf(findings []Finding, severities ...step.Severity) []string {
	codes := []string{}
	for _, f := range findings {
		if slices.Contains(severities, f.Severity) {
			codes = append(codes, f.Code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// ailments are all tables, by what is broken.
func ailments() map[string][]ailment {
	return map[string][]ailment{
		"application": applicationAilments(), "consent": consentAilments(), "tenant": tenantAilments(), "sending": whoMaySendAilments(),
		"forwarding": forwardingAilments(), "policy": outboundPolicyAilments(), "baseline": baselineAilments(), "account": accountsAilments(),
		"secret": secretAilments(), "token": tokenAilments(), "smtp": smtpAilments(), "network": networkAilments(),
		"contact": contactAilments(),
	}
}

// Every finding: a connection broken in exactly that way is told by that and
// nothing else.
func TestAilments(t *testing.T) {
	for group, rows := range ailments() {
		for _, a := range rows {
			t.Run(group+"/"+a.name, func(t *testing.T) {
				p := healthy()
				a.harm(p)
				findings, _ := p.judge(t)
				if got := codesOf(findings, step.Error, step.Warning); !slices.Equal(got, a.finds) {
					t.Errorf("found %v, want %v", got, a.finds)
				}
			})
		}
	}
}

// Where nothing is wrong there is only what is worth knowing.
func TestHealthy(t *testing.T) {
	for name, harm := range map[string]func(*patient){"a user mailbox": func(*patient) {}, "a shared mailbox": (*patient).shared} {
		t.Run(name, func(t *testing.T) {
			p := healthy()
			harm(p)
			findings, plan := p.judge(t)
			if got := codesOf(findings, step.Error, step.Warning, step.Info); !slices.Equal(got, []string{"WX-MAIL-SEND-WIDE"}) {
				t.Errorf("found %v; planned %v", got, plan.Changes)
			}
		})
	}
}
