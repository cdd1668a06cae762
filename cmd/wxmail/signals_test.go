//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// A closed terminal ends a run as Ctrl-C does: what was temporary is taken
// back, and the end is told.
func TestEverySignalEndsARunOrderly(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			w.NobodySignsIn(mailboxScope)
			home, draft := w.Home(), w.Draft()
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			cmd := w.Command(ctx, home, "setup", "--no-input", "-y", "--json", "--answers", w.AnswersFile(draft.Answers(support)))
			out, said := started(t, cmd, mailboxWaits)
			if uris := redirectURIs(ourApplication(t, w)); !slices.Contains(uris, any("http://localhost")) {
				t.Fatalf("nothing temporary is there: %v", uris)
			}
			signalled(t, cmd, sig)
			text := ended(t, cmd, out, said)
			if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(text, `"event":"result","exit":130`) {
				t.Errorf("exit %d\n%s", code, text)
			}
			if uris := redirectURIs(ourApplication(t, w)); slices.Contains(uris, any("http://localhost")) {
				t.Errorf("left behind: %v", uris)
			}
			w.SignInsAs("")
			w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
			converged(t, w, home)
		})
	}
}

// A terminal that is closed says so more than once; that is nobody's
// impatience.
func TestATerminalThatIsClosedTwiceIsClosed(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.NobodySignsIn(mailboxScope)
	home, draft := w.Home(), w.Draft()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := w.Command(ctx, home, "setup", "--no-input", "-y", "--json", "--answers", w.AnswersFile(draft.Answers(support)))
	out, said := started(t, cmd, mailboxWaits)
	w.Call("POST", "/faults", []map[string]any{{"service": "graph", "method": "PATCH", "path": "applications", "nth": 1,
		"action": "commit-stall:200ms"}}, nil)
	signalled(t, cmd, syscall.SIGHUP)
	signalled(t, cmd, syscall.SIGHUP)
	if text := ended(t, cmd, out, said); !strings.Contains(text, `"event":"result","exit":130`) {
		t.Errorf("exit %d\n%s", cmd.ProcessState.ExitCode(), text)
	}
	if uris := redirectURIs(ourApplication(t, w)); slices.Contains(uris, any("http://localhost")) {
		t.Errorf("left behind: %v", uris)
	}
}

// What was started to outlive its terminal does.
func TestNohupOutlivesTheTerminal(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.NobodySignsIn(mailboxScope)
	w.Endpoints(map[string]any{"timeouts": map[string]string{"request": "60s", "signIn": "3s"}})
	home, draft := w.Home(), w.Draft()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := w.Command(ctx, home)
	args := []string{"-c", `trap '' HUP; exec wxmail "$@"`, "sh", "setup", "--no-input", "-y", "--json", "--answers",
		w.AnswersFile(draft.Answers(support))}
	sh := exec.CommandContext(ctx, "sh", args...)
	sh.Env, sh.Dir = cmd.Env, cmd.Dir
	out, said := started(t, sh, mailboxWaits)
	signalled(t, sh, syscall.SIGHUP)
	if text := ended(t, sh, out, said); sh.ProcessState.ExitCode() != 10 {
		t.Errorf("exit %d\n%s", sh.ProcessState.ExitCode(), text)
	}
}

func signalled(t *testing.T, cmd *exec.Cmd, sig os.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// ends waits for a command that was signalled, which must say so, and gives how
// long it took. One that does not end is killed at its limit, and says less.
func ends(t *testing.T, cmd *exec.Cmd) time.Duration {
	t.Helper()
	began := time.Now()
	_ = cmd.Wait() // its state tells the exit status
	if cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("%s: exit %d", strings.Join(cmd.Args, " "), cmd.ProcessState.ExitCode())
	}
	return time.Since(began)
}

