package setup

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// Summary is everything collected, and each step's state as last seen: the
// document of `summary --json`. What is unknown is null.
type Summary struct {
	Profile string         `json:"profile"`
	Cloud   msg.Nullable   `json:"cloud"`
	AsOf    *time.Time     `json:"asOf"`
	Webex   WebexSummary   `json:"webex"`
	Azure   AzureSummary   `json:"azure"`
	Mailbox MailboxSummary `json:"mailbox"`
	Token   TokenSummary   `json:"token"`
	Steps   []StepSummary  `json:"steps"`
}

// WebexSummary is the asset.
type WebexSummary struct {
	AssetName         msg.Nullable `json:"assetName"`
	EmailID           msg.Nullable `json:"emailId"`
	ForwardingAddress msg.Nullable `json:"forwardingAddress"`
	CallbackURL       msg.Nullable `json:"callbackUrl"`
}

// AzureSummary is the application.
type AzureSummary struct {
	TenantID             msg.Nullable        `json:"tenantId"`
	ClientID             msg.Nullable        `json:"clientId"`
	ObjectID             msg.Nullable        `json:"objectId"`
	ServicePrincipalID   msg.Nullable        `json:"servicePrincipalId"`
	AppName              msg.Nullable        `json:"appName"`
	RedirectURIs         []string            `json:"redirectUris"`
	ImplicitAccessTokens *bool               `json:"implicitAccessTokens"`
	Secret               SecretSummary       `json:"secret"`
	Permissions          []PermissionSummary `json:"permissions"`
}

// SecretSummary is our client secret: never its value.
type SecretSummary struct {
	KeyID   msg.Nullable `json:"keyId"`
	Label   msg.Nullable `json:"label"`
	Expires *time.Time   `json:"expires"`
	Stored  *bool        `json:"stored"`
}

// PermissionSummary is one permission that is wanted; Type is application or
// delegated.
type PermissionSummary struct {
	Resource string `json:"resource"`
	Value    string `json:"value"`
	Type     string `json:"type"`
	Granted  *bool  `json:"granted"`
}

// MailboxSummary is the mailbox.
type MailboxSummary struct {
	Address        msg.Nullable `json:"address"`
	SignInAs       msg.Nullable `json:"signInAs"`
	SMTPAuth       msg.Nullable `json:"smtpAuth"`
	ForwardingTo   msg.Nullable `json:"forwardingTo"`
	KeepCopy       *bool        `json:"keepCopy"`
	AutoForwarding msg.Nullable `json:"autoForwarding"`
	OutboundPolicy msg.Nullable `json:"outboundPolicy"`
}

// TokenSummary is the stored token of the mailbox user.
type TokenSummary struct {
	Account     msg.Nullable `json:"account"`
	Scope       msg.Nullable `json:"scope"`
	Expires     *time.Time   `json:"expires"`
	Refreshable *bool        `json:"refreshable"`
}

// StepSummary is how a step stands: done, pending, drifted, waiting, skipped
// or unknown.
type StepSummary struct {
	ID     string       `json:"id"`
	State  string       `json:"state"`
	Detail msg.Nullable `json:"detail"`
}

// LastSeen is the summary that a profile keeps, or an empty one.
func LastSeen(profile string, data store.Data) *Summary {
	s := &Summary{Profile: profile}
	if data.Seen != nil {
		_ = json.Unmarshal(data.Seen.Summary, s) // one that does not parse shows as unknown
	}
	s.complete()
	return s
}

// complete makes every list a list and every step known.
func (s *Summary) complete() {
	if s.Azure.RedirectURIs == nil {
		s.Azure.RedirectURIs = []string{}
	}
	if s.Azure.Permissions == nil {
		s.Azure.Permissions = []PermissionSummary{}
	}
	for _, known := range guide.StepIDs() {
		if !slices.ContainsFunc(s.Steps, func(have StepSummary) bool { return have.ID == known }) {
			s.Steps = append(s.Steps, StepSummary{ID: known, State: "unknown"})
		}
	}
}

// summarize is the last summary with what this run has seen written over it.
func (s *session) summarize(result *Result, skip []string) *Summary {
	sum, f := s.lastSeen(), result.Facts
	sum.Profile, sum.Cloud = s.Profile.Name(), msg.Nullable(s.Cloud.Name)
	if f.Seen.Read() != 0 {
		now := s.Cloud.Now().UTC().Truncate(time.Second)
		sum.AsOf = &now
	}
	sum.takeAnswers(f, signInAs(s, f))
	if f.Seen.Directory.Value != nil {
		sum.takeDirectory(f)
	}
	if m := f.Seen.Mail().Mailbox; m != nil {
		sum.takeMailbox(f, m)
	}
	if f.Seen.Here.Value != nil {
		sum.takeToken(f)
	}
	for i := range sum.Steps {
		switch st := &sum.Steps[i]; {
		case slices.Contains(skip, st.ID):
			st.State, st.Detail = "skipped", ""
		case result.Planned && slices.Contains(s.course.Steps, st.ID):
			st.take(result, s.course.Backwards)
		case st.ID == "webex.collect" && f.Wanted.CallbackURL != "":
			st.State, st.Detail = "done", ""
		}
	}
	return sum
}

