package testkit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
)

// Conforms fails the test unless JSON texts are as a schema of docs/schemas
// says.
func Conforms(t testing.TB, name string, texts ...string) {
	t.Helper()
	for i, err := range Against(t, name, texts...) {
		if err != nil {
			t.Errorf("docs/schemas/%s.json says otherwise: %v\n%s", name, err, texts[i])
		}
	}
}

// Against holds JSON texts against a schema of docs/schemas: for each what is
// wrong with it, or nil.
func Against(t testing.TB, name string, texts ...string) (wrong []error) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(schemas(t), name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	s, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		var value any
		err := json.Unmarshal([]byte(text), &value)
		if err == nil {
			err = s.Validate(value)
		}
		wrong = append(wrong, err)
	}
	return wrong
}

// schemas is the folder of all schemas, from wherever a test runs.
func schemas(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		folder := filepath.Join(dir, "docs", "schemas")
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no docs/schemas above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// schemaOf is the schema of the document that a query printed, "" for none: it
// is named by the query's words.
func (r Ran) schemaOf(t testing.TB) string {
	t.Helper()
	if strings.HasPrefix(strings.TrimSpace(r.Stdout), `{"error"`) || strings.HasPrefix(r.Stdout, "{\n  \"error\"") {
		return "error"
	}
	var words []string
	for _, arg := range r.Args {
		if !strings.HasPrefix(arg, "-") {
			words = append(words, strings.ToLower(arg))
		}
	}
	for n := min(2, len(words)); n > 0; n-- {
		name := strings.Join(words[:n], "-")
		if _, err := os.Stat(filepath.Join(schemas(t), name+".json")); err == nil {
			return name
		}
	}
	switch {
	case len(words) > 1 && words[0] == "help" && strings.HasPrefix(words[1], "wx-"):
		return "help-code"
	case len(words) > 1 && words[0] == "help":
		return "help-question"
	}
	return ""
}
