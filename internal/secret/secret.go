// Package secret is the type of values that must not be shown.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const masked = "(set)"

// Value is a secret: it cannot be printed by accident: every verb of fmt,
// encoding/json, YAML and slog shows "(set)", or nothing when it is empty.
// Only Reveal gives the value.
type Value struct{ value string }

// New wraps a value.
func New(value string) Value { return Value{value} }

// Reveal is the value itself. Each call is a place where a secret can leak.
func (s Value) Reveal() string { return s.value }

// IsSet says whether there is a value.
func (s Value) IsSet() bool { return s.value != "" }

// String is "(set)" or "".
func (s Value) String() string {
	if s.IsSet() {
		return masked
	}
	return ""
}

// Format masks every verb, %#v too.
func (s Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText masks in JSON, YAML and anything that encodes text.
func (s Value) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue masks in log/slog.
func (s Value) LogValue() slog.Value { return slog.StringValue(s.String()) }
