package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"
)

// wrap breaks text between words, each line after indent; a width of 0 is
// endless. What has no space in it stays whole, so that a person can copy
// addresses, URLs and flags.
//
// A line may end at every space, and inside of what stands between two where
// the Unicode line breaking algorithm allows it beside kana or Han: not before
// 。 or a small kana, not after 「, not at a no-break space. A Korean word is
// broken only where it is longer than a line.
// https://www.unicode.org/reports/tr14/
func wrap(text, indent string, width int) string {
	if width == 0 {
		return indent + text
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		for _, part := range fill(line, width-lipgloss.Width(indent)) {
			lines = append(lines, indent+part)
		}
	}
	return strings.Join(lines, "\n")
}

// Comment is a text as lines of a file, each after lead.
func Comment(lead, text string) string { return wrap(text, lead, defaultWidth) }

// apart breaks a line of parts between these, where it can: "a · b · c".
func apart(text string, width int) string {
	const between, end = " · ", " ·"
	parts := strings.Split(text, between)
	row, rows := parts[0], []string{}
	for _, part := range parts[1:] {
		if lipgloss.Width(row+between+part+end) > width {
			rows = append(rows, row+end)
			row = part
			continue
		}
		row += between + part
	}
	return wrap(strings.Join(append(rows, row), "\n"), "", width)
}

// hang wraps text behind a lead, its further lines under the first.
func hang(lead, text string, width int) string {
	indent := strings.Repeat(" ", lipgloss.Width(lead))
	return lead + strings.TrimPrefix(wrap(text, indent, width), indent)
}

// fill puts a line into as many as it takes, none of which ends in a space.
func fill(line string, room int) []string {
	var lines []string
	row := ""
	for _, piece := range pieces(line, besideWide) {
		parts := []string{piece}
		if columnsFor(piece) > room {
			parts = pieces(piece, besideHangul)
		}
		for _, part := range parts {
			if strings.Trim(row, " ") != "" && columnsFor(row+part) > room {
				lines = append(lines, strings.TrimRight(row, " "))
				row = ""
			}
			row += part
		}
	}
	return append(lines, strings.TrimRight(row, " "))
}

// columnsFor is how many columns a text takes at the end of a line.
func columnsFor(text string) int { return lipgloss.Width(strings.TrimRight(text, " ")) }

// pieces are the parts of a line between which it may be broken: at spaces, and
// where Unicode allows it and may does, which gets the characters on both sides.
func pieces(line string, may func(last, next rune) bool) []string {
	var all []string
	for word := range strings.SplitAfterSeq(line, " ") {
		begun, state := "", -1
		for word != "" {
			var segment string
			segment, word, _, state = uniseg.FirstLineSegmentInString(word, state)
			begun += segment
			last, _ := utf8.DecodeLastRuneInString(begun)
			next, _ := utf8.DecodeRuneInString(word)
			if word == "" || may(last, next) {
				all, begun = append(all, begun), ""
			}
		}
	}
	return all
}

func besideWide(last, next rune) bool { return isWide(last) || isWide(next) }

// isWide says whether a character is of a script that is written without spaces.
func isWide(r rune) bool { return lipgloss.Width(string(r)) > 1 && !unicode.Is(unicode.Hangul, r) }

func besideHangul(last, next rune) bool {
	return unicode.Is(unicode.Hangul, last) || unicode.Is(unicode.Hangul, next)
}

// crop is wrap for a column of a table, where nothing may stand out: what is
// longer than a line is broken anywhere.
func crop(text string, width int) []string {
	return strings.Split(ansi.Hardwrap(wrap(text, "", width), width, true), "\n")
}
