package cli

import (
	"context"
	"slices"

	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/webex"
)

// chores are what only a person can do in Webex Connect and Control Hub until an
// agent's reply reaches a customer, in order, by the IDs of their texts.
func chores() []string { return append(afterwards[:], persons[:2]...) }

// choreList is what is left for a person to do; the profile remembers what is
// ticked off of it, as it does for the page of the form.
type choreList struct {
	*checklist
	lines []string
}

func (s *session) chores(sum *setup.Summary, fields []webex.Field) choreList {
	text, l := s.program.ui.Catalogue().Text, choreList{checklist: s.checklist(sum, fields)}
	for _, id := range chores() {
		l.lines = append(l.lines, text(id, "Account", valueOf(fields, webex.LabelUsername)))
	}
	return l
}

// rows are the chores as a list shows them.
func (l choreList) rows(text func(string, ...any) string) (rows []string) {
	for i, id := range chores() {
		row := "checklist.open"
		if l.ticked(id) {
			row = "checklist.ticked"
		}
		rows = append(rows, text(row, "What", l.lines[i]))
	}
	return rows
}

func (l choreList) done() bool {
	return !slices.ContainsFunc(chores(), func(id string) bool { return !l.ticked(id) })
}

// verifies is the key with which a person asks for wxmail verify.
const verifies = "v"

// tickOff shows a person what is left for them to do, and lets them tick it off,
// or open it again. What is known to be done is ticked off already. Where
// nothing is left, or nobody is there, nothing is asked. It gives whether the
// person asks for wxmail verify, which is offered where it is not known to be
// done.
func (s *session) tickOff(ctx context.Context, sum *setup.Summary, known ...string) (verify bool, err error) {
	l := s.chores(sum, s.values(sum))
	if !s.Operator.CanAsk() || s.Yes || s.program.flags.json || l.done() {
		return false, nil
	}
	for _, id := range known {
		if err := l.tick(id, true); err != nil {
			return false, err
		}
	}
	prompt, keys := "checklist.prompt-verify", []string{verifies}
	if slices.Contains(known, "values.test") {
		prompt, keys = "checklist.prompt", nil
	}
	for !l.done() {
		s.program.ui.ShowList(msg.M("checklist.title"), l.rows(s.program.ui.Catalogue().Text))
		n, key, err := operator{ui: s.program.ui}.pick(ctx, "checklist.tick", prompt, len(chores()), keys...)
		if err != nil || key == verifies || n == 0 {
			return key == verifies, err
		}
		id := chores()[n-1]
		if err := l.tick(id, !l.ticked(id)); err != nil {
			return false, err
		}
	}
	s.Operator.Say(msg.M("checklist.done"))
	return false, nil
}
