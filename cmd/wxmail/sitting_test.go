//go:build unix

package main

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"wxmail/internal/msg"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

var usual = console.Config{Width: 80, Height: 24}

// sitting is a person at a terminal, whose shell runs wxmail.
type sitting struct {
	*console.Console
	t     testing.TB
	w     *testkit.World
	plain bool // it is asked by line
	given int  // answers and keys
}

// Send types an answer or a key.
func (s *sitting) Send(keys string) {
	s.t.Helper()
	s.given++
	s.Console.Send(keys)
}

// shell runs wxmail as an interactive shell would, its results into a file
// where RESULTS names one, and says whether the terminal is as it was before. A
// Ctrl-C that comes late takes no output away.
const shell = `trap : INT
stty noflsh
before=$(stty -g)
if [ "$RESULTS" ]; then "$@" >"$RESULTS"; else "$@"; fi
code=$?
trap '' INT
test "$(stty -g)" = "$before" && echo the terminal is as before
exit $code`

// sit starts wxmail in a terminal; env adds to the environment.
func sit(t testing.TB, w *testkit.World, size console.Config, home string, env []string, args ...string) *sitting {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", shell, "sh", "wxmail"}, args...)...)
	cmd.Env, cmd.Dir = w.Env(home, env...), t.TempDir()
	return &sitting{Console: console.Start(t, size, cmd), t: t, w: w}
}

// say is a text of the program, in English.
func say(id string, pairs ...any) string { return msg.New("en").Text(id, pairs...) }

// prompt is a question as the screen ends with it.
func prompt(id string) string { return "? " + say("question."+id+".prompt") }

// squeeze takes the spaces and line ends out, so that it does not matter
// where a terminal wraps.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// numbers are what a list has where it is asked by line.
var numbers = regexp.MustCompile(`(?m)^ *\d+\. |^Number( \(\d+\))?:$`)

// asked waits until the screen ends with a question.
func (s *sitting) asked(question string) {
	s.t.Helper()
	if s.plain {
		question = strings.ReplaceAll(question, "> ", "")
	}
	s.Until("it asks "+question, func(screen string) bool {
		if s.plain { // every question ends with a colon; what is typed before it may be thrown away
			if !strings.HasSuffix(strings.TrimSpace(screen), ":") {
				return false
			}
			screen = strings.TrimRight(numbers.ReplaceAllString(screen, ""), ": ")
		}
		return strings.HasSuffix(squeeze(screen), squeeze(question))
	})
}

// shows waits until the screen holds a text, wherever it wraps.
func (s *sitting) shows(text string) {
	s.t.Helper()
	s.Until("it shows "+text, func(screen string) bool { return strings.Contains(squeeze(screen), squeeze(text)) })
}

// answer answers a question once it is asked.
func (s *sitting) answer(question, keys string) {
	s.t.Helper()
	s.asked(question)
	s.Send(keys + console.Enter)
}

var escapes = regexp.MustCompile(`\x1b(\[[0-9;?]*[a-zA-Z]|[78])`)

// transcript is everything that was shown, in order.
func (s *sitting) transcript() string { return escapes.ReplaceAllString(s.Raw(), "") }

// ends waits for wxmail's end and expects the exit code, the terminal as it
// was, and no secret in anything that was ever on the screen.
func (s *sitting) ends(exit int) {
	s.t.Helper()
	if got := s.Wait(); got != exit {
		s.t.Fatalf("exit %d, want %d:\n%s", got, exit, s.Screen())
	}
	if !strings.Contains(s.Screen(), "the terminal is as before") {
		s.t.Errorf("the terminal was not restored:\n%s", s.Screen())
	}
	s.w.NoSecrets(s.Raw())
	s.w.NoSecrets(squeeze(s.transcript()))
}

// inOrder fails the test unless the transcript holds the texts in that order.
func (s *sitting) inOrder(texts ...string) {
	s.t.Helper()
	rest := squeeze(s.transcript())
	for _, text := range texts {
		_, after, found := strings.Cut(rest, squeeze(text))
		if !found {
			s.t.Errorf("not shown, or not in order: %s\n%s", text, s.transcript())
			return
		}
		rest = after
	}
}

// turn is a question and what the person types.
type turn struct{ question, keys string }

// agree is the end of the question about a plan that carries a risk.
const agree = "(y/n/d/c/q)"

// review is the list of answers, which a person leaves by Enter.
func review() turn { return turn{say("review.prompt"), ""} }

// later leaves what only a person can do for another day.
func later() turn { return turn{say("checklist.prompt-verify"), ""} }

// wizard are the questions of a first setup, up to the plan; the last one comes
// when the administrators have signed in.
func wizard(d testkit.Draft) []turn {
	return []turn{
		{prompt("webex.email-id"), support},
		{prompt("webex.asset-name") + " (support)", ""},
		{prompt("webex.forwarding-address"), d.ForwardingAddress},
		{prompt("webex.callback-url"), d.CallbackURL},
		{prompt("azure.admin"), "admin@contoso.example"},
		review(),
		{prompt("mailbox.keep-copy") + " (Y/n)", ""},
	}
}

// saved is the question whether the asset is saved, as the screen ends with it:
// the cursor stands on "Not yet".
func saved(keys string) turn {
	return turn{say("question.webex.asset-saved.yes") + "> " + say("question.webex.asset-saved.no"), keys}
}

// pasted is the question how the form is to be filled, as the screen ends with
// it.
func pasted(keys string) turn {
	return turn{say("paste.how-walk") + say("paste.how-web") + say("paste.how-print"), keys}
}

// finished are the questions of a first setup behind the plan.
func finished() []turn { return []turn{{agree, "y"}, pasted("print"), saved("yes"), later()} }

// agreed are the questions of a first setup up to its end.
func agreed(d testkit.Draft) []turn { return append(wizard(d), finished()...) }

func (s *sitting) answers(turns []turn) {
	s.t.Helper()
	for _, turn := range turns {
		s.answer(turn.question, turn.keys)
	}
}