// blocked waits until a thread of a process waits for the other end of a pipe,
// as the kernel names what it waits in.
func blocked(t *testing.T, pid int) {
	t.Helper()
	look, tooLong := time.NewTicker(5*time.Millisecond), time.After(limit)
	defer look.Stop()
	for {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/wchan", pid)) // the pattern is good
		for _, path := range threads {
			where, _ := os.ReadFile(path) // a thread that has gone waits for nothing
			if slices.ContainsFunc([]string{"wait_for_partner", "fifo_open", "pipe_read"}, func(name string) bool {
				return strings.Contains(string(where), name)
			}) {
				return
			}
		}
		select {
		case <-look.C:
		case <-tooLong:
			t.Fatal("it waits for no pipe")
		}
	}
}

// A pipe without partner, or one that stays silent, keeps nobody.
func TestASignalEndsEveryWait(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	setUp(t, w, home, draft.Answers(support))
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		env  []string
	}{
		"answers without a writer":      {[]string{"setup", "-y", "--answers", pipe}, nil},
		"trace without a reader":        {[]string{"doctor", "--trace", pipe}, nil},
		"output without a reader":       {[]string{"support-bundle", "-o", pipe}, nil},
		"a passphrase without a writer": {[]string{"setup", "-y"}, []string{"WXMAIL_PASSPHRASE=", "WXMAIL_PASSPHRASE_FILE=" + pipe}},
		"what an Exchange script saw":   {[]string{"handoff", "exchange", "--seen", pipe}, nil},
		"a secret that nobody types":    {[]string{"azure", "receive-secret"}, nil},
	} {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
			t.Run(name+" "+sig.String(), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				cmd := w.Command(ctx, home, append(test.args, "--no-input")...)
				cmd.Env = append(cmd.Env, test.env...)
				stdin, err := cmd.StdinPipe()
				if err != nil {
					t.Fatal(err)
				}
				defer stdin.Close()
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				blocked(t, cmd.Process.Pid)
				signalled(t, cmd, sig)
				ends(t, cmd)
			})
		}
	}
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0) // the profile is free again
}

// Whoever asks twice does not wait as long as who asks once: the quickest of
// some tells, where the computer is busy. The kernel makes one of two equal
// signals that come at once, hence two.
func TestASecondSignalEndsTheProcessAtOnce(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, pipe := w.Home(), filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	quickest := map[int]time.Duration{1: limit, 2: limit}
	for _, sigs := range [][]syscall.Signal{{syscall.SIGTERM}, {syscall.SIGTERM, syscall.SIGINT}, {syscall.SIGHUP, syscall.SIGTERM},
		{syscall.SIGINT, syscall.SIGTERM}} {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		cmd := w.Command(ctx, home, "plan", "--no-input", "--answers", pipe)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		blocked(t, cmd.Process.Pid)
		for _, sig := range sigs {
			signalled(t, cmd, sig)
		}
		quickest[len(sigs)] = min(quickest[len(sigs)], ends(t, cmd))
		cancel()
	}
	if quickest[2] > quickest[1]/2 {
		t.Errorf("after %s, and after %s where it was asked once", quickest[2], quickest[1])
	}
}

// Nothing of a demonstration is left, however it is ended.
func TestASignalLeavesNothingOfADemo(t *testing.T) {
	t.Parallel()
	for name, sigs := range map[string][]syscall.Signal{
		"Ctrl-C": {syscall.SIGINT}, "the system": {syscall.SIGTERM}, "a closed terminal": {syscall.SIGHUP, syscall.SIGHUP},
		"twice": {syscall.SIGINT, syscall.SIGINT}, "both": {syscall.SIGHUP, syscall.SIGTERM},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, temporary := demoCommand(t, "--json", "--email-id", support, "--forwarding-address", "a@mail-us.imiconnect.io",
				"--callback-url", "https://contoso.us.webexconnect.io/callback", "--yes=false")
			out, said := started(t, cmd, `"event":"sign-in"`)
			if left := testkit.Files(t, temporary); left == nil {
				t.Fatal("a demonstration keeps nothing on disk")
			}
			for _, sig := range sigs {
				signalled(t, cmd, sig)
			}
			text := ended(t, cmd, out, said)
			if code := cmd.ProcessState.ExitCode(); code != 130 {
				t.Errorf("exit %d\n%s", code, text)
			}
			if left := testkit.Files(t, temporary); left != nil {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
