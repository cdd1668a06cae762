package vault_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"wxmail/internal/secret"
	"wxmail/internal/vault"
)

// fuzzFile opens a vault of which one file is anything at all: it is refused
// by its own kind of error, left alone, and opens again once the file is back.
func fuzzFile(f *testing.F, name string) {
	dir := f.TempDir()
	v, err := vault.Open(dir, vault.Options{Passphrase: phrase("p"), WorkFactor: 1})
	if err != nil {
		f.Fatal(err)
	}
	if err := v.Put("k", secret.New(canary)); err != nil {
		f.Fatal(err)
	}
	files := map[string][]byte{}
	for _, file := range []string{"vault.age", "vault.key.age"} {
		if files[file], err = os.ReadFile(filepath.Join(dir, file)); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(files[name])
	f.Add([]byte{})
	f.Add([]byte("age-encryption.org/v1\n-> scrypt AAAA 30\nAAAA\n--- AAAA\n"))
	f.Add([]byte("age-encryption.org/v1\n-> X25519 AAAA\nAAAA\n--- AAAA\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		for file, whole := range files {
			write(t, filepath.Join(dir, file), whole)
		}
		write(t, filepath.Join(dir, name), text)
		_, err := openReady(dir, vault.Options{Passphrase: phrase("p")})
		if same := bytes.Equal(text, files[name]); same != (err == nil) || !same && !refused(err) {
			t.Fatalf("got %v", err)
		}
		if left, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(left, text) {
			t.Fatalf("the file was changed: %v", err)
		}
	})
}

func FuzzVaultFile(f *testing.F)    { fuzzFile(f, "vault.age") }
func FuzzVaultKeyFile(f *testing.F) { fuzzFile(f, "vault.key.age") }
