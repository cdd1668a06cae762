//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// fileLimit runs wxmail where no file may grow beyond some blocks of 512
// bytes: what a full disk does, at another write for every size.
func fileLimit(ctx context.Context, w *testkit.World, home string, blocks int, args ...string) *exec.Cmd {
	cmd := w.Command(ctx, home)
	sh := exec.CommandContext(ctx, "sh", append([]string{"-c", `ulimit -f "$0" && exec wxmail "$@"`, fmt.Sprint(blocks)}, args...)...)
	sh.Env, sh.Dir = cmd.Env, cmd.Dir
	return sh
}

// fullDisks are the sizes that are tried: from no byte at all to enough.
var fullDisks = []int{0, 1, 2, 4, 6, 8, 10, 12, 16, 64}

// Wherever the disk is full, wxmail says so, and once there is room again a
// rerun ends as if nothing had been: one application, and the right secret.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	setUp(t, w, w.Home(), w.Draft().Answers(support))
	clean := testkit.Shape(w.State())
	atOnce, rerun := 0, 0
	for i := 0; i < len(fullDisks); i += shard {
		blocks := fullDisks[i]
		w.Call("POST", "/reset", map[string]any{}, nil)
		home, draft := w.Home(), w.Draft()
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		ran := w.Finish(fileLimit(ctx, w, home, blocks, "setup", "--no-input", "-y", "--answers", w.AnswersFile(draft.Answers(support))))
		cancel()
		if ran.Exit == 0 {
			atOnce++
		} else {
			ran.Must(t, 1).Explains(t, "WX-DISK")
			setUp(t, w, home, draft.Answers(support))
			rerun++
		}
		if diff := cmp.Diff(clean, testkit.Shape(w.State())); diff != "" {
			t.Errorf("%d blocks: the tenant differs (-clean +got):\n%s", blocks, diff)
		}
		noDuplicates(t, w, ourApplication(t, w))
		w.Save(home, draft).GenerateToken() // the vault has the secret that works
		if t.Failed() {
			t.Fatalf("with files of at most %d blocks", blocks)
		}
	}
	t.Logf("full disk: points %d, recovered at once %d, by rerun %d, lost 0, duplicates 0, secrets found 0", atOnce+rerun, atOnce, rerun)
	if atOnce == 0 || rerun < 2 {
		t.Error("the sizes do not reach from too little to enough")
	}
}

// The new secret of a rotation does not fit any more: the old one stands.
func TestFullDiskWhileRotating(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	setUp(t, w, home, draft.Answers(support))
	asset := w.Save(home, draft)
	vault := secretFiles(t, home)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	ran := w.Finish(fileLimit(ctx, w, home, 0, "azure", "rotate-secret", "--no-input", "-y"))
	refused(t, ran, 1, "WX-DISK")
	if diff := cmp.Diff(vault, secretFiles(t, home)); diff != "" {
		t.Error("the vault changed")
	}
	asset.GenerateToken()
	w.Run(home, "azure", "rotate-secret", "--no-input", "-y").Must(t, 0)
	asset.GenerateToken()
	w.Save(home, draft).GenerateToken()
}

