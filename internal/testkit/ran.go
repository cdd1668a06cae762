package testkit

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Must fails the test unless the run ended with that exit code.
func (r Ran) Must(t testing.TB, exit int) Ran {
	t.Helper()
	if r.Exit != exit {
		t.Fatalf("wxmail %s: exit %d, want %d\n%s%s", strings.Join(r.Args, " "), r.Exit, exit, r.Stdout, r.Stderr)
	}
	return r
}

// Explains fails the test unless standard error holds each of these texts,
// a fix, and where to read more.
func (r Ran) Explains(t testing.TB, texts ...string) Ran {
	t.Helper()
	for _, want := range append(texts, "fix: ", "more: WX-") {
		if !strings.Contains(r.Stderr, want) {
			t.Errorf("wxmail %s does not say %q:\n%s", strings.Join(r.Args, " "), want, r.Stderr)
		}
	}
	return r
}

// Document parses standard output, which must be one JSON document, and that
// which docs/schemas describes for the query.
func (r Ran) Document(t testing.TB, into any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(r.Stdout))
	if err := decoder.Decode(into); err != nil || decoder.More() {
		t.Fatalf("wxmail %s: not one JSON document (%v):\n%s", strings.Join(r.Args, " "), err, r.Stdout)
	}
	Conforms(t, r.schemaOf(t), r.Stdout)
}

// Events parses standard output as lines of JSON, each an event that
// docs/schemas describes.
func (r Ran) Events(t testing.TB) []map[string]any {
	t.Helper()
	var events []map[string]any
	for line := range strings.Lines(r.Stdout) {
		var event map[string]any
		if err := json.Unmarshal([]byte(line), &event); err != nil || event["event"] == nil {
			t.Fatalf("wxmail %s: not an event (%v): %s", strings.Join(r.Args, " "), err, line)
		}
		events = append(events, event)
	}
	Conforms(t, "event", slices.Collect(strings.Lines(r.Stdout))...)
	return events
}

// Named are the events of one name.
func Named(events []map[string]any, name string) []map[string]any {
	var out []map[string]any
	for _, e := range events {
		if e["event"] == name {
			out = append(out, e)
		}
	}
	return out
}
