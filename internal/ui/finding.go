package ui

import (
	"strings"

	"wxmail/internal/msg"
	"wxmail/internal/visible"
)

// Finding is one result of a diagnosis.
type Finding struct {
	State    State // Failed, Alert or Note
	Code     string
	Cause    msg.Message
	Evidence string // what was read, in the service's own names
	Fix      msg.Message
}

// Finding writes a finding to standard output: what is wrong, what was read,
// what mends it. The words read and fix are the same in every language, so
// that they can be searched for.
func (t *Terminal) Finding(f Finding) {
	width := prose(t.options.Out, 0)
	head := f.State.badge(t)
	if t.colours {
		head = t.paint(f.State.look().style, head)
	}
	lines := []string{head + "  " + f.Code, wrap(t.text(f.Cause), "  ", width)}
	if f.Evidence != "" {
		lines = append(lines, hang("  read: ", visible.Line(visible.Short(f.Evidence, maxEvidence)), width))
	}
	lines = append(lines, hang("  fix:  ", t.text(f.Fix), width), "")
	t.Print(strings.Join(lines, "\n") + "\n")
}
