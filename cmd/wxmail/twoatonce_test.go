package main

import (
	"context"
	"fmt"
	"syscall"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// Two runs on one profile: the second ends at once and names the first, and
// what only reads goes on beside it.
func TestTwoRunsOnOneProfile(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, answers := w.Home(), w.Draft().Answers(support)
	setUp(t, w, home, answers)
	w.Run(home, "token", "--forget").Must(t, 0)
	w.NobodySignsIn(mailboxScope)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	first := w.Command(ctx, home, "token", "--no-input", "-y", "--json")
	out, said := started(t, first, mailboxWaits)
	writes := len(w.Writes())
	for _, args := range [][]string{
		{"setup"}, {"token"}, {"azure", "rotate-secret"}, {"undo", "--confirm", "default"}, {"token", "--forget"},
	} {
		ran := w.Run(home, append(args, "--no-input", "-y")...)
		refused(t, ran, 7, "WX-LOCKED", "default", fmt.Sprint(first.Process.Pid))
	}
	w.Run(home, "values").Must(t, 0)
	w.Run(home, "summary").Must(t, 0)
	for _, change := range rows(t, document(t, w, home, 3, "plan"), "changes") {
		if change["step"] != "token" { // the secret is in the vault, which plan may read
			t.Errorf("plan beside another run: %v", change)
		}
	}
	if more := w.Writes()[writes:]; len(more) != 0 {
		t.Errorf("the second wrote %v", more)
	}
	if err := first.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if text := ended(t, first, out, said); first.ProcessState.ExitCode() != 130 {
		t.Errorf("the first: exit %d\n%s", first.ProcessState.ExitCode(), text)
	}
	w.SignInsAs("")
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
	converged(t, w, home)
}
