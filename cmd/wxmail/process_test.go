package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// mailboxWaits is in the event of a run that waits for the mailbox user.
const mailboxWaits = `"role":"mailbox"`

// started starts a command and gives what it says, on both streams, and what
// it said until a line that holds a text.
func started(t *testing.T, cmd *exec.Cmd, until string) (out *bufio.Reader, said string) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close() })
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close() // the command has its own
	out = bufio.NewReader(read)
	for {
		line, err := out.ReadString('\n')
		said += line
		if err != nil {
			t.Fatalf("it ended before it said %q: %s", until, said)
		}
		if strings.Contains(line, until) {
			return out, said
		}
	}
}

// ended waits for a command that was started, and gives all that it said.
func ended(t *testing.T, cmd *exec.Cmd, out *bufio.Reader, said string) string {
	t.Helper()
	rest, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // its state tells the exit status
	return said + string(rest)
}
