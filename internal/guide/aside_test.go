package guide

import (
	"encoding/json"
	"testing"

	"wxmail/internal/step"
)

// What was done for one application is never taken back from another. Entries
// that name none are our own application's where one of them made it, else
// those of the application in use.
func TestWhatWasDoneForAnotherApplicationStandsAside(t *testing.T) {
	const theirs = "11111111-2222-4333-8444-555555555555"
	entry := func(application, key string, op step.Op, before, after string) step.Entry {
		return step.Entry{Application: application, Key: key, Op: op, Target: "WebexConnect", Done: true, Before: json.RawMessage(before),
			After: json.RawMessage(after)}
	}
	made := func(application string) step.Entry {
		return entry(application, "azure.application", step.Create, "null", "{}")
	}
	secret := func(application, label string) step.Entry {
		return entry(application, "azure.secret", step.Create, "null", `{"label":"`+label+`"}`)
	}
	gone := func(application, label string) step.Entry {
		return entry(application, "undo.azure.secret.1", step.Delete, `{"label":"`+label+`"}`, "null")
	}
	forwarding := entry(own, "mailbox.forwarding", step.Create, "null", "{}")
	for name, test := range map[string]struct {
		adopted   string
		entries   []step.Entry
		of, aside int
	}{
		"our own alone":                     {"", []step.Entry{made(own), secret(own, "a"), forwarding}, 3, 0},
		"our own, then theirs":              {theirs, []step.Entry{made(own), secret(own, "a"), forwarding, secret(theirs, "b")}, 2, 2},
		"our own again":                     {"", []step.Entry{made(own), secret(own, "a"), forwarding, secret(theirs, "b")}, 3, 1},
		"the mailbox's are for whichever":   {theirs, []step.Entry{forwarding}, 1, 0},
		"an ID in capitals":                 {"AAAA", []step.Entry{secret("aaaa", "b")}, 1, 0},
		"an old journal that made ours":     {theirs, []step.Entry{made(""), secret("", "a")}, 0, 2},
		"an old journal that adopted":       {theirs, []step.Entry{secret("", "a")}, 1, 0},
		"theirs, whose secret was undone":   {"", []step.Entry{secret(theirs, "b"), gone(theirs, "b")}, 0, 0},
		"theirs, of two secrets one undone": {"", []step.Entry{secret(theirs, "a"), secret(theirs, "b"), gone(theirs, "b")}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			of, aside := Aside(test.adopted, test.entries)
			deeds := 0
			for _, a := range aside {
				deeds += len(a.Deeds)
			}
			same(t, "of it", len(of), test.of)
			same(t, "aside", deeds, test.aside)
		})
	}
}
