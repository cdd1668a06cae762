package setup

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// goLive makes the changes that wait for an answer: it shows what belongs into
// Webex Connect, asks, and looks again, since a person may take long. Where
// the rest did not succeed, or the answer is no, they stay as they are.
func (w *walk) goLive(ctx context.Context, held *step.Plan, proved bool) []error {
	before := w.outcomes
	for _, c := range held.Changes {
		o := step.Outcome{Change: c, State: step.Skipped}
		w.outcomes = append(slices.Clip(w.outcomes), o)
		if !proved {
			w.Operator.ShowOutcome(o)
		}
	}
	if !proved {
		return nil
	}
	ready, err := w.askHeld(ctx, held)
	if err != nil {
		return []error{err}
	}
	w.outcomes = before
	if len(ready.Changes) == 0 {
		return nil // the plan says why
	}
	return w.make(ctx, ready)
}

// askHeld asks what held changes wait for, and gives those that may be made
// now. The profile holds what was seen: `wxmail values` shows it meanwhile.
func (w *walk) askHeld(ctx context.Context, held *step.Plan) (ready *step.Plan, err error) {
	sum := w.summarize(w.result(), w.skip)
	if err := w.keepSummary(sum); err != nil {
		return nil, err
	}
	if err := w.Operator.ShowForm(ctx, sum); err != nil {
		return nil, err
	}
	ask := step.Ask{Question: held.Changes[0].Asks, About: guide.TellsAsset(held.Changes[0])}
	if err := w.put(ctx, ask, false); err != nil {
		return nil, err
	}
	if ready = w.planHeld(held); len(ready.Changes) == 0 {
		return ready, nil
	}
	for _, source := range []world.Source{world.Directory, world.Exchange} {
		if writes(ready, source) {
			if err := w.readSource(ctx, source); err != nil {
				return nil, err
			}
		}
	}
	return w.planHeld(held), nil
}

// planHeld plans again, and gives of the changes that were agreed to those that
// wait for nothing more.
func (w *walk) planHeld(held *step.Plan) *step.Plan {
	w.plan = w.course.Plan(w.facts())
	return w.plan.Only(func(c step.Change) bool {
		agreed := held.Find(c.Key)
		return agreed != nil && reflect.DeepEqual(agreed.After, c.After) && c.Asks == "" && len(w.plan.Stoppers()) == 0
	})
}

// writes says whether a change of the plan writes to a source.
func writes(plan *step.Plan, source world.Source) bool {
	return slices.ContainsFunc(plan.Changes, func(c step.Change) bool {
		t, known := guide.ThingOf(c.Key)
		return known && t.Writes == source
	})
}

// tellWaiting says that forwarding is not switched on where no problem says so.
func (w *walk) tellWaiting() {
	if w.plan == nil {
		return
	}
	left := slices.ContainsFunc(w.outcomes, func(o step.Outcome) bool { return o.Change.Last && o.State == step.Skipped })
	o := w.plan.Hindered("mailbox.forward")
	if left && !guide.AwaitsAsset(o) || guide.AwaitsProof(o) {
		w.Operator.Say(msg.M("note.forwarding-waits", "Mailbox", w.wanted.Mailbox))
	}
}

// AwaitsAsset says whether all that is left to do waits for the asset to be
// saved in Webex Connect.
func (r *Result) AwaitsAsset() bool {
	return len(r.Problems) > 0 && !slices.ContainsFunc(r.Problems, func(err error) bool {
		var o *step.Obstacle
		return !errors.As(err, &o) || !guide.AwaitsAsset(o)
	})
}
