package main

import (
	"bufio"
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// TestDeviceCode: both admins type a code on another device, the mailbox
// user signs in by browser.
func TestDeviceCode(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := w.Command(ctx, home, "setup", "--device-code", "--no-input", "-y", "--json", "--answers", w.AnswersFile(threePeople(draft)))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	coded := map[string]string{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct{ Event, Role, Account, Code string }
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			t.Fatalf("not an event: %s", lines.Text())
		}
		if event.Event == "sign-in" && event.Code != "" {
			coded[event.Role] = event.Account
			w.Run(home, "sandbox", "browse", "--dir", filepath.Dir(w.CloudFile()), "--code", event.Code, "--as", event.Account).Must(t, 0)
		}
		w.NoSecrets(lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if coded["directory"] != entraAdmin || coded["exchange"] != exchangeAdmin || len(coded) != 2 {
		t.Errorf("signed in with a code: %v", coded)
	}
	w.Save(home, draft).GenerateToken()
}

// A code typed by somebody else is a wrong admin.
func TestDeviceCodeOfAnotherPerson(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := w.Command(ctx, home, "azure", "register", "--device-code", "--no-input", "-y", "--json", "--answers",
		w.AnswersFile(threePeople(w.Draft())))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var last map[string]any
	for lines := bufio.NewScanner(out); lines.Scan(); {
		last = nil
		if err := json.Unmarshal(lines.Bytes(), &last); err != nil {
			t.Fatalf("not an event: %s", lines.Text())
		}
		if code, _ := last["code"].(string); last["event"] == "sign-in" && code != "" {
			w.Run(home, "sandbox", "browse", "--dir", filepath.Dir(w.CloudFile()), "--code", code, "--as", admin).Must(t, 0)
		}
	}
	_ = cmd.Wait() // the code is in the result
	failure, _ := last["error"].(map[string]any)
	if last["exit"] != 4.0 || failure["code"] != "WX-WRONG-ACCOUNT" {
		t.Errorf("ended with %v", last)
	}
	noWrites(t, w)
}

// A forgotten token is gone from values and vault; the next run signs in
// again, and Webex Connect, which has its own, notices nothing.
func TestForgetToken(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	setUp(t, w, home, draft.Answers(support))
	asset := w.Save(home, draft)
	asset.GenerateToken()

	before := len(w.Requests())
	for range 2 { // it may be repeated
		w.Run(home, "token", "--forget").Must(t, 0)
	}
	if more := w.Requests()[before:]; len(more) != 0 {
		t.Errorf("forgetting asked %v", more)
	}
	var values any
	w.Reveal(home, "values", "--json").Must(t, 0).Document(t, &values)
	if fields := fieldsOf(t, values); fields["Refresh Token"] != nil || fields["Access Token"] != nil || fields["Client Secret"] == nil {
		t.Error("the tokens are still there, or the secret is gone")
	}
	if token := document(t, w, home, 0, "summary")["token"].(map[string]any); token["account"] != nil || token["refreshable"] != nil {
		t.Errorf("the summary knows a token: %v", token)
	}
	if state := states(t, w, home)["token"]; state != "pending" {
		t.Errorf("the step is %s", state)
	}
	w.Run(home, "token", "--no-input", "-y", "--json").Must(t, 0)
	asset.Correspond("Order 4711")
	nothingElse(t, w, home)
}

func TestForgetTokenWhereNothingIsKept(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	w.Run(home, "token", "--forget").Must(t, 0)
	if files := testkit.Files(t, home); files != nil {
		t.Errorf("forgetting made %v", files)
	}
}

// nothingElse: after the sign-in the world is as it was.
func nothingElse(t *testing.T, w *testkit.World, home string) {
	t.Helper()
	if uris := redirectURIs(ourApplication(t, w)); len(uris) != 1 {
		t.Errorf("redirect URIs: %v", uris)
	}
	converged(t, w, home)
}
