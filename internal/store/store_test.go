package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/store"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, home, name string) *store.Profile {
	t.Helper()
	s, err := store.Open(home)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Profile(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestHome(t *testing.T) {
	set := func(string) string { return "/srv/wx" }
	unset := func(name string) string { return map[string]string{"HOME": "/home/x"}[name] }
	if _, err := store.Open(store.Home(func(string) string { return "" })); !errors.As(err, new(store.HomeUnknown)) {
		t.Errorf("no home at all: %v", err)
	}
	if got := store.Home(set); got != "/srv/wx" {
		t.Errorf("WXMAIL_HOME: %q", got)
	}
	if got := store.Home(unset); filepath.Base(got) != "wxmail" || !filepath.IsAbs(got) {
		t.Errorf("platform's: %q", got)
	}
}

func TestProfileNames(t *testing.T) {
	s, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"default": "default", "Support": "support", "a.b_c-1": "a.b_c-1", "9": "9",
		strings.Repeat("x", 64): strings.Repeat("x", 64),
		"":                      "", ".": "", "..": "", "-x": "", "a/b": "", `a\b`: "", "a b": "", "ä": "",
		strings.Repeat("x", 65): "",
	} {
		p, err := s.Profile(name)
		var bad *store.NameError
		switch {
		case want == "" && !errors.As(err, &bad):
			t.Errorf("%q: want a NameError, got %v", name, err)
		case want != "" && (err != nil || p.Name() != want):
			t.Errorf("%q: got %v, %v", name, p, err)
		}
	}
}

func TestProfileKeepsWhatWasWritten(t *testing.T) {
	home := filepath.Join(t.TempDir(), "new", "home")
	p := open(t, home, "Default")
	if empty, err := p.Read(); err != nil || p.Exists() || empty.TenantID != "" || empty.Answers == nil {
		t.Fatalf("before the first write: %+v, %v", empty, err)
	}
	if _, err := os.Stat(home); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("reading made the home folder: %v", err)
	}
	want := store.Data{
		Version: 1, Cloud: store.Cloud{Name: "sandbox", Base: "public", File: "/x/cloud.json"}, TenantID: "t",
		Answers: map[string]string{"webex.email-id": "support@contoso.example"},
		Seen:    &store.Seen{Summary: json.RawMessage(`{}`), AsOf: noon},
	}
	if err := p.Write(want); err != nil {
		t.Fatal(err)
	}
	got, err := open(t, home, "default").Read()
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	s, _ := store.Open(home)
	if names, err := s.List(); err != nil || !cmp.Equal(names, []string{"default"}) {
		t.Errorf("List: %v, %v", names, err)
	}
}

func TestProfileFileThatIsNotOurs(t *testing.T) {
	p := open(t, t.TempDir(), "default")
	if err := p.Write(store.Data{}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(p.Dir(), "profile.json")

	write(t, path, `{"version":99}`)
	var newer *store.NewerVersion
	if _, err := p.Read(); !errors.As(err, &newer) || newer.Got != 99 {
		t.Errorf("newer version: %v", err)
	}
	write(t, path, `{"version":1,`)
	var damaged *store.Damaged
	if _, err := p.Read(); !errors.As(err, &damaged) || damaged.Path != path {
		t.Errorf("damage: %v", err)
	}
}

// What wxmail makes is the user's alone, and so are the folders above it that
// were not there before.
func TestFoldersAreTheUsersAlone(t *testing.T) {
	home := filepath.Join(t.TempDir(), "shared", "home")
	if err := open(t, home, "default").Write(store.Data{}); err != nil {
		t.Fatal(err)
	}
	if err := reopen(home); err != nil {
		t.Error(err)
	}
}

func TestOpenToOthersIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // no such modes there: see TestSharedFolderIsRefused
	}
	home := t.TempDir()
	p := open(t, home, "default")
	if err := p.Write(store.Data{}); err != nil {
		t.Fatal(err)
	}
	for path, modes := range map[string][2]os.FileMode{
		filepath.Join(p.Dir(), "profile.json"): {0o644, 0o600},
		p.Dir():                                {0o755, 0o700},
		filepath.Join(home, "profiles"):        {0o710, 0o700},
	} {
		chmod(t, path, modes[0])
		err := reopen(home)
		var open *store.PermissionError
		if want := fmt.Sprintf("chmod %o '%s'", modes[1], path); !errors.As(err, &open) || open.Path != path || open.Shut != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
		chmod(t, path, modes[1])
	}
	if err := reopen(home); err != nil {
		t.Errorf("after chmod: %v", err)
	}
}

