package contact

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Difference is what of one kind of answer is not as it is known.
type Difference struct {
	Answer string   // its name: "Get-Mailbox", "Graph organization"
	New    []string // fields, or the answer as a whole, that nobody knows
	Other  []string // fields that are known, in another form than is known, with both
}

// Compare says what of seen is not known, answer by answer. What was not asked
// for is not missed.
func Compare(known, seen Shapes) (all []Difference) {
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		d := Difference{Answer: name}
		if known[name] == nil {
			d.New = []string{"the answer as a whole"}
		} else {
			d.compare(known[name], seen[name])
		}
		if len(d.New)+len(d.Other) > 0 {
			all = append(all, d)
		}
	}
	return all
}

func (d *Difference) compare(known, seen Shape) {
	for _, path := range slices.Sorted(maps.Keys(seen)) {
		switch {
		case known[path] == nil && known.below(path):
			d.New = append(d.New, path)
		case known[path] != nil:
			d.forms(path, known[path], seen[path])
		}
	}
	for _, path := range slices.Sorted(maps.Keys(known)) {
		if seen[path] == nil && seen.couldHave(path) {
			d.forms(path, known[path], []Form{Absent})
		}
	}
}

// below says whether what holds a field is known: of what is new, only the
// outermost is told.
func (s Shape) below(path string) bool {
	above := strings.TrimSuffix(path, "[]")
	if above == path {
		above = path[:max(strings.LastIndex(path, "."), 0)]
	}
	return s[above] != nil
}

func (d *Difference) forms(path string, known, seen []Form) {
	for _, form := range seen {
		if !slices.Contains(known, form) {
			d.Other = append(d.Other, fmt.Sprintf("%s: %s, known as %s", path, form, either(known)))
		}
	}
}

func either(forms []Form) string {
	var names []string
	for _, f := range forms {
		names = append(names, string(f))
	}
	return strings.Join(names, " or ")
}
