package main

import (
	"slices"
	"testing"
	"time"

	"wxmail/internal/testkit"
)

// limit is far more than any run takes.
const limit = 3 * time.Minute

const (
	support = "support@contoso.example"
	sales   = "sales@contoso.example"
	help    = "help@contoso.example"
)

// setUp runs setup unattended for a mailbox and expects it to end well.
func setUp(t *testing.T, w *testkit.World, home string, answers map[string]string, args ...string) testkit.Ran {
	t.Helper()
	return setUpTo(w, home, answers, args...).Must(t, 0)
}

// setUpTo runs setup unattended, however it ends.
func setUpTo(w *testkit.World, home string, answers map[string]string, args ...string) testkit.Ran {
	return w.Run(home, append([]string{"setup", "--no-input", "-y", "--answers", w.AnswersFile(answers)}, args...)...)
}

// with is a copy of answers with more of them.
func with(answers map[string]string, idsAndAnswers ...string) map[string]string {
	out := map[string]string{}
	for id, answer := range answers {
		out[id] = answer
	}
	for i := 0; i < len(idsAndAnswers); i += 2 {
		out[idsAndAnswers[i]] = idsAndAnswers[i+1]
	}
	return out
}

// objects are those of one collection of GET /state.
func objects(w *testkit.World, collection string) []map[string]any {
	var out []map[string]any
	list, _ := w.State()[collection].([]any)
	for _, item := range list {
		out = append(out, item.(map[string]any))
	}
	return out
}

// having are the objects whose key holds that value.
func having(list []map[string]any, key string, value any) []map[string]any {
	return slices.DeleteFunc(list, func(o map[string]any) bool { return o[key] != value })
}

// ourApplication is the one application that wxmail made.
func ourApplication(t *testing.T, w *testkit.World) map[string]any {
	t.Helper()
	return applicationOf(t, w, support)
}

// applicationOf is the one application that wxmail made for a mailbox.
func applicationOf(t *testing.T, w *testkit.World, mailbox string) map[string]any {
	t.Helper()
	ours := having(objects(w, "applications"), "uniqueName", testkit.UniqueName(mailbox))
	if len(ours) != 1 {
		t.Fatalf("%d applications of wxmail for %s", len(ours), mailbox)
	}
	return ours[0]
}

func redirectURIs(app map[string]any) []any {
	return app["web"].(map[string]any)["redirectUris"].([]any)
}

func secrets(app map[string]any) []any { return app["passwordCredentials"].([]any) }

// mailbox is how a mailbox stands.
func mailbox(t *testing.T, w *testkit.World, address string) map[string]any {
	t.Helper()
	found := having(objects(w, "mailboxes"), "PrimarySmtpAddress", address)
	if len(found) != 1 {
		t.Fatalf("%d mailboxes %s", len(found), address)
	}
	return found[0]
}

// noWrites fails the test where wxmail wrote anything.
func noWrites(t testing.TB, w *testkit.World) {
	t.Helper()
	if writes := w.Writes(); len(writes) != 0 {
		t.Errorf("it wrote: %v", writes)
	}
}
