package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/docgen/pages"
)

// The generated pages say nothing that the program does not: each line of them
// is printed today, in its order. What is new since they were made need not
// stand there before a release, when CHANGELOG.md has nothing unreleased.
func TestGeneratedDocsAreTrue(t *testing.T) {
	today, err := pages.Generated()
	if err != nil {
		t.Fatal(err)
	}
	docs := os.DirFS(filepath.Join("..", "..", "docs"))
	changes, err := fs.ReadFile(docs, "CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	released := !strings.Contains(string(changes), "\n## Unreleased\n")
	for path, text := range today {
		page, err := fs.ReadFile(docs, path)
		if err != nil {
			t.Fatalf("%v: run make docs", err)
		}
		if untrue := notWithin(string(page), text); untrue != "" {
			t.Errorf("docs/%s: not printed any more, or not in this place; run make docs: %s", path, untrue)
		}
		if diff := cmp.Diff(text, string(page)); released && diff != "" {
			t.Errorf("docs/%s is stale, and this is a release; run make docs (-program +docs):\n%s", path, diff)
		}
	}
}

// notWithin is the first line of a page that another text has not, after the
// line before it; "" where it has them all. Columns may have another width.
func notWithin(page, text string) string {
	there := strings.Split(text, "\n")
	for _, line := range strings.Split(page, "\n") {
		i := slices.IndexFunc(there, func(other string) bool { return slices.Equal(strings.Fields(other), strings.Fields(line)) })
		if i < 0 {
			return line
		}
		there = there[i+1:]
	}
	return ""
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
