package msg_test

import (
	"fmt"
	"testing"

	"wxmail/internal/msg"
)

// Numbers, dates and lists are said as the language has them.
func TestConventions(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"16,384", "2027-03-01", "A, B and C", "A and B", "A, B, C"},
		"fr": {"16\u202f384", "1 mars 2027", "A, B et C", "A et B", "A, B, C"},
		"ja": {"16,384", "2027年3月1日", "A、B、C", "A、B", "A、B、C"},
		"ko": {"16,384", "2027년 3월 1일", "A, B 및 C", "A 및 B", "A, B, C"},
	} {
		c := msg.New(lang)
		for i, value := range []any{16384, msg.Day("2027-03-01"), msg.And("A", "B", "C"), msg.And("A", "B"), msg.Each("A", "B", "C")} {
			if got := c.Text("detail.said", "Text", value); got != want[i] {
				t.Errorf("%s: %v is %q, want %q", lang, value, got, want[i])
			}
		}
	}
	for _, name := range []any{"2027-03-01", msg.Day("wxmail 2027-03-01")} {
		if got := msg.New("fr").Text("detail.said", "Text", name); got != fmt.Sprint(name) {
			t.Errorf("what is no day, %v, is %q", name, got)
		}
	}
	if got := msg.New("fr").Text("detail.said", "Text", msg.And(msg.M("state.done"), msg.M("state.done"))); got == "" {
		t.Error("a list of messages says nothing")
	}
}
