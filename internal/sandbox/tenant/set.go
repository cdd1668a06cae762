package tenant

import "time"

// Set is a replicated collection, keyed by object id in order of creation.
//
// A write is visible at once to Latest, which the services use for conflict
// checks and for the answer to the write itself, and to Get and All only
// after the tenant's replication lag, as Entra's read replicas behave.
// Values are immutable once put: copy the struct, replace the slices you
// change, and Put it again. The caller holds the tenant's lock.
type Set[T any] struct {
	tenant *Tenant
	order  []string
	items  map[string][]version[T]
}

type version[T any] struct {
	at   time.Time
	seq  int // position among all writes of the tenant
	item *T  // nil: deleted
}

func newSet[T any](t *Tenant) *Set[T] {
	return &Set[T]{tenant: t, items: map[string][]version[T]{}}
}

// Put stores a new version of id.
func (s *Set[T]) Put(id string, item T) { s.add(id, &item) }

// Delete stores that id is gone.
func (s *Set[T]) Delete(id string) { s.add(id, nil) }

func (s *Set[T]) add(id string, item *T) {
	if _, known := s.items[id]; !known {
		s.order = append(s.order, id)
	}
	s.tenant.writes++
	s.items[id] = append(s.items[id], version[T]{s.tenant.Clock.Now(), s.tenant.writes, item})
}

// seen is the index of the version a replica shows at now, or -1.
func (s *Set[T]) seen(history []version[T], now time.Time) int {
	lag := s.tenant.Settings.ReplicationLag.Duration()
	for i := len(history) - 1; i >= 0; i-- {
		if !history[i].at.After(now.Add(-lag)) {
			return i
		}
	}
	return -1
}

// Latest is the newest version of id, whatever the replicas show.
func (s *Set[T]) Latest(id string) (T, bool) {
	history := s.items[id]
	if len(history) == 0 {
		return *new(T), false
	}
	return history[len(history)-1].value()
}

// Get is the version of id that a replica shows.
func (s *Set[T]) Get(id string) (T, bool) {
	history := s.items[id]
	i := s.seen(history, s.tenant.Clock.Now())
	if i < 0 {
		return *new(T), false
	}
	return history[i].value()
}

func (v version[T]) value() (T, bool) {
	if v.item == nil {
		return *new(T), false
	}
	return *v.item, true
}

// All is what a replica shows, in order of creation.
func (s *Set[T]) All() []T { return s.collect(s.Get) }

// AllLatest is the newest version of everything, in order of creation.
func (s *Set[T]) AllLatest() []T { return s.collect(s.Latest) }

func (s *Set[T]) collect(get func(string) (T, bool)) []T {
	out := []T{}
	for _, id := range s.order {
		if item, ok := get(id); ok {
			out = append(out, item)
		}
	}
	return out
}

// Find is the first item that a replica shows and match accepts.
func (s *Set[T]) Find(match func(T) bool) (T, bool) { return first(s.order, s.Get, match) }

// FindLatest is the first item whose newest version match accepts.
func (s *Set[T]) FindLatest(match func(T) bool) (T, bool) { return first(s.order, s.Latest, match) }

func first[T any](order []string, get func(string) (T, bool), match func(T) bool) (T, bool) {
	for _, id := range order {
		if item, ok := get(id); ok && match(item) {
			return item, true
		}
	}
	return *new(T), false
}