// signInAs is who signs in, by the user principal name: where this run has
// looked at nothing that tells it, as it was last known of the same account.
func signInAs(s *session, f guide.Facts) string {
	before, _, err := wanted.Parse(&wanted.Answers{Profile: s.Answers.Profile})
	known := string(s.lastSeen().Mailbox.SignInAs)
	if f.Seen.UPN(f.Wanted.Login()) != "" || known == "" || err != nil || before.Login() != f.Wanted.Login() {
		return guide.Account(f)
	}
	return known
}

func (s *Summary) takeAnswers(f guide.Facts, account string) {
	w := f.Wanted
	s.Webex = WebexSummary{msg.Nullable(w.AssetName), msg.Nullable(w.EmailID), msg.Nullable(w.ForwardingAddress), msg.Nullable(w.CallbackURL)}
	s.Mailbox.Address, s.Mailbox.SignInAs = msg.Nullable(w.Mailbox), msg.Nullable(account)
	if f.Seen.TenantID != "" {
		s.Azure.TenantID = msg.Nullable(f.Seen.TenantID)
	}
}

func (s *Summary) takeDirectory(f guide.Facts) {
	seen, last := f.Seen.Tenant(), s.Azure
	s.Azure = AzureSummary{TenantID: s.Azure.TenantID, RedirectURIs: []string{}, Permissions: permissionsOf(f)}
	if seen.ServicePrincipal != nil {
		s.Azure.ServicePrincipalID = msg.Nullable(seen.ServicePrincipal.ID)
	}
	app := seen.Application
	if app == nil {
		return
	}
	s.Azure.ClientID, s.Azure.ObjectID = msg.Nullable(app.AppID), msg.Nullable(app.ObjectID)
	s.Azure.AppName = msg.Nullable(app.DisplayName)
	s.Azure.ImplicitAccessTokens, s.Azure.RedirectURIs = &app.ImplicitAccessTokens, append([]string{}, app.RedirectURIs...)
	switch here := f.Seen.Local(); {
	case here.Secret != nil && here.Secret.ClientID == app.AppID:
		s.Azure.Secret = secretSummary(here.Secret)
	case !here.Open && string(last.ClientID) == app.AppID: // nobody looked
		s.Azure.Secret = last.Secret
	}
}

// secretSummary is what is known of a secret in the vault: of one that was
// received, neither id nor end until the directory was read.
func secretSummary(held *world.Secret) SecretSummary {
	stored := true
	s := SecretSummary{KeyID: msg.Nullable(held.KeyID), Label: msg.Nullable(held.Label), Stored: &stored}
	if !held.Expires.IsZero() {
		s.Expires = &held.Expires
	}
	return s
}

func permissionsOf(f guide.Facts) []PermissionSummary {
	out := []PermissionSummary{}
	for _, p := range f.Wanted.Permissions() {
		kind := "delegated"
		if p.Application {
			kind = "application"
		}
		granted := f.Seen.Granted(p)
		out = append(out, PermissionSummary{p.Resource, p.Value, kind, &granted})
	}
	return out
}

func (s *Summary) takeMailbox(f guide.Facts, m *mailflow.Mailbox) {
	s.Mailbox.SMTPAuth, s.Mailbox.KeepCopy = msg.Nullable(f.Seen.Mail().SMTPAuth()), &m.Forwarding.KeepCopy
	s.Mailbox.ForwardingTo = msg.Nullable(cmp.Or(m.Forwarding.Address, strings.ToLower(m.Forwarding.SMTPAddress)))
	s.Mailbox.AutoForwarding, s.Mailbox.OutboundPolicy = "", ""
	if policy := f.InForce().Policy; policy != nil {
		s.Mailbox.AutoForwarding, s.Mailbox.OutboundPolicy = msg.Nullable(mailflow.AutoForwarding(policy)), msg.Nullable(policy.Name)
	}
}

func (s *Summary) takeToken(f guide.Facts) {
	here := f.Seen.Local()
	if here.Token == nil {
		if here.Open {
			s.Token = TokenSummary{}
		}
		return
	}
	s.Token = TokenSummary{msg.Nullable(here.Token.Account), msg.Nullable(here.Token.Scope), &here.Token.Expires, nil}
	if f.Wanted.Runs("token") {
		s.Token.Refreshable = &here.Refreshed
	}
}

