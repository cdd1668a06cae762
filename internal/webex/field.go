package webex

import (
	"strings"
	"unicode"
)

// Entry is what a person does with a field of the form.
type Entry string

// The ways to fill a field.
const (
	Pasted    Entry = "paste"    // its value is typed or pasted
	Chosen    Entry = "choose"   // its value is one of a list
	Ticked    Entry = "tick"     // a tick box, on or off
	Checked   Entry = "check"    // read-only: it must say the same already
	LeftEmpty Entry = "empty"    // to be left empty
	NotKnown  Entry = "unknown"  // its value is not known yet
	Generated Entry = "generate" // Generate Token fills it
)

// Entry tells what a person does with this field. Which fields are lists:
// https://help.webexconnect.io/docs/wxcc-email-asset-creation
func (f Field) Entry() Entry {
	switch {
	case f.Note == NoteGenerated:
		return Generated
	case f.Value == nil && f.Label == LabelLoginID:
		return LeftEmpty
	case f.Value == nil:
		return NotKnown
	case f.Note == NoteReadOnly:
		return Checked
	case f.Label == LabelAuthentication, f.Label == LabelSecurity:
		return Chosen
	case f.Label == LabelDifferentAddress, f.Label == LabelReview:
		return Ticked
	}
	return Pasted
}

// Text is the value, or "".
func (f Field) Text() string {
	if f.Value == nil {
		return ""
	}
	return *f.Value
}

// Find gives the field of a label as people type it: case, spaces and signs do
// not matter, and the beginning is enough where only one label has it.
func Find(fields []Field, label string) (found Field, ok bool) {
	typed := folded(label)
	var begun []Field
	for _, f := range fields {
		switch own := folded(f.Label); {
		case own == typed:
			return f, true
		case typed != "" && strings.HasPrefix(own, typed):
			begun = append(begun, f)
		}
	}
	if len(begun) != 1 {
		return Field{}, false
	}
	return begun[0], true
}

// folded is a label without what does not matter.
func folded(label string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, label)
}
