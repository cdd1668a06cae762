//go:build unix

package ui_test

import (
	"errors"
	"strings"
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/testkit/console"
	"wxmail/internal/ui"
)

func plain(o *ui.Options) { o.Plain = true }

// By line, nothing that is sent to the terminal moves a cursor, whatever is
// asked and answered.
func TestAskByLine(t *testing.T) {
	deliberate := withDefault(keep, "")
	for _, c := range []struct {
		name  string
		q     ui.Question
		steps []string // expect, send, expect, send …
		want  string
	}{
		{"text", email, []string{"? E-mail ID of the asset:", " support@contoso.example \r"}, "support@contoso.example"},
		{"default", withDefault(email, "a@b.example"), []string{"(a@b.example):", "\r"}, "a@b.example"},
		{"edit", email, []string{"E-mail ID", "ab\x7fc\r"}, "ac"},
		{"wide edit", email, []string{"E-mail ID", "サポ\x7fート 사서함\r"}, "サート 사서함"},
		{"yes", keep, []string{"(Y/n):", "\r"}, "true"},
		{"no", keep, []string{"(Y/n):", "no\r"}, "false"},
		{"deliberate", deliberate, []string{"(y/n):", "\r", "yes or no.\n? Keep a copy", "yes\r"}, "true"},
		{"number", choices, []string{"  1. guide\n  2. least\nNumber (2):", "1\r"}, "guide"},
		{"word", choices, []string{"Number (2):", "Guide\r"}, "guide"},
		{"number default", choices, []string{"Number (2):", "\r"}, "least"},
		{"no number", choices, []string{"Number (2):", "3\r",
			"from 1 to 2.\n? Permissions of the application\n  1. guide\n  2. least\nNumber (2):", "2\r"}, "least"},
		{"password", hidden, []string{"Passphrase", " canary-1 \r"}, " canary-1 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sit(t, sizes[1], plain)
			replies := s.ask(t.Context(), c.q)
			for i := 0; i < len(c.steps); i += 2 {
				s.Expect(c.steps[i])
				s.Send(c.steps[i+1])
			}
			want(t, s, replies, c.want)
			s.ui.Warn(msg.M("plan.empty"))
			s.Expect("Nothing to change.")
			if raw := s.Raw(); strings.Contains(raw, "\x1b") || strings.Contains(raw, "canary-1") {
				t.Errorf("%q", raw)
			}
			wantRestored(t, s)
		})
	}
}

// Ctrl-D leaves a question, like Ctrl-C, whatever Enter would answer.
func TestLeavingByLine(t *testing.T) {
	for _, q := range []ui.Question{email, keep, hidden, choices} {
		s := sit(t, sizes[0], plain)
		replies := s.ask(t.Context(), q)
		s.Expect(msg.New("en").Say(q.Prompt))
		if q.Kind == ui.Select {
			s.Expect("Number")
		}
		s.Send(console.CtrlD)
		if got := <-replies; !errors.Is(got.err, ui.ErrInterrupted) {
			t.Errorf("%s: %q %v", q.ID, got.text, got.err)
		}
	}
}

func TestWhatMakesItPlain(t *testing.T) {
	for _, c := range []struct {
		env             string
		plain, coloured bool
	}{
		{"TERM=xterm", false, true}, {"TERM=dumb", true, false}, {"WXMAIL_PLAIN=1", true, false}, {"WXMAIL_PLAIN=0", false, true},
		{"NO_COLOR=1", false, false}, {"NO_COLOR=1 CLICOLOR_FORCE=1", false, false}, {"TERM=dumb CLICOLOR_FORCE=1", true, false},
	} {
		s := sit(t, sizes[0], func(o *ui.Options) { o.Env = variables(c.env) })
		s.ui.Warn(msg.M("plan.empty"))
		s.Expect("Nothing to change.")
		if got := strings.Contains(s.Raw(), "\x1b["); got != c.coloured {
			t.Errorf("%s: coloured %t", c.env, got)
		}
		replies := s.ask(t.Context(), email)
		s.Expect("E-mail ID")
		s.Send("a@b\r")
		want(t, s, replies, "a@b")
		if got := !strings.Contains(s.Raw(), "\x1b"); got != c.plain {
			t.Errorf("%s: plain %t", c.env, got)
		}
	}
	for env, coloured := range map[string]bool{"": false, "CLICOLOR_FORCE=1": true, "CLICOLOR_FORCE=0": false,
		"NO_COLOR=1 CLICOLOR_FORCE=1": false} {
		terminal, out, err := piped(ui.Options{Env: variables(env)})
		terminal.Warn(msg.M("plan.empty"))
		terminal.Finding(ui.Finding{State: ui.Failed, Code: "WX-X"})
		for _, stream := range []string{out.String(), err.String()} {
			if got := strings.Contains(stream, "\x1b["); got != coloured {
				t.Errorf("%s: coloured %t: %q", env, got, stream)
			}
		}
	}
}

// variables is an environment of NAME=value, separated by spaces.
func variables(env string) func(string) string {
	return func(name string) string {
		for pair := range strings.FieldsSeq(env) {
			if value, is := strings.CutPrefix(pair, name+"="); is {
				return value
			}
		}
		return ""
	}
}

// Sentences are never wider than a person can read; tables take what there is.
func TestWideScreen(t *testing.T) {
	s := sit(t, console.Config{Width: 200, Height: 24}, func(o *ui.Options) { o.Out = o.TTY })
	s.ui.Say(msg.M("sign-ins.advice"))
	s.ui.Sentence(strings.Repeat("word ", 60))
	s.ui.Table([]string{"A", "B"}, [][]string{{"table", strings.Repeat("x", 150)}})
	s.Expect("table")
	for line := range strings.SplitSeq(s.Screen(), "\n") {
		if len(line) > 100 && !strings.HasPrefix(line, "table") {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	if !strings.Contains(s.Screen(), strings.Repeat("x", 150)) {
		t.Errorf("the table was wrapped:\n%s", s.Screen())
	}
}

// What a question suggests is legible on white, too: no SGR 37.
func TestLegibleOnLight(t *testing.T) {
	s := sit(t, sizes[0])
	for _, q := range []ui.Question{withDefault(email, "a@b.example"), keep, choices, hidden} {
		replies := s.ask(t.Context(), q)
		s.Expect(msg.New("en").Say(q.Prompt))
		s.Send("\r")
		if got := <-replies; got.err != nil {
			t.Fatal(got.err)
		}
	}
	for _, bad := range []string{"37m", "97m", ";99m"} {
		if strings.Contains(s.Raw(), bad) {
			t.Errorf("%q in %q", bad, s.Raw())
		}
	}
}
