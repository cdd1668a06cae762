//go:build unix

package testkit

import (
	"os"
	"path/filepath"
	"strconv"
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

// SignsInWhenLet makes each browser wait, nine of them: let waits for the next
// one, and lets it sign in.
func (w *World) SignsInWhenLet() (let func()) {
	w.t.Helper()
	dir := w.t.TempDir()
	gate := func(n int) string { return filepath.Join(dir, strconv.Itoa(n)) }
	for n := range 9 {
		if err := syscall.Mkfifo(gate(n+1), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	w.opener("n=1; until mkdir '" + dir + "'/browser$n 2>/dev/null; do n=$((n+1)); done\ncat '" + dir + "'/$n >/dev/null\n" + w.browse())
	n := 0
	return func() {
		w.t.Helper()
		n++
		if err := os.WriteFile(gate(n), nil, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
}
