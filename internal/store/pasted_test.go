package store

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatWasPastedIsKept(t *testing.T) {
	home, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p, err := home.Profile("default")
	if err != nil {
		t.Fatal(err)
	}
	kept := Pasted{"Client ID": "6666"}
	if err := p.KeepPasted(kept); err != nil || len(p.Pasted()) != 0 {
		t.Errorf("a profile that was never written keeps %v, %v", p.Pasted(), err)
	}
	if err := p.Write(Data{}); err != nil {
		t.Fatal(err)
	}
	if err := p.KeepPasted(kept); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept, p.Pasted()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, damaged := range []string{"", "{", "[]", "null", `{"a":1}`} {
		if err := os.WriteFile(filepath.Join(p.Dir(), pastedFile), []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := p.Pasted(); got == nil || len(got) != 0 {
			t.Errorf("%q is %v", damaged, got)
		}
	}
}
