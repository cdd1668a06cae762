package setup

import (
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// Undone is the report of an undo.
type Undone struct {
	TakenBack []UndoneChange `json:"takenBack"`
	Kept      []UndoneChange `json:"kept"` // somebody has changed it since; key and op are null
	Left      []msg.Message  `json:"left"` // what undo cannot take back, or is not wxmail's
}

// UndoneChange is one object of a report.
type UndoneChange struct {
	Step   string  `json:"step"`
	Key    *string `json:"key"`
	Op     *string `json:"op"`
	Target string  `json:"target"`
}

// report sums up what came of an undo.
func (r *Run) report(result *Result) *Undone {
	out := &Undone{TakenBack: []UndoneChange{}, Kept: []UndoneChange{}, Left: []msg.Message{}}
	for _, o := range result.Outcomes {
		c := o.Change
		if o.State != step.Done {
			continue
		}
		out.TakenBack = append(out.TakenBack, UndoneChange{c.Step, text(c.Key), text(string(c.Op)), c.Target})
		if c.Key == undoPrefix+"azure.application" && c.Op == step.Delete {
			out.Left = append(out.Left, msg.M("undo.left.deleted", "Name", c.Target))
		}
	}
	for _, k := range result.Plan.Kept {
		out.Kept = append(out.Kept, UndoneChange{Step: k.Step, Target: k.Target})
	}
	if _, did := r.deed("exchange.customization"); did && r.runs("mailbox.forward") {
		out.Left = append(out.Left, msg.M("undo.left.customization"))
	}
	if len(r.admins) > 0 {
		out.Left = append(out.Left, msg.M("undo.left.tools"))
	}
	if len(r.Options.Steps) == 0 {
		out.Left = append(out.Left, msg.M("undo.left.asset"), msg.M("undo.left.profile"))
	}
	return out
}
