//go:build unix

package ui_test

import (
	"strings"
	"testing"
	"time"

	"wxmail/internal/msg"
	"wxmail/internal/testkit/console"
	"wxmail/internal/ui"
)

var reading = ui.Work{Text: msg.M("work.read-exchange")}

// hasty lets a second pass in no time.
func hasty(o *ui.Options) { o.Second = 20 * time.Millisecond }

// The line at the foot tells the time; what is written comes above it, and
// nothing of it is left.
func TestLiveLine(t *testing.T) {
	for _, width := range []int{40, 80, 200} {
		s := sit(t, console.Config{Width: width, Height: 24}, hasty)
		s.ui.Busy("a", ui.Work{Text: msg.M("work.sign-in"), Limit: 10 * time.Minute})
		s.Expect(map[bool]string{true: " of 10:00)", false: "… Waiting for the browser ("}[width == 40])
		s.ui.Busy("b", ui.Work{Text: msg.M("work.apply"), Number: 2, Count: 12})
		s.Expect("… Making the changes: 2 of 12 (")
		s.ui.Say(msg.M("state.changed"))
		s.Until("the line is below", func(screen string) bool {
			return strings.HasPrefix(screen, "changed\n… Making") && strings.Count(screen, "\n") == 1
		})
		s.ui.Idle("b")
		s.Expect("… Waiting for the brow")
		s.ui.Idle("a")
		s.ui.Idle("never begun")
		s.ui.Tick(msg.M("signed-in", "Account", "a@b.example"))
		s.Until("it is gone", func(screen string) bool { return screen == "changed\n✓ signed in as a@b.example" })
	}
}

// A question stands alone until it is answered: no line is drawn, and what
// comes meanwhile is told after it.
func TestNothingTearsAQuestion(t *testing.T) {
	s := sit(t, sizes[0], hasty)
	s.ui.Busy("a", reading)
	s.Expect("… Reading Exchange")
	replies := s.ask(t.Context(), keep)
	s.Expect("(Y/n)")
	s.ui.Event(ui.Applied{Key: "mailbox.forwarding", Op: "create", Target: "a@b.example", State: ui.Done})
	s.Send("n")
	s.Until("n is typed", func(screen string) bool { return strings.HasSuffix(screen, "(Y/n) n") })
	if screen := s.Screen(); strings.Contains(screen, "done") || strings.Contains(screen, "Exchange") {
		t.Errorf("torn:\n%s", screen)
	}
	s.Send("\r")
	want(t, s, replies, "false")
	s.Expect("✓ done  create forwarding of a@b.example")
	s.Expect("… Reading Exchange")
	s.ui.Close()
	s.Until("it is gone", func(screen string) bool { return !strings.Contains(screen, "Exchange") })
}

// Where the cursor may not be moved, a line is written: soon, and then seldom.
func TestLifeByLine(t *testing.T) {
	s := sit(t, sizes[0], plain, hasty)
	s.ui.Busy("a", reading)
	s.Expect("… waiting  Reading Exchange (0:02)")
	s.ui.Idle("a")
	if raw := s.Raw(); strings.Contains(raw, "\x1b") || strings.Count(raw, "Reading") != 1 {
		t.Errorf("%q", raw)
	}
}

func TestNoLife(t *testing.T) {
	for name, change := range map[string]func(*ui.Options){
		"quiet": func(o *ui.Options) { o.Quiet = true },
		"JSON":  func(o *ui.Options) { o.JSON = true },
	} {
		s := sit(t, sizes[0], change)
		s.ui.Busy("a", reading)
		s.ui.Tick(msg.M("state.changed"))
		s.ui.Idle("a")
		s.ui.Warn(msg.M("state.failed"))
		if shown := s.Raw() + s.out.String(); strings.Contains(shown, "Exchange") || strings.Contains(shown, "changed") {
			t.Errorf("%s: %q", name, shown)
		}
	}
}

// A sign-in is one block: address and command are whole, each on a line of its
// own, however narrow the screen.
func TestSignInBlock(t *testing.T) {
	command := "ssh -N -L 43943:127.0.0.1:43943 -p 2222 root@192.0.2.7"
	s := sit(t, sizes[1])
	s.ui.Event(ui.SignIn{Role: "exchange", URL: "https://long.example/" + strings.Repeat("x", 100), Address: "http://localhost:1/abc",
		Head: msg.M("sign-in.head", "Number", 2, "Count", 3, "Role", msg.M("role.exchange"), "Account", "a@b.example",
			"Limit", msg.M("span.minutes", "Count", 10)),
		Hints: []msg.Message{msg.M("sign-in.tunnel")}, Command: command})
	s.Expect("root@192.0.2.7")
	raw := strings.ReplaceAll(s.Raw(), "\r\n", "\n")
	for _, whole := range []string{"\nhttp://localhost:1/abc\n", "\n" + command + "\n"} {
		if !strings.Contains(raw, whole) {
			t.Errorf("not whole: %q in %q", whole, raw)
		}
	}
	if strings.Contains(raw, "long.example") ||
		!strings.Contains(s.Screen(), "Sign-in 2 of 3 ·\nExchange administrator ·\nas a@b.example · up to 10 min\n") {
		t.Errorf("%s", s.Screen())
	}
}
