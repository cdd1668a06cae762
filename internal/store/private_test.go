//go:build unix

package store_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wxmail/internal/store"
)

// made is a home with one profile.
func made(t *testing.T) (home, dir string) {
	t.Helper()
	home = t.TempDir()
	p := open(t, home, "default")
	if err := p.Write(store.Data{}); err != nil {
		t.Fatal(err)
	}
	return home, p.Dir()
}

func enter(home string) error {
	s, err := store.Open(home)
	if err == nil {
		_, err = s.Profile("default")
	}
	return err
}

// moved puts a path elsewhere and a symbolic link into its place.
func moved(t *testing.T, path string) (elsewhere string) {
	t.Helper()
	elsewhere = filepath.Join(t.TempDir(), "elsewhere")
	if err := errors.Join(os.Rename(path, elsewhere), os.Symlink(elsewhere, path)); err != nil {
		t.Fatal(err)
	}
	return elsewhere
}

// A link is judged by what it leads to, and what is advised opens nothing and
// locks nobody out.
func TestSymbolicLinks(t *testing.T) {
	for name, of := range map[string]func(home, dir string) string{
		"the home":         func(home, _ string) string { return home },
		"the profiles":     func(_, dir string) string { return filepath.Dir(dir) },
		"the profile":      func(_, dir string) string { return dir },
		"a file of it":     func(_, dir string) string { return filepath.Join(dir, "profile.json") },
		"the file of keys": func(_, dir string) string { return filepath.Join(dir, "profile.json") },
	} {
		t.Run(name, func(t *testing.T) {
			home, dir := made(t)
			elsewhere := moved(t, of(home, dir))
			if err := enter(home); err != nil {
				t.Fatalf("a link to what is ours alone: %v", err)
			}
			info, err := os.Stat(elsewhere)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(elsewhere, info.Mode().Perm()|0o022); err != nil {
				t.Fatal(err)
			}
			var open *store.PermissionError
			if err := enter(home); !errors.As(err, &open) && name != "the home" {
				t.Fatalf("a link to what others may enter: %v", err)
			}
			if open == nil {
				return // of a group of one's own
			}
			want := fmt.Sprintf("chmod %o '%s'", info.Mode().Perm(), elsewhere)
			if open.Path != elsewhere || open.Shut != want && name != "the home" {
				t.Errorf("%v, %s", open, open.Shut)
			}
			if out, err := exec.Command("sh", "-c", open.Shut).CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, out)
			}
			if err := enter(home); err != nil {
				t.Errorf("after the advice: %v", err)
			}
			if err := os.RemoveAll(elsewhere); err != nil {
				t.Fatal(err)
			}
			if err := enter(home); name != "the home" && (err == nil || !strings.Contains(err.Error(), "symbolic link")) {
				t.Errorf("a link that leads nowhere: %v", err)
			}
		})
	}
}

func TestHomeThatOthersMayChange(t *testing.T) {
	for mode, refused := range map[os.FileMode]bool{0o700: false, 0o755: false, 0o775: false, 0o777: true, 0o777 | os.ModeSticky: false,
		0o702: true} {
		home, _ := made(t)
		if err := os.Chmod(home, mode); err != nil {
			t.Fatal(err)
		}
		var open *store.PermissionError
		if err := enter(home); errors.As(err, &open) != refused {
			t.Errorf("%v: %v", mode, err)
		}
	}
}

// Whoever may rename the home, or a folder above it, may put another into its
// place; a folder for everybody, such as /tmp, keeps what is there to its owner.
func TestFoldersAboveTheHome(t *testing.T) {
	for mode, refused := range map[os.FileMode]bool{0o755: false, 0o775: false, 0o777 | os.ModeSticky: false, 0o777: true, 0o703: true} {
		for _, below := range []string{"home", "mine/home", "mine/not/yet"} {
			above := filepath.Join(t.TempDir(), "above")
			if err := errors.Join(os.MkdirAll(filepath.Join(above, "mine", "home"), 0o700), os.Mkdir(filepath.Join(above, "home"), 0o700),
				os.Chmod(above, mode)); err != nil {
				t.Fatal(err)
			}
			var open *store.PermissionError
			err := enter(filepath.Join(above, below))
			if errors.As(err, &open) != refused || refused && open.Path != above {
				t.Errorf("%s below %v: %v", below, mode, err)
			}
			if !refused {
				continue
			}
			if out, err := exec.Command("sh", "-c", open.Shut).CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, out)
			}
			if err := enter(filepath.Join(above, below)); err != nil {
				t.Errorf("after the advice: %v", err)
			}
		}
	}
}

