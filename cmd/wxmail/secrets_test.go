//go:build linux

package main

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// The places that are searched for secrets.
const (
	onStdout   = "standard output"
	onStderr   = "standard error"
	onScreen   = "a terminal, everything ever shown"
	inHome     = "files of the home but the vault's"
	inTemp     = "files left in TMPDIR"
	inTrace    = "the HTTP trace"
	inChildren = "arguments and environment of children"
	inStacks   = "stack traces"
	inVault    = "the vault's files"
	inBundle   = "the support bundle, unpacked"
	inReveal   = "with --reveal"
)

// hunt is a search through everything that runs in one home leave behind.
type hunt struct {
	*testkit.Hunt
	t          *testing.T
	w          *testkit.World
	home, temp string
}

func newHunt(t *testing.T) *hunt {
	t.Helper()
	h := &hunt{&testkit.Hunt{}, t, testkit.Start(t, sandbox.Options{}), "", t.TempDir()}
	h.home = h.w.Home()
	h.w.RetryAtOnce()
	h.w.ObserveChildren()
	return h
}

// command is wxmail with a folder of its own for temporary files.
func (h *hunt) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := h.w.Command(ctx, h.home, args...)
	cmd.Env = append(cmd.Env, "TMPDIR="+h.temp)
	return cmd
}

// run runs a command, however it ends, and searches its streams.
func (h *hunt) run(args ...string) testkit.Ran {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), limit)
	defer cancel()
	ran := h.w.Finish(h.command(ctx, args...))
	h.Search(h.w, onStdout, ran.Stdout)
	h.Search(h.w, onStderr, ran.Stderr)
	return ran
}

// files searches what lies about now.
func (h *hunt) files() {
	h.t.Helper()
	h.Search(h.w, inHome, h.w.KeptIn(h.home)...)
	h.Search(h.w, inTemp, h.w.KeptIn(h.temp)...)
	h.Search(h.w, inChildren, h.w.Observed()...)
	for _, path := range testkit.Files(h.t, h.home) {
		raw, err := os.ReadFile(path)
		if err != nil {
			h.t.Fatal(err)
		}
		switch filepath.Base(path) {
		case "trace":
			h.Search(h.w, inTrace, string(raw))
		case "vault.age", "vault.key.age":
			if !bytes.HasPrefix(raw, []byte("age-encryption.org/")) {
				h.t.Errorf("%s is not encrypted", path)
			}
			h.Search(h.w, inVault, string(raw))
		}
	}
}

// TestSecretsStayInTheVault searches every place for every secret that was
// issued. `make secrets` prints the table.
func TestSecretsStayInTheVault(t *testing.T) {
	t.Parallel()
	h := newHunt(t)
	draft := h.w.Draft()
	answers := h.w.AnswersFile(draft.Answers(support))
	trace := filepath.Join(h.home, "trace")
	h.run("setup", "--no-input", "-y", "--json", "-v", "--answers", answers, "--trace", trace).Must(t, 0)
	for _, args := range [][]string{
		{"setup", "-y", "-v"}, {"setup", "-y"}, {"values"}, {"values", "--json"}, {"summary"}, {"summary", "--json"},
		{"plan"}, {"plan", "--json"}, {"doctor"}, {"doctor", "--json"}, {"handoff", "entra"}, {"handoff", "exchange"},
		{"profile", "list"}, {"azure", "rotate-secret", "-y", "--json", "-v"}, {"values", "--json"},
		{"azure", "rotate-secret", "-y", "--finish", "--old-secret-replaced", "-v"}, {"token", "-y", "-v"},
		{"token", "--forget", "-y"}, {"token", "-y", "--json", "-v"}, {"summary", "--json"},
	} {
		h.run(append(args, "--no-input", "--trace", trace)...).Must(t, 0)
		h.files()
	}
	h.refusals(answers)
	h.Search(h.w, inBundle, slices.Collect(maps.Values(bundleOf(h.t, h.w, h.home)))...)
	h.reveals()
	h.run("undo", "--confirm", "default", "-y", "--no-input", "-v").Must(t, 0)
	h.files()
	h.judge()
}

// refusals searches what runs say that fail, with secrets in their hands.
func (h *hunt) refusals(answers string) {
	h.t.Helper()
	strange := `{"error":{"code":"Strange","message":"\u0000 what"}}`
	faults := []map[string]any{
		{"service": "entra", "path": "token", "action": "garbage"},
		{"service": "entra", "path": "token", "action": "status:400", "body": strange},
		{"service": "graph", "action": "garbage"}, {"service": "graph", "action": "status:403", "body": strange},
		{"service": "graph", "action": "commit-reset"},
		{"service": "exchange", "action": "garbage"}, {"service": "exchange", "action": "status:400", "body": strange},
		{"service": "smtp", "action": "garbage"}, {"service": "smtp", "action": "reset"},
	}
	for i := 0; i < len(faults); i += shard {
		fault := faults[i]
		if fault["count"] = 1; !strings.HasPrefix(fault["action"].(string), "status") {
			fault["count"] = 3 // attempts
		}
		h.w.Call("POST", "/faults", []any{fault}, nil)
		trace := filepath.Join(h.home, "trace")
		h.run("setup", "--no-input", "-y", "--json", "-v", "--answers", answers, "--trace", trace)
		h.run("token", "--no-input", "-y", "-v", "--trace", trace)
		h.files()
	}
}

