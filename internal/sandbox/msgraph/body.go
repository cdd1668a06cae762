package msgraph

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"mime"
	"slices"
	"strings"
	"time"
)

// object is the JSON object of a request's body, not yet typed.
type object map[string]any

// readBody reads a body of a type of Graph's, of which a client may set the
// properties in writable.
func (c *call) readBody(typeName string, writable ...string) (object, error) {
	body, err := c.parseBody()
	if err != nil {
		return nil, err
	}
	if declared, present := body["@odata.type"]; present {
		if declared != "#microsoft.graph."+typeName {
			return nil, malformed("The type '%v' in @odata.type is not '#microsoft.graph.%s'.", declared, typeName)
		}
		delete(body, "@odata.type")
	}
	return body, body.only(typeName, writable...)
}

func (o object) only(typeName string, writable ...string) error {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(writable, name) {
			return invalid("Invalid property '%s' for resource '%s': it does not exist or cannot be set here.", name, title(typeName))
		}
	}
	return nil
}

func (c *call) parseBody() (object, error) {
	if media, _, err := mime.ParseMediaType(c.header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, malformed("Write requests (excluding DELETE) must contain the Content-Type header declaration.")
	}
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil, malformed("Empty Payload. JSON content expected.")
	}
	var body object
	if err := json.Unmarshal(c.body, &body); err != nil || body == nil {
		return nil, malformed("Unable to read JSON request payload. " +
			"Please ensure Content-Type header is set and payload is of valid JSON format.")
	}
	return body, nil
}

// emptyBody refuses what an operation without parameters would ignore.
func (c *call) emptyBody() error {
	if len(bytes.TrimSpace(c.body)) > 0 && !bytes.Equal(bytes.TrimSpace(c.body), []byte("{}")) {
		return malformed("The request must not have a body.")
	}
	return nil
}

// merge is old with the properties of patch set, nested objects merged and
// lists replaced. Whatever would not read back as it was sent is refused:
// unknown nested properties, wrong types, null where Graph has no null.
func merge[T any](typeName string, old T, patch object) (T, error) {
	var merged T
	properties, err := toMap(old)
	if err != nil {
		return merged, err
	}
	raw, err := json.Marshal(overlay(properties, map[string]any(patch)))
	if err != nil {
		return merged, err
	}
	if err := decodeTyped(typeName, raw, &merged); err != nil {
		return merged, err
	}
	readBack, err := toMap(merged)
	if err != nil {
		return merged, err
	}
	for _, name := range slices.Sorted(maps.Keys(patch)) {
		if !echoes(name, patch[name], readBack[name]) {
			return merged, badValue(name, title(typeName))
		}
	}
	return merged, nil
}

func decodeTyped(typeName string, raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	var wrongType *json.UnmarshalTypeError
	var wrongTime *time.ParseError
	switch {
	case errors.As(err, &wrongType):
		return badValue(strings.Split(wrongType.Field, ".")[0], title(typeName))
	case errors.As(err, &wrongTime):
		return invalid("Cannot convert the literal '%s' to the expected type 'Edm.DateTimeOffset'.", strings.Trim(wrongTime.Value, `"`))
	case err != nil:
		return malformed("Unable to read JSON request payload.")
	default:
		return nil
	}
}

func overlay(old, patch any) any {
	fields, isObject := patch.(map[string]any)
	under, wasObject := old.(map[string]any)
	if !isObject || !wasObject {
		return patch
	}
	for name, value := range fields {
		under[name] = overlay(under[name], value)
	}
	return under
}

// echoes says whether everything in sent under name is in got as it was sent.
func echoes(name string, sent, got any) bool {
	switch s := sent.(type) {
	case map[string]any:
		g, same := got.(map[string]any)
		for inner, value := range s {
			read, present := g[inner]
			same = same && present && echoes(inner, value, read)
		}
		return same
	case []any:
		g, same := got.([]any)
		return same && slices.EqualFunc(s, g, func(a, b any) bool { return echoes("", a, b) })
	case nil:
		return got == nil && slices.Contains(nullable(), name)
	default:
		return sent == got
	}
}

// nullable are the properties that a client may set to null.
func nullable() []string {
	return []string{"description", "notes", "uniqueName", "isFallbackPublicClient", "homePageUrl", "logoutUrl", "principalId"}
}

func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
