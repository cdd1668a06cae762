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
	maxSpaces = 2 // in a row, of any width
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
		switch run := blanks(s[i:]); {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, "<0x%02X>", s[i])
		case lines && r == '\n':
			out.WriteByte('\n')
		case !lines && utf8.RuneCountInString(run) > maxSpaces:
			counted(&out, run)
			size = len(run)
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
			!lines && unicode.Is(unicode.Zs, r) && utf8.RuneCountInString(blanks(s[i:])) > maxSpaces {
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

// blanks are the spaces that s begins with, those of other widths than ours
// too: a no-break space and an ideographic one push a line on as well.
func blanks(s string) string {
	return s[:len(s)-len(strings.TrimLeftFunc(s, func(r rune) bool { return unicode.Is(unicode.Zs, r) }))]
}

// counted writes a run of blanks out, those that are alike together.
func counted(out *strings.Builder, run string) {
	for run != "" {
		r, size := utf8.DecodeRuneInString(run)
		rest := strings.TrimLeft(run, string(r))
		if n := (len(run) - len(rest)) / size; n > 1 {
			fmt.Fprintf(out, "<U+%04X x%d>", r, n)
		} else {
			fmt.Fprintf(out, "<U+%04X>", r)
		}
		run = rest
	}
}

// Hidden says whether a character is not seen where it stands, or does
// something there: controls of both halves of Latin-1, formats (directions,
// joiners, marks of width nothing), line and paragraph separators, fillers and
// selectors that are drawn as nothing, and what is no character yet.
// https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
func Hidden(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	return !unicode.IsGraphic(r) || strings.ContainsRune(drawnAsNothing, r) ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// drawnAsNothing are letters and symbols that leave their place empty: the
// blank of Braille, a note without a head, the blanks of hieroglyphs, and the
// place of an object that a text cannot hold.
const drawnAsNothing = "\u2800\U0001d159\U00013441\U00013442\ufffc"

// JSON escapes in a JSON document what the encoder leaves as it is. Outside
// of strings a document has none of it but line ends and what they are followed
// by, which stay.
func JSON(raw []byte) []byte {
	text := string(raw)
	if plain(text, true) && !pushes(text) {
		return raw
	}
	var out bytes.Buffer
	pushed := 0 // blanks that are still to be escaped
	for i, r := range text {
		if pushed == 0 && pushing(text, i, r) {
			pushed = utf8.RuneCountInString(blanks(text[i:]))
		}
		switch {
		case pushed > 0:
			fmt.Fprintf(&out, `\u%04x`, r)
			pushed--
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

// pushes says whether a document holds a run of blanks that is no indent.
func pushes(text string) bool {
	for i, r := range text {
		if pushing(text, i, r) {
			return true
		}
	}
	return false
}

// pushing says whether such a run begins at i, with r.
func pushing(text string, i int, r rune) bool {
	if !unicode.Is(unicode.Zs, r) || i > 0 && (text[i-1] == '\n' || text[i-1] == ' ' && r == ' ') {
		return false
	}
	return utf8.RuneCountInString(blanks(text[i:])) > maxSpaces
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
