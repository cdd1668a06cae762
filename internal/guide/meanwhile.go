package guide

import (
	"cmp"
	"reflect"
	"slices"

	"wxmail/internal/step"
)

// SamePlan says whether two plans find the same and make the same of it, and
// nothing else is in the way. When a client secret ends follows the clock, and
// is left out.
func SamePlan(a, b *step.Plan) bool {
	same := func(a, b *step.Obstacle) bool {
		return a.Code == b.Code && a.Object == b.Object && a.Detail == b.Detail
	}
	if len(a.Changes) != len(b.Changes) || !slices.EqualFunc(a.Obstacles, b.Obstacles, same) {
		return false
	}
	for i, c := range a.Changes {
		other := b.Changes[i]
		_, dated := c.After.(Secret)
		if c.ID() != other.ID() || c.Target != other.Target || !reflect.DeepEqual(c.Before, other.Before) ||
			!dated && !reflect.DeepEqual(c.After, other.After) {
			return false
		}
	}
	return true
}

// Meanwhile is why a change of the forwarding must not be made any more, by a
// look and a plan of now, or nil: somebody has changed it since it was planned,
// or something has come in the way.
func Meanwhile(f Facts, plan *step.Plan, c step.Change) *step.Obstacle {
	m := f.Seen.Mail().Mailbox
	if m == nil {
		return nil // its read-back tells
	}
	before, _ := typed[Forwarding](c.Before)
	after, _ := typed[Forwarding](c.After)
	have := shownForwarding(m)
	as := func(v Forwarding) bool { return have == v || have.nowhere() && v.nowhere() }
	_, backwards := step.Undoes(c.Key)
	o := plan.Hindered(c.Step)
	switch {
	case !as(before) && !as(after) && o != nil && o.About == forwardingKey:
		return o
	case !as(before) && !as(after):
		return &step.Obstacle{Code: "WX-CHANGED-MEANWHILE", Step: c.Step, Object: c.Target,
			Evidence: "Get-Mailbox: ForwardingSmtpAddress = " + cmp.Or(have.ForwardingTo, "(null)") +
				", ForwardingAddress = " + cmp.Or(have.ForwardingAddress, "(null)")}
	case !backwards && !plan.Has(c.Key) && o != nil && !AwaitsAsset(o) && !AwaitsProof(o):
		return o
	}
	return nil
}
