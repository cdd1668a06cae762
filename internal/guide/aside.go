package guide

import (
	"cmp"
	"slices"
	"strings"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

// own is how a journal names the application that is ours.
const own = "own"

// InJournal is how a journal names the application that a run is for: the
// client ID of an adopted one, else a word for ours.
func InJournal(adopted string) string { return strings.ToLower(cmp.Or(adopted, own)) }

// Aside tells what was done for one application, "" for ours, from what was
// done for others before or since: none of that says anything of this one, and
// none of it is taken back from this one. What is not the directory's is done
// for whichever is used.
func Aside(adopted string, entries []step.Entry) (of []step.Entry, aside []world.Aside) {
	unnamed, wanted := unnamedApplication(adopted, entries), InJournal(adopted)
	others := map[string][]step.Entry{}
	for _, e := range entries {
		name := cmp.Or(strings.ToLower(e.Application), unnamed)
		if name == wanted || !inDirectory(e.Key) {
			of = append(of, e)
			continue
		}
		others[name] = append(others[name], e)
	}
	for name, entries := range others {
		if deeds := undoable(Remember(withoutEnded(entries), nil, "")); len(deeds) > 0 {
			aside = append(aside, world.Aside{Application: strings.TrimPrefix(name, own), Deeds: deeds})
		}
	}
	slices.SortFunc(aside, func(a, b world.Aside) int { return cmp.Compare(a.Application, b.Application) })
	return of, aside
}

// withoutEnded leaves out the secrets that were taken back: each ends under a
// key of its own.
func withoutEnded(entries []step.Entry) []step.Entry {
	ended := map[string]bool{}
	for _, e := range entries {
		if undone, is := step.Undoes(e.Key); is && e.Done && clientSecret().owns(undone) {
			ended[decode[Secret](e.Before).Label] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(entries), func(e step.Entry) bool {
		label := decode[Secret](e.After).Label
		return label != "" && ended[label]
	})
}

// unnamedApplication is whose the entries are that older versions wrote: where
// one of them made an application, they are ours.
func unnamedApplication(adopted string, entries []step.Entry) string {
	makes := func(e step.Entry) bool {
		return e.Key == "azure.application" && e.Op == step.Create && e.Application == ""
	}
	if slices.ContainsFunc(entries, makes) {
		return own
	}
	return InJournal(adopted)
}

func inDirectory(key string) bool {
	if undone, is := step.Undoes(key); is {
		key = undone
	}
	t, known := ThingOf(key)
	return known && t.Writes == world.Directory
}