// reveals shows that the search finds what is shown on purpose.
func (h *hunt) reveals() {
	h.t.Helper()
	for _, args := range [][]string{{"values"}, {"values", "--json"}} {
		ran := h.w.Reveal(h.home, args...).Must(h.t, 0)
		h.Search(h.w, inReveal, ran.Stdout)
		h.Search(h.w, onStderr, ran.Stderr)
	}
	if found := h.Found(inReveal); len(found) == 0 {
		h.t.Error("the search does not find what --reveal shows")
	}
}

// judge prints the table and fails for whatever was found where it must not.
func (h *hunt) judge() {
	h.t.Helper()
	h.t.Logf("\n%s", h.Table())
	total := 0
	for _, place := range []string{onStdout, onStderr, onScreen, inHome, inTemp, inTrace, inChildren, inStacks, inVault} {
		if found := h.Found(place); len(found) > 0 {
			h.t.Errorf("%s: %v", place, found)
			total += len(found)
		}
	}
	h.t.Logf("secrets found: %d", total)
}

// A stack trace, asked for while a client secret and codes are in memory.
func TestStackTracesHoldNoSecret(t *testing.T) {
	t.Parallel()
	h := newHunt(t)
	h.w.NobodySignsIn(mailboxScope)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := h.command(ctx, "setup", "--no-input", "-y", "--json", "--answers", h.w.AnswersFile(h.w.Draft().Answers(support)))
	cmd.Env = append(cmd.Env, "GOTRACEBACK=all")
	out, said := started(t, cmd, mailboxWaits)
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	stacks := ended(t, cmd, out, said)
	if !strings.Contains(stacks, "goroutine ") {
		t.Fatalf("no stack trace: %s", stacks)
	}
	h.Search(h.w, inStacks, stacks)
	h.Search(h.w, inHome, h.w.KeptIn(h.home)...)
	h.judge()
}

// What a person at a terminal sees, while typing the passphrase too.
func TestTheScreenShowsNoSecret(t *testing.T) {
	t.Parallel()
	h := newHunt(t)
	first := sit(t, h.w, usual, h.home, []string{"WXMAIL_PASSPHRASE=", "TMPDIR=" + h.temp}, "setup", "-v")
	first.answer("? "+say("passphrase.prompt"), testkit.Passphrase)
	first.answer("? "+say("passphrase.again"), testkit.Passphrase)
	first.answers(agreed(h.w.Draft()))
	first.ends(0)
	again := sit(t, h.w, usual, h.home, []string{"WXMAIL_PASSPHRASE=", "TMPDIR=" + h.temp}, "setup", "-v")
	again.answer("? "+say("passphrase.prompt"), testkit.Passphrase)
	again.answers([]turn{review(), later()})
	again.ends(0)
	for _, s := range []*sitting{first, again} {
		h.Search(h.w, onScreen, s.Raw(), squeeze(s.transcript()))
	}
	h.files()
	h.judge()
}

// Whatever wxmail writes only its owner may enter, and what others may enter
// is refused with the command that closes it.
func TestOnlyTheOwnerMayEnter(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	trace := filepath.Join(home, "trace")
	setUp(t, w, home, w.Draft().Answers(support), "--trace", trace)
	profile := filepath.Join(home, "profiles", "default")
	for path, mode := range modes(t, home) {
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[mode.IsDir()]; path != home && mode.Perm() != want {
			t.Errorf("%s: mode %v, want %v", path, mode, want)
		}
	}
	before := len(w.Requests())
	for path, open := range map[string]fs.FileMode{
		filepath.Join(profile, "vault.age"):     0o640,
		filepath.Join(profile, "vault.key.age"): 0o604,
		filepath.Join(profile, "profile.json"):  0o644,
		filepath.Join(profile, "journal.jsonl"): 0o620,
		profile:                                 0o750,
		filepath.Dir(profile):                   0o711,
	} {
		was := modes(t, home)[path]
		chmod(t, path, open)
		for _, args := range [][]string{{"setup", "--no-input", "-y"}, {"values", "--reveal"}, {"summary"}} {
			ran := w.Run(home, args...)
			refused(t, ran, 1, "WX-PROFILE-OPEN")
			fix := "chmod " + map[bool]string{true: "700", false: "600"}[was.IsDir()] + " '" + path + "'"
			if !strings.Contains(squeeze(ran.Stderr), squeeze(fix)) {
				t.Errorf("it does not say %s:\n%s", fix, ran.Stderr)
			}
		}
		chmod(t, path, was.Perm())
	}
	if more := w.Requests()[before:]; len(more) != 0 {
		t.Errorf("it sent %v", more)
	}
	converged(t, w, home)
}

func modes(t *testing.T, dir string) map[string]fs.FileMode {
	t.Helper()
	all := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			all[path] = info.Mode()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// What the search looks for it finds in every form.
func TestHuntFindsEveryForm(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	for place, text := range map[string]string{
		"plain":  "x" + testkit.Passphrase + "y",
		"URL":    "?p=a+test+passphrase&q",
		"Base64": "dXNlcgFhIHRlc3QgcGFzc3BocmFzZQEB", // user\x01…\x01\x01
		"hex":    "00612074657374207061737370687261736500",
	} {
		h := &testkit.Hunt{}
		if h.Search(w, place, text); !slices.Equal(h.Found(place), []string{"passphrase"}) {
			t.Errorf("%s: found %v", place, h.Found(place))
		}
	}
}
