package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/testkit"
)

// singleCommands are the steps as commands of their own, in the guide's order.
var singleCommands = [][]string{
	{"webex", "collect"}, {"azure", "register"}, {"azure", "consent"}, {"mailbox", "smtp"}, {"mailbox", "forward"}, {"token"},
}

// TestOneCommandAndSingleCommandsAgree sets the same tenant up twice, each in
// a sandbox process of its own, and lets Webex Connect prove the values.
func TestOneCommandAndSingleCommandsAgree(t *testing.T) {
	t.Parallel()
	ways := map[string]func(*testing.T, *testkit.World, string, string){"setup": wholeSetup, "single commands": stepByStep}
	shapes := map[string]any{}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			w := testkit.Serve(t)
			home, draft := w.Home(), w.Draft()
			way(t, w, home, w.AnswersFile(draft.Answers(support)))
			shapes[name] = testkit.Shape(w.State())
			asset := w.Save(home, draft)
			if account := asset.GenerateToken(); account != support {
				t.Errorf("the token is for %s", account)
			}
			asset.Correspond("Order 4711")
			w.Advance("2h")
			asset.Correspond("Order 4712, after the token's end")
			if diff := cmp.Diff(everyStep("done"), states(t, w, home)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(shapes["setup"], shapes["single commands"]); diff != "" {
		t.Errorf("the tenants differ (-setup +single commands):\n%s", diff)
	}
}

func wholeSetup(t *testing.T, w *testkit.World, home, answers string) {
	w.Run(home, "setup", "--no-input", "-y", "--answers", answers).Must(t, 0)
}

func stepByStep(t *testing.T, w *testkit.World, home, answers string) {
	for i, command := range singleCommands {
		args := append(command[:len(command):len(command)], "--no-input", "-y")
		if i == 0 { // later commands know the answers from the profile
			args = append(args, "--answers", answers)
		}
		w.Run(home, args...).Must(t, 0)
	}
}

// A single command that comes too early changes nothing and says what to do.
func TestSingleCommandsOutOfOrder(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"azure", "consent"}, {"token"}} {
		w := testkit.Serve(t)
		args := append(command, "--no-input", "-y", "--answers", w.AnswersFile(w.Draft().Answers(support)))
		w.Run(w.Home(), args...).Must(t, 1).Explains(t, "WX-STEP-FIRST", "azure.register")
		noWrites(t, w)
	}
}

func TestSetupSkipsAndOnly(t *testing.T) {
	t.Parallel()
	w := testkit.Serve(t)
	home, answers := w.Home(), w.Draft().Answers(support)
	setUp(t, w, home, answers, "--skip", "token", "--skip", "mailbox.forward")
	want := everyStep("done")
	want["token"], want["mailbox.forward"] = "skipped", "skipped"
	if diff := cmp.Diff(want, states(t, w, home)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if uris := redirectURIs(ourApplication(t, w)); len(uris) != 1 {
		t.Errorf("redirect URIs without a sign-in to come: %v", uris)
	}
	setUp(t, w, home, answers, "--only", "mailbox.forward")
	setUp(t, w, home, answers)
	if diff := cmp.Diff(everyStep("done"), states(t, w, home)); diff != "" {
		t.Errorf("steps after the rest (-want +got):\n%s", diff)
	}
}