// take says how a step stands after a run that looked at it.
func (s *StepSummary) take(result *Result, backwards bool) {
	if backwards {
		s.undone(result)
		return
	}
	s.State, s.Detail = "done", ""
	if o := result.Plan.Hindered(s.ID); o != nil {
		s.State, s.Detail = "pending", msg.Nullable(o.Error())
		if o.Waiting {
			s.State = "waiting"
		}
		return
	}
	s.takeOutcome(result)
}

// undone: a step of which something was taken back is to be done again.
func (s *StepSummary) undone(result *Result) {
	for _, o := range result.Outcomes {
		if o.Change.Step == s.ID && o.State == step.Done {
			s.State, s.Detail = "pending", ""
		}
	}
}

func (s *StepSummary) takeOutcome(result *Result) {
	for _, o := range result.Outcomes {
		if o.Change.Step != s.ID || o.State == step.Done {
			continue
		}
		s.State, s.Detail = "pending", msg.Nullable(o.Change.Sentence())
		if isLate(o.Err) || o.Change.Last && o.State == step.Skipped {
			s.State = "waiting"
			return
		}
	}
	if s.State == "done" && len(result.Plan.Of(s.ID)) > 0 {
		s.State = result.open(s.ID)
	}
	if s.ID == "token" && !result.Facts.Seen.Local().Open && s.State == "done" {
		s.State = "unknown"
	}
}

// open is how a step stands of which something is planned: what this run has
// made and no replica shows yet was changed by nobody.
func (r *Result) open(stepID string) string {
	switch {
	case r.lags(stepID):
		return "waiting"
	case r.Plan.Drifted(stepID):
		return "drifted"
	}
	return "pending"
}

// lags says whether the run gave up waiting for a replica to show what it made
// in a step.
func (r *Result) lags(stepID string) bool {
	var late *microsoft.NotSettled
	return errors.As(errors.Join(r.Problems...), &late) &&
		slices.ContainsFunc(guide.ReadBack(r.Facts, r.Plan, done(r.Outcomes)), func(u guide.Unread) bool {
			return u.Late && u.Change.Step == stepID
		})
}

// isLate says whether an error only means that Microsoft, or a person, takes
// longer than the run.
func isLate(err error) bool {
	var late *microsoft.NotSettled
	var silent *signin.TimeoutError
	return errors.As(err, &late) || errors.As(err, &silent) || waits(err)
}

func (s *session) keepSummary(sum *Summary) error {
	if s.TakesApart {
		return nil
	}
	raw, err := json.Marshal(sum)
	if err != nil {
		return err
	}
	if s.Data.Seen == nil {
		s.Data.Seen = &store.Seen{}
	}
	s.Data.Seen.Summary, s.Data.Seen.AsOf = raw, s.Cloud.Now().UTC()
	takeSeen(s.Data.Seen, s.facts())
	forgetUnknown(s)
	return s.Profile.Write(s.Data)
}

// forgetUnknown lets the profile forget an application that was looked for in
// vain: what it knew before counts again.
func forgetUnknown(s *session) {
	f := s.facts()
	if f.Wanted.Application == "" || f.Seen.Directory.Value == nil || f.Seen.Tenant().Application != nil {
		return
	}
	const named = "azure.application"
	before, known := s.Answers.Profile[named]
	delete(s.Data.Answers, named)
	if known && wanted.MailboxOf(s.Answers.Profile) == wanted.MailboxOf(s.Data.Answers) {
		s.Data.Answers[named] = before
	}
}

// KeepFindings keeps what a diagnosis of these facts found, as it marshals, in
// a profile that exists. The caller holds the profile's lock. It may be
// repeated.
func KeepFindings(p *store.Profile, f guide.Facts, findings any, asOf time.Time) error {
	return keepFound(p, findings, func(data *store.Data, raw json.RawMessage) {
		data.Found.Findings, data.Found.AsOf = raw, asOf.UTC().Truncate(time.Second)
		if data.Seen != nil {
			takeSeen(data.Seen, f)
		}
	})
}

// KeepContact keeps what a comparison of answers found, as KeepFindings does.
func KeepContact(p *store.Profile, findings any, asOf time.Time) error {
	return keepFound(p, findings, func(data *store.Data, raw json.RawMessage) {
		data.Found.Contact = &store.Compared{Findings: raw, AsOf: asOf.UTC().Truncate(time.Second)}
	})
}

func keepFound(p *store.Profile, findings any, put func(*store.Data, json.RawMessage)) error {
	data, err := p.Read()
	if err != nil || !p.Exists() {
		return err
	}
	raw, err := json.Marshal(findings)
	if err != nil {
		return err
	}
	if data.Found == nil {
		data.Found = &store.Found{}
	}
	put(&data, raw)
	return p.Write(data)
}
