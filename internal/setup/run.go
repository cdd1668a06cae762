package setup

import (
	"context"
	"errors"
	"slices"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// Run goes a course of the guide: forwards, backwards, or through a rotation.
type Run struct {
	*Connection
	Course guide.Course
	Skip   []string // steps that were left out, for the summary
}

// Result is what a run came to.
type Result struct {
	Facts    guide.Facts // as they were last seen
	Plan     *step.Plan  // what was found to do
	Planned  bool        // the run got as far as planning
	Outcomes []step.Outcome
	Problems []error // everything that hinders or failed, in order; empty is success
	Summary  *Summary

	link func(step.Page) string // the address of a portal's page
}

// Do asks, signs in, looks, plans, applies what is agreed to, and reads back.
// It may be called again at any time: what is done is found done.
func (r Run) Do(ctx context.Context) *Result {
	w := &walk{write: true}
	err := w.prepare(ctx, r)
	if err == nil {
		err = w.observe(ctx, w.manner())
	}
	if err == nil {
		w.holdTokens()
		err = w.planAndAsk(ctx)
	}
	if err == nil {
		w.tell()
		if len(w.plan.Changes) > 0 && len(w.plan.Stoppers()) == 0 {
			w.problems = w.apply(ctx)
		}
	}
	w.tellWaiting()
	return w.ended(err)
}

// Plan is what Do would change. It asks nobody anything but to sign in, and
// changes nothing.
func (r Run) Plan(ctx context.Context) *Result {
	w := &walk{}
	err := w.prepare(ctx, r)
	if err == nil {
		err = w.observe(ctx, w.manner())
	}
	if err == nil {
		w.plan = w.course.Plan(w.facts())
		w.tell()
	}
	return w.ended(err)
}

// tell says what the operator should know besides the plan.
func (w *walk) tell() {
	for _, warning := range w.plan.Warnings {
		w.Operator.Warn(warning)
	}
	for _, note := range w.plan.Notes {
		w.Operator.Say(note)
	}
}

// walk is a run that is being made.
type walk struct {
	*session
	write   bool
	offered bool // a person was asked for a secret that they know

	confirmed bool // a person has agreed to the plan by confirming it
	refused   bool // somebody turned out to lack a role: the rest is another person's

	picks func(step.Change) bool // what of the plan is to be made; nil: all

	held *world.Token      // that the vault held before anything was made
	met  *world.AssetToken // what was known then of the asset's

	skip     []string   // steps that were left out, for the summary
	plan     *step.Plan // nil until there is one
	outcomes []step.Outcome
	problems []error
}

func (w *walk) manner() manner {
	token := w.wanted.Runs("token") && !w.course.Backwards
	return manner{tolerates: waits, refresh: token, mailbox: token && w.write}
}

// prepare collects the answers, finds the tenant, and keeps the answers. A
// profile that has a tenant keeps none that have not led there: they would lead
// astray again.
func (w *walk) prepare(ctx context.Context, r Run) (err error) {
	w.skip = r.Skip
	if w.session, err = begin(ctx, r.Connection, r.Course, w.write); err != nil {
		return err
	}
	if slices.Contains(w.course.Asks, "webex.forwarding-address") {
		if err := w.alone(w.wanted.ForwardingAddress); err != nil {
			return err
		}
	}
	var sought error
	if w.course.Reads(w.facts()) != 0 {
		sought = w.findTenant(ctx)
	}
	if w.write && (sought == nil || w.Data.TenantID == "") {
		if err := w.keep(); err != nil {
			return err
		}
	}
	return sought
}

// planAndAsk plans, and asks the questions that the world raised, until
// nobody can answer more. What was answered is kept, whatever becomes of the
// plan.
func (w *walk) planAndAsk(ctx context.Context) error {
	asked := map[string]int{}
	for {
		w.plan = w.course.Plan(w.facts())
		if err := w.takeKnownSecret(ctx); err != nil {
			return err
		}
		asks := slices.DeleteFunc(w.plan.Asks(), func(a step.Ask) bool { return asked[a.Question] >= tries(a.Question) })
		if len(asks) == 0 || !w.Operator.CanAsk() {
			break
		}
		asked[asks[0].Question]++
		err := w.put(ctx, asks[0], w.reviewed(w.course.Asks))
		if errors.Is(err, ErrBack) {
			return w.revise(ctx)
		}
		if err != nil {
			return err
		}
	}
	if len(asked) == 0 {
		return nil
	}
	return w.keep()
}

// tries is how often a question of the world is asked in one run: again only
// where an answer can be wrong in a way that the world alone shows.
func tries(question string) int {
	if question == "mailbox.sign-in-as" {
		return 3
	}
	return 1
}

// put puts a question that the world raised, and looks again where the answer
// leads to somebody or something else than was looked at. back says whether
// ErrBack leads to the answers given before.
func (w *walk) put(ctx context.Context, a step.Ask, back bool) error {
	q, _ := wanted.FindQuestion(a.Question)
	suggestion := q.Suggestion(w.Answers)
	if a.Suggestion != "" {
		suggestion = a.Suggestion
	}
	if a.Choices != nil {
		q.Kind, q.Choices, q.Labels = wanted.Choice, a.Choices, a.Labels
	}
	q.About, q.Back = a.About, back
	if a.Question == confirmUndo {
		w.Operator.ShowPlan(w.plan)
	}
	if err := w.ask(ctx, q, suggestion); err != nil {
		return err
	}
	w.confirmed = w.confirmed || a.Question == confirmUndo
	return w.heed(ctx)
}

// confirmUndo is the question by which a person who has seen the plan of an
// undo agrees to it.
const confirmUndo = "undo.confirm"

// heed takes over what the answers say now, and looks again where they lead to
// somebody or something else than was looked at.
func (w *walk) heed(ctx context.Context) error {
	answered, _, err := wanted.Parse(w.Answers)
	if err != nil {
		return err
	}
	was := w.wanted
	w.want(answered)
	switch {
	case was.Login() != w.wanted.Login():
		return w.observeAnew(ctx)
	case was.Application != w.wanted.Application:
		if err = w.readDirectory(ctx); err == nil {
			err = w.nameApplication()
		}
	}
	settle(w.session)
	return err
}

func (w *walk) observeAnew(ctx context.Context) error {
	w.look(func(seen *world.Seen) { *seen = world.Seen{TenantID: seen.TenantID} })
	return w.observe(ctx, w.manner())
}

// apply makes the plan when the operator agrees: first what asks nothing more,
// then what waits for an answer.
func (w *walk) apply(ctx context.Context) []error {
	agreed, err := w.agree(ctx)
	if err == nil && agreed {
		err = w.bind()
	}
	switch {
	case err != nil:
		return []error{err}
	case !agreed:
		return nil // a revised plan has nothing to agree to
	}
	held := w.plan.Only(func(c step.Change) bool { return c.Asks != "" })
	problems := w.make(ctx, w.plan.Only(func(c step.Change) bool { return c.Asks == "" }))
	if len(held.Changes) == 0 {
		return problems
	}
	return append(problems, w.goLive(ctx, held, len(problems) == 0 && !w.refused)...)
}

// make makes the changes of a plan, and reads back.
func (w *walk) make(ctx context.Context, plan *step.Plan) []error {
	back := w.expectBack(ctx, plan)
	made := 0
	end := w.progress(plan, made)
	execution := step.Execution{Apply: applying(w.hands(back.answered)),
		Recorder: recorder{w.Journal, w.id, w.wanted.Mailbox, guide.InJournal(w.wanted.Application)},
		Grace:    900 * time.Millisecond,
		Report: func(o step.Outcome) {
			back.ended(o)
			made++
			w.progress(plan, made)
			w.Operator.ShowOutcome(o)
		}}
	outcomes := execution.Run(ctx, plan)
	end()
	w.outcomes = append(w.outcomes, outcomes...)
	back.reading.Wait()
	problems := failures(w.believe(outcomes))
	if ctx.Err() != nil {
		return append([]error{ctx.Err()}, problems...)
	}
	return append(problems, w.readBack(ctx, back)...)
}

// believe takes in which changes the directory refused for want of a role: the
// plan tells of them from then on, as it tells of what waits for another
// person. It gives the other outcomes.
func (w *walk) believe(outcomes []step.Outcome) (others []step.Outcome) {
	for _, o := range outcomes {
		w.mu.Lock()
		refused := o.Err != nil && w.may.Believe(o.Change.Key, o.Err)
		w.mu.Unlock()
		if w.refused = w.refused || refused; !refused {
			others = append(others, o)
		}
	}
	if len(others) < len(outcomes) {
		w.plan = w.course.Plan(w.facts())
	}
	return others
}

// progress says how many changes of a plan have ended, and that the next is
// being made.
func (w *walk) progress(plan *step.Plan, made int) (end func()) {
	count := len(plan.Changes)
	return w.Operator.Begin(Work{What: msg.M("work.apply"), Number: min(made+1, count), Count: count})
}

// agree shows the plan and asks, until the person says yes or no to one.
func (w *walk) agree(ctx context.Context) (bool, error) {
	if w.confirmed {
		if still, err := w.asShown(ctx); still || err != nil {
			return still, err
		}
	}
	for len(w.plan.Changes) > 0 && len(w.plan.Stoppers()) == 0 {
		w.Operator.ShowPlan(w.plan)
		switch {
		case w.Yes:
			return true, nil
		case !w.Operator.CanAsk():
			return false, &wanted.MissingAnswers{Questions: []string{"--yes"}}
		}
		decision, err := w.Operator.Agree(ctx, w.plan, w.reviewed(w.course.Asks))
		switch {
		case err != nil:
			return false, err
		case decision == Agreed:
			still, err := w.asShown(ctx)
			if still || err != nil {
				return still, err
			}
			continue
		case decision == Declined:
			return false, ErrDeclined
		}
		if err := w.revise(ctx); err != nil {
			return false, err
		}
		w.tell()
	}
	return false, nil
}

// asShown looks again, since a person may take long to agree, and says whether
// the plan that they saw is still the plan. Where it is not, they are asked
// what the world asks now, and there is another one to agree to.
func (w *walk) asShown(ctx context.Context) (bool, error) {
	shown := w.plan
	for _, source := range []world.Source{world.Directory, world.Exchange} {
		if writes(shown, source) {
			if err := w.readSource(ctx, source); err != nil {
				return false, err
			}
		}
	}
	w.plan = w.course.Plan(w.facts())
	if w.picks != nil {
		w.plan = w.plan.Only(w.picks)
	}
	if guide.SamePlan(shown, w.plan) {
		return true, nil
	}
	w.Operator.Warn(msg.M("warning.changed-meanwhile"))
	if w.picks == nil {
		if err := w.planAndAsk(ctx); err != nil {
			return false, err
		}
	}
	w.tell()
	return false, nil
}

func failures(outcomes []step.Outcome) (errs []error) {
	for _, o := range outcomes {
		if o.Err != nil {
			errs = append(errs, o.Err)
		}
	}
	return errs
}

// ended completes a result: the obstacles among the problems, and the summary
// kept for later.
func (w *walk) ended(err error) *Result {
	result := w.result()
	if err != nil {
		result.Problems = append(result.Problems, err)
	}
	for _, o := range result.Plan.Obstacles {
		if !o.Repeats && !hasStopped(result.Problems, o) {
			result.Problems = append(result.Problems, o)
		}
	}
	if w.plan != nil {
		w.warnOfSecrets()
		w.takeAssetToken()
	}
	result.Summary = w.summarize(result, w.skip)
	if w.write && err == nil {
		if keepErr := w.keepSummary(result.Summary); keepErr != nil {
			result.Problems = append(result.Problems, keepErr)
		}
	}
	return result
}

// hasStopped says whether an obstacle has stopped a change already.
func hasStopped(problems []error, o *step.Obstacle) bool {
	return slices.ContainsFunc(problems, func(err error) bool {
		var said *step.Obstacle
		return errors.As(err, &said) && said.Code == o.Code && said.Object == o.Object
	})
}

// result is what the run has come to so far.
func (w *walk) result() *Result {
	r := &Result{Facts: w.facts(), Plan: w.plan, Planned: w.plan != nil, Outcomes: w.outcomes, Problems: w.problems, link: w.Link}
	if w.plan == nil {
		r.Plan = step.NewPlan()
	}
	return r
}
