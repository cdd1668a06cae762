package front_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/front"
	"wxmail/internal/sandbox/tenant"
)

// teller is a service behind the front that answers each path with a text.
type teller struct {
	*httptest.Server
	front *front.Front
}

func newTeller(t *testing.T, service string, texts map[string]string) *teller {
	t.Helper()
	told := &teller{front: front.New(tenant.New(&tenant.Clock{}, 1), 0)}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, known := texts[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("ETag", `W/"1"`)
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		_, _ = io.WriteString(w, text)
	})
	told.Server = httptest.NewServer(told.front.Handler(front.Service{Name: service, Handler: handler}))
	t.Cleanup(told.Close)
	return told
}

func (s *teller) inject(t *testing.T, faults ...map[string]any) {
	t.Helper()
	raw, err := json.Marshal(faults)
	if err != nil {
		t.Fatal(err)
	}
	var list []front.Fault
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	if err := s.front.Inject(list); err != nil {
		t.Fatal(err)
	}
}

// ask is the answer to a request, whole: a wrong Content-Length is an error.
func (s *teller) ask(t *testing.T, method, path string) (string, *http.Response) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), response
}

func alter(json string, value any) map[string]any {
	return map[string]any{"action": "alter", "json": json, "value": value, "count": 99}
}

const (
	rows = `{ "value" : [ {"Name":"a","State" : "Enabled" , "n":1.50} , ` +
		`{"Name":"wxmail b@c.example","State":"Enabled","n":2,"on":true,"no":null}, 7 ], "@odata.x" : "<&>" }` + "\n"
	batch = `{"responses":[{"id":"1","status":200,"body":{"value":[{"scope":"x y"}]}},{"id":"2","status":404,"body":{"error":{"code":"z"}}}]}`
)

// What the path leads to is another value; every other byte stays.
func TestAlterReplacesValues(t *testing.T) {
	for _, test := range []struct {
		text, json string
		value      any
		old, new   []string // pairs of what becomes what
	}{
		{rows, "value[Name=wxmail b@c.example].State", "Disabled", []string{`"Enabled",`}, []string{`"Disabled",`}},
		{rows, "value.*.State", "Off", []string{`"Enabled" ,`, `"Enabled",`}, []string{`"Off" ,`, `"Off",`}},
		{rows, "value[n=1.50].n", 3, []string{"1.50"}, []string{"3"}},
		{rows, "value[on=true].no", []any{map[string]any{"a": 1}}, []string{"null"}, []string{`[{"a":1}]`}},
		{rows, "value[no=null].on", nil, []string{"true"}, []string{"null"}},
		{rows, `"@odata.x"`, "", []string{`"<&>"`}, []string{`""`}},
		{rows, `value["Name"=a].n`, 0, []string{"1.50"}, []string{"0"}},
		{batch, "responses.*.body.value.*.scope", "x", []string{`"x y"`}, []string{`"x"`}},
		{batch, "responses[id=2].body.error.code", "other", []string{`"z"`}, []string{`"other"`}},
		{batch, "responses[status=404].status", 500, []string{"404"}, []string{"500"}},
		{batch, "responses.*.body.value", []any{}, []string{`[{"scope":"x y"}]`}, []string{"[]"}},
		{batch, "*", []any{}, []string{strings.TrimSuffix(strings.TrimPrefix(batch, `{"responses":`), "}")}, []string{"[]"}},
	} {
		t.Run(test.json, func(t *testing.T) {
			s := newTeller(t, front.Graph, map[string]string{"/": test.text})
			s.inject(t, alter(test.json, test.value))
			want := test.text
			for i := range test.old {
				want = strings.Replace(want, test.old[i], test.new[i], 1)
			}
			got, response := s.ask(t, "GET", "/")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if response.ContentLength != int64(len(want)) || response.Header.Get("ETag") != `W/"1"` {
				t.Errorf("Content-Length %d, ETag %q", response.ContentLength, response.Header.Get("ETag"))
			}
			if !s.front.Requests()[0].Altered {
				t.Error("the log does not say so")
			}
		})
	}
}

// A path that leads nowhere alters nothing, and the log shows that.
func TestAlterLeavesWhatItDoesNotFind(t *testing.T) {
	for _, test := range []struct{ name, text, json string }{
		{"no such member", rows, "value.*.Priority"},
		{"names are told apart by case", rows, "Value"},
		{"a name where a list is", rows, "value.Name"},
		{"a selector where an object is", batch, "responses.*.body[value=x]"},
		{"no such element", rows, "value[Name=b].State"},
		{"a selector that is longer", rows, "value[n=1.5].n"},
		{"an element that is no object", `{"value":[7,"x",[1],null]}`, "value[Name=a].State"},
		{"beyond a text", rows, "value.*.Name.x"},
		{"beyond null", rows, "value.*.no.x"},
		{"an empty list", `{"value":[]}`, "value.*"},
		{"no JSON", `<html>value</html>`, "*"},
		{"half a JSON", `{"value":`, "value"},
		{"nothing", ``, "*"},
		{"a number is no text", `{"value":[{"n":"null"}]}`, "value[n=7].n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newTeller(t, front.Graph, map[string]string{"/": test.text})
			s.inject(t, alter(test.json, "altered"))
			got, response := s.ask(t, "GET", "/")
			if got != test.text || response.ContentLength != int64(len(test.text)) || s.front.Requests()[0].Altered {
				t.Errorf("answered %q, logged %+v", got, s.front.Requests()[0])
			}
		})
	}
}

