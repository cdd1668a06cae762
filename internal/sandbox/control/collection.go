package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// collection is a set of the tenant that somebody else may change.
type collection[T any] struct {
	noun  string
	set   func(*tenant.Tenant) *tenant.Set[T]
	key   func(T) string
	named func(item T, id string) bool // whether a path's ID means the item
	blank func(*tenant.Tenant) T       // what POST starts from

	// prepare may be nil: it reads what JSON does not show out of the body.
	prepare func(json.RawMessage) (json.RawMessage, hidden, error)
	// finish checks an item about to be stored, fills in what follows from
	// the rest, and takes over what JSON does not show; old is nil for a new one.
	finish func(t *tenant.Tenant, item *T, old *T, h hidden) error
	// after may be nil: what else follows from a change; gone says that the
	// item was removed.
	after func(t *tenant.Tenant, item T, gone bool)
	// buried may be nil: it removes an item that went along with another, and
	// says whether there was one.
	buried func(t *tenant.Tenant, id string) bool
}

// hidden are secrets of a body, by their position.
type hidden map[int]string

func register[T any](mux *http.ServeMux, s *server, path string, c collection[T]) {
	mux.HandleFunc("POST /"+path, handle(func(_ *http.Request, b body) (any, error) { return c.create(s.Tenant, b) }))
	mux.HandleFunc("PATCH /"+path+"/{id}", handle(func(r *http.Request, b body) (any, error) {
		return c.patch(s.Tenant, r.PathValue("id"), b)
	}))
	mux.HandleFunc("DELETE /"+path+"/{id}", handle(func(r *http.Request, b body) (any, error) {
		if err := b.empty(); err != nil {
			return nil, err
		}
		return done{}, c.remove(s.Tenant, r.PathValue("id"))
	}))
}

// find is the one item that a path's ID means.
func (c collection[T]) find(t *tenant.Tenant, id string) (T, error) {
	items := slices.DeleteFunc(c.set(t).AllLatest(), func(item T) bool { return !c.named(item, id) })
	switch len(items) {
	case 0:
		return *new(T), notFound(c.noun, id)
	case 1:
		return items[0], nil
	}
	return *new(T), &refusal{http.StatusConflict, fmt.Sprintf("more than one %s is %q", c.noun, id)}
}

func (c collection[T]) create(t *tenant.Tenant, b body) (any, error) {
	t.Lock()
	defer t.Unlock()
	item, err := c.merged(t, c.blank(t), nil, b)
	if err != nil {
		return nil, err
	}
	if _, exists := c.set(t).Latest(c.key(item)); exists {
		return nil, &refusal{http.StatusConflict, fmt.Sprintf("there is a %s %q", c.noun, c.key(item))}
	}
	return created{c.store(t, item)}, nil
}

func (c collection[T]) patch(t *tenant.Tenant, id string, b body) (any, error) {
	t.Lock()
	defer t.Unlock()
	old, err := c.find(t, id)
	if err != nil {
		return nil, err
	}
	item, err := c.merged(t, old, &old, b)
	if err != nil {
		return nil, err
	}
	if c.key(item) != c.key(old) {
		return nil, fmt.Errorf("body: a %s cannot be given another id or name", c.noun)
	}
	return c.store(t, item), nil
}

func (c collection[T]) merged(t *tenant.Tenant, base T, old *T, b body) (T, error) {
	patch, secrets := json.RawMessage(b), hidden(nil)
	if c.prepare != nil {
		var err error
		if patch, secrets, err = c.prepare(patch); err != nil {
			return base, err
		}
	}
	item, err := merge(base, patch)
	if err != nil {
		return item, err
	}
	err = c.finish(t, &item, old, secrets)
	return item, err
}

// store puts the item and returns it as it stands afterwards.
func (c collection[T]) store(t *tenant.Tenant, item T) T {
	c.set(t).Put(c.key(item), item)
	if c.after != nil {
		c.after(t, item, false)
	}
	stored, _ := c.set(t).Latest(c.key(item))
	return stored
}

func (c collection[T]) remove(t *tenant.Tenant, id string) error {
	t.Lock()
	defer t.Unlock()
	item, err := c.find(t, id)
	if err != nil {
		if c.buried != nil && c.buried(t, id) {
			return nil
		}
		return err
	}
	c.set(t).Delete(c.key(item))
	if c.after != nil {
		c.after(t, item, true)
	}
	return nil
}

// is compares names and addresses as Microsoft does.
func is(id string, names ...string) bool {
	for _, name := range names {
		if name != "" && strings.EqualFold(id, name) {
			return true
		}
	}
	return false
}

// required says which field a body lacks.
func required(name, value string) error {
	if value == "" {
		return fmt.Errorf("body: %q is required", name)
	}
	return nil
}
