package contact

import (
	"reflect"
	"slices"
	"sync"
	"testing"
)

// taken are the shapes of answers of one name.
func taken(name string, bodies ...string) Shapes {
	var log Log
	for _, body := range bodies {
		log.Take(name, []byte(body))
	}
	return log.Shapes()
}

func TestShapes(t *testing.T) {
	for name, c := range map[string]struct {
		bodies []string
		want   Shape
	}{
		"every form": {[]string{`{"a":"x","b":1.5,"c":true,"d":null,"e":[],"f":{}}`}, Shape{"": {Object}, "a": {Text}, "b": {Number},
			"c": {Switch}, "d": {Null}, "e": {List}, "f": {Object}}},
		"records of one list": {[]string{`{"value":[{"a":"x"},{"a":null,"b":["y"]},{"b":[]}]}`}, Shape{"": {Object}, "value": {List},
			"value[]": {Object}, "value[].a": {Absent, Null, Text}, "value[].b": {Absent, List}, "value[].b[]": {Text}}},
		"one answer after the other": {[]string{`{"a":{"b":1}}`, `{"a":null}`, `{"c":1}`}, Shape{"": {Object},
			"a": {Absent, Null, Object}, "a.b": {Number}, "c": {Absent, Number}}},
		"an empty list, then one with records": {[]string{`{"value":[]}`, `{"value":[{"a":1,"b":{"c":2}}]}`}, Shape{"": {Object},
			"value": {List}, "value[]": {Object}, "value[].a": {Number}, "value[].b": {Object}, "value[].b.c": {Number}}},
		"notes on fields are none": {[]string{`{"@odata.context":"x","a@data.type":"y","a":1}`}, Shape{"": {Object}, "a": {Number}}},
		"no JSON":                  {[]string{`<html>`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, forms := range c.want {
				slices.Sort(forms)
			}
			if got := taken("it", c.bodies...)["it"]; !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestPartsOfABatchAreAnswersOfTheirOwn(t *testing.T) {
	got := taken("POST $batch", `{"responses":[{"id":"user","status":200,"body":{"mail":"x"}},
		{"id":"owners-11111111-2222-3333-4444-555555555555","status":200,"body":{"value":[]}},{"id":"gone","status":404,"body":{"error":{}}}]}`)
	want := Shapes{"Graph user": {"": {Object}, "mail": {Text}}, "Graph owners": {"": {Object}, "value": {List}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestCompare(t *testing.T) {
	known := taken("Get-Mailbox", `{"value":[{"Name":"x","Alias":null,"Rights":["y"]}]}`)
	for name, c := range map[string]struct {
		body string
		want []Difference
	}{
		"the same":  {`{"value":[{"Name":"another","Alias":null,"Rights":[]}]}`, nil},
		"no record": {`{"value":[]}`, nil},
		"a new field, with parts": {
			`{"value":[{"Name":"x","Alias":null,"Rights":[],"New":[{"a":1}]}]}`,
			[]Difference{{New: []string{"value[].New"}}}},
		"a list as a text": {`{"value":[{"Name":"x","Alias":null,"Rights":"y"}]}`,
			[]Difference{{Other: []string{"value[].Rights: text, known as list"}}}},
		"a null left out": {`{"value":[{"Name":"x","Rights":["y"]}]}`,
			[]Difference{{Other: []string{"value[].Alias: left out, known as null"}}}},
		"a text for null": {`{"value":[{"Name":"x","Alias":"z","Rights":[]}]}`,
			[]Difference{{Other: []string{"value[].Alias: text, known as null"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range c.want {
				c.want[i].Answer = "Get-Mailbox"
			}
			if got := Compare(known, taken("Get-Mailbox", c.body)); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v", got)
			}
		})
	}
	whole := []Difference{{"Get-Other", []string{"the answer as a whole"}, nil}}
	if got := Compare(known, taken("Get-Other", `{}`)); !reflect.DeepEqual(got, whole) {
		t.Errorf("an answer that nobody knows: %+v", got)
	}
}

func TestKnownIsReadable(t *testing.T) {
	all := Known()
	if len(all) < 20 || all["Get-Mailbox"] == nil {
		t.Errorf("%d answers are known", len(all))
	}
	for name, shape := range all {
		for path, forms := range shape {
			if len(forms) == 0 || !slices.IsSorted(forms) {
				t.Errorf("%s %s: %v", name, path, forms)
			}
		}
	}
}

func TestLogIsSharedByMany(t *testing.T) {
	var log Log
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			log.Take("it", []byte(`{"a":1}`))
			_ = log.Shapes()
		})
	}
	all.Wait()
	if got := log.Shapes(); len(got) != 1 {
		t.Errorf("%v", got)
	}
}