func reopen(home string) error {
	s, err := store.Open(home)
	if err != nil {
		return err
	}
	_, err = s.Profile("default")
	return err
}

func TestLock(t *testing.T) {
	home := t.TempDir()
	first, err := open(t, home, "default").Lock(noon)
	if err != nil {
		t.Fatal(err)
	}
	var locked *store.Locked
	if _, err := open(t, home, "default").Lock(noon); !errors.As(err, &locked) {
		t.Fatalf("second: %v", err)
	}
	if locked.Holder.PID != os.Getpid() || !locked.Holder.Since.Equal(noon) || locked.Holder.Host == "" {
		t.Errorf("holder: %+v", locked.Holder)
	}
	if other, err := open(t, home, "other").Lock(noon); err != nil {
		t.Errorf("another profile: %v", err)
	} else if err := other.Unlock(); err != nil {
		t.Error(err)
	}
	if err := errors.Join(first.Unlock(), first.Unlock()); err != nil {
		t.Errorf("unlock twice: %v", err)
	}
	if again, err := open(t, home, "default").Lock(noon); err != nil {
		t.Errorf("after unlock: %v", err)
	} else if err := again.Unlock(); err != nil {
		t.Error(err)
	}
}

func TestRemoveLeavesNothing(t *testing.T) {
	home := t.TempDir()
	p := open(t, home, "default")
	if err := p.Write(store.Data{}); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(p.Dir(), "vault.age"), "x")
	lock, err := p.Lock(noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Remove(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(home, "profiles", "*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if err := lock.Remove(); err != nil {
		t.Errorf("repeated: %v", err)
	}
}

// failAt lets n durable changes through and fails every later one, as a
// machine that loses power does.
type failAt struct{ left int }

var errPower = errors.New("power failure")

func (f *failAt) Before(store.Op, string) error {
	if f.left == 0 {
		return errPower
	}
	f.left--
	return nil
}

func TestCrashLeavesOldOrNew(t *testing.T) {
	for n := range 3 {
		home := t.TempDir()
		if err := open(t, home, "default").Write(store.Data{TenantID: "old"}); err != nil {
			t.Fatal(err)
		}
		s, _ := store.OpenOn(home, store.Disk{Faults: &failAt{left: n}})
		p, _ := s.Profile("default")
		err := p.Write(store.Data{TenantID: "new"})
		got, readErr := open(t, home, "default").Read()
		if readErr != nil {
			t.Fatalf("after %d changes: %v", n, readErr)
		}
		if err == nil && got.TenantID != "new" || n == 0 && got.TenantID != "old" {
			t.Errorf("after %d changes: %q, %v", n, got.TenantID, err)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestNameFrom(t *testing.T) {
	for text, want := range map[string]string{"Sales": "sales", "o'neil+x": "o-neil-x", "-.a": "a", "日本": "mailbox", "": "mailbox",
		strings.Repeat("p", 100): strings.Repeat("p", 60)} {
		if got := store.NameFrom(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// What a neighbour holds is told where it can be read, and why not where it
// cannot.
func TestNeighbours(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"default", "sales", "broken"} {
		if err := open(t, home, name).Write(store.Data{Mailbox: name + "@contoso.example"}); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(home, "profiles", "broken", "profile.json"), "{")
	s, err := store.Open(home)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Neighbours("Default")
	if err != nil || len(all) != 2 || all[0].Name != "broken" || all[0].Err == nil || all[1].Data.Mailbox != "sales@contoso.example" {
		t.Errorf("%+v, %v", all, err)
	}
}
