package guide

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// call is a verb as it was used.
type call struct {
	Verb string
	Args []any
}

func called(verb string, args ...any) call { return call{verb, args} }

// tenant are Hands that write down what they are asked to do, do it to the
// values that were seen, or refuse.
type tenant struct {
	mu      sync.Mutex
	facts   Facts
	calls   []call
	refuses map[string][]error // by verb: how the next uses end, nil for well
	during  map[string]func()  // by verb: what happens meanwhile
	hidden  int                // how often the application is not shown yet
	warned  []string
	waited  []string
	made    int

	entries []step.Entry // the journal
	stored  []string
}

// tenantOf is a tenant as it was seen; what is done to it leaves what was seen
// as it is.
func tenantOf(f Facts) *tenant {
	t := &tenant{facts: f, refuses: map[string][]error{}, during: map[string]func(){}}
	seen, ex, here := *f.Seen.Tenant(), *f.Seen.Mail(), *f.Seen.Local()
	t.facts.Seen.Directory.Value, t.facts.Seen.Exchange.Value, t.facts.Seen.Here.Value = &seen, &ex, &here
	return t
}

// errAnswerLost is how a use ends that acts, and nobody hears of it.
var errAnswerLost = errors.New("the answer was lost")

// refuse lets the next use of a verb fail.
func (t *tenant) refuse(verb string, errs ...error) *tenant {
	t.refuses[verb] = append(t.refuses[verb], errs...)
	return t
}

// use writes a verb down, and does it unless it is refused.
func (t *tenant) use(verb string, do func(), args ...any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls = append(t.calls, call{verb, args})
	if happens := t.during[verb]; happens != nil {
		happens()
	}
	if next := t.refuses[verb]; len(next) > 0 {
		t.refuses[verb] = next[1:]
		if errors.Is(next[0], errAnswerLost) {
			do()
		}
		if next[0] != nil {
			return next[0]
		}
	}
	do()
	return nil
}

// hands are the tenant's, for what was seen at first.
func (t *tenant) hands() Hands {
	seen := *t.facts.Seen.Directory.Value
	return Hands{Directory: directoryOf{t}, Exchange: exchangeOf{t}, Keep: vaultOf{t}, Prove: proofOf{t}, Made: NewMade(&seen),
		Now: today, Look: t.look, Settle: t.settle, Warn: func(m msg.Message) { t.warned = append(t.warned, m.ID) }}
}

// attempts are how often settle tries: enough for every lag of these tests.
const attempts = 5

// settle is a loop without time.
func (t *tenant) settle(ctx context.Context, what string, check func(context.Context) (bool, error)) error {
	for i := range attempts {
		done, err := check(ctx)
		if done || err != nil {
			return err
		}
		if i == 0 {
			t.mu.Lock()
			t.waited = append(t.waited, what)
			t.mu.Unlock()
		}
	}
	return &microsoft.NotSettled{What: what, Waited: time.Minute}
}

// look reads the directory; a replica that lags shows no application.
func (t *tenant) look(context.Context) (*directory.Snapshot, error) {
	var seen directory.Snapshot
	err := t.use("Look", func() {
		seen = *t.facts.Seen.Directory.Value
		if app := seen.Application; app != nil {
			same := *app
			seen.Application = &same
		}
		if t.hidden > 0 {
			t.hidden--
			seen.Application, seen.ServicePrincipal = nil, nil
		}
	})
	return &seen, err
}

func (t *tenant) id(kind string) string {
	t.made++
	return fmt.Sprintf("%s made %d", kind, t.made)
}

// said are the calls but for those that only look.
func (t *tenant) said() []call {
	t.mu.Lock() // a look that was begun ahead may not have ended
	defer t.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(t.calls), func(c call) bool { return c.Verb == "Look" })
}

type directoryOf struct{ *tenant }

func (d directoryOf) seen() *directory.Snapshot { return d.facts.Seen.Directory.Value }

func (d directoryOf) Read(context.Context, directory.Query) (*directory.Snapshot, error) {
	return nil, errors.New("nobody reads but by Look")
}

