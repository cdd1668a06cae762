package vault_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"

	"wxmail/internal/secret"
	"wxmail/internal/store"
	"wxmail/internal/vault"
)

const canary = "canary-5f1d"

func phrase(text string) func(bool) (secret.Value, error) {
	return func(bool) (secret.Value, error) { return secret.New(text), nil }
}

func byPhrase(text string) vault.Options {
	return vault.Options{Passphrase: phrase(text), WorkFactor: 4}
}

// ring is a keyring in memory.
type ring struct {
	items map[string]string
	err   error
	hang  chan struct{} // where set, every call waits for it
}

func (r *ring) wait() error {
	if r.hang != nil {
		<-r.hang
	}
	return r.err
}

func (r *ring) Get(service, user string) (string, error) {
	if err := r.wait(); err != nil {
		return "", err
	}
	if text, ok := r.items[service+" "+user]; ok {
		return text, nil
	}
	return "", keyring.ErrNotFound
}

func (r *ring) Set(service, user, text string) error {
	if err := r.wait(); err != nil {
		return err
	}
	r.items[service+" "+user] = text
	return nil
}

func (r *ring) Delete(service, user string) error {
	delete(r.items, service+" "+user)
	return r.wait()
}

func newRing() *ring { return &ring{items: map[string]string{}} }

// openReady opens a vault and waits until it is open.
func openReady(dir string, o vault.Options) (*vault.Vault, error) {
	v, err := vault.Open(dir, o)
	if err != nil {
		return nil, err
	}
	return v, v.Ready(context.Background())
}

func open(t *testing.T, dir string, o vault.Options) *vault.Vault {
	t.Helper()
	v, err := openReady(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func keysOf(t *testing.T, v *vault.Vault) []string {
	t.Helper()
	keys, err := v.Keys()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func put(t *testing.T, v *vault.Vault, key, value string) {
	t.Helper()
	if err := v.Put(key, secret.New(value)); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, v *vault.Vault, key, value string) {
	t.Helper()
	got, ok, err := v.Get(key)
	if err != nil || ok != (value != "") || got.Reveal() != value {
		t.Errorf("%s: %t, %v, and not what was put", key, ok, err)
	}
}

func TestKeeps(t *testing.T) {
	keys := newRing()
	for name, o := range map[string]vault.Options{
		"passphrase": byPhrase("p"),
		"keyring":    {Keyring: keys},
		"both":       {Keyring: newRing(), Passphrase: phrase("unused")},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "profile")
			v := open(t, dir, o)
			put(t, v, "client-secret", canary)
			put(t, v, "token", `{"refresh":"x"}`)
			put(t, v, "token", `{"refresh":"y"}`)
			put(t, v, "gone", "z")
			if err := errors.Join(v.Delete("gone"), v.Delete("gone")); err != nil {
				t.Fatal(err)
			}
			o.Existing = true
			again := open(t, dir, o)
			want(t, again, "client-secret", canary)
			want(t, again, "token", `{"refresh":"y"}`)
			want(t, again, "gone", "")
			if diff := cmp.Diff([]string{"client-secret", "token"}, keysOf(t, again)); diff != "" {
				t.Error(diff)
			}
			wantEncrypted(t, dir)
		})
	}
}

func wantEncrypted(t *testing.T, dir string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(raw), canary) || !strings.HasPrefix(string(raw), "age-encryption.org/") {
			t.Errorf("%s is not age's: %v", path, err)
		}
		if info, _ := os.Stat(path); info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
	}
	if len(files) == 0 {
		t.Error("nothing written")
	}
}