// What is advised is pasted into a shell, whatever the folder is called.
func TestAdviceIsSafeToPaste(t *testing.T) {
	for _, name := range []string{"it's", "a'$(touch pwned)'b", "a'; touch pwned; '", "a`touch pwned`", "a b", "$HOME", "-rf", "'", "''",
		`\'`} {
		dir := t.TempDir()
		home := filepath.Join(dir, name)
		if err := errors.Join(os.Mkdir(home, 0o700), os.Chmod(home, 0o777)); err != nil {
			t.Fatal(err)
		}
		var open *store.PermissionError
		if err := enter(home); !errors.As(err, &open) {
			t.Fatalf("%q: %v", name, err)
		}
		sh := exec.Command("sh", "-c", open.Shut)
		sh.Dir = dir
		if out, err := sh.CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", open.Shut, err, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
			t.Errorf("%s runs what the folder is called", open.Shut)
		}
		if err := enter(home); err != nil {
			t.Errorf("after the advice: %v", err)
		}
	}
}

// A device, a pipe and a socket are no files of ours: nobody is advised to
// change their rights, and nobody waits for them.
func TestNoFilesAtAll(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"a pipe":                    func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a link to a device":        func(path string) error { return os.Symlink("/dev/null", path) },
		"a link to endless zeros":   func(path string) error { return os.Symlink("/dev/zero", path) },
		"a link to standard output": func(path string) error { return os.Symlink("/dev/tty", path) },
	} {
		for _, file := range []string{"profile.json", "journal.jsonl", "vault.age", "lock"} {
			home, dir := made(t)
			path := filepath.Join(dir, file)
			if err := errors.Join(os.RemoveAll(path), make(path)); err != nil {
				t.Fatal(err)
			}
			var damaged *store.Damaged
			if err := enter(home); !errors.As(err, &damaged) || damaged.Path != path {
				t.Errorf("%s as %s: %v", name, file, err)
			}
		}
	}
	if err := enter(os.DevNull); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("a device as the home: %v", err)
	}
}

// Only root can give files away, and only root could be led to write there.
func TestAnotherUsersProfile(t *testing.T) {
	home, dir := made(t)
	if err := os.Lchown(dir, 65534, 65534); err != nil {
		t.Logf("not root: %v", err)
		return
	}
	var theirs *store.OwnerError
	if err := enter(home); !errors.As(err, &theirs) || theirs.Owner != 65534 || theirs.Path != dir {
		t.Errorf("%v", err)
	}
}

// What the system says stays typed, so that a full disk is told as one.
func TestErrorsOfTheDiskKeepTheirType(t *testing.T) {
	dir := t.TempDir()
	if err := (store.Disk{}).Write(filepath.Join(dir, "none", "x"), nil); !errors.As(err, new(*os.PathError)) {
		t.Errorf("no folder: %T %v", err, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	err := store.Disk{}.Write(filepath.Join(dir, "taken"), []byte("x"))
	if !errors.As(err, new(*os.LinkError)) && !errors.As(err, new(*os.PathError)) {
		t.Errorf("a folder in its place: %T %v", err, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}

// A write that the system cuts short, as on a full disk: the test runs itself
// again where no file may have a byte.
func TestAWriteThatFails(t *testing.T) {
	const dir = "WXMAIL_STORE_CHILD"
	if at := os.Getenv(dir); at != "" {
		var path *os.PathError
		err := store.Disk{}.Write(filepath.Join(at, "x"), []byte("text"))
		if entries, _ := os.ReadDir(at); !errors.As(err, &path) || len(entries) > 0 {
			t.Errorf("%T %v, left behind: %v", err, err, entries)
		}
		return
	}
	cmd := exec.Command("sh", "-c", `ulimit -f 0; exec "$0" -test.run '^TestAWriteThatFails$'`, os.Args[0])
	cmd.Env = append(os.Environ(), dir+"="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