func (d directoryOf) UpsertApplication(_ context.Context, uniqueName string, spec directory.ApplicationSpec) (
	made *directory.Application, _ bool, err error) {
	err = d.use("UpsertApplication", func() {
		if d.seen().Application != nil { // as Graph answers for one that is there
			return
		}
		made = &directory.Application{ObjectID: d.id("object"), AppID: d.id("client"), UniqueName: uniqueName,
			DisplayName: spec.DisplayName, Notes: spec.Notes, Tags: spec.Tags, RedirectURIs: spec.RedirectURIs,
			ImplicitAccessTokens: spec.ImplicitAccessTokens, Required: spec.Required, Created: today()}
		d.seen().Application = made
	}, uniqueName, spec)
	return made, made != nil, err
}

func (d directoryOf) UpdateApplication(_ context.Context, objectID string, patch directory.ApplicationPatch) error {
	return d.use("UpdateApplication", func() {
		next := *d.seen().Application
		if patch.RedirectURIs != nil {
			next.RedirectURIs = patch.RedirectURIs
		}
		if patch.ImplicitAccessTokens != nil {
			next.ImplicitAccessTokens = *patch.ImplicitAccessTokens
		}
		if patch.Required != nil {
			next.Required = patch.Required
		}
		d.seen().Application = &next
	}, objectID, patch)
}

func (d directoryOf) DeleteApplication(_ context.Context, objectID string) error {
	return d.use("DeleteApplication", func() {
		s := d.seen()
		s.Deleted, s.Application, s.ServicePrincipal, s.Assignments, s.Grants = s.Application, nil, nil, nil, nil
	}, objectID)
}

func (d directoryOf) RestoreApplication(_ context.Context, objectID string) error {
	return d.use("RestoreApplication", func() { d.seen().Application, d.seen().Deleted = d.seen().Deleted, nil }, objectID)
}

func (d directoryOf) AddPassword(_ context.Context, objectID, label string, end time.Time) (made *directory.Password, err error) {
	err = d.use("AddPassword", func() {
		id := d.id("secret")
		made = &directory.Password{KeyID: id, Label: label, Secret: secret.New("value of " + id), End: end}
		app := *d.seen().Application
		app.Secrets = append(slices.Clone(app.Secrets), directory.SecretInfo{KeyID: id, Label: label, Start: today(), End: end})
		d.seen().Application = &app
	}, objectID, label, end)
	return made, err
}

func (d directoryOf) RemovePassword(_ context.Context, objectID, keyID string) error {
	return d.use("RemovePassword", func() {
		app := *d.seen().Application
		app.Secrets = slices.DeleteFunc(slices.Clone(app.Secrets), func(s directory.SecretInfo) bool { return s.KeyID == keyID })
		d.seen().Application = &app
	}, objectID, keyID)
}

func (d directoryOf) CreateServicePrincipal(_ context.Context, appID string, spec directory.ServicePrincipalSpec) (
	made *directory.ServicePrincipal, err error) {
	err = d.use("CreateServicePrincipal", func() {
		made = &directory.ServicePrincipal{ID: d.id("principal"), AppID: appID, Notes: spec.Notes, Tags: spec.Tags}
		d.seen().ServicePrincipal = made
	}, appID, spec)
	return made, err
}

func (d directoryOf) AssignAppRole(_ context.Context, principalID, resourceID, roleID string) (id string, err error) {
	err = d.use("AssignAppRole", func() {
		id = d.id("assignment")
		d.seen().Assignments = append(d.seen().Assignments, directory.Assignment{ID: id, RoleID: roleID, ResourceID: resourceID})
	}, principalID, resourceID, roleID)
	return id, err
}

func (d directoryOf) RemoveAppRoleAssignment(_ context.Context, principalID, assignmentID string) error {
	return d.use("RemoveAppRoleAssignment", func() {
		d.seen().Assignments = slices.DeleteFunc(slices.Clone(d.seen().Assignments),
			func(a directory.Assignment) bool { return a.ID == assignmentID })
	}, principalID, assignmentID)
}

