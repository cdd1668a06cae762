package setup

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"wxmail/internal/cloud"
	"wxmail/internal/exchange"
	"wxmail/internal/graph"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/vault"
)

// Options are what a command decides about a run.
type Options struct {
	Steps   []string // the steps of this run, nil for all
	Skip    []string
	Write   bool // apply what is planned; else only plan
	Yes     bool // agree to the plan beforehand
	Undo    bool // Run.Steps are UndoSteps
	Inspect bool // go on after a failed read: see Run.Inspect
	Signing Signing
}

// Signing is how the admins sign in.
type Signing string

// The ways; the mailbox always signs in by browser.
const (
	Browser    Signing = "browser"
	DeviceCode Signing = "device-code"
	AzureCLI   Signing = "azure-cli"
)

// Run is one run of steps against one mailbox: the answers, what the world
// holds, and the means to change it. Make it with its exported fields set and
// call Do once.
type Run struct {
	Options  Options
	Steps    []step.Step[*Run] // nil: the guide
	Cloud    *cloud.Endpoints
	Profile  *store.Profile
	Journal  *store.Journal
	Vault    *vault.Vault // nil where it does not open and the run can do without
	Locked   bool         // there is a vault, and it did not open
	Answers  *Answers
	Operator Operator
	Flow     *signin.Flow

	Data     store.Data
	Wanted   Wanted
	Observed Observed
	Metadata *signin.Metadata

	id          string
	looking     step.Source // what an inspection looks at
	steps       []step.Step[*Run]
	plan        *step.Plan
	tenantShown bool
	directory   *graph.Directory
	exchange    *exchange.Admin
	admins      map[signin.Role]signin.Account

	writing      sync.Mutex // Exchange is written one change at a time
	mu           sync.Mutex // guards what follows and Observed.Vault
	made         objectIDs
	redirectSeen bool // a replica has shown the temporary redirect URI
	redirectSent bool // this run may have added it
}

// objectIDs are the ids of our objects, read or made in this run.
type objectIDs struct {
	objectID, appID, principalID string
	principalErr                 error // why the service principal was not made
}

// Result is what a run came to.
type Result struct {
	Plan     *step.Plan // what was found to do
	Outcomes []step.Outcome
	Problems []error // everything that hinders or failed, in order; empty is success
	Summary  *Summary
	Undone   *Undone // of an undo that got as far as planning
}

// Do runs the steps: asks, signs in, inspects, plans and, with Options.Write,
// applies and reads back. It may be called again in another Run at any time:
// what is done is found done.
func (r *Run) Do(ctx context.Context) *Result {
	result := &Result{Plan: &step.Plan{Changes: []step.Change{}}}
	if err := r.prepare(ctx); err != nil {
		return r.ended(result, err)
	}
	if err := r.observe(ctx); err != nil {
		return r.ended(result, err)
	}
	if err := r.planAndAsk(ctx); err != nil {
		result.Plan = r.plan
		return r.ended(result, err)
	}
	result.Plan = r.plan
	for _, note := range r.plan.Notes {
		r.Operator.Say(note)
	}
	if r.Options.Write && len(r.plan.Changes) > 0 && len(r.plan.Stoppers()) == 0 {
		result.Problems = r.write(ctx, result)
	}
	return r.ended(result, nil)
}

// prepare collects the answers and finds the tenant.
func (r *Run) prepare(ctx context.Context) error {
	r.id = rand.Text()[:10]
	r.admins = map[signin.Role]signin.Account{}
	r.steps = r.selected()
	r.Observed.Nonce = strings.ToLower(rand.Text()[:8])
	if err := r.collect(ctx); err != nil {
		return err
	}
	if r.Options.Write {
		if err := r.keepAnswers(); err != nil {
			return err
		}
	}
	if r.reads() == 0 {
		return nil
	}
	return r.findTenant(ctx)
}

func (r *Run) selected() []step.Step[*Run] {
	all := r.Steps
	if all == nil {
		all = Steps()
	}
	var chosen []step.Step[*Run]
	for _, s := range all {
		only := len(r.Options.Steps) == 0 || slices.Contains(r.Options.Steps, s.ID)
		if only && !slices.Contains(r.Options.Skip, s.ID) {
			chosen = append(chosen, handed(s))
		}
	}
	return chosen
}

func (r *Run) runs(stepID string) bool {
	return slices.ContainsFunc(r.steps, func(s step.Step[*Run]) bool { return s.ID == stepID })
}

// reads are the sources that this run needs, as far as it can know by now.
func (r *Run) reads() step.Source {
	if r.Options.Inspect {
		return r.looking
	}
	var all step.Source
	for _, s := range r.steps {
		all |= s.Reads(r)
	}
	return all
}

