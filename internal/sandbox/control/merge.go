package control

import (
	"bytes"
	"encoding/json"
	"fmt"

	"wxmail/internal/sandbox/scenario"
)

// merge is a copy of an object with a JSON object laid over it: objects are
// merged, anything else is replaced. A name that GET /state does not show, or
// a value of the wrong type, is an error. Fields that JSON does not show are
// lost; the caller keeps them.
func merge[T any](old T, patch json.RawMessage) (T, error) {
	var merged T
	shown, err := json.Marshal(old)
	if err != nil {
		return merged, fmt.Errorf("body: %w", err)
	}
	base, err := object(shown)
	if err != nil {
		return merged, err
	}
	over, err := object(patch)
	if err != nil {
		return merged, err
	}
	if err := lay(base, over, ""); err != nil {
		return merged, err
	}
	data, err := json.Marshal(base)
	if err != nil {
		return merged, fmt.Errorf("body: %w", err)
	}
	return merged, body(data).into(&merged)
}

// object reads a JSON object, numbers as they are written.
func object(data []byte) (map[string]any, error) {
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil || fields == nil {
		return nil, fmt.Errorf("body: not a JSON object")
	}
	return fields, nil
}

func lay(base, over map[string]any, at string) error {
	for name, value := range over {
		old, known := base[name]
		if !known {
			return fmt.Errorf("body: unknown field %q", at+name)
		}
		inner, ok := old.(map[string]any)
		if !ok {
			base[name] = value
			continue
		}
		patch, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("body: %q is an object", at+name)
		}
		if err := lay(inner, patch, at+name+"."); err != nil {
			return err
		}
	}
	return nil
}

// single is a PATCH of an object that there is once, and of the settings that
// say the same.
func single[T any](s *server, held *T, b body, keep func(old T, item *T)) (any, error) {
	s.Tenant.Lock()
	defer s.Tenant.Unlock()
	item, err := merge(*held, json.RawMessage(b))
	if err != nil {
		return nil, err
	}
	if keep != nil {
		keep(*held, &item)
	}
	*held = item
	s.Tenant.Settings = scenario.Observe(s.Tenant)
	return item, nil
}
