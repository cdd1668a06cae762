package setup

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
	"wxmail/internal/store"
)

// Summary is everything collected, and each step's state as last seen: the
// document of `summary --json`. What is unknown is null.
type Summary struct {
	Profile string         `json:"profile"`
	Cloud   *string        `json:"cloud"`
	AsOf    *time.Time     `json:"asOf"`
	Webex   WebexSummary   `json:"webex"`
	Azure   AzureSummary   `json:"azure"`
	Mailbox MailboxSummary `json:"mailbox"`
	Token   TokenSummary   `json:"token"`
	Steps   []StepSummary  `json:"steps"`
}

// WebexSummary is the asset.
type WebexSummary struct {
	AssetName         *string `json:"assetName"`
	EmailID           *string `json:"emailId"`
	ForwardingAddress *string `json:"forwardingAddress"`
	CallbackURL       *string `json:"callbackUrl"`
}

// AzureSummary is the application.
type AzureSummary struct {
	TenantID             *string             `json:"tenantId"`
	ClientID             *string             `json:"clientId"`
	ObjectID             *string             `json:"objectId"`
	ServicePrincipalID   *string             `json:"servicePrincipalId"`
	AppName              *string             `json:"appName"`
	RedirectURIs         []string            `json:"redirectUris"`
	ImplicitAccessTokens *bool               `json:"implicitAccessTokens"`
	Secret               SecretSummary       `json:"secret"`
	Permissions          []PermissionSummary `json:"permissions"`
}

// SecretSummary is our client secret: never its value.
type SecretSummary struct {
	KeyID   *string    `json:"keyId"`
	Label   *string    `json:"label"`
	Expires *time.Time `json:"expires"`
	Stored  *bool      `json:"stored"`
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
	Address        *string `json:"address"`
	SignInAs       *string `json:"signInAs"`
	SMTPAuth       *string `json:"smtpAuth"`
	ForwardingTo   *string `json:"forwardingTo"`
	KeepCopy       *bool   `json:"keepCopy"`
	AutoForwarding *string `json:"autoForwarding"`
	OutboundPolicy *string `json:"outboundPolicy"`
}

// TokenSummary is the stored token of the mailbox user.
type TokenSummary struct {
	Account     *string    `json:"account"`
	Scope       *string    `json:"scope"`
	Expires     *time.Time `json:"expires"`
	Refreshable *bool      `json:"refreshable"`
}

// StepSummary is how a step stands: done, pending, drifted, waiting, skipped
// or unknown.
type StepSummary struct {
	ID     string  `json:"id"`
	State  string  `json:"state"`
	Detail *string `json:"detail"`
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
	for _, known := range Steps() {
		if !slices.ContainsFunc(s.Steps, func(have StepSummary) bool { return have.ID == known.ID }) {
			s.Steps = append(s.Steps, StepSummary{ID: known.ID, State: "unknown"})
		}
	}
}

func (r *Run) lastSeen() *Summary { return LastSeen(r.Profile.Name(), r.Data) }

// summarize is the last summary with what this run has seen written over it.
func (r *Run) summarize(result *Result) *Summary {
	s, o := r.lastSeen(), &r.Observed
	s.Profile, s.Cloud = r.Profile.Name(), text(r.Cloud.Name)
	if o.Read != 0 {
		now := r.Cloud.Now().UTC().Truncate(time.Second)
		s.AsOf = &now
	}
	r.sumUpAnswers(s)
	if o.Read.Has(Directory) && o.Directory != nil {
		r.sumUpDirectory(s)
	}
	if o.Read.Has(Exchange) && o.Exchange != nil && o.Exchange.Mailbox != nil {
		r.sumUpMailbox(s)
	}
	if o.Read.Has(Held) {
		r.sumUpToken(s)
	}
	for i := range s.Steps {
		r.sumUpStep(&s.Steps[i], result)
	}
	return s
}

func (r *Run) sumUpAnswers(s *Summary) {
	w := &r.Wanted
	s.Webex = WebexSummary{text(w.AssetName), text(w.EmailID), text(w.ForwardingAddress), text(w.CallbackURL)}
	s.Mailbox.Address, s.Mailbox.SignInAs = text(w.Mailbox), text(w.Login())
	if r.Observed.TenantID != "" {
		s.Azure.TenantID = &r.Observed.TenantID
	}
}

func (r *Run) sumUpDirectory(s *Summary) {
	o := &r.Observed
	tenant := s.Azure.TenantID
	s.Azure = AzureSummary{TenantID: tenant, RedirectURIs: []string{}, Permissions: r.sumUpPermissions()}
	if o.Directory.ServicePrincipal != nil {
		s.Azure.ServicePrincipalID = &o.Directory.ServicePrincipal.ID
	}
	app := o.Directory.Application
	if app == nil {
		return
	}
	s.Azure.ClientID, s.Azure.ObjectID, s.Azure.AppName = &app.AppID, &app.ObjectID, &app.DisplayName
	s.Azure.ImplicitAccessTokens, s.Azure.RedirectURIs = &app.ImplicitAccessTokens, append([]string{}, app.RedirectURIs...)
	if held := o.Vault.Secret; held != nil && held.ClientID == app.AppID {
		s.Azure.Secret = held.summary()
	}
}