// findTenant asks Entra which tenant the mailbox's domain belongs to. A
// profile stays with the tenant of its first write.
func (r *Run) findTenant(ctx context.Context) error {
	metadata, err := signin.Discover(ctx, r.Cloud, r.Wanted.Tenant)
	if err != nil && r.Options.Inspect && r.looking == Held && r.Data.TenantID != "" && ctx.Err() == nil {
		r.Observed.TenantID = r.Data.TenantID // what is local needs nobody's answer
		return nil
	}
	if err != nil {
		if hasCode(err, "AADSTS90002", "AADSTS900023") {
			return &InvalidAnswer{"azure.tenant", r.Wanted.Tenant, "unknown-tenant", cloudError(err).Message}
		}
		return err
	}
	if known := r.Data.TenantID; known != "" && !strings.EqualFold(known, metadata.TenantID) {
		return &OtherTenant{Profile: r.Profile.Name(), Known: known, Wanted: metadata.TenantID}
	}
	r.Metadata, r.Observed.TenantID = metadata, metadata.TenantID
	return nil
}

// OtherTenant is a profile used with a tenant that is not its own.
type OtherTenant struct{ Profile, Known, Wanted string }

// Error names both.
func (e *OtherTenant) Error() string {
	return "profile " + e.Profile + " belongs to tenant " + e.Known + ", not " + e.Wanted
}

// planAndAsk plans, and asks the questions that the world raised, until
// nobody can answer more.
func (r *Run) planAndAsk(ctx context.Context) error {
	for asked := map[string]bool{}; ; {
		r.plan = r.makePlan()
		open := r.openQuestion()
		if open == "" || asked[open] || !r.Options.Write || !r.Operator.CanAsk() {
			return nil
		}
		asked[open] = true
		if err := r.ask(ctx, open); err != nil {
			return err
		}
		if open != "mailbox.sign-in-as" {
			continue
		}
		if err := r.observe(ctx); err != nil {
			return err
		}
	}
}

func (r *Run) openQuestion() string {
	for _, o := range r.plan.Obstacles {
		if o.Question != "" {
			return o.Question
		}
	}
	return ""
}

// ErrDeclined says that the operator read the plan and said no.
var ErrDeclined = errors.New("the plan was declined")

// write shows the plan, applies it when the operator agrees, and reads back.
func (r *Run) write(ctx context.Context, result *Result) []error {
	r.Operator.ShowPlan(r.plan)
	agreed, err := r.agree(ctx)
	if err != nil {
		return []error{err}
	}
	if !agreed {
		return []error{ErrDeclined}
	}
	if err := r.bind(); err != nil {
		return []error{err}
	}
	execution := step.Execution[*Run]{Steps: r.steps, World: r, Recorder: recorder{r.Journal, r.id}, Report: r.Operator.ShowOutcome,
		Grace: 900 * time.Millisecond}
	result.Outcomes = execution.Apply(ctx, r.plan)
	problems := failures(result.Outcomes)
	if ctx.Err() != nil {
		return append([]error{ctx.Err()}, problems...)
	}
	return append(problems, r.readBack(ctx, result)...)
}

func (r *Run) agree(ctx context.Context) (bool, error) {
	if r.Options.Yes {
		return true, nil
	}
	if !r.Operator.CanAsk() {
		return false, &MissingAnswers{[]string{"--yes"}}
	}
	return r.Operator.Agree(ctx, r.plan)
}

func failures(outcomes []step.Outcome) []error {
	var out []error
	for _, o := range outcomes {
		if o.Err != nil {
			out = append(out, o.Err)
		}
	}
	return out
}

// bind ties the profile to cloud and tenant, and keeps the answers.
func (r *Run) bind() error {
	r.Data.TenantID = r.Observed.TenantID
	if err := r.noteUnnoted(); err != nil {
		return err
	}
	return r.keepAnswers()
}

func (r *Run) keepAnswers() error {
	r.Data.Cloud.Name, r.Data.Cloud.Base = r.Cloud.Name, r.Cloud.Base
	r.Data.Answers = r.Answers.Lasting()
	return r.Profile.Write(r.Data)
}

// ended completes a result: the obstacles among the problems, and the summary
// kept for later.
func (r *Run) ended(result *Result, err error) *Result {
	if err != nil {
		result.Problems = append(result.Problems, err)
	}
	for _, o := range result.Plan.Obstacles {
		if !o.Repeats {
			result.Problems = append(result.Problems, o)
		}
	}
	if r.Options.Undo && r.plan != nil {
		result.Undone = r.report(result)
	}
	result.Summary = r.summarize(result)
	if r.Options.Write && err == nil {
		if keepErr := r.keepSummary(result.Summary); keepErr != nil {
			result.Problems = append(result.Problems, keepErr)
		}
	}
	return result
}

func (r *Run) ids() objectIDs {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.made
}

func (r *Run) setIDs(change func(*objectIDs)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.made)
}

// StepIDs are the ids of all steps, in order.
func StepIDs() []string {
	var ids []string
	for _, s := range Steps() {
		ids = append(ids, s.ID)
	}
	return ids
}

// NeedsVault says whether this run keeps secrets, so that the vault must open
// before anybody signs in.
func (r *Run) NeedsVault() bool {
	selected := r.selected()
	return slices.ContainsFunc(selected, func(s step.Step[*Run]) bool {
		return slices.Contains([]string{"azure.register", "azure.rotate-secret", "token"}, s.ID)
	})
}
