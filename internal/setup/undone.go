package setup

import (
	"cmp"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/visible"
	"wxmail/internal/wanted"
)

// Undone is the report of an undo.
type Undone struct {
	TakenBack []UndoneChange `json:"takenBack"`
	Kept      []KeptObject   `json:"kept"`
	Left      []msg.Message  `json:"left"` // what undo cannot take back, or is not wxmail's
}

// UndoneChange is one object that was taken back.
type UndoneChange struct {
	Step   string `json:"step"`
	Key    string `json:"key"`
	Op     string `json:"op"`
	Target string `json:"target"`
}

// KeptObject is one object that stays, and why. It was not changed: Key and Op
// are null.
type KeptObject struct {
	Step    string       `json:"step"`
	Key     msg.Nullable `json:"key"`
	Op      msg.Nullable `json:"op"`
	Target  msg.Message  `json:"target"`
	Because msg.Message  `json:"because"`
}

// apartLeft is what an older version did for other mailboxes in this profile,
// and how it is taken back.
func apartLeft(f guide.Facts) (left []msg.Message) {
	for _, a := range f.Seen.Local().Apart {
		for _, d := range a.Deeds {
			left = append(left, msg.M("undo.left.apart", "What", guide.Named(d), "Mailbox", a.Mailbox))
		}
		left = append(left, msg.M("undo.left.apart-how", "Mailbox", visible.Word(a.Mailbox), "Profile", f.Wanted.Run.Profile))
	}
	return left
}

// asideLeft is what wxmail did for other applications, and how it is taken back.
func asideLeft(f guide.Facts) (left []msg.Message) {
	for _, a := range f.Seen.Local().Aside {
		for _, d := range a.Deeds {
			left = append(left, msg.M("undo.left.aside", "What", guide.Named(d)))
		}
		application := cmp.Or(a.Application, wanted.NewApplication)
		left = append(left, msg.M("undo.left.aside-how", "Application", visible.Word(application), "Profile", f.Wanted.Run.Profile))
	}
	return left
}

// mailLeft is what nobody can take back in Exchange Online, or no run does.
func mailLeft(f guide.Facts) (left []msg.Message) {
	if _, did := f.Seen.Local().Memory.Deeds["exchange.customization"]; did && f.Wanted.Runs("mailbox.forward") {
		left = append(left, msg.M("undo.left.customization"))
	}
	if f.Wanted.Runs("mailbox.smtp") {
		left = append(left, guide.TellEarlier(f, guide.Earlier(f))...)
	}
	return left
}

// markedLeft is what bears wxmail's mark and the journal does not know.
func markedLeft(r *Result) (left []msg.Message) {
	for _, m := range guide.Marks(r.Facts) {
		left = append(left, msg.M("undo.left.marked", "What", m.Named(), "Page", r.link(m.Page)))
	}
	return left
}

// ReportUndone sums up what came of an undo; whole says that it was of
// everything.
func ReportUndone(result *Result, whole bool) *Undone {
	out := &Undone{TakenBack: []UndoneChange{}, Kept: []KeptObject{}, Left: []msg.Message{}}
	for _, c := range done(result.Outcomes) {
		out.TakenBack = append(out.TakenBack, UndoneChange{c.Step, c.Key, string(c.Op), c.Target})
		if c.Key == step.Undoing("azure.application") && c.Op == step.Delete {
			out.Left = append(out.Left, msg.M("undo.left.deleted", "Name", c.Target))
		}
	}
	for _, k := range result.Plan.Kept {
		out.Kept = append(out.Kept, KeptObject{Step: k.Step, Target: k.Named(), Because: k.Because})
	}
	out.Left = append(out.Left, mailLeft(result.Facts)...)
	out.Left = append(out.Left, markedLeft(result)...)
	if whole {
		out.Left = append(out.Left, apartLeft(result.Facts)...)
		out.Left = append(out.Left, asideLeft(result.Facts)...)
	}
	if may := result.Facts.May; may.Directory.Account+may.Exchange.Account != "" {
		out.Left = append(out.Left, msg.M("undo.left.tools"))
	}
	if whole {
		out.Left = append(out.Left, msg.M("undo.left.asset"), msg.M("undo.left.profile", "Profile", result.Facts.Wanted.Run.Profile))
	}
	return out
}
