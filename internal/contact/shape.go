// Package contact knows the shapes of the answers that wxmail was built
// against, and compares what Microsoft answers with them: which fields an
// answer has, and whether each is a text, a list, or nothing. It is pure, keeps
// no value of any answer, and so nothing of anybody's tenant.
package contact

import (
	"bytes"
	_ "embed" // the shapes that are known
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"wxmail/internal/pattern"
)

// Form is how a field is shown.
type Form string

// The forms. Absent is a field that a record lacks and another one has.
const (
	Text   Form = "text"
	Number Form = "number"
	Switch Form = "true or false"
	List   Form = "list"
	Object Form = "object"
	Null   Form = "null"
	Absent Form = "left out"
)

// Shape is how each field of an answer is shown, by the way that leads to it:
// "value[].EmailAddresses[]" is an element of a list in each record. Forms are
// sorted.
type Shape map[string][]Form

// Shapes are those of several kinds of answers, by their names.
type Shapes map[string]Shape

//go:embed shapes.json
var known []byte

// Known are the shapes that wxmail was built against.
func Known() (all Shapes) {
	_ = json.Unmarshal(known, &all) // a test reads them
	return all
}

// Log gathers the shapes of what is answered. Its methods may be called from
// several goroutines; the zero Log is empty.
type Log struct {
	mu     sync.Mutex
	shapes Shapes
}

// Take adds an answer of that name; each part of a $batch is one of its own.
// What is no JSON is left out: it is told elsewhere.
func (l *Log) Take(name string, body []byte) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var whole any
	if decoder.Decode(&whole) != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shapes == nil {
		l.shapes = Shapes{}
	}
	for part, value := range parts(name, whole) {
		l.shapes.add(part, shapeOf(value))
	}
}

// Shapes are those that were gathered, a copy.
func (l *Log) Shapes() Shapes {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := Shapes{}
	all.Add(l.shapes)
	return all
}

// parts are the answers in a body, by name.
func parts(name string, whole any) map[string]any {
	object, _ := whole.(map[string]any)
	responses, batch := object["responses"].([]any)
	if !batch {
		return map[string]any{name: whole}
	}
	all := map[string]any{}
	for _, r := range responses {
		part, _ := r.(map[string]any)
		id, named := part["id"].(string)
		if status, _ := part["status"].(json.Number); named && status == "200" {
			all["Graph "+objectID().ReplaceAllString(id, "")] = part["body"]
		}
	}
	return all
}

// objectID stands in the name of a part that there is for each object.
var objectID = pattern.Of(`-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Add adds others to s, which is not nil.
func (s Shapes) Add(others Shapes) {
	for name, shape := range others {
		s.add(name, shape)
	}
}

func (s Shapes) add(name string, shape Shape) {
	have, is := s[name]
	if !is {
		s[name] = maps.Clone(shape)
		return
	}
	was := maps.Clone(have)
	for path := range was {
		if shape[path] == nil && shape.couldHave(path) {
			have.put(path, Absent)
		}
	}
	for path, forms := range shape {
		if was[path] == nil && was.couldHave(path) {
			have.put(path, Absent)
		}
		have.put(path, forms...)
	}
}

func (s Shape) put(path string, forms ...Form) {
	all := append(slices.Clone(s[path]), forms...)
	slices.Sort(all)
	s[path] = slices.Compact(all)
}

// couldHave says whether a field is one of an object that was shown: what lies
// in nothing, or in an empty list, is not missed.
func (s Shape) couldHave(path string) bool {
	if strings.HasSuffix(path, "[]") {
		return false
	}
	dot := strings.LastIndex(path, ".")
	return slices.Contains(s[path[:max(dot, 0)]], Object)
}

func shapeOf(value any) Shape {
	s := Shape{}
	s.walk("", value)
	return s
}

func (s Shape) walk(path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		s.record(path, v)
	case []any:
		s.put(path, List)
		for _, element := range v {
			s.walk(path+"[]", element)
		}
	case string:
		s.put(path, Text)
	case json.Number:
		s.put(path, Number)
	case bool:
		s.put(path, Switch)
	default:
		s.put(path, Null)
	}
}

// record adds an object, which one of the same kind may have preceded.
func (s Shape) record(path string, fields map[string]any) {
	first := !slices.Contains(s[path], Object)
	within := strings.TrimPrefix(path+".", ".")
	for name := range fields {
		if told := within + name; !first && s[told] == nil && !annotates(name) {
			s.put(told, Absent)
		}
	}
	for told := range s {
		name, inside := strings.CutPrefix(told, within)
		if _, has := fields[name]; inside && name != "" && !strings.ContainsAny(name, ".[") && !has {
			s.put(told, Absent)
		}
	}
	s.put(path, Object)
	for name, inner := range fields {
		if !annotates(name) {
			s.walk(within+name, inner)
		}
	}
}

// annotates says whether a name is one of OData's notes on another field.
func annotates(name string) bool { return strings.Contains(name, "@") }
