//go:build linux

package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"wxmail/internal/cli"
	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// printed are all commands, each with what makes it print something, in an
// order in which all of them can run one after the other in one home.
func printed(answers string) [][]string {
	return [][]string{
		{"setup", "--json", "--answers", answers}, {"webex collect", "--json"}, {"azure register", "--json"}, {"azure consent", "--json"},
		{"mailbox smtp", "--json"}, {"mailbox forward", "--json"}, {"token", "--json"},
		{"values"}, {"values", "--json"}, {"summary"}, {"summary", "--json"}, {"plan"}, {"plan", "--json"},
		{"doctor"}, {"doctor", "--json"}, {"doctor", "--json", "--fix"}, {"verify", "--json"},
		{"handoff entra"}, {"handoff entra", "--json"}, {"handoff exchange"}, {"handoff exchange", "--json"}, {"handoff exchange", "-o", "-"},
		{"support-bundle"}, {"support-bundle", "--json"}, {"support-bundle", "-o", "-"},
		{"azure rotate-secret", "--json"},
		{"profile list"}, {"profile list", "--json"},
		{"version"}, {"--version"}, {"--help"}, {"help", "--json", "questions"}, {"help", "questions"}, {"help", "exit-codes"},
		{"help", "environment"}, {"help", "WX-DISK"}, {"help", "setup"}, {"setup", "--help"}, {"azure"}, {"handoff"}, {"mailbox"}, {"profile"},
		{"sandbox"}, {"webex"}, {"completion"},
		{"completion bash"}, {"completion zsh"}, {"completion fish"}, {"completion powershell"},
		{"demo"}, {"demo", "--json"}, {"sandbox serve", "--dir", filepath.Join(filepath.Dir(answers), "sandbox")},
		{"undo", "--json", "--confirm", "default"}, {"profile remove", "default", "--json"},
	}
}

// silent are the commands that print nothing, or wait for a secret first.
var silent = []string{"wxmail sandbox browse", "wxmail azure receive-secret"}

// A result that nobody received is no success, whatever the command.
func TestAResultThatIsNotWrittenIsNoSuccess(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.Endpoints(map[string]any{"timeouts": map[string]string{"request": "60s", "signIn": "2s"}}) // nobody writes to verify
	home := w.Home()
	all := printed(w.AnswersFile(with(w.Draft().Answers(support), "verify.recipient", testkit.Customer)))
	for _, args := range all {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		cmd := w.Command(ctx, home, append(strings.Fields(args[0]), args[1:]...)...)
		if !slices.Contains([]string{"version", "help", "completion"}, strings.Fields(args[0])[0]) && !strings.HasPrefix(args[0], "-") {
			cmd.Args = append(cmd.Args, "--no-input", "-y")
		}
		var errs strings.Builder
		cmd.Stdout, cmd.Stderr = full, &errs
		_ = cmd.Run() // its state tells the exit status
		cancel()
		_ = full.Close()
		if code := cmd.ProcessState.ExitCode(); code != 1 && !(strings.HasPrefix(args[0], "verify") && code > 1) {
			t.Errorf("wxmail %s: exit %d, want 1\n%s", strings.Join(args, " "), code, errs.String())
		}
		if !strings.Contains(errs.String(), "no space left on") || !strings.Contains(errs.String(), "more: WX-OUTPUT") {
			t.Errorf("wxmail %s does not say what was lost:\n%s", strings.Join(args, " "), errs.String())
		}
		w.NoSecrets(errs.String())
	}
	everyCommand(t, cli.Document().Commands, func(path string) {
		tried := func(args []string) bool { return "wxmail "+args[0] == path }
		if !slices.ContainsFunc(all, tried) && !slices.Contains(silent, path) && path != "wxmail" {
			t.Errorf("%s was not tried", path)
		}
	})
}

func everyCommand(t *testing.T, cmd *cobra.Command, visit func(path string)) {
	t.Helper()
	if cmd.Runnable() && !cmd.Hidden {
		visit(cmd.CommandPath())
	}
	for _, sub := range cmd.Commands() {
		everyCommand(t, sub, visit)
	}
}

// brokenPipe starts a command whose standard output is closed after some lines,
// as `| head -5` does it, and gives what it said on standard error.
func brokenPipe(t *testing.T, cmd *exec.Cmd, lines int) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	cmd.Stdout, cmd.Stderr = write, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close() // the command has its own
	for out := bufio.NewReader(read); lines > 0; lines-- {
		if _, err := out.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	_ = read.Close()
	_ = cmd.Wait() // its state tells the exit status
	return errs.String()
}

