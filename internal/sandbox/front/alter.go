package front

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"wxmail/internal/sandbox/pattern"
)

// path says which values of an answer's JSON are meant: the steps that lead
// to them from the outermost value. See parsePath.
type path []step

// step leads from an object or a list to some of what it holds.
type step struct {
	any  bool    // to everything
	name string  // to the member of an object
	is   *string // to the elements of a list, objects whose member name has that value
}

const memberName = `("(?:[^"\\]|\\.)*"|[^.\[\]*=$"\s]+)`

// part is one of the parts of a path between dots, with the dot behind it.
var part = pattern.Of(`^(?:\*|` + memberName + `)(?:\[` + memberName + `=([^\]]*)\])?(?:\.|$)`)

// parsePath reads a path. Its parts stand between dots:
//
//	name   that member of an object; as a JSON string if there is a dot, a
//	       bracket, a blank or one of *=$" in it
//	*      every member of an object, every element of a list
//
// and behind either may stand
//
//	[name=text]   of the list found there, the elements that are objects and
//	              whose member of that name is the string text, or a number,
//	              true, false or null that is written so; text holds no ]
//
// Names are told apart by case. What does not fit the value it meets, a name
// where there is a list, say, leads nowhere.
func parsePath(text string) (path, error) {
	var p path
	for rest := text; ; {
		found := part().FindStringSubmatch(rest)
		if found == nil {
			return nil, fmt.Errorf("json: %q is no path from %q on", text, rest)
		}
		name, errName := unquote(found[1])
		member, errMember := unquote(found[2])
		if err := errors.Join(errName, errMember); err != nil {
			return nil, err
		}
		p = append(p, step{any: found[1] == "", name: name})
		if found[2] != "" {
			p = append(p, step{name: member, is: &found[3]})
		}
		if !strings.HasSuffix(found[0], ".") {
			return p, nil
		}
		rest = rest[len(found[0]):]
	}
}

func unquote(name string) (string, error) {
	if !strings.HasPrefix(name, `"`) {
		return name, nil
	}
	var text string
	if err := json.Unmarshal([]byte(name), &text); err != nil {
		return "", fmt.Errorf("json: %s is no name: %w", name, err)
	}
	return text, nil
}

// span is where a value stands in a text.
type span struct{ from, to int }

// find gives the places of a text that the path leads to, in order. The value
// to start from stands there from at on.
func (p path) find(raw []byte, at int) []span {
	if len(p) == 0 {
		return []span{{at, at + len(raw)}}
	}
	var found []span
	for _, c := range children(raw) {
		if p[0].leadsTo(c) {
			found = append(found, p[1:].find(c.raw, at+c.at)...)
		}
	}
	return found
}

func (s step) leadsTo(c child) bool {
	switch {
	case s.any:
		return true
	case s.is != nil:
		return c.element && slices.ContainsFunc(children(c.raw), s.isIn)
	}
	return !c.element && c.name == s.name
}

// isIn says whether that is the member that a selector asks for.
func (s step) isIn(c child) bool {
	var text string
	if json.Unmarshal(c.raw, &text) != nil || c.raw[0] != '"' {
		text = string(c.raw)
	}
	return !c.element && c.name == s.name && text == *s.is
}

// child is what an object or a list holds.
type child struct {
	name    string // in an object
	element bool   // of a list
	raw     json.RawMessage
	at      int // where it begins in the object or the list
}

// children are those of an object or a list, in order; other values have none.
func children(raw []byte) []child {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	opening, err := decoder.Token()
	delimiter, holds := opening.(json.Delim)
	if err != nil || !holds {
		return nil
	}
	var all []child
	for decoder.More() {
		c := child{element: delimiter == '['}
		if !c.element {
			name, err := decoder.Token()
			if err != nil {
				return nil
			}
			c.name, _ = name.(string)
		}
		if decoder.Decode(&c.raw) != nil {
			return nil
		}
		c.at = int(decoder.InputOffset()) - len(c.raw)
		all = append(all, c)
	}
	return all
}

// alter shows other values in what a service answered, and says whether there
// were any to alter. A fault counts those answers in which its path leads
// somewhere, whether it is due then or not.
func (f *Front) alter(service string, what request, a *answer) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	altered := false
	for _, d := range f.faults {
		if d.kind != actAlter || !d.meets(service, what) || !json.Valid(a.body.Bytes()) {
			continue
		}
		if places := d.places.find(a.body.Bytes(), 0); len(places) > 0 && d.count() {
			a.replace(places, d.Value)
			altered = true
		}
	}
	return altered
}

// replace puts a value into the places, which stand in order. All other bytes
// stay.
func (a *answer) replace(places []span, value []byte) {
	var shown []byte
	old, end := a.body.Bytes(), 0
	for _, place := range places {
		shown = append(append(shown, old[end:place.from]...), value...)
		end = place.to
	}
	a.show(append(shown, old[end:]...))
}
