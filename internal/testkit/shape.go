package testkit

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"wxmail/internal/pattern"
)

// Shape is what two tenants that were set up alike have in common: a state
// with every id replaced by the name of what it identifies, without times,
// without the label and hint of a secret, and with lists in one order.
// Messages and what Webex Connect holds are left out.
func Shape(state map[string]any) any {
	state = maps.Clone(state)
	delete(state, "messages")
	delete(state, "webex")
	names := map[string]string{}
	nameIDs(state, names)
	return reshape(state, names)
}

// nameIDs learns what each id identifies, from the objects that have a name.
func nameIDs(v any, names map[string]string) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			nameIDs(item, names)
		}
	case map[string]any:
		if name, ok := firstText(v, "userPrincipalName", "displayName", "value", "Name"); ok {
			for _, key := range []string{"id", "appId", "Guid"} {
				if id, ok := v[key].(string); ok {
					names[id] = key + " of " + name
				}
			}
		}
		for _, item := range v {
			nameIDs(item, names)
		}
	}
}

func firstText(object map[string]any, keys ...string) (string, bool) {
	for _, key := range keys {
		if text, ok := object[key].(string); ok {
			return text, true
		}
	}
	return "", false
}

func reshape(v any, names map[string]string) any {
	switch v := v.(type) {
	case string:
		return anonymous(v, names)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = reshape(item, names)
		}
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(asJSON(a), asJSON(b)) })
		return out
	case map[string]any:
		out := map[string]any{}
		for key, item := range v {
			if key == "hint" {
				item = "a hint"
			}
			out[key] = reshape(item, names)
		}
		return out
	}
	return v
}

var (
	aTime   = pattern.Of(`^\d{4}-\d\d-\d\dT[\d:.]+Z$`)
	aSecret = pattern.Of(`^wxmail \d{4}-\d\d-\d\d \w+$`)
	aGUID   = pattern.Of(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

func anonymous(text string, names map[string]string) string {
	text = aTime().ReplaceAllString(text, "a time")
	text = aSecret().ReplaceAllString(text, "wxmail <date> <nonce>")
	return aGUID().ReplaceAllStringFunc(text, func(id string) string {
		if name, ok := names[id]; ok {
			return name
		}
		return "an id"
	})
}

func asJSON(v any) string {
	raw, _ := json.Marshal(v) // what came from JSON goes back
	return string(raw)
}
