package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// An older copy of the vault that is put back holds a secret that is gone: it
// is said before anybody pastes it, and not said of a vault as it should be.
func TestAnOldVaultIsNoticed(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	path := filepath.Join(home, "profiles", "default", "vault.age")
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	notices := func(want bool) {
		t.Helper()
		ran := w.Reveal(home, "values").Must(t, 0)
		if got := strings.Contains(strings.Join(strings.Fields(ran.Stderr), " "), "holds another client secret"); got != want {
			t.Errorf("noticed: %t\n%s", got, ran.Stderr)
		}
	}
	w.Run(home, "azure", "rotate-secret", "--no-input", "-y").Must(t, 0)
	notices(false)
	w.Run(home, "azure", "rotate-secret", "--finish", "--no-input", "-y", "--old-secret-replaced").Must(t, 0)
	notices(false)
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	notices(true)
}