// An alteration counts the answers in which its path leads somewhere.
func TestAlterCountsWhatItFinds(t *testing.T) {
	s := newTeller(t, front.Exchange, map[string]string{"/with": `{"a":1}`, "/without": `{"b":1}`})
	f := alter("a", 2)
	f["nth"], f["count"] = 2, 1
	s.inject(t, f)
	got := ""
	for _, path := range []string{"/with", "/without", "/without", "/with", "/with"} {
		text, _ := s.ask(t, "GET", path)
		got += text
	}
	if want := `{"a":1}{"b":1}{"b":1}{"a":2}{"a":1}`; got != want {
		t.Errorf("answers %s, want %s", got, want)
	}
}

// Answers that the service never gave are not altered, and not counted.
func TestAlterAndOtherFaults(t *testing.T) {
	s := newTeller(t, front.Graph, map[string]string{"/": `{"a":1,"b":1}`})
	once := alter("a", 2)
	once["count"] = 1
	s.inject(t, once, alter("b", 3),
		map[string]any{"action": "status:200", "body": map[string]int{"a": 0}},
		map[string]any{"action": "commit-status:200", "body": map[string]int{"a": 0}, "nth": 2},
		map[string]any{"action": "garbage", "nth": 3}, map[string]any{"action": "stall:1ms", "nth": 4})
	got := ""
	for range 5 {
		text, _ := s.ask(t, "GET", "/")
		got += text
	}
	if want := `{"a":0}{"a":0}` + `{"a":1` + `{"a":2,"b":3}{"a":1,"b":3}`; got != want {
		t.Errorf("answers %s, want %s", got, want)
	}
}

// A fault with "after" sleeps until the service has granted such a request.
func TestFaultsAfterARequest(t *testing.T) {
	s := newTeller(t, front.Graph, map[string]string{"/read": `{"a":1}`, "/made": `{}`})
	after := map[string]string{"service": "graph", "method": "PATCH", "path": "^/(made|refused)$"}
	asleep := alter("a", 2)
	asleep["after"] = after
	s.inject(t, asleep, map[string]any{"path": "read", "action": "status:503", "after": after, "nth": 2})
	read := func(want string) {
		t.Helper()
		if got, _ := s.ask(t, "GET", "/read"); got != want {
			t.Errorf("read %s, want %s", got, want)
		}
	}
	read(`{"a":1}`)
	s.ask(t, "GET", "/made")
	s.ask(t, "PATCH", "/refused")
	read(`{"a":1}`)
	s.ask(t, "PATCH", "/made")
	read(`{"a":2}`)
	read(``)
	read(`{"a":2}`)
}

func TestAlterRefusals(t *testing.T) {
	f := front.New(tenant.New(&tenant.Clock{}, 1), 0)
	for _, bad := range []string{
		`{"action":"alter"}`, `{"action":"alter","json":"a"}`, `{"action":"alter","value":1}`, `{"action":"alter","json":"","value":1}`,
		`{"action":"alter:a","json":"a","value":1}`, `{"action":"alter","json":"a","value":1,"service":"smtp"}`,
		`{"action":"reset","json":"a"}`, `{"action":"reset","value":null}`,
		`{"action":"reset","after":{"service":"teams"}}`, `{"action":"reset","after":{"path":"("}}`, `{"action":"reset","after":{"method":"("}}`,
		`{"action":"reset","after":{"service":"smtp"}}`,
	} {
		refused(t, f, bad)
	}
	for _, path := range []string{
		".", "a.", ".a", "a..b", "a b", "a*", "**", "*a", "a[", "a[]", "a[b]", "a[=b]", "a[b=c", "a[b=c]d", "a[b=c][d=e]", "[a=b]", "a.[b=c]",
		"a]", "a=b", "$.a", "a[0", `"a`, `"a"b`, `"\x"`, `a["b=c]`, `a["\x"=c]`, "/a/b\n",
	} {
		refused(t, f, fmt.Sprintf(`{"action":"alter","json":%q,"value":1}`, path))
	}
}

func refused(t *testing.T, f *front.Front, text string) {
	t.Helper()
	var bad front.Fault
	if err := json.Unmarshal([]byte(text), &bad); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if f.Inject([]front.Fault{bad}) == nil {
		t.Errorf("%s was taken", text)
	}
}
