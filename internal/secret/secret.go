// Package secret is the type of values that must not be shown.
package secret

import (
	"fmt"
	"io"
	"log/slog"
	"unique"
)

const masked = "(set)"

// Value is a secret: it cannot be printed by accident: every verb of fmt,
// encoding/json, YAML and slog shows "(set)", or nothing when it is empty; as
// an unexported field of what is printed, where fmt asks no method, a number.
// Only Reveal gives the value. Two of the same value are equal.
type Value struct {
	handle unique.Handle[string] // zero for ""
}

// New wraps a value.
func New(value string) Value {
	if value == "" {
		return Value{}
	}
	return Value{unique.Make(value)}
}

// Reveal is the value itself. Each call is a place where a secret can leak.
func (s Value) Reveal() string {
	if !s.IsSet() {
		return ""
	}
	return s.handle.Value()
}

// IsSet says whether there is a value.
func (s Value) IsSet() bool { return s != Value{} }

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
