package handoff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/wanted"
)

// file is what the script's Save-Seen writes of a tenant.
func (x *tenant) file(t *testing.T, w wanted.Wanted) string {
	t.Helper()
	raw, err := json.MarshalIndent(x.look(w), "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	return "\ufeff" + string(raw)
}

// look is what the script's Get-Seen gives.
func (x *tenant) look(w wanted.Wanted) map[string][]object {
	out := map[string][]object{}
	for _, s := range sectionsFor(w) {
		out[s.name] = readSeen(ordered(x.show(s.cmdlet), s.sorted), s.read)
	}
	return out
}

func ordered(all []object, by string) []object {
	if by == "" {
		return all
	}
	return slices.SortedStableFunc(slices.Values(all), func(a, b object) int { return a[by].(int) - b[by].(int) })
}

// readSeen, selectSeen, seenValue and formatSeen are the script's functions of
// like names, for the values that a tenant has.
func readSeen(all []object, properties []string) []object {
	out := []object{}
	for _, o := range all {
		read := object{}
		for _, name := range properties {
			if value, has := o[name]; has {
				read[name] = value
			}
		}
		out = append(out, read)
	}
	return out
}

func selectSeen(all []object, w where) []object {
	return slices.DeleteFunc(slices.Clone(all), func(o object) bool { return strings.EqualFold(shown(o[w.property]), w.value) == w.not })
}

// shown is a value between double quotes.
func shown(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case bool:
		return yesNo(value)
	case []string:
		return strings.Join(value, " ")
	}
	return fmt.Sprint(value)
}

func formatSeen(all []object, v view) string {
	lines := []string{}
	for _, o := range all {
		words := []string{}
		for _, name := range v.show {
			if values := valued(o[name]); len(values) > 0 {
				words = append(words, name+" = "+strings.Join(values, ", "))
			}
		}
		lines = append(lines, strings.Join(words, "; "))
	}
	if !v.inOrder {
		slices.Sort(lines)
	}
	return strings.Join(lines, " | ")
}

// valued are the values that are something, quoted and sorted.
func valued(value any) (out []string) {
	list, is := value.([]string)
	if !is {
		list = []string{shown(value)}
	}
	for _, one := range list {
		if one != "" && value != false && value != 0 {
			out = append(out, "'"+strings.ReplaceAll(one, "'", "''")+"'")
		}
	}
	slices.Sort(out)
	return out
}

// of is the view of records.
func (v view) of(all []object) string {
	for _, w := range v.where {
		all = selectSeen(all, w)
	}
	if v.value == "" {
		return formatSeen(all, v)
	}
	var values []string
	for _, o := range all {
		values = append(values, shown(o[v.value]))
	}
	return strings.Join(values, " ")
}

// performed is what a script did in a tenant.
type performed struct {
	differs string   // the first that is otherwise: then it changes nothing
	made    []string // the cmdlets that it ran
	unread  string   // what read back otherwise
}

// written is a script as it runs.
type written struct {
	Script
	compares []comparison
	edits    []edit
}

func (s Script) write(t *testing.T) written {
	t.Helper()
	edits, err := s.edits()
	if err != nil {
		t.Fatal(err)
	}
	return written{s, s.guard(), edits}
}

// perform does what the script does; seen is what it looks at first.
func (s written) perform(t *testing.T, x *tenant, seen map[string][]object) (done performed) {
	t.Helper()
	for _, c := range s.compares {
		if there := c.view.of(seen[c.view.section]); !among(there, c.expected) {
			done.differs = fmt.Sprintf("%s: %s, made for %q", c.what, there, c.expected)
			return done
		}
	}
	for _, e := range s.edits {
		look := func() string {
			return e.view.of(readSeen(ordered(x.show(e.from.cmdlet), e.from.sorted), e.view.needs()))
		}
		if among(look(), e.wanted) {
			continue
		}
		for _, c := range e.run {
			x.run(t, c)
			done.made = append(done.made, c.Name)
		}
		if !among(look(), e.wanted) {
			done.unread = fmt.Sprintf("%s: %s, wanted %q", e.what, look(), e.wanted)
			return done
		}
	}
	return done
}

func among(text string, wanted []string) bool {
	return slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, text) })
}