// Whoever reads the events may go away at any time: the run ends as if it had
// been read, leaves nothing temporary behind, and does not call itself good.
func TestABrokenPipeStopsNoWrite(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	for _, lines := range []int{0, 1, 4, 9, 15} {
		w.Call("POST", "/reset", map[string]any{}, nil)
		home, draft := w.Home(), w.Draft()
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		said := brokenPipe(t, w.Command(ctx, home, "setup", "--no-input", "-y", "--json", "--answers",
			w.AnswersFile(draft.Answers(support))), lines)
		cancel()
		if !strings.Contains(said, "broken pipe") || !strings.Contains(said, "more: WX-OUTPUT") {
			t.Errorf("after %d lines it does not say what was lost:\n%s", lines, said)
		}
		if uris := redirectURIs(ourApplication(t, w)); slices.Contains(uris, any("http://localhost")) {
			t.Errorf("after %d lines it left %v", lines, uris)
		}
		converged(t, w, home)
	}
}

// What `demo` keeps on disk goes with it, also where nobody reads what it says.
func TestABrokenPipeLeavesNothingOfADemo(t *testing.T) {
	t.Parallel()
	cmd, temporary := demoCommand(t, "-y", "--json")
	brokenPipe(t, cmd, 2)
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit %d", code)
	}
	if left := testkit.Files(t, temporary); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// demoCommand is a demo, and the folder of its temporary files.
func demoCommand(t *testing.T, args ...string) (cmd *exec.Cmd, temporary string) {
	t.Helper()
	temporary = t.TempDir()
	cmd = exec.CommandContext(t.Context(), "wxmail", append([]string{"demo", "--no-input"}, args...)...)
	cmd.Env, cmd.Dir = []string{"HOME=" + t.TempDir(), "TMPDIR=" + temporary, "LANG=C.UTF-8", "PATH=/nowhere"}, temporary
	return cmd, temporary
}

// targets is a folder with what -o may name: nothing yet, a file that others
// may read, links, a pipe, a folder. All links stay here, so that a wxmail that
// replaces them breaks nobody's computer.
func targets(t *testing.T) (at func(name string) string) {
	t.Helper()
	dir := t.TempDir()
	at = func(name string) string { return filepath.Join(dir, name) }
	for _, must := range []error{
		os.WriteFile(at("open"), []byte("older"), 0o666), os.Chmod(at("open"), 0o666), os.WriteFile(at("target"), nil, 0o600),
		os.Symlink("target", at("link")), os.Symlink("nowhere", at("dangling")), os.Symlink("/dev/null", at("null")),
		os.Symlink("/dev/full", at("full")), os.Symlink("/dev/stdout", at("stdout")),
		syscall.Mkfifo(at("pipe"), 0o600), os.Mkdir(at("folder"), 0o700),
	} {
		if must != nil {
			t.Fatal(must)
		}
	}
	return at
}

// What the operator names with -o is written, and only a regular file of their
// own is ever replaced.
func TestOutputFilesReplaceRegularFilesAlone(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	for _, args := range [][]string{{"handoff", "exchange"}, {"handoff", "entra"}, {"support-bundle"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			at := targets(t)
			run := func(path string) testkit.Ran { return w.Run(home, append(args, "--no-input", "-o", path)...) }
			taken(t, at, run)
			for _, path := range []string{at("folder"), at("dangling"), at("missing/file"), at("new/file")} {
				refused(t, run(path), 2, "WX-USAGE", path, "fix: wxmail help shows")
			}
			run(at("full")).Must(t, 1).Explains(t, "WX-DISK", "no space left on")
			for name, kind := range map[string]os.FileMode{"link": os.ModeSymlink, "null": os.ModeSymlink, "full": os.ModeSymlink,
				"stdout": os.ModeSymlink, "dangling": os.ModeSymlink, "pipe": os.ModeNamedPipe, "folder": os.ModeDir} {
				if info, err := os.Lstat(at(name)); err != nil || info.Mode().Type() != kind {
					t.Errorf("%s was replaced: %v %v", name, info, err)
				}
			}
		})
	}
	if ran := w.Run(home, "support-bundle", "--json", "-o", "-").Must(t, 2); !strings.Contains(ran.Stdout, `"WX-USAGE"`) {
		t.Errorf("an archive and a document on one stream: %s", ran.Stdout)
	}
}

// taken writes to every target that takes something.
func taken(t *testing.T, at func(string) string, run func(path string) testkit.Ran) {
	t.Helper()
	const little = 20 // bytes: less than any result
	for _, name := range []string{"new", "open"} {
		run(at(name)).Must(t, 0)
		if info, err := os.Lstat(at(name)); err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 || info.Size() < little {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	for _, name := range []string{"link", "null"} {
		run(at(name)).Must(t, 0)
	}
	if raw, err := os.ReadFile(at("target")); err != nil || len(raw) < little {
		t.Errorf("the link was not followed: %v", err)
	}
	piped := make(chan int, 1)
	go func() {
		raw, _ := os.ReadFile(at("pipe")) // nothing is an error below
		piped <- len(raw)
	}()
	run(at("pipe")).Must(t, 0)
	if <-piped < little {
		t.Error("nothing came through the pipe")
	}
	for _, path := range []string{"-", at("stdout")} {
		if ran := run(path).Must(t, 0); len(ran.Stdout) < little {
			t.Errorf("%s: nothing on standard output", path)
		}
	}
}
