package setup

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"

	"wxmail/internal/directory"
	"wxmail/internal/exchange"
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// back reads each source again once the last change that writes to it has
// ended, beside those that write elsewhere. While a person signs in, nothing is
// read yet: a replica that lags has that time, which nobody waits for.
type back struct {
	session *session
	ctx     context.Context
	reading sync.WaitGroup

	mu      sync.Mutex
	touched world.Source         // what was written to, by a change that succeeded
	open    map[world.Source]int // changes that have not ended
	person  bool                 // somebody has yet to sign in
	waiting []world.Source       // what is read as soon as they have
	err     error
}

func (s *session) expectBack(ctx context.Context, plan *step.Plan) *back {
	b := &back{session: s, ctx: ctx, open: map[world.Source]int{}}
	for _, c := range plan.Changes {
		b.person = b.person || c.Key == guide.SignInKey
		if t, known := guide.ThingOf(c.Key); known {
			b.open[t.Writes]++
		}
	}
	return b
}

// ended takes note of a change that has ended.
func (b *back) ended(o step.Outcome) {
	if o.Change.Key == guide.SignInKey {
		b.answered() // or nobody will
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	t, _ := guide.ThingOf(o.Change.Key)
	if o.State == step.Done && t.Writes != world.Held {
		b.touched |= t.Writes
	}
	b.open[t.Writes]--
	switch {
	case b.open[t.Writes] > 0 || !b.touched.Has(t.Writes):
	case b.person:
		b.waiting = append(b.waiting, t.Writes)
	default:
		b.read(t.Writes)
	}
}

// answered takes note that the person has signed in. It may be repeated.
func (b *back) answered() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.person = false
	for _, source := range b.waiting {
		b.read(source)
	}
	b.waiting = nil
}

func (b *back) read(source world.Source) {
	if b.ctx.Err() == nil {
		b.reading.Go(func() { b.fail(b.session.readSource(b.ctx, source)) })
	}
}

func (b *back) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = err
	}
}

// readSource reads a source whose administrator has signed in: of Exchange, so
// shortly after it was looked at, what a run may have written to.
func (s *session) readSource(ctx context.Context, source world.Source) error {
	switch {
	case source == world.Directory && s.directory != nil:
		seen, err := s.application(ctx)
		if err == nil {
			s.look(func(all *world.Seen) { all.Directory = world.Look[directory.Snapshot]{Value: seen} })
		}
		return err
	case source == world.Exchange && s.exchange != nil:
		q, earlier := exchange.ReadQuery{Mailbox: s.wanted.Mailbox, SignInAs: s.wanted.Login()}, s.facts().Seen.Exchange
		at := s.Cloud.Now()
		if fresh(s) {
			q.Before, at = earlier.Value, earlier.At
		}
		seen, err := s.exchange.Read(ctx, q)
		if err == nil {
			s.look(func(all *world.Seen) { all.Exchange = world.Look[mailflow.Snapshot]{Value: seen, At: at} })
		}
		return err
	}
	return nil
}

// readAll reads all that was written to, side by side.
func (b *back) readAll(ctx context.Context) error {
	work, end := newGroup(ctx)
	defer end()
	for _, source := range []world.Source{world.Directory, world.Exchange} {
		if b.touched.Has(source) {
			work.start(func(ctx context.Context) error { return b.session.readSource(ctx, source) })
		}
	}
	return work.wait()
}

// readBack holds what the world shows now against what was applied: nothing
// that this run wrote may be planned again, by key, whatever the operation. A
// replica may lag, so it looks until that is so, or until the time for
// settling is over.
func (w *walk) readBack(ctx context.Context, b *back) []error {
	if b.err != nil {
		return []error{b.err}
	}
	defer w.busy("read-back")()
	var left []guide.Unread
	first, went := true, w.plan
	defer func() { keepUnseen(w.plan, went) }()
	err := w.Cloud.Settle(ctx, "what was changed to be read back", func(ctx context.Context) (bool, error) {
		if !first {
			if err := b.readAll(ctx); err != nil {
				return false, err
			}
		}
		first = false
		if err := w.rememberAgain(ctx); err != nil {
			return false, err
		}
		w.plan = w.course.Plan(w.facts())
		left = guide.ReadBack(w.facts(), w.plan, done(w.outcomes))
		return !slices.ContainsFunc(left, func(u guide.Unread) bool { return !u.Unseen }), nil
	})
	var late *microsoft.NotSettled
	if err == nil || !errors.As(err, &late) {
		return join(err)
	}
	for _, u := range left { // what reads back wrong is nobody's to be asked about
		for _, o := range w.plan.Obstacles {
			o.Repeats = o.Repeats || o.About != "" && o.About == u.Change.Key
		}
	}
	return join(disagreement(left, err))
}

// keepUnseen puts into a later plan what could not be seen when the plan was
// made that was gone by: a step that was left out for it is not done, though
// all of it can be seen now.
func keepUnseen(later, went *step.Plan) {
	for _, o := range went.Obstacles {
		if o.Unseen && later != went && later.Hindered(o.Step) == nil {
			later.Obstacles = append(later.Obstacles, o)
		}
	}
}

// rememberAgain reads vault and journal after the changes. An undoing is read
// back against what it knew.
func (w *walk) rememberAgain(ctx context.Context) error {
	here, err := w.readLocal(ctx)
	if err != nil {
		return err
	}
	w.now = w.Cloud.Now()
	w.look(func(seen *world.Seen) {
		before := seen.Local()
		here.Refreshed = before.Refreshed || here.Token != nil && !reflect.DeepEqual(here.Token, before.Token)
		here.RefreshErr = nil
		if w.course.Backwards {
			here.Memory = before.Memory
		}
		seen.Here.Value = here
	})
	return nil
}

// done are the changes that were made.
func done(outcomes []step.Outcome) (changes []step.Change) {
	for _, o := range outcomes {
		if o.State == step.Done {
			changes = append(changes, o.Change)
		}
	}
	return changes
}

// disagreement is the error of what did not read back: a value that is neither
// that of before nor that which was written is somebody's, or wrong; else it
// is only late.
func disagreement(left []guide.Unread, late error) error {
	for _, u := range left {
		if !u.Late {
			return &step.Obstacle{Code: "WX-READ-BACK", Step: u.Change.Step, Object: u.Change.Target, Detail: u.Change.Key}
		}
	}
	return late
}

func join(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}
