package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

const maxDuration = 24 * time.Hour

// decode takes one value of a JSON object. Like everything here it fails with
// a *ConfigError whose Key is relative to the value.
type decode func(raw json.RawMessage) error

// table is an object whose keys are known beforehand.
type table map[string]decode

func (t table) field(key string) (decode, bool) {
	take, known := t[key]
	return take, known
}

// object reads a JSON object in which every key is known, exactly spelled and
// given once: encoding/json alone accepts all three mistakes.
func object(text []byte, field func(key string) (decode, bool)) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return &ConfigError{Why: "not-an-object"}
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		name, isName := key.(string)
		if err != nil || !isName {
			return &ConfigError{Why: "not-json"}
		}
		if seen[name] {
			return &ConfigError{Key: name, Why: "given-twice"}
		}
		seen[name] = true
		if err := value(d, name, field); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return &ConfigError{Why: "not-json"}
	}
	if _, err := d.Token(); err != io.EOF {
		return &ConfigError{Why: "more-text"}
	}
	return nil
}

func value(d *json.Decoder, name string, field func(string) (decode, bool)) error {
	take, known := field(name)
	if !known {
		return &ConfigError{Key: strconv.Quote(name), Why: "unknown-key"}
	}
	var raw json.RawMessage
	if d.Decode(&raw) != nil {
		return &ConfigError{Key: name, Why: "not-json"}
	}
	return under(name, take(raw))
}

// under puts the key of the object around an error's own key.
func under(name string, err error) error {
	if c := (*ConfigError)(nil); errors.As(err, &c) {
		c.Key = strings.TrimSuffix(name+"."+c.Key, ".")
	}
	return err
}

func nested(field func(string) (decode, bool)) decode {
	return func(raw json.RawMessage) error { return object(raw, field) }
}

func asText(into *string) decode {
	return func(raw json.RawMessage) error {
		// null would leave the value as it was and pass for an answer.
		if raw[0] != '"' || json.Unmarshal(raw, into) != nil || *into == "" {
			return &ConfigError{Why: "not-a-text"}
		}
		return nil
	}
}

func asDuration(into *time.Duration) decode {
	return func(raw json.RawMessage) error {
		var text string
		if err := asText(&text)(raw); err != nil {
			return err
		}
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 || d > maxDuration {
			return &ConfigError{Why: "not-a-duration"}
		}
		*into = d
		return nil
	}
}
