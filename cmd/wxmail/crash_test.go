package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/crash"
)

// amongOthers is a tenant in which others have an application by our usual
// display name, secrets, and outbound rules before ours.
func amongOthers(t testing.TB) *testkit.World {
	t.Helper()
	scenario := filepath.Join(t.TempDir(), "scenario.json")
	if err := os.WriteFile(scenario, []byte(`{"scenario":"busy","settings":{"extraPrincipals":0}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return testkit.Start(t, sandbox.Options{Scenario: scenario})
}

// A shard of what `make crash` tries in full.
func TestKilledSometimes(t *testing.T) {
	t.Parallel()
	m := crash.Matrix{Start: amongOthers, Workers: 1, Every: 29}
	t.Run("requests", m.Requests)
	t.Run("writes", m.Writes)
}

// A run killed after the secret reached the vault, and before the journal
// says so: Webex Connect may have that secret all the same.
func TestSecretWhoseNoteIsMissingIsNoOrphan(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	setUp(t, w, home, draft.Answers(support))
	asset := w.Save(home, draft)
	asset.GenerateToken()
	forgetLines(t, filepath.Join(home, "profiles", "default", "journal.jsonl"), "azure.secret.stored")
	w.Run(home, "azure", "rotate-secret", "--no-input", "-y").Must(t, 0)
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
	if kept := secrets(ourApplication(t, w)); len(kept) != 2 {
		t.Errorf("%d secrets, want the old and the new one", len(kept))
	}
	w.Advance("2h")
	asset.Correspond("with the old secret")
}

// forgetLines takes the lines with a text out of a file.
func forgetLines(t *testing.T, path, text string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(string(raw)) {
		if !strings.Contains(line, text) {
			kept.WriteString(line)
		}
	}
	if err := os.WriteFile(path, []byte(kept.String()), 0o600); err != nil || kept.Len() == len(raw) {
		t.Fatalf("%s: %v, or no line with %s", path, err, text)
	}
}
