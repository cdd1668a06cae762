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
	return slices.EqualFunc(a.Changes, b.Changes, sameChange) && slices.EqualFunc(a.Obstacles, b.Obstacles, same)
}

func sameChange(a, b step.Change) bool {
	if _, dated := a.After.(Secret); dated {
		b.After = a.After
	}
	return a.ID() == b.ID() && a.Target == b.Target && reflect.DeepEqual(a.Before, b.Before) && reflect.DeepEqual(a.After, b.After)
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
	o := plan.Hindered(c.Step)
	switch moved := !as(before) && !as(after); {
	case moved && o != nil && o.About == forwardingKey:
		return o
	case moved:
		return &step.Obstacle{Code: "WX-CHANGED-MEANWHILE", Step: c.Step, Object: c.Target,
			Evidence: "Get-Mailbox: ForwardingSmtpAddress = " + cmp.Or(have.ForwardingTo, "(null)") +
				", ForwardingAddress = " + cmp.Or(have.ForwardingAddress, "(null)")}
	case c.Key == forwardingKey && !plan.Has(c.Key) && blocks(o):
		return o
	}
	return nil
}

// blocks says whether something is in the way that was not waited for anyway.
func blocks(o *step.Obstacle) bool { return o != nil && !AwaitsAsset(o) && !AwaitsProof(o) }
