package ui_test

import (
	"testing"

	"wxmail/internal/ui"
)

// What ends a question early knows its code.
func TestFacts(t *testing.T) {
	for err, want := range map[error][2]string{
		ui.ErrInterrupted:            {"WX-INTERRUPTED", ""},
		&ui.Unanswered{ID: "a.name"}: {"WX-ANSWER-NEEDED", "a.name"},
	} {
		coded, knows := err.(interface {
			Fact() (code, object, detail string)
		})
		if !knows {
			t.Fatalf("%v knows no code", err)
		}
		if code, object, _ := coded.Fact(); code != want[0] || object != want[1] {
			t.Errorf("%v: %s, %q", err, code, object)
		}
	}
}
