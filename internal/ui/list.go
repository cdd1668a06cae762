package ui

import (
	"fmt"
	"strings"

	"wxmail/internal/msg"
	"wxmail/internal/visible"
)

// ShowList shows a numbered list to somebody who is about to be asked for a
// number of it, even where Quiet; nothing with JSON.
func (t *Terminal) ShowList(title msg.Message, items []string) {
	if t.options.JSON {
		return
	}
	width := prose(t.options.Err, defaultWidth)
	lines := []string{"\n" + t.paint(bold(), wrap(t.text(title), "", width))}
	for i, item := range items {
		lines = append(lines, hang(fmt.Sprintf("%3d. ", i+1), visible.Line(item), width))
	}
	t.print(strings.Join(lines, "\n"))
}
