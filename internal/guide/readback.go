package guide

import (
	"reflect"
	"slices"

	"wxmail/internal/step"
)

// Unread is a change that was made and is not what the world shows.
type Unread struct {
	Change step.Change
	// Late says that the world shows what was there before, as a replica does
	// that lags behind; else it shows something else.
	Late bool
}

// ReadBack holds a plan that was made after changes against them: what was
// made must not be planned again, withheld, or hindered, by its key, whatever
// the operation. It gives what is.
func ReadBack(f Facts, plan *step.Plan, made []step.Change) (left []Unread) {
	for _, c := range made {
		again, is := plannedAgain(plan, c)
		t, _ := ThingOf(c.Key)
		switch {
		case is:
			left = append(left, Unread{c, reflect.DeepEqual(again.Before, c.Before)})
		case t.shows != nil && !takenBack(made, c) && !t.shows(f, c):
			left = append(left, Unread{c, c.Op == step.Delete})
		}
	}
	return left
}

// plannedAgain is the change of the same key in a later plan. What belongs to
// every sign-in anew is judged by its thing.
func plannedAgain(plan *step.Plan, c step.Change) (step.Change, bool) {
	if t, _ := ThingOf(c.Key); t.shows != nil && t.Key == redirectKey {
		return step.Change{}, false
	}
	all := slices.Concat(plan.Changes, plan.Withheld)
	if i := slices.IndexFunc(all, func(o step.Change) bool { return o.Key == c.Key }); i >= 0 {
		return all[i], true
	}
	hindered := slices.ContainsFunc(plan.Obstacles, func(o *step.Obstacle) bool { return o.About != "" && o.About == c.Key })
	return step.Change{}, hindered
}

// takenBack says whether the same run has taken a temporary change back.
func takenBack(made []step.Change, c step.Change) bool {
	return c.Op == step.Create && slices.ContainsFunc(made, func(o step.Change) bool { return o.Key == c.Key && o.Finally })
}
