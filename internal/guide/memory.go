package guide

import (
	"maps"
	"slices"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Remember reads what a journal knows: which things are ours. stored are the
// labels of secrets that reached the vault, held is that of the one in it, ""
// for none.
func Remember(entries []step.Entry, stored []string, held string) world.Memory {
	m := world.NewMemory()
	for _, e := range entries {
		if !e.Refused {
			learn(&m, e)
		}
	}
	for _, label := range stored {
		delete(m.Orphans, label)
	}
	m.Unnoted = m.Orphans[held]
	delete(m.Orphans, held)
	return m
}

// learn takes in one change. What was intended may have acted even where no
// end is recorded.
func learn(m *world.Memory, e step.Entry) {
	if undone, is := step.Undoes(e.Key); is {
		if e.Done {
			forget(m, undone, e)
		}
		return
	}
	if t, known := ThingOf(e.Key); known && t.Learn != nil {
		t.Learn(m, e)
	}
	m.Deeds[e.Key] = m.Deeds[e.Key].Then(e)
}

// forget drops what was undone; what is removed takes along what stands on it.
func forget(m *world.Memory, key string, e step.Entry) {
	var gone []string
	t, known := ThingOf(key)
	if known && t.Forget != nil {
		t.Forget(m, e)
	}
	if known && e.Op == step.Delete && t.Key == key {
		gone = append(gone, above(t.Key)...)
	}
	maps.DeleteFunc(m.Deeds, func(k string, _ step.Deed) bool {
		t, _ := ThingOf(k)
		return k == key || slices.Contains(gone, t.Key)
	})
}

// above are the keys of the things that stand on one.
func above(key string) (keys []string) {
	for _, t := range Things() {
		if slices.Contains(t.Needs, key) {
			keys = append(keys, t.Key)
		}
	}
	return keys
}
