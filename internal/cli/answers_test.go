package cli

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"wxmail/internal/wanted"
)

func TestParseAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want map[string]string
		why  string // part of the refusal
	}{
		"texts, numbers and booleans": {"webex.asset-name: 42\nmailbox.keep-copy: no\nazure.implicit-grant: true\nazure.secret-lifetime: 24mo",
			map[string]string{"webex.asset-name": "42", "mailbox.keep-copy": "no", "azure.implicit-grant": "true",
				"azure.secret-lifetime": "24mo"}, ""},
		"JSON":            {`{"webex.email-id":"a@b.example"}`, map[string]string{"webex.email-id": "a@b.example"}, ""},
		"an empty answer": {"azure.admin:\nexchange.admin: ''", map[string]string{"azure.admin": "", "exchange.admin": ""}, ""},
		"nothing":         {"", map[string]string{}, ""},
		"only a comment":  {"# later\n", map[string]string{}, ""},
		"numbers as they stand": {"webex.asset-name: 007\nazure.app-name: 1.10",
			map[string]string{"webex.asset-name": "007", "azure.app-name": "1.10"}, ""},
		"a block of text": {"webex.asset-name: |\n  Support\n", map[string]string{"webex.asset-name": "Support\n"}, ""},
		"an alias": {"webex.email-id: &a x@b.example\nazure.admin: *a",
			map[string]string{"webex.email-id": "x@b.example", "azure.admin": "x@b.example"}, ""},
		"a mark of Windows": {"\uFEFFwebex.email-id: a@b.example\r\n", map[string]string{"webex.email-id": "a@b.example"}, ""},
		"not UTF-8":         {"# a\nwebex.asset-name: K\xfcnden\n", nil, "Line 2 is not UTF-8"},
		"UTF-16":            {"\xff\xfew\x00e\x00b\x00", nil, "Line 1 is not UTF-8"},
		"unknown key":       {"webex.emailid: a@b.example", nil, "webex.emailid"},
		"a key of spaces":   {"' ': x", nil, "There is no question"},
		"a number as key":   {"1: x", nil, "There is no question"},
		"a list":            {"webex.email-id: [a@b.example]", nil, "webex.email-id"},
		"a map":             {"webex.email-id: {address: a@b.example}", nil, "webex.email-id"},
		"nested keys":       {"webex:\n  email-id: a@b.example", nil, "webex"},
		"twice the same": {"webex.email-id: a@b.example\nwebex.email-id: c@b.example", nil,
			`Line 2: mapping key "webex.email-id" already defined`},
		"a list of answers": {"- webex.email-id", nil, "map"},
		"a text":            {"webex.email-id", nil, "map"},
		"not YAML":          {"webex.email-id: [", nil, "map"},
		"tabs":              {"\twebex.email-id: a", nil, "map"},
		"binary":            {"\x7fELF\x02\x01\x01\x00", nil, "map"},
		"two documents":     {"webex.email-id: a@b.example\n---\nazure.admin: c@b.example", nil, "more than one document"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseAnswers("answers.yaml", []byte(test.text))
			if test.why != "" {
				if err == nil || !strings.Contains(err.Error(), test.why) {
					t.Fatalf("%v, want a refusal that names %q", err, test.why)
				}
				return
			}
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// Whatever the file holds: known questions and plain answers, or a refusal
// that names the file and can be shown on a line.
func FuzzParseAnswers(f *testing.F) {
	for _, seed := range []string{
		"", "webex.email-id: a@b.example\nmailbox.keep-copy: true", `{"webex.email-id":"\u0000"}`, "a: &x [*x]", "? [a]\n: b",
		"webex.email-id: !!binary aGk=", "webex.email-id: 1e999", "<<: {azure.admin: x}", "\xff\xfe", "webex.email-id: 2001-01-01", "---\n---\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		answers, err := parseAnswers("answers.yaml", raw)
		if err != nil {
			var refused interface {
				Fact() (code, object, detail string)
			}
			if !errors.As(err, &refused) || strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Fatalf("%q: %q", raw, err)
			}
			if code, object, _ := refused.Fact(); code != "WX-ANSWERS-FILE" || object != "answers.yaml" {
				t.Errorf("%q: %s about %s", raw, code, object)
			}
			return
		}
		for id := range answers {
			if _, known := wanted.FindQuestion(id); !known {
				t.Errorf("%q: unknown question %q", raw, id)
			}
		}
		written, err := yaml.Marshal(answers)
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseAnswers("answers.yaml", written)
		if diff := cmp.Diff(answers, again); err != nil || diff != "" {
			t.Errorf("%q: read again: %v\n%s", raw, err, diff)
		}
	})
}
