package step

import (
	"context"
	"errors"
	"time"
)

// State is how a change or a step stands, as glyph, word and colour show it.
type State string

// How a change ended.
const (
	Done    State = "done"
	Failed  State = "failed"
	Skipped State = "skipped" // not begun: something it needs did not succeed, or there was nothing to do
)

// Outcome is how one change ended.
type Outcome struct {
	Change Change
	State  State
	Made   any
	Err    error // why it failed; nil for Skipped
}

// ErrNothingToDo is what Apply gives of a change that there is nothing to do
// for after all: it is recorded as done, and shown as skipped.
var ErrNothingToDo = errors.New("there is nothing to do")

// Recorder remembers what a run means to do before it does it, and what came
// of it. Intend must be on disk when it returns.
type Recorder interface {
	Intend(Change) (entry int64, err error)
	Done(entry int64, made any) error
	Failed(entry int64, cause error) error
}

// Execution applies the changes of one plan.
type Execution struct {
	// Apply makes one change, the very one that was planned, and returns what
	// it made, which is journaled. It is called from several goroutines.
	Apply    func(context.Context, Change) (made any, err error)
	Recorder Recorder
	Report   func(Outcome) // called once a change, in the order in which they end
	// Grace is how long a Finally change may take after an interruption.
	Grace time.Duration
}

// Run makes every change of the plan, each as soon as what it needs is done,
// and returns all outcomes in the plan's order. A failure stops only what
// needs it. When ctx ends, no further change begins except those marked
// Finally.
func (x Execution) Run(ctx context.Context, plan *Plan) []Outcome {
	tasks := make([]*task, len(plan.Changes))
	for i, c := range plan.Changes {
		tasks[i] = &task{Outcome: Outcome{Change: c}, ended: make(chan struct{})}
	}
	reports := make(chan *task, len(tasks))
	for _, t := range tasks {
		go func() {
			t.run(ctx, x, tasks)
			reports <- t // before anybody who waited for it can end
			close(t.ended)
		}()
	}
	outcomes := make([]Outcome, len(tasks))
	for range tasks {
		x.Report((<-reports).Outcome)
	}
	for i, t := range tasks {
		outcomes[i] = t.Outcome
	}
	return outcomes
}

type task struct {
	Outcome
	ended chan struct{}
}

// waitFor waits for the tasks with these keys, temporary undoings excepted,
// and says whether all succeeded.
func (t *task) waitFor(keys []string, all []*task) bool {
	succeeded := true
	for _, key := range keys {
		for _, other := range all {
			if other == t || other.Change.Key != key || other.Change.Finally {
				continue
			}
			<-other.ended
			succeeded = succeeded && other.State == Done
		}
	}
	return succeeded
}

// waitForOthers waits, where the change is a last one, until all that is not
// has ended.
func (t *task) waitForOthers(all []*task) {
	for _, other := range all {
		if t.Change.Last && !other.Change.Last {
			<-other.ended
		}
	}
}

func (t *task) run(ctx context.Context, x Execution, all []*task) {
	t.State = Skipped
	t.waitFor(t.Change.Follows, all)
	t.waitForOthers(all)
	if !t.waitFor(t.Change.Needs, all) {
		return
	}
	if t.Change.Finally {
		var cancel context.CancelFunc
		ctx, cancel = x.grace(ctx)
		defer cancel()
	}
	if ctx.Err() != nil {
		return
	}
	t.Made, t.Err = x.do(ctx, t.Change)
	switch {
	case errors.Is(t.Err, ErrNothingToDo):
		t.State, t.Err = Skipped, nil
	case t.Err != nil:
		t.State = Failed
	default:
		t.State = Done
	}
}

// grace is a context that outlives an interrupted one by a little.
func (x Execution) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), x.Grace)
}

// do makes one change between its two journal entries.
func (x Execution) do(ctx context.Context, c Change) (any, error) {
	entry, err := x.Recorder.Intend(c)
	if err != nil {
		return nil, err
	}
	made, err := x.Apply(ctx, c)
	if errors.Is(err, ErrNothingToDo) {
		return made, errors.Join(err, x.Recorder.Done(entry, made))
	}
	if err != nil {
		_ = x.Recorder.Failed(entry, err) // the failure itself is what the operator must see
		return made, err
	}
	return made, x.Recorder.Done(entry, made)
}
