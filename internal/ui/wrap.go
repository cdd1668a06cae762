package ui

import (
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
)

// wrap breaks text between words, each line after indent; a width of 0 is
// endless. What has no space in it stays whole, so that a person can copy
// addresses, URLs and flags; only scripts that are written without spaces are
// broken anywhere.
func wrap(text, indent string, width int) string {
	if width == 0 {
		return indent + text
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		for _, part := range fill(line, width-lipgloss.Width(indent)) {
			lines = append(lines, indent+strings.TrimRight(part, " "))
		}
	}
	return strings.Join(lines, "\n")
}

// hang wraps text behind a lead, its further lines under the first.
func hang(lead, text string, width int) string {
	indent := strings.Repeat(" ", lipgloss.Width(lead))
	return lead + strings.TrimPrefix(wrap(text, indent, width), indent)
}

func fill(line string, width int) []string {
	if lipgloss.Width(line) != utf8.RuneCountInString(line) { // wide characters
		return strings.Split(lipgloss.Wrap(line, width, ""), "\n")
	}
	var lines []string
	row := ""
	for i, word := range strings.Split(line, " ") {
		switch {
		case i == 0:
			row = word
		case lipgloss.Width(row)+1+lipgloss.Width(word) > width:
			lines = append(lines, row)
			row = word
		default:
			row += " " + word
		}
	}
	return append(lines, row)
}
