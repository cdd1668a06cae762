package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"wxmail/internal/secret"
	"wxmail/internal/store"
	"wxmail/internal/vault"
)

// A vault that does not open is never taken for an empty one, and nothing of
// it is changed.
func TestNothingIsKnownOfAVaultThatDoesNotOpen(t *testing.T) {
	for name, c := range map[string]struct {
		phrase string
		harm   func(t *testing.T, dir string)
		is     func(error) bool
	}{
		"wrong passphrase": {"wrong", func(*testing.T, string) {}, is[*vault.WrongPassphrase]},
		"damaged content": {"p", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "vault.age"), []byte("age-encryption.org/v1\n"))
		}, is[*vault.Damaged]},
		"damaged key": {"p", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "vault.key.age"), []byte("age-encryption.org/v1\n"))
		}, is[*vault.Damaged]},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, open(t, dir, byPhrase("p")), "k", "v")
			c.harm(t, dir)
			before := contents(t, dir)
			v, err := vault.Open(dir, byPhrase(c.phrase))
			if err != nil {
				t.Fatalf("Open waited: %v", err)
			}
			_, found, errGet := v.Get("k")
			_, errKeys := v.Keys()
			for what, err := range map[string]error{"Get": errGet, "Keys": errKeys, "Put": v.Put("k", secret.New("x")),
				"Delete": v.Delete("k"), "Keep": v.Keep(), "Ready": v.Ready(context.Background()), "Ready again": v.Ready(context.Background())} {
				if !c.is(err) || found {
					t.Errorf("%s: %v, found %t", what, err, found)
				}
			}
			if after := contents(t, dir); after != before {
				t.Error("something was written")
			}
		})
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// contents are all files of a folder, to be compared.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var all bytes.Buffer
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %q\n", file.Name(), raw)
	}
	return all.String()
}

// Everybody may ask while the vault still opens.
func TestManyWaitForOneOpening(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, byPhrase("p")), "k", "v")
	v, err := vault.Open(dir, vault.Options{Passphrase: phrase("p")})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() { want(t, v, "k", "v") })
		all.Go(func() {
			if err := errors.Join(v.Ready(context.Background()), v.Put(fmt.Sprint("n", i), secret.New("v"))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if keys := keysOf(t, open(t, dir, byPhrase("p"))); len(keys) != 9 {
		t.Errorf("%v", keys)
	}
}

// Two runs that begin the same vault: the second takes the first one's key,
// and where its passphrase is another, it changes nothing.
func TestBegunByAnotherMeanwhile(t *testing.T) {
	dir := t.TempDir()
	first, second, third := open(t, dir, byPhrase("p")), open(t, dir, byPhrase("p")), open(t, dir, byPhrase("q"))
	put(t, first, "a", "v")
	put(t, second, "b", "v")
	before := contents(t, dir)
	for what, err := range map[string]error{"Put": third.Put("c", secret.New("v")), "Keep": third.Keep()} {
		if !is[*vault.WrongPassphrase](err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if contents(t, dir) != before {
		t.Error("something was written")
	}
	if keys := keysOf(t, open(t, dir, byPhrase("p"))); len(keys) != 2 {
		t.Errorf("%v", keys)
	}
}

func TestKeep(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir, byPhrase("p"))
	if err := errors.Join(v.Keep(), v.Keep()); err != nil {
		t.Fatal(err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 || files[0].Name() != "vault.key.age" {
		t.Errorf("written: %v", files)
	}
	again := open(t, dir, byPhrase("p"))
	put(t, again, "k", "v")
	want(t, open(t, dir, byPhrase("p")), "k", "v")
	for name, o := range map[string]vault.Options{"keyring": {Keyring: newRing()}, "memory": {Memory: true}} {
		dir := t.TempDir()
		if err := open(t, dir, o).Keep(); err != nil || contents(t, dir) != "" {
			t.Errorf("%s: %v, wrote %s", name, err, contents(t, dir))
		}
	}
}

// fullOnce is a disk that is full once, for one file.
type fullOnce struct {
	file string
	hit  bool
}

func (f *fullOnce) Before(op store.Op, path string) error {
	if op == store.OpWrite && filepath.Base(path) == f.file && !f.hit {
		f.hit = true
		return errDisk
	}
	return nil
}

// A key that could not be kept is kept by the next change, and no content
// stands without it.
func TestFullDiskForTheKey(t *testing.T) {
	dir := t.TempDir()
	o := byPhrase("p")
	o.Disk = store.Disk{Faults: &fullOnce{file: "vault.key.age"}}
	v := open(t, dir, o)
	if err := v.Put("k", secret.New("v")); !errors.Is(err, errDisk) || contents(t, dir) != "" {
		t.Errorf("%v, wrote %s", err, contents(t, dir))
	}
	put(t, v, "k", "v")
	want(t, open(t, dir, byPhrase("p")), "k", "v")
}

// What cannot be read is an error of Open, not an empty vault.
func TestUnreadableFiles(t *testing.T) {
	for _, file := range []string{"vault.age", "vault.key.age"} {
		dir := t.TempDir()
		put(t, open(t, dir, byPhrase("p")), "k", "v")
		path := filepath.Join(dir, file)
		if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(dir, byPhrase("p")); !is[*os.PathError](err) {
			t.Errorf("%s: %v", file, err)
		}
	}
	dir, keys := t.TempDir(), newRing()
	put(t, open(t, dir, vault.Options{Keyring: keys}), "k", "v")
	write(t, filepath.Join(dir, "vault.age"), []byte("x"))
	if _, err := vault.Open(dir, vault.Options{Keyring: keys}); !is[*vault.Damaged](err) {
		t.Errorf("keyring, damaged: %v", err)
	}
}

// The passphrase's own error is Open's.
func TestNobodyKnowsThePassphrase(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, byPhrase("p")), "k", "v")
	gone := errors.New("interrupted")
	refusing := vault.Options{Passphrase: func(bool) (secret.Value, error) { return secret.Value{}, gone }}
	for _, dir := range []string{dir, t.TempDir()} {
		if _, err := vault.Open(dir, refusing); !errors.Is(err, gone) {
			t.Errorf("got %v", err)
		}
	}
}
