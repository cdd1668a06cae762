//go:build bench

package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// smallest is the least that a Go program can be which says something.
const smallest = `package main

import "os"

func main() { _, _ = os.Stdout.WriteString("started\n") }
`

// start compares the quickest start of wxmail with that of the smallest Go
// program, both started in turn: the milliseconds are the machine's, and of
// the moment; how many times as long wxmail takes is wxmail's own.
func start(t *testing.T, table *table) {
	own, least := []string{"wxmail", "version"}, []string{build(t, smallest)}
	ours, theirs := time.Hour, time.Hour
	for range starts {
		ours, theirs = min(ours, started(t, own)), min(theirs, started(t, least))
	}
	table.add("wxmail version, the quickest", "ms", 0, ms(ours))
	table.add("the smallest Go program, the quickest", "ms", 0, ms(theirs))
	table.add("wxmail version", "of the smallest", startRatio, float64(ours)/float64(theirs))
}

// started gives how long a command takes that ends well.
func started(t *testing.T, command []string) time.Duration {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	began := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	return time.Since(began)
}

// build builds a program of one file, stripped as wxmail is.
func build(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	file, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-ldflags", "-s -w", "-o", program, file).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
