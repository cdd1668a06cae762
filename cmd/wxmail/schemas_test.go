package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/wanted"
)

// Each document and each event is what docs/schemas says, before anything was
// set up and afterwards. Every other test that reads one looks, too.
func TestDocumentsAreAsTheirSchemasSay(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	queries := map[string][]string{
		"doctor": {"doctor", "--only", "token"}, "error": {"plan", "--lang", "x"}, "handoff-entra": {"handoff", "entra"},
		"handoff-exchange": {"handoff", "exchange"}, "help-code": {"help", "wx-usage"}, "help-environment": {"help", "environment"},
		"help-exit-codes": {"help", "exit-codes"}, "help-question": {"help", "azure.permissions"}, "help-questions": {"help", "questions"},
		"plan": {"plan"}, "profile-list": {"profile", "list"}, "summary": {"summary"}, "support-bundle": {"support-bundle"},
		"values": {"values"}, "version": {"version"},
	}
	look := func() {
		for _, args := range queries {
			w.Run(home, append(args, "--json", "--no-input")...).Document(t, new(any))
		}
	}
	look()
	w.Run(home, "azure", "register", "--json", "--no-input").Must(t, 9).Events(t)
	setUpTo(w, home, draft.Answers(support), "--json").Must(t, 0).Events(t)
	look()
	w.Reveal(home, "values", "--json").Must(t, 0).Document(t, new(any))
	w.Run(home, "token", "--forget", "--json").Must(t, 0).Events(t)
	w.Run(home, "undo", "token", "--json", "--no-input", "-y").Must(t, 0).Events(t)
	for _, file := range schemaFiles(t) {
		if name := strings.TrimSuffix(file, ".json"); queries[name] == nil && name != "event" && name != "answers" {
			t.Errorf("nothing was held against %s", file)
		}
	}
}

func schemaFiles(t *testing.T) (names []string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join("..", "..", "docs", "schemas"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

// What --write-answers writes, and what each question takes, is an answers file
// for its schema, too; what wxmail refuses by its kind is none.
func TestAnswersAreAsTheirSchemaSays(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	file := w.Run(w.Home(), "setup", "--email-id", support, "--permissions", "least", "--keep-copy", "--write-answers", "-").Must(t, 0).Stdout
	testkit.Conforms(t, "answers", asJSON(t, file), "{}")
	if !strings.Contains(file, "\nazure.permissions: least\n") {
		t.Errorf("without the answer: %s", file)
	}
	for _, q := range wanted.Questions() {
		for _, answer := range append([]string{q.Example}, q.Choices...) {
			if answer != "" {
				testkit.Conforms(t, "answers", asJSON(t, q.ID+": "+answer))
			}
		}
	}
	for i, err := range testkit.Against(t, "answers", `{"azure.permissions":"gude"}`, `{"webex.emial-id":"a@b.example"}`,
		`{"mailbox.keep-copy":"perhaps"}`, `{"azure.secret-lifetime":"soon"}`, `{"webex.email-id":["a@b.example"]}`, `[]`) {
		if err == nil {
			t.Errorf("number %d is taken", i)
		}
	}
}

// asJSON is what YAML says, as JSON.
func asJSON(t *testing.T, text string) string {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
