//go:build live

package live

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/contact"
)

// record is one answer with every value masked. The words of a refusal stay:
// by them it is known.
type record struct {
	Question string `json:"question"`
	Asked    string `json:"asked"` // what, the same in every tenant
	Status   int    `json:"status"`
	Code     string `json:"code,omitempty"` // as wxmail understands a refusal
	Answer   any    `json:"answer"`
}

// keep records an answer under a name that is the same in every tenant, and
// holds it against what was seen of Microsoft before.
func (x *tenant) keep(asked string, a answer) answer {
	x.t.Helper()
	r := record{x.question.id, asked, a.Status, a.code(), masked(a.Body, a.ok())}
	x.records[r.Question+" "+r.Asked] = r
	for _, seen := range known(x.t) {
		if seen.Question == r.Question && seen.Asked == r.Asked {
			for _, what := range differences(seen, r) {
				x.t.Errorf("%s: Microsoft was seen to answer otherwise: %s", asked, what)
			}
		}
	}
	return a
}

// seenFolder holds what a run on a real tenant wrote.
const seenFolder = "testdata/microsoft"

// known are the answers of real tenants that were kept.
func known(t *testing.T) (all []record) {
	t.Helper()
	paths, err := filepath.Glob(seenFolder + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		var some []record
		if err == nil {
			err = json.Unmarshal(raw, &some)
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
	}
	return all
}

// differences says what of an answer was seen to be otherwise. That fewer
// fields are shown than by Microsoft is none.
func differences(seen, got record) (all []string) {
	if seen.Status != got.Status || seen.Code != got.Code {
		return []string{strings.TrimSpace(seen.Code+" ") + " instead of " + got.Code}
	}
	for _, d := range contact.Compare(shapes(seen), shapes(got)) {
		all = append(all, d.New...)
		for _, other := range d.Other {
			if !strings.Contains(other, ": "+string(contact.Absent)+",") {
				all = append(all, other)
			}
		}
	}
	return all
}

func shapes(r record) contact.Shapes {
	var log contact.Log
	raw, _ := json.Marshal(r.Answer) // it was JSON
	log.Take(r.Asked, raw)
	return log.Shapes()
}

// write writes a file for each question.
func (x *tenant) write() {
	byQuestion := map[string][]record{}
	for _, key := range slices.Sorted(maps.Keys(x.records)) {
		r := x.records[key]
		byQuestion[r.Question] = append(byQuestion[r.Question], r)
	}
	x.must(os.MkdirAll(x.out, 0o700))
	for id, records := range byQuestion {
		raw, err := json.MarshalIndent(records, "", " ")
		x.must(err)
		for _, s := range x.secrets {
			x.is(s == "" || !bytes.Contains(raw, []byte(s)), "a token stands among the answers")
		}
		x.is(!strings.Contains(strings.ToLower(string(raw)), strings.ToLower(x.mailbox())), "the mailbox stands among the answers")
		x.must(os.WriteFile(filepath.Join(x.out, id+".json"), append(raw, '\n'), 0o600))
	}
}

var (
	guid    = regexp.MustCompile(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	address = regexp.MustCompile(`[^\s"'<>\\:;,()\[\]|]+@[^\s"'<>\\:;,()\[\]|]+`)
	host    = regexp.MustCompile(`(?i)\b[a-z0-9-]+(\.[a-z0-9-]+)*\.(onmicrosoft\.com|prod\.outlook\.com|example)\b`)
	random  = regexp.MustCompile(`[A-Za-z0-9_~.+/=-]{24,}`)
)

// masked is an answer without values: of a success each text is only said to be
// one, of a refusal the words stay that name nobody.
func masked(body []byte, success bool) any {
	var whole any
	if json.Unmarshal(body, &whole) != nil {
		return strings.TrimSpace(words(string(bytes.Trim(body, "\x00"))))
	}
	return mask(whole, success)
}

func mask(value any, success bool) any {
	switch v := value.(type) {
	case map[string]any:
		shown := map[string]any{}
		for name, inner := range v {
			shown[name] = mask(inner, success)
		}
		return shown
	case []any:
		shown := []any{}
		for _, inner := range v[:min(len(v), 3)] {
			shown = append(shown, mask(inner, success))
		}
		return shown
	case string:
		if success {
			return "text"
		}
		return words(v)
	case float64:
		return 0
	}
	return value
}

func words(text string) string {
	text = address.ReplaceAllString(text, "(address)")
	text = guid.ReplaceAllString(text, "(id)")
	text = host.ReplaceAllString(text, "(host)")
	return random.ReplaceAllStringFunc(text, func(long string) string {
		if strings.HasPrefix(long, "Microsoft.") || strings.HasPrefix(long, "System.") || !strings.ContainsAny(long, "0123456789") {
			return long // a .NET type, or words
		}
		return "(masked)"
	})
}