func (d directoryOf) CreateGrant(_ context.Context, clientID, resourceID string, scopes []string) (id string, err error) {
	err = d.use("CreateGrant", func() {
		id = d.id("grant")
		d.seen().Grants = append(d.seen().Grants, directory.Grant{ID: id, ConsentType: directory.AllPrincipals, ResourceID: resourceID,
			Scopes: scopes})
	}, clientID, resourceID, scopes)
	return id, err
}

func (d directoryOf) UpdateGrant(_ context.Context, grantID string, scopes []string) error {
	return d.use("UpdateGrant", func() {
		grants := slices.Clone(d.seen().Grants)
		for i := range grants {
			if grants[i].ID == grantID {
				grants[i].Scopes = scopes
			}
		}
		d.seen().Grants = grants
	}, grantID, scopes)
}

func (d directoryOf) DeleteGrant(_ context.Context, grantID string) error {
	return d.use("DeleteGrant", func() {
		d.seen().Grants = slices.DeleteFunc(slices.Clone(d.seen().Grants), func(g directory.Grant) bool { return g.ID == grantID })
	}, grantID)
}

type exchangeOf struct{ *tenant }

func (e exchangeOf) seen() *mailflow.Snapshot { return e.facts.Seen.Exchange.Value }

func (e exchangeOf) SetSMTPAuthDisabled(_ context.Context, mailbox string, disabled *bool) error {
	return e.use("SetSMTPAuthDisabled", func() { e.seen().SMTPAuthDisabled = disabled }, mailbox, disabled)
}

func (e exchangeOf) GrantSendAs(_ context.Context, mailbox, trustee string) error {
	return e.use("GrantSendAs", func() { e.seen().SendAs = append(slices.Clone(e.seen().SendAs), trustee) }, mailbox, trustee)
}

func (e exchangeOf) RevokeSendAs(_ context.Context, mailbox, trustee string) error {
	return e.use("RevokeSendAs", func() {
		e.seen().SendAs = slices.DeleteFunc(slices.Clone(e.seen().SendAs), func(who string) bool { return strings.EqualFold(who, trustee) })
	}, mailbox, trustee)
}

func (e exchangeOf) SetForwarding(_ context.Context, mailbox string, f mailflow.Forwarding) error {
	return e.use("SetForwarding", func() {
		m := *e.seen().Mailbox
		m.Forwarding = f
		if e.seen().SignIn == e.seen().Mailbox {
			e.seen().SignIn = &m
		}
		e.seen().Mailbox = &m
	}, mailbox, f)
}

func (e exchangeOf) EnableCustomization(context.Context) error {
	return e.use("EnableCustomization", func() { e.seen().Dehydrated = false })
}

func (e exchangeOf) CreateOutboundPolicy(_ context.Context, name, comment string) error {
	return e.use("CreateOutboundPolicy", func() {
		e.seen().OutboundPolicies = append(slices.Clone(e.seen().OutboundPolicies),
			mailflow.OutboundPolicy{Name: name, AdminDisplayName: comment, AutoForwardingMode: "On"})
	}, name, comment)
}

func (e exchangeOf) SetOutboundPolicyMode(_ context.Context, name, mode string) error {
	return e.use("SetOutboundPolicyMode", func() {
		policies := slices.Clone(e.seen().OutboundPolicies)
		for i := range policies {
			if policies[i].Name == name {
				policies[i].AutoForwardingMode = mode
			}
		}
		e.seen().OutboundPolicies = policies
	}, name, mode)
}

func (e exchangeOf) RemoveOutboundPolicy(_ context.Context, name string) error {
	return e.use("RemoveOutboundPolicy", func() {
		e.seen().OutboundPolicies = slices.DeleteFunc(slices.Clone(e.seen().OutboundPolicies),
			func(p mailflow.OutboundPolicy) bool { return p.Name == name })
	}, name)
}

func (e exchangeOf) CreateOutboundRule(_ context.Context, rule mailflow.NewRule) error {
	return e.use("CreateOutboundRule", func() {
		made := mailflow.OutboundRule{Name: rule.Name, Policy: rule.Policy, From: rule.From, Comments: rule.Comment, State: "Enabled"}
		e.place(append(slices.Clone(e.seen().OutboundRules), made), rule.Name, rule.Priority)
	}, rule)
}

