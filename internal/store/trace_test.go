package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/store"
)

// A profile keeps its newest requests, and no more than two files of them.
func TestTraceIsBounded(t *testing.T) {
	p := open(t, t.TempDir(), "default")
	before := p.Trace()
	if _, err := before.Write([]byte("before the profile\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(p.Dir()); !os.IsNotExist(err) {
		t.Errorf("a trace alone made the profile's folder: %v", err)
	}
	if err := p.Write(store.Data{}); err != nil {
		t.Fatal(err)
	}
	if _, err := before.Write([]byte("in the profile\n")); err != nil {
		t.Fatal(err)
	}
	if kept, err := p.LastTrace(); string(kept) != "before the profile\nin the profile\n" || err != nil {
		t.Errorf("kept %q, %v", kept, err)
	}
	line := []byte(strings.Repeat("x", 1023) + "\n")
	for range 3 { // as three runs
		trace := p.Trace()
		for range 400 {
			if _, err := trace.Write(line); err != nil {
				t.Fatal(err)
			}
		}
		_, _ = trace.Write([]byte("the last one\n"))
		if err := trace.Close(); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := p.LastTrace()
	if err != nil || len(kept) > 513<<10 || len(kept) < 256<<10 || !bytes.HasSuffix(kept, []byte("the last one\n")) {
		t.Errorf("kept %d bytes, %v", len(kept), err)
	}
	entries, err := os.ReadDir(p.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(p.Dir(), e.Name()))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", e.Name(), info.Mode(), err)
		}
	}
}
