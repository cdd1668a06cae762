package webex

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Verdict is how a text that Webex Connect shows stands to the value that
// belongs there.
type Verdict string

// The verdicts, from nothing wrong to nothing right.
const (
	Same      Verdict = "same"
	Spaces    Verdict = "spaces"     // only white space, or marks of no width, are too many or too few
	Case      Verdict = "case"       // only capital and small letters differ
	LookAlike Verdict = "look-alike" // a letter of another alphabet stands for one that looks like it
	CutShort  Verdict = "cut-short"  // its end is missing
	Longer    Verdict = "longer"     // something follows it
	Different Verdict = "different"
	Unknown   Verdict = "unknown" // no field has a value like it
)

// Compared is one text of what was pasted, and the field that it is taken for.
// It holds nothing of what was pasted but a character that is wrong, so that a
// secret may be compared.
type Compared struct {
	Label   string // "" where Unknown
	Verdict Verdict
	At      int  // the first character that differs, counted from 1; 0 for Same and Unknown
	Got     rune // what stands there; 0 where the text ends before
	Want    rune // what belongs there; 0 where the value ends before
}

// Compare takes what a person copied out of the form, a value or several lines
// of labels and values, and judges each value that it finds. A value that has
// no label belongs to the field whose value is like it.
func Compare(fields []Field, pasted string) []Compared {
	var all []Compared
	var label string
	for line := range strings.Lines(strings.ReplaceAll(pasted, "\r", "\n")) {
		line = strings.TrimRight(line, "\n")
		switch name, rest := labelled(fields, line); {
		case blank(line):
		case name != "" && blank(rest):
			label = name
		case name != "":
			all, label = append(all, judgeAs(fields, name, rest)), ""
		case label != "":
			all, label = append(all, judgeAs(fields, label, line)), ""
		default:
			all = append(all, nearest(fields, line))
		}
	}
	return all
}

// labelled finds the label that a line is, or begins with; the longest one,
// since "Access Token" begins "Access Token URL" too.
func labelled(fields []Field, line string) (label, rest string) {
	line = strings.TrimLeftFunc(line, unicode.IsSpace)
	for _, f := range fields {
		if len(f.Label) <= len(label) || len(line) < len(f.Label) || !strings.EqualFold(line[:len(f.Label)], f.Label) {
			continue
		}
		if value, isLabel := cutSeparator(line[len(f.Label):]); isLabel {
			label, rest = f.Label, value
		}
	}
	return label, rest
}

// cutSeparator takes away what stands between a label and its value: nothing,
// a colon, a tab, or two spaces, behind the star of what must be filled.
func cutSeparator(after string) (value string, ok bool) {
	if strings.Trim(after, "*: \t") == "" {
		return "", true
	}
	after = strings.TrimLeft(after, "*")
	for _, separator := range []string{":\t", ": ", ":", "\t", "  "} {
		if value, ok = strings.CutPrefix(after, separator); ok {
			return strings.TrimLeft(value, " \t"), true
		}
	}
	return "", false
}

func blank(text string) bool { return strings.TrimFunc(text, nothing) == "" }

// nothing is a character that is not seen: white space, and formats such as the
// space of no width.
func nothing(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

func judgeAs(fields []Field, label, text string) Compared {
	for _, f := range fields {
		if f.Label == label {
			return judge(f, text)
		}
	}
	return Compared{Verdict: Unknown}
}

// judge compares a text with the value of a field.
func judge(f Field, text string) Compared {
	want, got := f.Text(), text
	if want == got {
		return Compared{Label: f.Label, Verdict: Same}
	}
	c := Compared{Label: f.Label, Verdict: kindOf([]rune(got), []rune(want))}
	c.At, c.Got, c.Want = firstDifference([]rune(got), []rune(want))
	return c
}

func kindOf(got, want []rune) Verdict {
	switch seen, wanted := seenOf(got), seenOf(want); {
	case seen == wanted:
		return Spaces
	case strings.EqualFold(seen, wanted):
		return Case
	case likeEachOther([]rune(seen), []rune(wanted)):
		return LookAlike
	case strings.HasPrefix(wanted, seen):
		return CutShort
	case strings.HasPrefix(seen, wanted):
		return Longer
	}
	return Different
}

// seenOf is a text without what is not seen of it.
func seenOf(text []rune) string {
	return strings.Map(func(r rune) rune {
		if nothing(r) {
			return -1
		}
		return r
	}, string(text))
}

// likeEachOther says whether two texts differ only in letters of which one is
// ASCII's and the other is not.
func likeEachOther(got, want []rune) bool {
	if len(got) != len(want) {
		return false
	}
	for i, r := range got {
		if r != want[i] && (r < unicode.MaxASCII) == (want[i] < unicode.MaxASCII) {
			return false
		}
	}
	return true
}

func firstDifference(got, want []rune) (at int, is, should rune) {
	for i := range max(len(got), len(want)) {
		is, should = runeAt(got, i), runeAt(want, i)
		if is != should {
			return i + 1, is, should
		}
	}
	return 0, 0, 0
}

func runeAt(text []rune, i int) rune {
	if i >= len(text) {
		return 0
	}
	return text[i]
}

// likeness is how much of a value may differ before a text is taken for
// something else: one character in three.
const likeness = 3

// nearest judges a text as the field whose value is most like it. Two fields
// of one value, as the token URLs are, count as the first of them.
func nearest(fields []Field, text string) Compared {
	type candidate struct {
		field Field
		far   int
	}
	var near []candidate
	for _, f := range fields {
		if f.Value == nil || f.Entry() == Generated {
			continue
		}
		far := distance(folded(text), folded(f.Text()))
		if f.Text() == text || far*likeness <= len([]rune(folded(f.Text()))) {
			near = append(near, candidate{f, far})
		}
	}
	if len(near) == 0 {
		return cutOff(fields, text)
	}
	best := slices.MinFunc(near, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(different(a.field, text), different(b.field, text)), cmp.Compare(a.far, b.far))
	})
	return judge(best.field, text)
}

func different(f Field, text string) int {
	if f.Text() == text {
		return 0
	}
	return 1
}

// shortest is how much of a value must be there to be known again.
const shortest = 8

// cutOff looks for the one field whose value a text begins.
func cutOff(fields []Field, text string) Compared {
	seen := seenOf([]rune(text))
	i := slices.IndexFunc(fields, func(f Field) bool { return len(seen) >= shortest && strings.HasPrefix(seenOf([]rune(f.Text())), seen) })
	if i < 0 {
		return Compared{Verdict: Unknown}
	}
	return judge(fields[i], text)
}

// distance is Levenshtein's: how many characters were changed, put in or left
// out.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range to {
			changed := diagonal
			if r != s {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
