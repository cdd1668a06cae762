//go:build unix

package testkit

import (
	"os"
	"path/filepath"
	"syscall"
)

// SignsInWhenReopened makes the first browser stay idle: only one that is
// opened again signs in. What it returns waits for the first.
func (w *World) SignsInWhenReopened() (idle func()) {
	w.t.Helper()
	opened, told := filepath.Join(w.Dir, "opened"), filepath.Join(w.Dir, "told")
	if err := syscall.Mkfifo(told, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.opener("mkdir '" + opened + "' 2>/dev/null && exec echo idle >'" + told + "'\n" + w.browse())
	return func() {
		w.t.Helper()
		if said, err := os.ReadFile(told); string(said) != "idle\n" {
			w.t.Fatalf("%q, %v", said, err)
		}
	}
}
