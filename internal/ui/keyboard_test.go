package ui

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A terminal may say where its cursor is after the answer was made up, in the
// midst of what a person types, and in pieces.
func TestLateCursorReports(t *testing.T) {
	const ask, wait = "ask", "wait" // the library asks; the terminal stays silent
	for _, c := range []struct {
		name  string
		input []string // what happens: ask, wait, or what arrives
		want  []string // what the library reads
	}{
		{"at once", []string{ask, "\x1b[3;7R", "a\r"}, []string{"\x1b[3;7R", "a\r"}},
		{"behind what was typed", []string{"a\r", ask, "\x1b[3;7R"}, []string{"a\r", "\x1b[3;7R"}},
		{"never", []string{ask, wait, "a\r", ask, wait, "b\r"}, []string{"\x1b[1;1R", "a\r", "\x1b[1;1R", "b\r"}},
		{"late", []string{ask, wait, "a", "\x1b[3;7R", "b\r"}, []string{"\x1b[1;1R", "a", "b\r"}},
		{"late, in pieces", []string{ask, wait, "a\x1b", "[3", ";", "7R", "b\r"}, []string{"\x1b[1;1R", "a", "b\r"}},
		{"late, at the next question", []string{ask, wait, "a\r", ask, "\x1b[3;7R", "\x1b[5;9R"}, []string{"\x1b[1;1R", "a\r", "\x1b[5;9R"}},
		{"late twice, in pieces", []string{ask, wait, ask, "\x1b[3;7R", wait, "\x1b", "[5;9R", "a\r"}, []string{"\x1b[1;1R", "\x1b[3;7R", "a\r"}},
		{"lost", []string{ask, wait, ask, "\x1b[5;9R", wait, ask, "\x1b[6;9R", wait}, []string{"\x1b[1;1R", "\x1b[5;9R", "\x1b[6;9R"}},
		{"a key, not a report", []string{ask, wait, "\x1b", "x", "\x1b[", "B"}, []string{"\x1b[1;1R", "\x1bx", "\x1b[B"}},
	} {
		k := &keyboard{arrived: make(chan struct{}, 1)}
		var got []string
		read := func(text string) {
			if text != "" {
				got = append(got, text)
			}
		}
		for _, event := range c.input {
			switch event {
			case ask:
				k.asked, k.spare = true, ""
			case wait:
				read(k.pretend())
			default:
				k.typed = append(k.typed, event...)
			}
			buf := make([]byte, 100)
			n, err := k.take(buf)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			read(string(buf[:n]))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
