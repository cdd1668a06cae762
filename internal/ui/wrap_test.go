package ui_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/msg"
	"wxmail/internal/ui"
)

// A message that no catalogue has says its own ID. Into a pipe the
// conversation is 80 columns wide.
func TestLinesAreBrokenBetweenWords(t *testing.T) {
	const (
		long = "https://login.microsoftonline.com/bdc42de2-8587-476f-8253-3ee6f196c4f5/oauth2/v2.0/authorize"
		text = "this sentence is longer than the eighty columns of a terminal, so that it must be --well-broken somewhere"
	)
	for _, c := range []struct{ name, say, want string }{
		{"short", "short", "short\n"},
		{"between words", text, "this sentence is longer than the eighty columns of a terminal, so that it must\nbe --well-broken somewhere\n"},
		{"not at a hyphen", text[len("this "):],
			"sentence is longer than the eighty columns of a terminal, so that it must be\n--well-broken somewhere\n"},
		{"not in a URL", "go to " + long + " now", "go to\n" + long + "\nnow\n"},
		{"under an item", "- " + text,
			"- this sentence is longer than the eighty columns of a terminal, so that it must\n  be --well-broken somewhere\n"},
		{"lines of its own", "one:\n  two  three", "one:\n  two  three\n"},
		{"without spaces", "これは八十桁の端末の幅よりも長い文なので、単語の間に空白がなくても、どこかで必ず改行される。", "これは八十桁の端末の幅よりも長い文なので、単語の間に空白がなくても、どこかで必ず\n改行される。\n"},
	} {
		terminal, _, err := piped(ui.Options{})
		terminal.Say(msg.M(c.say))
		if diff := cmp.Diff(c.want, err.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