func secretFiles(t *testing.T, home string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"vault.age", "vault.key.age", "profile.json", "journal.jsonl"} {
		raw, err := os.ReadFile(filepath.Join(home, "profiles", "default", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(raw)
	}
	return files
}

// readOnly runs wxmail without the right to write where modes forbid it,
// which root has otherwise.
func readOnly(ctx context.Context, w *testkit.World, home string, args ...string) *exec.Cmd {
	cmd := w.Command(ctx, home, args...)
	if os.Geteuid() != 0 {
		return cmd
	}
	plain := exec.CommandContext(ctx, "setpriv", append([]string{"--bounding-set", "-dac_override", "wxmail"}, args...)...)
	plain.Env, plain.Dir = cmd.Env, cmd.Dir
	return plain
}

// A home that cannot be written: whatever needs to write says so before
// anything is changed, and what only reads goes on working.
func TestReadOnlyHome(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, empty, draft := w.Home(), w.Home(), w.Draft()
	setUp(t, w, home, draft.Answers(support))
	before := len(w.Writes())
	for path, mode := range modes(t, home) {
		chmod(t, path, mode.Perm()&^0o222)
		t.Cleanup(func() { _ = os.Chmod(path, mode.Perm()) })
	}
	chmod(t, empty, 0o500)
	t.Cleanup(func() { _ = os.Chmod(empty, 0o700) })
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for _, args := range [][]string{{"setup"}, {"azure", "rotate-secret"}, {"token", "--forget"}, {"undo", "--confirm", "default"}} {
		refused(t, w.Finish(readOnly(ctx, w, home, append(args, "--no-input", "-y")...)), 1, "WX-DISK", home)
	}
	answers := w.AnswersFile(draft.Answers(support))
	refused(t, w.Finish(readOnly(ctx, w, empty, "setup", "--no-input", "-y", "--answers", answers)), 1, "WX-DISK", empty)
	for _, args := range [][]string{{"values"}, {"summary"}, {"profile", "list"}, {"plan", "--no-input"}} {
		w.Finish(readOnly(ctx, w, home, args...)).Must(t, 0)
	}
	if writes := w.Writes()[before:]; len(writes) != 0 {
		t.Errorf("it wrote: %v", writes)
	}
}

// damaged changes one file of a home and gives its path and its new text.
func damaged(t *testing.T, home, name string, change func([]byte) []byte) (path, text string) {
	t.Helper()
	path = filepath.Join(home, "profiles", "default", name)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = string(change(slices.Clone(raw)))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, text
}

func flip(at func(length int) int) func([]byte) []byte {
	return func(raw []byte) []byte {
		raw[at(len(raw))] ^= 1
		return raw
	}
}

// A file that is not what was written is named and left alone, nobody is
// asked to sign in, and with the right file all is well again.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	before, whole := len(w.Requests()), secretFiles(t, home)
	middle, last := flip(func(n int) int { return n / 2 }), flip(func(n int) int { return n - 1 })
	for name, c := range map[string]struct {
		file   string
		change func([]byte) []byte
		exit   int
		code   string
	}{
		"vault, middle":      {"vault.age", middle, 1, "WX-VAULT-DAMAGED"},
		"vault, end":         {"vault.age", last, 1, "WX-VAULT-DAMAGED"},
		"vault, cut":         {"vault.age", func(b []byte) []byte { return b[:len(b)/2] }, 1, "WX-VAULT-DAMAGED"},
		"vault, empty":       {"vault.age", func([]byte) []byte { return nil }, 1, "WX-VAULT-DAMAGED"},
		"key, end":           {"vault.key.age", last, 1, "WX-VAULT-DAMAGED"},
		"key, empty":         {"vault.key.age", func([]byte) []byte { return nil }, 1, "WX-VAULT-DAMAGED"},
		"journal, middle":    {"journal.jsonl", middle, 1, "WX-PROFILE-DAMAGED"},
		"journal, NUL bytes": {"journal.jsonl", func(b []byte) []byte { return append([]byte("\x00\x00\x00\n"), b...) }, 1, "WX-PROFILE-DAMAGED"},
		"profile, cut":       {"profile.json", func(b []byte) []byte { return b[:len(b)/2] }, 1, "WX-PROFILE-DAMAGED"},
		"profile, empty":     {"profile.json", func([]byte) []byte { return nil }, 1, "WX-PROFILE-DAMAGED"},
		"profile, newer": {"profile.json", func(b []byte) []byte {
			return []byte(strings.Replace(string(b), `"version": 1`, `"version": 2`, 1))
		}, 1, "WX-PROFILE-NEWER"},
	} {
		path, text := damaged(t, home, c.file, c.change)
		commands := [][]string{{"setup"}, {"azure", "rotate-secret"}, {"undo", "--confirm", "default"}}
		for _, args := range commands[:len(commands)/shard] {
			ran := w.Run(home, append(args, "--no-input", "-y")...)
			refused(t, ran, c.exit, c.code)
			if !strings.Contains(squeeze(ran.Stderr), squeeze(path)) {
				t.Errorf("%s: it does not name the file:\n%s", name, ran.Stderr)
			}
		}
		if raw, err := os.ReadFile(path); err != nil || string(raw) != text {
			t.Errorf("%s: the file was changed (%v)", name, err)
		}
		damaged(t, home, c.file, func([]byte) []byte { return []byte(whole[c.file]) })
		if t.Failed() {
			t.Fatal(name)
		}
	}
	for _, r := range w.Requests()[before:] {
		if !strings.HasSuffix(r.Path, "/openid-configuration") { // whose tenant it is may be looked up
			t.Errorf("it sent %v", r)
		}
	}
	converged(t, w, home)
}

// The last line of the journal was being written when the power failed.
func TestTornJournal(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	damaged(t, home, "journal.jsonl", func(raw []byte) []byte { return raw[:len(raw)-20] })
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
	noDuplicates(t, w, ourApplication(t, w))
	converged(t, w, home)
	w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0)
}

// hangingBus is a session bus that takes connections and says nothing.
func hangingBus(t *testing.T) (address string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn) }()
		}
	}()
	t.Cleanup(func() { _ = listener.Close() })
	return "DBUS_SESSION_BUS_ADDRESS=unix:path=" + path
}

// A keyring that hangs, refuses or is missing is passed over for the
// passphrase; without one nothing is kept, and never in plain text.
func TestKeyringsThatDoNotWork(t *testing.T) {
	t.Parallel()
	for name, bus := range map[string]string{
		"missing": "DBUS_SESSION_BUS_ADDRESS=", "gone": "DBUS_SESSION_BUS_ADDRESS=unix:path=" + filepath.Join(t.TempDir(), "none"),
		"hanging": hangingBus(t), "locked": (&secretService{locked: true}).serve(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			answers := w.AnswersFile(w.Draft().Answers(support))
			setup := func(home string, env ...string) testkit.Ran {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				cmd := w.Command(ctx, home, "setup", "--no-input", "-y", "--answers", answers)
				cmd.Env = append(cmd.Env, append(env, bus)...)
				return w.Finish(cmd)
			}
			refused(t, setup(w.Home(), "WXMAIL_PASSPHRASE="), 9, "WX-VAULT-LOCKED", "WXMAIL_PASSPHRASE")
			noRequests(t, w)
			home := w.Home()
			setup(home).Must(t, 0)
			for _, file := range []string{"vault.age", "vault.key.age"} {
				if text := secretFiles(t, home)[file]; !strings.HasPrefix(text, "age-encryption.org/") {
					t.Errorf("%s is not encrypted", file)
				}
			}
			converged(t, w, home)
		})
	}
}
