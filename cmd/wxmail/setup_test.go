package main

import (
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

func TestSetupUnattendedAndAgain(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	answers := w.AnswersFile(w.Draft().Answers("support@contoso.example"))
	first := w.Run(home, "setup", "--no-input", "-y", "--answers", answers)
	if first.Exit != 0 {
		t.Fatalf("exit %d\n%s", first.Exit, first.Stderr)
	}
	before := len(w.Writes())
	again := w.Run(home, "setup", "--no-input", "-y")
	if again.Exit != 0 {
		t.Fatalf("again: exit %d\n%s", again.Exit, again.Stderr)
	}
	if writes := w.Writes()[before:]; len(writes) != 0 {
		t.Errorf("a converged rerun wrote: %v", writes)
	}
}
