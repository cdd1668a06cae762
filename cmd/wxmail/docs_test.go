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

// A page for man is complete, since who reads one may have nothing else: what
// the command asks, how it ends, what it reads and keeps, and how it is typed.
func TestPagesForManAreComplete(t *testing.T) {
	dir := t.TempDir()
	if err := pages.WriteManual(dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(files) < 25 {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page, name := string(raw), filepath.Base(file)
		wants := []string{".SH NAME\n", ".SH OPTIONS", ".SH EXIT STATUS\n", "\\fB130\\fP\n", ".SH ENVIRONMENT\n", "\\fBWXMAIL_HOME\\fP\n",
			".SH FILES\n", "/journal.jsonl\\fP\n", ".SH SEE ALSO\n"}
		if !strings.Contains(name, "completion") {
			wants = append(wants, ".SH EXAMPLE\n")
		}
		if strings.Contains(page, "\\-\\-email\\-id") {
			wants = append(wants, ".SH QUESTIONS\n", "\\fBwebex.email\\-id (\\-\\-email\\-id EMAIL)\\fP\n")
		}
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s does not have %q", name, want)
			}
		}
		if strings.Contains(page, "\n'") {
			t.Errorf("%s has a line that roff takes for a request", name)
		}
	}
}
