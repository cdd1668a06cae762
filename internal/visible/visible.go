// Package visible makes a text that somebody else wrote fit to be shown: names
// in a tenant, answers of a server, files, arguments. What would steer a
// terminal, reorder a line, or stand there unseen is written out, such as
// <U+202E>; letters of every language stay as they are.
//
// Line is for a value inside a text of ours, Block for a text with line ends
// of our own, JSON for a document. All may be repeated: what they give is left
// as it is.
package visible

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line makes s visible on one line: no line end, no tab, and no run of spaces
// that would push the rest to where a line of ours could begin.
func Line(s string) string { return spell(s, false) }

// Block makes s visible and keeps its line ends.
func Block(s string) string { return spell(s, true) }

const (
	maxSpaces = 2 // in a row
	maxMarks  = 4 // upon one letter: more climb over the lines above
)

func spell(s string, lines bool) string {
	if plain(s, lines) {
		return s
	}
	var out strings.Builder
	marks := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		marks = marksAfter(marks, r)
		switch n := spaces(s[i:]); {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, "<0x%02X>", s[i])
		case lines && r == '\n':
			out.WriteByte('\n')
		case !lines && n > maxSpaces:
			fmt.Fprintf(&out, "<U+0020 x%d>", n)
			size = n
		case Hidden(r) || marks > maxMarks:
			fmt.Fprintf(&out, "<U+%04X>", r)
		default:
			out.WriteString(s[i : i+size])
		}
		i += size
	}
	return out.String()
}

// plain says whether nothing in s needs to be written out: most texts.
func plain(s string, lines bool) bool {
	marks := 0
	for i, r := range s {
		marks = marksAfter(marks, r)
		if r == utf8.RuneError || marks > maxMarks || Hidden(r) && !(lines && r == '\n') ||
			!lines && r == ' ' && spaces(s[i:]) > maxSpaces {
			return false
		}
	}
	return true
}

func marksAfter(marks int, r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return marks + 1
	}
	return 0
}

func spaces(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// Hidden says whether a character is not seen where it stands, or does
// something there: controls of both halves of Latin-1, formats (directions,
// joiners, marks of width nothing), line and paragraph separators, fillers and
// selectors that are drawn as nothing, and what is no character yet.
// https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
func Hidden(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	return !unicode.IsGraphic(r) || r == brailleBlank ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// brailleBlank is a symbol that is drawn as nothing.
const brailleBlank = 0x2800

// JSON escapes in a JSON document what the encoder leaves as it is. Outside
// of strings a document has none of it but line ends, which stay.
func JSON(raw []byte) []byte {
	if plain(string(raw), true) {
		return raw
	}
	var out bytes.Buffer
	for _, r := range string(raw) {
		switch {
		case r < ' ' || !Hidden(r):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.Bytes()
}

// Short cuts a text of more than limit characters in its middle, and says how
// long it is: its beginning and its end are what tells it from another. A
// shorter one is given as it is.
func Short(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n := utf8.RuneCountInString(s)
	if n <= limit {
		return s
	}
	runes := []rune(s)
	half := limit / 2
	return fmt.Sprintf("%s…%s (%d characters)", string(runes[:half]), string(runes[n-half:]), n)
}
