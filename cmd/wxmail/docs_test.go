package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/docgen/pages"
)

// What stands below docs/ is what the program would write there today.
func TestGeneratedDocsAreCurrent(t *testing.T) {
	want, err := pages.Generated()
	if err != nil {
		t.Fatal(err)
	}
	docs := os.DirFS(filepath.Join("..", "..", "docs"))
	got := map[string]string{}
	for path := range want {
		raw, err := fs.ReadFile(docs, path)
		if err != nil {
			t.Errorf("%v: run make docs", err)
		}
		got[path] = string(raw)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs are stale, run make docs (-program +docs):\n%s", diff)
	}
}

// The same program gives the same bytes, whatever the environment holds.
func TestGeneratedDocsAreDeterministic(t *testing.T) {
	first, err := pages.Generated()
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"WXMAIL_PROFILE":    "other",
		"WXMAIL_CLOUD":      "china",
		"WXMAIL_LANG":       "ja",
		"LC_ALL":            "fr_FR.UTF-8",
		"SOURCE_DATE_EPOCH": "1",
	} {
		t.Setenv(name, value)
	}
	again, err := pages.Generated()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("another environment, other docs:\n%s", diff)
	}
	for path, text := range first {
		if strings.TrimSpace(text) == "" || strings.Contains(text, os.TempDir()) {
			t.Errorf("%s is empty or names this machine", path)
		}
	}
}

// The transcript in the README is what the demo prints: each line of it, in
// its order; "…" stands for what was left out.
func TestReadmeTranscriptIsReal(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(raw), "<!-- transcript")
	_, after, opened := strings.Cut(after, "\n```\n")
	transcript, _, closed := strings.Cut(after, "```")
	if !found || !opened || !closed {
		t.Fatal("README.md has no transcript")
	}
	ran := demo(t)
	printed := ran.Stderr + ran.Stdout
	for line := range strings.Lines(transcript) {
		if line == "…\n" {
			continue
		}
		_, rest, there := strings.Cut(printed, line)
		if !there {
			t.Errorf("not printed, or not in this place: %s", line)
			continue
		}
		if !strings.HasPrefix(line, "✓") { // changes end in any order
			printed = rest
		}
	}
}
