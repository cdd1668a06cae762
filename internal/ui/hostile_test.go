//go:build unix

package ui_test

import (
	"encoding/json"
	"strings"
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/testkit/console"
	"wxmail/internal/ui"
	"wxmail/internal/visible"
)

// hostile is a name that a stranger gave to something: it erases the screen,
// conceals, sets the title, begins lines of its own, and turns their direction.
const hostile = "n\x1b[2J\x1b[H\x1b[8m\x1b]2;OWNED\x07\r\nforged\u009b2J\u202e\u2066\u200b\u2028\xffend"

// everywhere says a hostile text wherever the Terminal takes one.
func everywhere(terminal *ui.Terminal) {
	m := msg.M("value.forwards-to", "Address", hostile)
	terminal.Heading(m)
	terminal.Say(m)
	terminal.Detail(hostile)
	terminal.Warn(m)
	terminal.Event(ui.Wait{For: hostile})
	terminal.Event(ui.Wait{Text: m})
	terminal.Event(ui.Opened{Address: "http://" + hostile, Code: hostile, Tunnel: hostile})
	terminal.Event(ui.SignIn{Role: "mailbox", Account: hostile, URL: "https://" + hostile, Code: hostile, Address: hostile,
		Command: hostile, Head: m, Hints: []msg.Message{m}})
	terminal.Tick(m)
	terminal.Event(ui.Applied{Op: "create", Target: hostile, Key: hostile, State: ui.Done})
	info := ui.ErrorInfo{Code: "WX-X", Operation: hostile, Object: hostile, Message: m, Fix: m, RequestID: hostile}
	terminal.Failure(info)
	terminal.Event(ui.Applied{Op: "create", Target: hostile, Key: "azure.secret", State: ui.Failed, Error: &info})
	plan := ui.Plan{Changes: []ui.Change{{Step: "token", Key: hostile, Op: "update", Target: hostile, Before: hostile, After: hostile,
		Was: []msg.Message{m}, Is: []msg.Message{m, m}, Risk: m, Drift: m}}, Waiting: []ui.Waits{{Step: "token", Why: m}}}
	terminal.Event(plan)
	terminal.ShowBrief(plan, false)
	terminal.ShowBrief(plan, true)
	terminal.ShowList(m, []string{hostile})
	if !terminal.JSON() {
		terminal.PrintPlan(plan)
		terminal.Table([]string{"A", "B"}, [][]string{{hostile, "x"}, {"y", hostile}})
		terminal.Form([]ui.Field{{Label: "Name", Value: hostile}})
		terminal.Finding(ui.Finding{State: ui.Failed, Code: "WX-X", Cause: m, Evidence: hostile, Fix: m})
		terminal.Print(strings.ReplaceAll(hostile, "\n", ""))
	}
	_ = terminal.Document(map[string]string{"name": hostile})
}

// raw finds what would reach a terminal, less what is ours.
func raw(text string, ours ...string) string {
	for _, o := range ours {
		text = strings.ReplaceAll(text, o, "")
	}
	for _, r := range text {
		if r != '\n' && visible.Hidden(r) {
			return strings.ToUpper(strings.Trim(visible.Line(string(r)), "<>"))
		}
	}
	if strings.Contains(text, "\nforged") {
		return "a line of its own"
	}
	return ""
}

func TestNothingOfOthersLeavesRaw(t *testing.T) {
	for name, o := range map[string]ui.Options{"words": {Verbose: true}, "quiet": {Quiet: true}, "JSON": {JSON: true}} {
		terminal, out, err := piped(o)
		everywhere(terminal)
		for stream, text := range map[string]string{"out": out.String(), "err": err.String()} {
			if found := raw(text); found != "" {
				t.Errorf("%s: %s holds %s:\n%q", name, stream, found, text)
			}
		}
		if o.JSON {
			for line := range strings.Lines(out.String()) {
				var v map[string]any
				if err := json.Unmarshal([]byte(line), &v); err != nil {
					t.Errorf("%v in %s", err, line)
				}
			}
			if !strings.Contains(out.String(), `\u009b2J\u202e\u2066\u200b\u2028`) {
				t.Errorf("JSON does not hold the name as it is:\n%s", out)
			}
		}
	}
}

// On a terminal with colours only ours get there: the rest of the screen
// stands after a name that would erase it.
func TestNothingOfOthersSteersAScreen(t *testing.T) {
	s := sit(t, console.Config{Width: 100, Height: 400}, func(o *ui.Options) { o.Out, o.Verbose = o.TTY, true })
	s.ui.Say(msg.M("plan.empty"))
	everywhere(s.ui)
	s.ui.Say(msg.M("ask.again"))
	s.Expect(msg.New("en").Text("ask.again")[:30])
	ours := []string{"\r\n", "\x1b[m", "\x1b[1m", "\x1b[38;5;29m", "\x1b[38;5;63m", "\x1b[38;5;98m", "\x1b[38;5;131m",
		"\x1b[38;5;163m", "\x1b[38;5;243m"}
	if found := raw(s.Raw(), ours...); found != "" {
		t.Errorf("the terminal got %s:\n%q", found, s.Raw())
	}
	s.Expect("Nothing to change.") // at the top of the screen, still
}

// A question shows its choices and its suggestion without obeying them.
func TestQuestionsObeyNoChoice(t *testing.T) {
	s := sit(t, sizes[0])
	replies := s.ask(t.Context(), ui.Question{ID: "x", Kind: ui.Select, Prompt: msg.M("value.forwards-to", "Address", hostile),
		Choices: []ui.Choice{{Value: hostile}, {Value: "plain"}}})
	s.Expect("plain")
	s.Send("\r")
	if got := <-replies; got.text != strings.TrimSpace(hostile) || got.err != nil {
		t.Errorf("%q %v", got.text, got.err)
	}
	replies = s.ask(t.Context(), ui.Question{ID: "y", Kind: ui.Text, Default: "a\u202eb", Prompt: msg.M("plan.empty")})
	s.Expect("Nothing to change.")
	s.Send("typed\u202e\u009b2J\r")
	if got := <-replies; !strings.HasPrefix(got.text, "typed") {
		t.Errorf("%q %v", got.text, got.err)
	}
	for _, forbidden := range []string{"\x1b[8m", "\x1b]2;", "\u009b", "\u202e", "\u2066", "\u200b", "\u2028"} {
		if strings.Contains(s.Raw(), forbidden) {
			t.Errorf("the terminal got %q", forbidden)
		}
	}
}

// A name longer than a line is cut, and its length is said; one that only
// looks like another is marked.
func TestNamesInAPlan(t *testing.T) {
	terminal, out, _ := piped(ui.Options{})
	long := "begin" + strings.Repeat(" x", 5000) + "end"
	terminal.PrintPlan(ui.Plan{Changes: []ui.Change{
		{Step: "token", Key: "k", Op: "create", Target: long},
		{Step: "token", Key: "k", Op: "create", Target: "WеbexConnect"},
		{Step: "token", Key: "k", Op: "update", Target: "営業サービス",
			Is: []msg.Message{msg.M("value.forwards-to", "Address", "a@contоso.example")}},
	}})
	for _, want := range []string{"begin x", "xend (10008 characters)", "! WеbexConnect may not be", "! a@contоso.example may not be"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Count(out.String(), "may not be") != 2 || len(out.String()) > 2000 {
		t.Errorf("%d bytes:\n%.3000s", out.Len(), out)
	}
}
