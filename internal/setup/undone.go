package setup

import (
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// Undone is the report of an undo.
type Undone struct {
	TakenBack []UndoneChange `json:"takenBack"`
	Kept      []UndoneChange `json:"kept"` // key and op are null
	Left      []msg.Message  `json:"left"` // what undo cannot take back, or is not wxmail's
}

// UndoneChange is one object of a report; Because is why it stays, of one that
// does.
type UndoneChange struct {
	Step    string      `json:"step"`
	Key     *string     `json:"key"`
	Op      *string     `json:"op"`
	Target  string      `json:"target"`
	Because msg.Message `json:"because"`
}

// ReportUndone sums up what came of an undo; whole says that it was of
// everything.
func ReportUndone(result *Result, whole bool) *Undone {
	out := &Undone{TakenBack: []UndoneChange{}, Kept: []UndoneChange{}, Left: []msg.Message{}}
	for _, c := range done(result.Outcomes) {
		out.TakenBack = append(out.TakenBack, UndoneChange{Step: c.Step, Key: text(c.Key), Op: text(string(c.Op)), Target: c.Target})
		if c.Key == step.Undoing("azure.application") && c.Op == step.Delete {
			out.Left = append(out.Left, msg.M("undo.left.deleted", "Name", c.Target))
		}
	}
	for _, k := range result.Plan.Kept {
		out.Kept = append(out.Kept, UndoneChange{Step: k.Step, Target: k.Target, Because: k.Because})
	}
	if _, did := result.Facts.Seen.Local().Memory.Deeds["exchange.customization"]; did && result.Facts.Wanted.Runs("mailbox.forward") {
		out.Left = append(out.Left, msg.M("undo.left.customization"))
	}
	if may := result.Facts.May; may.Directory.Account+may.Exchange.Account != "" {
		out.Left = append(out.Left, msg.M("undo.left.tools"))
	}
	if whole {
		out.Left = append(out.Left, msg.M("undo.left.asset"), msg.M("undo.left.profile"))
	}
	return out
}