func TestNeverPlain(t *testing.T) {
	for name, o := range map[string]vault.Options{
		"nothing":             {},
		"empty passphrase":    byPhrase(""),
		"keyring that fails":  {Keyring: &ring{err: errors.New("locked")}},
		"hanging keyring":     {Keyring: &ring{hang: make(chan struct{})}, KeyringLimit: time.Millisecond},
		"fails, and no words": {Keyring: &ring{err: errors.New("locked")}, Passphrase: phrase("")},
	} {
		dir := t.TempDir()
		var noKey *vault.NoKey
		if _, err := openReady(dir, o); !errors.As(err, &noKey) {
			t.Errorf("%s: %v", name, err)
		} else if (o.Keyring != nil) != (noKey.Err != nil) {
			t.Errorf("%s: the keyring's answer: %v", name, noKey.Err)
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			t.Errorf("%s: wrote %v", name, files)
		}
	}
}

func TestPassphraseWhereTheKeyringHangs(t *testing.T) {
	hang := &ring{hang: make(chan struct{})}
	o := byPhrase("p")
	o.Keyring, o.KeyringLimit = hang, time.Millisecond
	dir := t.TempDir()
	v := open(t, dir, o)
	put(t, v, "k", "v")
	if v.Keeper() != vault.ByPassphrase {
		t.Error(v.Keeper())
	}
	// The keyring is back, but the vault's key stays where it is.
	o.Keyring = newRing()
	want(t, open(t, dir, o), "k", "v")
}

// A person who must unlock the keyring first is told of it, once, and is waited
// for.
func TestPersonUnlocksTheKeyring(t *testing.T) {
	locked := newRing()
	locked.hang = make(chan struct{})
	told := 0
	o := vault.Options{Keyring: locked, KeyringLimit: time.Second, KeyringSlow: func() {
		if told++; told == 1 {
			close(locked.hang)
		}
	}}
	dir := t.TempDir()
	put(t, open(t, dir, o), "k", "v")
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	want(t, open(t, dir, o), "k", "v")
}

func TestWrongPassphrase(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, byPhrase("right")), "k", "v")
	var wrong *vault.WrongPassphrase
	if _, err := openReady(dir, byPhrase("wrong")); !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
	want(t, open(t, dir, byPhrase("right")), "k", "v")
}

func TestPassphraseIsNewOnlyOnce(t *testing.T) {
	dir := t.TempDir()
	var asked []bool
	o := vault.Options{WorkFactor: 4, Passphrase: func(fresh bool) (secret.Value, error) {
		asked = append(asked, fresh)
		return secret.New("p"), nil
	}}
	open(t, dir, o) // nothing is put, so the next one is new again
	put(t, open(t, dir, o), "k", "v")
	open(t, dir, o)
	if diff := cmp.Diff([]bool{true, true, false}, asked); diff != "" {
		t.Error(diff)
	}
}

func TestExisting(t *testing.T) {
	o := byPhrase("p")
	o.Existing = true
	if _, err := openReady(t.TempDir(), o); !errors.Is(err, vault.ErrNone) {
		t.Errorf("got %v", err)
	}
}

// Every flipped byte is noticed, and no value comes of it.
func TestFlippedBytes(t *testing.T) {
	for _, file := range []string{"vault.age", "vault.key.age"} {
		dir := t.TempDir()
		put(t, open(t, dir, byPhrase("p")), "k", canary)
		path := filepath.Join(dir, file)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(whole); i += 7 {
			bad := []byte(string(whole))
			bad[i] ^= 1
			write(t, path, bad)
			_, err := openReady(dir, byPhrase("p"))
			if !refused(err) {
				t.Fatalf("%s, byte %d: %v", file, i, err)
			}
		}
		write(t, path, whole[:len(whole)/2])
		if _, err := openReady(dir, byPhrase("p")); !refused(err) {
			t.Errorf("%s, cut: %v", file, err)
		}
	}
}

func refused(err error) bool {
	var damaged *vault.Damaged
	var wrong *vault.WrongPassphrase
	return errors.As(err, &damaged) || errors.As(err, &wrong)
}

