//go:build unix

package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wxmail/internal/store"
)

// seen is a disk that tells the mode of a file whenever its folder is about to
// be made durable: by then the new one has its name.
type seen struct {
	path string
	mode os.FileMode
}

func (s *seen) Before(op store.Op, _ string) error {
	if info, err := os.Lstat(s.path); op == store.OpSync && err == nil {
		s.mode = info.Mode()
	}
	return nil
}

// A file that others may read is replaced by one that they may not, without a
// moment in between.
func TestAFileIsClosedToOthersBeforeItHasItsName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	if err := errors.Join(os.WriteFile(path, []byte("older"), 0o644), os.Chmod(path, 0o644)); err != nil {
		t.Fatal(err)
	}
	disk := &seen{path: path}
	if err := (store.Disk{Faults: disk}).WriteOut(path, []byte("newer")); err != nil || disk.mode != 0o600 {
		t.Errorf("%v %v", disk.mode, err)
	}
	if raw, err := os.ReadFile(path); string(raw) != "newer" || err != nil {
		t.Errorf("%q %v", raw, err)
	}
}

// What cannot be written to is said in words, and nothing is made there.
func TestWriteOutRefusesWhatMakesNoSense(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(at("file"), nil, 0o600), os.Mkdir(at("folder"), 0o700), os.Symlink("folder", at("to-folder")),
		os.Symlink("nowhere", at("dangling"))); err != nil {
		t.Fatal(err)
	}
	for name, why := range map[string]string{"folder": "output.a-folder", "to-folder": "output.leads-to-a-folder",
		"dangling": "output.leads-nowhere", "missing/out": "output.no-folder", "file/out": "output.not-a-folder"} {
		var bad *store.Unwritable
		if err := (store.Disk{}).WriteOut(at(name), []byte("x")); !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if id, values := bad.Words(); id != why || !slices.Contains(values, any(filepath.Dir(at(name)))) {
			t.Errorf("%s: %s %v", name, id, values)
		}
	}
	if _, err := os.Lstat(at("nowhere")); !errors.Is(err, os.ErrNotExist) {
		t.Error("it made what the link leads to")
	}
}
