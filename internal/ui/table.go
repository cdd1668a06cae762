package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"wxmail/internal/visible"
)

// Table writes rows in columns to standard output. On a terminal that is too
// narrow the cells wrap; into a pipe they never do.
func (t *Terminal) Table(headers []string, rows [][]string) {
	rows = append([][]string{headers}, cells(rows)...)
	widths := shares(rows, columns(t.options.Out, 0))
	var lines []string
	for i, row := range rows {
		for _, line := range beside(row, widths) {
			if i == 0 && t.colours {
				line = bold().Render(line)
			}
			lines = append(lines, line)
		}
	}
	t.Print(strings.Join(lines, "\n"))
}

const gutter = 2 // between two columns of a table

// shares are the widths of a table's columns: what each needs, unless there is
// no room for all. Then the widest give way.
func shares(rows [][]string, room int) []int {
	widths := make([]int, len(rows[0]))
	total := gutter * (len(widths) - 1)
	for column := range widths {
		for _, row := range rows {
			widths[column] = max(widths[column], lipgloss.Width(row[column]))
		}
		total += widths[column]
	}
	for ; room > 0 && total > room; total-- {
		widths[slices.Index(widths, slices.Max(widths))]--
	}
	return widths
}

// beside are the lines of one row of a table.
func beside(row []string, widths []int) (lines []string) {
	from := 0
	for column, cell := range row {
		for i, part := range crop(cell, widths[column]) {
			if i == len(lines) {
				lines = append(lines, "")
			}
			if part != "" {
				lines[i] += strings.Repeat(" ", from-lipgloss.Width(lines[i])) + part
			}
		}
		from += widths[column] + gutter
	}
	return lines
}

// cells are rows as they may be shown.
func cells(rows [][]string) [][]string {
	shown := make([][]string, len(rows))
	for i, row := range rows {
		for _, cell := range row {
			shown[i] = append(shown[i], visible.Line(visible.Short(cell, maxEvidence)))
		}
	}
	return shown
}

// Field is one line of a form.
type Field struct {
	Label, Value, Note string
}

const labelWidth = 24

// Form writes fields to standard output in their order, each value whole on
// one line of its own or beside its label, so that it can be copied.
func (t *Terminal) Form(fields []Field) {
	width := columns(t.options.Out, 0)
	var lines []string
	for _, f := range fields {
		f.Value = visible.Line(f.Value)
		lines = append(lines, formLine(f, width)...)
		if f.Note != "" {
			lines = append(lines, wrap(f.Note, "    ", min(width, maxProse)))
		}
	}
	t.Print(trimLines(strings.Join(lines, "\n")))
}

func formLine(f Field, width int) []string {
	label := lipgloss.Width(f.Label)
	beside := label <= labelWidth && (width == 0 || labelWidth+2+lipgloss.Width(f.Value) <= width)
	if beside {
		return []string{f.Label + strings.Repeat(" ", labelWidth+2-label) + f.Value}
	}
	indent := "    "
	if width > 0 && len(indent)+lipgloss.Width(f.Value) > width {
		indent = "" // whoever copies it gets it in one piece
	}
	return []string{wrap(f.Label, "", width), indent + f.Value}
}

func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// Sentence writes a sentence to standard output.
func (t *Terminal) Sentence(text string) { t.Print(wrap(text, "", prose(t.options.Out, 0))) }

// Prose writes sentences to standard output that nobody searches line by line:
// they are broken even where that is a pipe, for a pager.
func (t *Terminal) Prose(text string) { t.Print(wrap(text, "", prose(t.options.Out, defaultWidth))) }

// Terms writes terms to standard output of t, each with what it means beside
// it, or below it where it is too long for that. Into a pipe each stays on one
// line.
func Terms(t *Terminal, rows [][2]string) {
	width, widest := columns(t.options.Out, 0), 0
	for _, row := range rows {
		if n := lipgloss.Width(row[0]); width == 0 || n <= width/2 {
			widest = max(widest, n)
		}
	}
	margin := strings.Repeat(" ", widest+2)
	for _, row := range rows {
		if room := widest - lipgloss.Width(row[0]); room >= 0 {
			t.Print(hang(row[0]+strings.Repeat(" ", room+2), row[1], width))
			continue
		}
		term := strings.TrimLeft(row[0], " ")
		t.Print(hang(strings.Repeat(" ", len(row[0])-len(term)), term, width) + "\n" + wrap(row[1], margin, width))
	}
}

// Items writes a list to standard output.
func (t *Terminal) Items(items []string) {
	for _, item := range items {
		t.Print(hang("  - ", item, prose(t.options.Out, 0)))
	}
}

// Steps writes a numbered list to standard output.
func (t *Terminal) Steps(items []string) {
	for i, item := range items {
		t.Print(hang(fmt.Sprintf("%3d. ", i+1), item, prose(t.options.Out, 0)))
	}
}
