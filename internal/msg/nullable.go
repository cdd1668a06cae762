package msg

import "encoding/json"

// Nullable is a text of a document that is null where it is "".
type Nullable string

// MarshalJSON gives null for "".
func (n Nullable) MarshalJSON() ([]byte, error) {
	if n == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(n))
}
