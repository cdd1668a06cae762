package vault

import (
	"fmt"
	"io"
	"log/slog"
)

const masked = "(set)"

// Secret is a value that cannot be printed by accident: every verb of fmt,
// encoding/json, YAML and slog shows "(set)", or nothing when it is empty.
// Only Reveal gives the value.
type Secret struct{ value string }

// NewSecret wraps a value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal is the value itself. Each call is a place where a secret can leak.
func (s Secret) Reveal() string { return s.value }

// IsSet says whether there is a value.
func (s Secret) IsSet() bool { return s.value != "" }

// String is "(set)" or "".
func (s Secret) String() string {
	if s.IsSet() {
		return masked
	}
	return ""
}

// Format masks every verb, %#v too.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText masks in JSON, YAML and anything that encodes text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue masks in log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
