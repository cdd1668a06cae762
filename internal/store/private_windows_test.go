package store_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/store"
)

// A folder that everybody may read is refused until the command that the
// refusal names has been run.
func TestSharedFolderIsRefused(t *testing.T) {
	home := t.TempDir()
	p := open(t, home, "default")
	if err := p.Write(store.Data{}); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(home, "profiles")
	if out, err := exec.Command("icacls", root, "/grant", "*S-1-1-0:(OI)(CI)R").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var open *store.PermissionError
	if err := reopen(home); !errors.As(err, &open) || open.Path != root || !strings.HasPrefix(open.Shut, "icacls ") {
		t.Fatalf("a folder that everybody may read: %v", err)
	}
	if out, err := exec.Command("cmd", "/c", open.Shut).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
