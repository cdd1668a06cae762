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
	// Unseen says that the world could not be seen well enough to say.
	Unseen bool
}

// ReadBack holds a plan that was made after changes against them: what was
// made must not be planned again, withheld, or hindered, by its key, whatever
// the operation. It gives what is.
func ReadBack(f Facts, plan *step.Plan, made []step.Change) (left []Unread) {
	for _, c := range made {
		t, _ := ThingOf(c.Key)
		if o := plan.Hindered(c.Step); o != nil && o.Unseen {
			left = append(left, Unread{Change: c, Unseen: true})
			continue
		}
		is := plannedAgain(plan, c)
		if t.shows != nil {
			is = t.shows(f, c)
		}
		if is != asMade {
			left = append(left, Unread{Change: c, Late: is == asBefore})
		}
	}
	return left
}

// plannedAgain says how the world shows a change by what a later plan makes
// of its key.
func plannedAgain(plan *step.Plan, c step.Change) shown {
	all := slices.Concat(plan.Changes, plan.Withheld)
	i := slices.IndexFunc(all, func(o step.Change) bool { return o.Key == c.Key })
	hindered := slices.ContainsFunc(plan.Obstacles, func(o *step.Obstacle) bool { return o.About != "" && o.About == c.Key })
	switch {
	case i >= 0 && reflect.DeepEqual(all[i].Before, c.Before):
		return asBefore
	case i >= 0 || hindered:
		return otherwise
	}
	return asMade
}
