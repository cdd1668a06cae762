//go:build unix

package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"wxmail/internal/store"
)

// What is larger than anything that wxmail writes is refused before it is in
// memory, whatever file it is.
func TestFilesThatAreTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for size, fits := range map[int]bool{0: true, 10: true, 11: false} {
		if err := os.WriteFile(path, bytes.Repeat([]byte("x"), size), 0o600); err != nil {
			t.Fatal(err)
		}
		raw, err := store.ReadFile(path, 10)
		large := (*store.TooLarge)(nil)
		if fits != (err == nil) || fits == errors.As(err, &large) || fits && len(raw) != size {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if _, err := store.ReadFile("/dev/zero", 10); err == nil {
		t.Error("a file without end is read")
	}
	if _, err := store.ReadFile(path+"s", 10); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
