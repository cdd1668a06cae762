//go:build unix

package main

import (
	"math/rand/v2"
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
