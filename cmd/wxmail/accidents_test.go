//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

// Keys that are pressed while wxmail waits, as people do in a silence, agree to
// nothing: neither to the plan nor to forwarding.
func TestAccidentsAgreeToNothing(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	w := testkit.Start(t, sandbox.Options{})
	w.Call("POST", "/faults", []map[string]any{
		{"service": "exchange", "nth": 1, "count": 1, "action": "stall:3s"},
	}, nil)
	answers := with(w.Draft().Answers(support), "webex.asset-name", "Support",
		"mailbox.keep-copy", "true", "azure.admin", "admin@contoso.example")
	s := sit(t, w, usual, w.Home(), nil, "setup", "--answers", w.AnswersFile(answers))
	s.answers([]turn{review()})
	s.shows("Sign-in 2 of 3 · " + say("role.exchange"))
	s.slips(dice, 40)
	s.asked(agree)
	noWrites(t, w)
	s.answer(agree, "y")
	form := pasted("")
	s.answer(form.question, "print"+console.Enter+console.Up+console.Enter+"y") // and on, before the next question is there
	s.asked(saved("").question)
	for _, write := range w.Writes() {
		if write.Path == "Set-Mailbox" {
			t.Error("it forwards already")
		}
	}
	s.Send(console.Enter) // the cursor stands on "Not yet"
	s.ends(10)
}

// slips presses keys at moments that nobody chose.
func (s *sitting) slips(dice *rand.Rand, count int) {
	s.t.Helper()
	keys := []string{console.Enter, console.CtrlD, "y" + console.Enter, "y", "yes" + console.Enter}
	for range count {
		<-time.After(time.Duration(dice.IntN(50)) * time.Millisecond)
		s.Send(keys[dice.IntN(len(keys))])
	}
}

// A key that was not meant agrees to nothing, whenever in a run it is pressed:
// before each question stands on the screen, and once it does. Here a few of
// all are tried; `make accidents` tries each.
func TestAccidents(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if given, err := strconv.ParseUint(os.Getenv("WXMAIL_ACCIDENTS_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("WXMAIL_ACCIDENTS_SEED=%d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	var all []accident
	for question := range len(wholeRun(testkit.Draft{})) {
		for _, key := range []string{"Enter", "Ctrl-D", "y"} {
			wait := time.Duration(dice.IntN(200)) * time.Millisecond
			all = append(all, accident{question, key, true, wait}, accident{question, key, false, 0})
		}
	}
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if os.Getenv("WXMAIL_ACCIDENTS") != "all" {
		all = all[:5]
	}
	for _, a := range all {
		t.Run(a.String(), func(t *testing.T) {
			t.Parallel()
			a.happens(t)
		})
	}
}

// wholeRun are the questions of a first setup, and what a person answers.
func wholeRun(d testkit.Draft) []turn {
	turns := append(wizard(d), turn{agree, "y"}, pasted(""))
	for n := range 11 {
		turns = append(turns, turn{fmt.Sprintf("%d of 11 ·", n+1), ""})
	}
	return append(turns, saved(console.Up), later())
}

// accident is a key that is pressed at a question, or before it stands there.
type accident struct {
	question int
	key      string
	early    bool
	wait     time.Duration // after the answer before
}

func (a accident) String() string {
	when := "at"
	if a.early {
		when = "before"
	}
	return fmt.Sprintf("%s %s question %d", a.key, when, a.question+1)
}

// happens answers up to there, presses the key, and leaves: by then nothing may
// have been changed but what was shown and agreed to.
func (a accident) happens(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	newBoard(t, w)
	s := sit(t, w, usual, w.Home(), nil, "setup")
	turns := wholeRun(w.Draft())
	for _, turn := range turns[:a.question] {
		s.stands(turn)
		s.Send(turn.keys + console.Enter)
	}
	if a.early {
		<-time.After(a.wait)
	} else {
		s.stands(turns[a.question])
	}
	before := len(s.Raw())
	s.Send(map[string]string{"Enter": console.Enter, "Ctrl-D": console.CtrlD, "y": "y"}[a.key])
	s.leave(turns, before)
	answered := func(question string) bool {
		return slices.ContainsFunc(turns[:a.question], func(turn turn) bool { return turn.question == question })
	}
	for _, write := range w.Writes() {
		if !answered(agree) || write.Path == "Set-Mailbox" && !answered(saved("").question) {
			t.Errorf("nobody agreed to %s %s:\n%s", write.Method, write.Path, s.transcript())
		}
	}
}

// stands waits until a question stands there.
func (s *sitting) stands(turn turn) {
	s.t.Helper()
	s.Until("it asks "+turn.question, func(screen string) bool { return turn.stands(screen) })
}

// stands says whether the screen ends with the question.
func (q turn) stands(screen string) bool {
	screen = squeeze(screen)
	stop := squeeze("; Enter next, b back, s show, q leave")
	if strings.Contains(q.question, " of 11") {
		return strings.HasSuffix(screen, stop) && strings.Contains(screen[max(0, len(screen)-90):], squeeze(q.question))
	}
	return strings.HasSuffix(screen, squeeze(q.question))
}

// leave presses Ctrl-C wherever the person is asked next, until wxmail has
// ended. before is how much was shown before the key was pressed.
func (s *sitting) leave(turns []turn, before int) {
	s.t.Helper()
	ended := func(screen string) bool { return s.Ended() || strings.Contains(screen, "the terminal is as before") }
	for {
		s.Until("it asks something, or ends", func(screen string) bool {
			asks := slices.ContainsFunc(turns, func(q turn) bool { return q.stands(screen) || q.stands(strings.TrimSuffix(screen, "y")) })
			asks = asks || listed(screen)
			return ended(screen) || asks && len(strings.ReplaceAll(s.Raw(), "^C", "")) > before
		})
		if ended(s.Screen()) {
			s.Wait()
			return
		}
		before = len(strings.ReplaceAll(s.Raw(), "^C", ""))
		s.Send(console.CtrlC)
	}
}

// listed says whether the screen ends with a list, or with what is left of it
// once a key was pressed: one that was left has the last words of a run below.
func listed(screen string) bool {
	screen = squeeze(screen)
	return strings.Contains(screen[max(0, len(screen)-140):], "typetofilter")
}