func (e exchangeOf) SetOutboundRule(_ context.Context, name string, change mailflow.RuleChange) error {
	return e.use("SetOutboundRule", func() {
		rules := slices.Clone(e.seen().OutboundRules)
		for i := range rules {
			if rules[i].Name != name {
				continue
			}
			rules[i].From = change.From
			if change.Policy != nil {
				rules[i].Policy = *change.Policy
			}
		}
		e.place(rules, name, change.Priority)
	}, name, change)
}

// place puts a rule where its priority says, and numbers all of them.
func (e exchangeOf) place(rules []mailflow.OutboundRule, name string, priority *int) {
	at := slices.IndexFunc(rules, func(r mailflow.OutboundRule) bool { return r.Name == name })
	if priority != nil && at >= 0 {
		moved := rules[at]
		rules = slices.Insert(slices.Delete(rules, at, at+1), *priority, moved)
	}
	for i := range rules {
		rules[i].Priority = i
	}
	e.seen().OutboundRules = rules
}

func (e exchangeOf) EnableOutboundRule(_ context.Context, name string) error {
	return e.use("EnableOutboundRule", func() { e.switchRule(name, "Enabled") }, name)
}

func (e exchangeOf) DisableOutboundRule(_ context.Context, name string) error {
	return e.use("DisableOutboundRule", func() { e.switchRule(name, "Disabled") }, name)
}

func (e exchangeOf) switchRule(name, state string) {
	rules := slices.Clone(e.seen().OutboundRules)
	for i := range rules {
		if rules[i].Name == name {
			rules[i].State = state
		}
	}
	e.seen().OutboundRules = rules
}

func (e exchangeOf) RemoveOutboundRule(_ context.Context, name string) error {
	return e.use("RemoveOutboundRule", func() {
		e.place(slices.DeleteFunc(slices.Clone(e.seen().OutboundRules), func(r mailflow.OutboundRule) bool { return r.Name == name }), name, nil)
	}, name)
}

// vaultOf keeps secrets in the facts.
type vaultOf struct{ *tenant }

func (v vaultOf) here() *world.Here { return v.facts.Seen.Here.Value }

func (v vaultOf) Secret() *world.Secret {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.here().Secret
}

func (v vaultOf) Token() *world.Token {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.here().Token
}

func (v vaultOf) StoreSecret(s world.Secret) error {
	return v.use("StoreSecret", func() { v.here().Secret, v.stored = &s, append(v.stored, s.Label) }, s)
}

func (v vaultOf) StoreToken(t world.Token) error {
	return v.use("StoreToken", func() { v.here().Token = &t }, t)
}

func (v vaultOf) ForgetSecret() error { return v.use("ForgetSecret", func() { v.here().Secret = nil }) }
func (v vaultOf) ForgetToken() error  { return v.use("ForgetToken", func() { v.here().Token = nil }) }

// proofOf lets everybody in.
type proofOf struct{ *tenant }

func (p proofOf) Secret(_ context.Context, clientID string, value secret.Value) error {
	return p.use("ProveSecret", func() {}, clientID, value.Reveal())
}

func (p proofOf) SignIn(_ context.Context, s world.Secret, login, account string, answered func()) (t world.Token, err error) {
	answered()
	err = p.use("SignIn", func() {
		t = world.Token{ClientID: s.ClientID, TenantID: "tenant-1", Login: login, Account: account, Scope: "SMTP.Send",
			Access: secret.New("first")}
	}, s.KeyID, login, account)
	return t, err
}

func (p proofOf) Refresh(_ context.Context, s world.Secret, t world.Token) (fresh world.Token, err error) {
	err = p.use("Refresh", func() { fresh, fresh.Access = t, secret.New("fresh") }, s.KeyID, t.Login)
	return fresh, err
}

func (p proofOf) SMTP(_ context.Context, user string, access secret.Value) error {
	return p.use("SMTP", func() {}, user, access.Reveal())
}