// summary is what is known of a secret in the vault: of one that was received,
// neither id nor end until the directory was read.
func (h *HeldSecret) summary() SecretSummary {
	stored := true
	s := SecretSummary{KeyID: text(h.KeyID), Label: &h.Label, Stored: &stored}
	if !h.Expires.IsZero() {
		s.Expires = &h.Expires
	}
	return s
}

func (r *Run) sumUpPermissions() []PermissionSummary {
	out := []PermissionSummary{}
	for _, p := range r.Wanted.permissions() {
		kind := "delegated"
		if p.Application {
			kind = "application"
		}
		granted := r.isGranted(p)
		out = append(out, PermissionSummary{p.Resource, p.Value, kind, &granted})
	}
	return out
}

func (r *Run) isGranted(p permission) bool {
	o := &r.Observed
	id, res := o.permissionID(p), o.resource(p.ResourceAppID)
	if id == "" || res == nil {
		return false
	}
	if p.Application {
		return slices.ContainsFunc(o.Directory.Assignments, func(a directory.Assignment) bool { return a.RoleID == id && a.ResourceID == res.ID })
	}
	grant, _ := tenantWideGrant(o, p.ResourceAppID)
	return slices.Contains(grant.Scopes, p.Value)
}

func (r *Run) sumUpMailbox(s *Summary) {
	ex := r.Observed.Exchange
	forwarding := viewForwarding(ex.Mailbox)
	s.Mailbox.SMTPAuth, s.Mailbox.KeepCopy = text(ex.SMTPAuth()), &forwarding.KeepCopy
	s.Mailbox.ForwardingTo = text(forwarding.ForwardingTo)
	if forwarding.ForwardingAddress != "" {
		s.Mailbox.ForwardingTo = text(forwarding.ForwardingAddress)
	}
	inForce := mailflow.PolicyInForce(ex.OutboundPolicies, ex.OutboundRules, ex.Mailbox)
	s.Mailbox.AutoForwarding, s.Mailbox.OutboundPolicy = nil, nil
	if inForce.Policy != nil {
		s.Mailbox.AutoForwarding, s.Mailbox.OutboundPolicy = text(mailflow.AutoForwarding(inForce.Policy)), text(inForce.Policy.Name)
	}
}

func (r *Run) sumUpToken(s *Summary) {
	v := &r.Observed.Vault
	if v.Token == nil {
		if v.Open {
			s.Token = TokenSummary{}
		}
		return
	}
	s.Token = TokenSummary{text(v.Token.Account), text(v.Token.Scope), &v.Token.Expires, nil}
	if r.Observed.TokenWanted {
		s.Token.Refreshable = &v.Refreshed
	}
}

// sumUpStep says how a step stands after this run. A step that this run did
// not look at stands as it was last seen.
func (r *Run) sumUpStep(s *StepSummary, result *Result) {
	if slices.Contains(r.Options.Skip, s.ID) {
		s.State, s.Detail = "skipped", nil
		return
	}
	if !r.runs(s.ID) || r.plan == nil {
		if s.ID == "webex.collect" && r.Wanted.CallbackURL != "" {
			s.State, s.Detail = "done", nil
		}
		return
	}
	if r.Options.Undo {
		s.undone(result)
		return
	}
	s.State, s.Detail = "done", nil
	if o := result.Plan.Hindered(s.ID); o != nil {
		s.State, s.Detail = "pending", text(o.Error())
		if o.Waiting {
			s.State = "waiting"
		}
		return
	}
	r.sumUpOutcome(s, result)
}

// undone: a step of which something was taken back is to be done again.
func (s *StepSummary) undone(result *Result) {
	for _, o := range result.Outcomes {
		if o.Change.Step == s.ID && o.State == step.Done {
			s.State, s.Detail = "pending", nil
		}
	}
}

func (r *Run) sumUpOutcome(s *StepSummary, result *Result) {
	for _, o := range result.Outcomes {
		if o.Change.Step != s.ID || o.State == step.Done {
			continue
		}
		s.State, s.Detail = "pending", text(o.Change.Sentence())
		if waits(o.Err) {
			s.State = "waiting"
			return
		}
	}
	if s.State == "done" && result.Plan.Touches(s.ID) {
		s.State = "pending"
		if r.drifted(s.ID) {
			s.State = "drifted"
		}
	}
	if s.ID == "token" && !r.Observed.Vault.Open && s.State == "done" {
		s.State = "unknown"
	}
}

// drifted says whether somebody has changed what wxmail set in that step.
func (r *Run) drifted(stepID string) bool {
	return slices.ContainsFunc(r.plan.Changes, func(c step.Change) bool { return c.Step == stepID && !c.Drift.IsZero() })
}

func (r *Run) keepSummary(s *Summary) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	r.Data.Seen = &store.Seen{Summary: raw, AsOf: r.Cloud.Now().UTC()}
	return r.Profile.Write(r.Data)
}

// KeepFindings keeps what a diagnosis found, as it marshals, in a profile that
// exists. The caller holds the profile's lock. It may be repeated.
func KeepFindings(p *store.Profile, findings any, asOf time.Time) error {
	data, err := p.Read()
	if err != nil || !p.Exists() {
		return err
	}
	raw, err := json.Marshal(findings)
	if err != nil {
		return err
	}
	data.Found = &store.Found{Findings: raw, AsOf: asOf.UTC().Truncate(time.Second)}
	return p.Write(data)
}

func text(s string) *string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return &s
}

// Known is a text of a summary, "" where it is unknown.
func Known(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