func TestLostKey(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, vault.Options{Keyring: newRing()}), "k", "v")
	var damaged *vault.Damaged
	if _, err := openReady(dir, vault.Options{Keyring: newRing(), Passphrase: phrase("p")}); !errors.As(err, &damaged) {
		t.Errorf("an empty keyring: %v", err)
	}
	var noKey *vault.NoKey
	if _, err := openReady(dir, byPhrase("p")); !errors.As(err, &noKey) {
		t.Errorf("no keyring: %v", err)
	}
	bad := newRing()
	abs, _ := filepath.Abs(dir)
	bad.items["wxmail "+abs] = canary
	_, err := openReady(dir, vault.Options{Keyring: bad})
	if !errors.As(err, &damaged) || strings.Contains(err.Error(), canary) {
		t.Errorf("a keyring item that is no key: %v", err)
	}
}

func TestTwoHandlesDoNotUndoEachOther(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir, byPhrase("p")), open(t, dir, byPhrase("p"))
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() { put(t, a, fmt.Sprint("a", i), "v") })
	}
	wg.Wait()
	put(t, b, "b", "v")
	if got := keysOf(t, open(t, dir, byPhrase("p"))); len(got) != 11 {
		t.Errorf("%v", got)
	}
}

type noDisk struct{}

var errDisk = errors.New("no space left on device")

func (noDisk) Before(op store.Op, path string) error {
	if op == store.OpWrite && filepath.Base(path) == "vault.age" {
		return errDisk
	}
	return nil
}

func TestFullDiskKeepsTheOldValue(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, byPhrase("p")), "k", "old")
	o := byPhrase("p")
	o.Disk = store.Disk{Faults: noDisk{}}
	v := open(t, dir, o)
	if err := v.Put("k", secret.New(canary)); !errors.Is(err, errDisk) || strings.Contains(err.Error(), canary) {
		t.Fatalf("got %v", err)
	}
	want(t, v, "k", "old")
	want(t, open(t, dir, byPhrase("p")), "k", "old")
}

func TestMemoryTouchesNoDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	v := open(t, dir, vault.Options{Memory: true})
	put(t, v, "k", "v")
	want(t, v, "k", "v")
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestBorrowedKeepsNothing(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, byPhrase("p")), "k", "old")
	v := open(t, dir, byPhrase("p"))
	v.Borrow()
	put(t, v, "k", "new")
	want(t, v, "k", "new")
	want(t, open(t, dir, byPhrase("p")), "k", "old")
}

func TestForget(t *testing.T) {
	dir, keys := t.TempDir(), newRing()
	o := vault.Options{Keyring: keys}
	put(t, open(t, dir, o), "k", "v")
	if err := errors.Join(vault.Forget(dir, o), vault.Forget(dir, o)); err != nil {
		t.Fatal(err)
	}
	if files, _ := os.ReadDir(dir); len(files)+len(keys.items) > 0 {
		t.Errorf("left: %v, %d items", files, len(keys.items))
	}
}

func TestPassphraseFromEnv(t *testing.T) {
	file := filepath.Join(t.TempDir(), "phrase")
	write(t, file, []byte("from file\r\n"))
	windows := filepath.Join(t.TempDir(), "windows")
	write(t, windows, []byte("\uFEFFfrom Windows\r\n"))
	empty := filepath.Join(t.TempDir(), "empty")
	write(t, empty, []byte("\n"))
	for _, c := range []struct {
		file, value, want string
		fails             bool
	}{
		{"", "", "", false},
		{"", "from env", "from env", false},
		{file, "from env", "from file", false},
		{windows, "", "from Windows", false},
		{empty, "from env", "", true},
		{file + "-absent", "from env", "", true},
	} {
		env := map[string]string{"WXMAIL_PASSPHRASE_FILE": c.file, "WXMAIL_PASSPHRASE": c.value}
		got, err := vault.PassphraseFromEnv(func(k string) string { return env[k] })
		var refused *vault.PassphraseFile
		if got.Reveal() != c.want || errors.As(err, &refused) != c.fails || refused != nil && refused.Path != c.file {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func write(t *testing.T, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
