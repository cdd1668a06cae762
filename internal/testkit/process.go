package testkit

import (
	"bufio"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// Serve starts a sandbox as users do, a process of its own: `wxmail sandbox
// serve` with more arguments. It is told to end at the test's end, and must
// then end well.
func Serve(t testing.TB, args ...string) *World {
	t.Helper()
	w := &World{t: t, Dir: t.TempDir()}
	server := exec.Command("wxmail", append([]string{"sandbox", "serve", "--dir", filepath.Join(w.Dir, "sandbox")}, args...)...)
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM) // one that has gone is reported by Wait
		if err := server.Wait(); err != nil {
			t.Errorf("sandbox serve: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("sandbox serve: %v", err)
	}
	var started struct{ Cloud, Control string }
	if err := json.Unmarshal(line, &started); err != nil || started.Cloud != w.CloudFile() {
		t.Fatalf("sandbox serve printed %q", line)
	}
	w.Control = started.Control
	w.robot("")
	return w
}
