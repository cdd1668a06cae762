package mailflow

import (
	"encoding/json"
	"strings"
)

// List is a property of several texts. Exchange shows one as a list, and some
// with a single value as a text, or several values in one text, "A, B": what
// programs saw that read it over this route.
// https://github.com/rknightion/graph2otel
type List []string

// UnmarshalJSON reads a list, a text, or null. What is neither is an error.
func (l *List) UnmarshalJSON(raw []byte) error {
	var one *string
	if json.Unmarshal(raw, &one) == nil {
		*l = nil
		if one != nil && strings.TrimSpace(*one) != "" {
			*l = apart(*one)
		}
		return nil
	}
	var several []string
	if err := json.Unmarshal(raw, &several); err != nil {
		return err
	}
	*l = List{}
	for _, text := range several {
		*l = append(*l, apart(text)...)
	}
	return nil
}

// apart takes a text apart that holds several addresses, domains or names of
// classes. In any other text a comma is part of it: "Doe, Jane" is one person.
func apart(text string) []string {
	parts := strings.Split(text, ", ")
	for _, part := range parts {
		if part == "" || strings.ContainsAny(part, " \"<>[]") || !strings.ContainsAny(part, "@.") {
			return []string{text}
		}
	}
	return parts
}
