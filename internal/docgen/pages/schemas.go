package pages

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"wxmail/internal/cli"
	"wxmail/internal/wanted"
)

// schema is a JSON Schema, of the draft that dialect names.
type schema map[string]any

const dialect = "https://json-schema.org/draft/2020-12/schema"

// schemas describe answers files, the events, and the document of each query,
// as files below docs/.
func schemas(d cli.Documentation) (map[string]string, error) {
	describe := describer(d.Printed.Few)
	all := map[string]schema{
		"answers": answersSchema(d),
		"event":   titled(eventSchema(d.Printed.Events, describe), "One line that a wxmail command with --json prints which changes things"),
	}
	for name, example := range d.Printed.Documents {
		title := "What wxmail " + name + " --json prints"
		if name == "error" {
			title = "What a query of wxmail's with --json prints that fails"
		}
		all[strings.ToLower(strings.ReplaceAll(name, " ", "-"))] = titled(describe.value(reflect.ValueOf(example)), title)
	}
	files := map[string]string{}
	for name, s := range all {
		text, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			return nil, err
		}
		files["schemas/"+name+".json"] = string(text) + "\n"
	}
	return files, nil
}

func titled(s schema, title string) schema {
	s["$schema"], s["title"] = dialect, title
	return s
}

// eventSchema is that of any event: which one it is decides the rest.
func eventSchema(events map[string]any, describe describer) schema {
	var kinds []schema
	for _, name := range slices.Sorted(maps.Keys(events)) {
		s := describe.value(reflect.ValueOf(events[name]))
		s["properties"].(schema)["event"] = schema{"const": name}
		s["required"] = append([]string{"event"}, s["required"].([]string)...)
		kinds = append(kinds, s)
	}
	return schema{"oneOf": kinds}
}

// answersSchema is that of an answers file, for editors that know YAML.
func answersSchema(d cli.Documentation) schema {
	questions := schema{}
	for _, q := range d.Questions {
		prompt, help := d.QuestionDoc(q.ID)
		s := answerSchema(q)
		s["title"], s["description"] = prompt, help
		if q.Default != "" && !q.Derived {
			s["default"] = q.Default
		}
		if q.Example != "" {
			s["examples"] = []string{q.Example}
		}
		questions[q.ID] = s
	}
	return titled(schema{"type": "object", "properties": questions, "additionalProperties": false},
		"Answers for wxmail, by the IDs of its questions")
}

// answerSchema is what an answer may be. wxmail takes more than a text where
// YAML does, and says itself what is wrong with an address.
func answerSchema(q wanted.Question) schema {
	switch {
	case q.Kind == wanted.Bool:
		return schema{"enum": []any{true, false, "true", "false", "yes", "no", "y", "n", "on", "off"}}
	case q.Kind == wanted.Choice:
		return schema{"enum": q.Choices}
	case q.Kind == wanted.Lifetime:
		return schema{"type": "string", "pattern": "^[0-9]{1,4}(mo|d)$"}
	case q.Open:
		return schema{"type": []string{"string", "null"}}
	}
	return schema{"type": []string{"string", "number", "boolean"}}
}

// describer makes schemas of Go values. It holds the texts that some keys have,
// by Go's name of their type and the key.
type describer map[string][]string

// value is the schema of what a value marshals to.
func (d describer) value(v reflect.Value) schema {
	if s := scalar(v.Type()); s != nil {
		return s
	}
	switch v.Kind() {
	case reflect.Pointer:
		return nullable(d.value(reflect.Zero(v.Type().Elem())))
	case reflect.Interface:
		if v.IsNil() {
			return schema{} // anything
		}
		return d.value(v.Elem())
	case reflect.Slice:
		return schema{"type": "array", "items": d.value(reflect.Zero(v.Type().Elem()))}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": d.value(reflect.Zero(v.Type().Elem()))}
	case reflect.Struct:
		s := schema{"type": "object", "properties": schema{}, "required": []string{}, "additionalProperties": false}
		d.fields(v, s, true)
		return s
	}
	return schema{} // nothing printed is of another kind
}

// utc is RFC 3339 in UTC: few programs check a "format".
const utc = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$`

// scalar is the schema of a type that marshals to one text, number or truth; nil
// for others.
func scalar(t reflect.Type) schema {
	switch t.String() {
	case "msg.Message", "msg.Nullable":
		return nullable(schema{"type": "string"})
	case "time.Time":
		return schema{"type": "string", "format": "date-time", "pattern": utc}
	case "ui.Time":
		return nullable(schema{"type": "string", "format": "date-time", "pattern": utc})
	}
	switch t.Kind() {
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int:
		return schema{"type": "integer"}
	}
	return nil
}

// nullable is a schema that allows null, too.
func nullable(s schema) schema {
	kind, simple := s["type"].(string)
	if values, few := s["enum"].([]any); few {
		s["enum"] = append(values, nil)
	}
	if simple {
		s["type"] = []string{kind, "null"}
	}
	return s
}

// fields adds those of a struct to the schema of an object. What is embedded
// belongs to it; by a pointer, it may be missing.
func (d describer) fields(v reflect.Value, into schema, always bool) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && key == "" && field.Type.Kind() == reflect.Pointer:
			d.fields(reflect.Zero(field.Type.Elem()), into, false)
			continue
		case field.Anonymous && key == "":
			d.fields(v.Field(i), into, always)
			continue
		case key == "-" || key == "":
			continue
		}
		optional := strings.Contains(options, "omitempty")
		into["properties"].(schema)[key] = d.field(v.Type().String()+"."+key, v.Field(i), optional)
		if always && !optional {
			into["required"] = append(into["required"].([]string), key)
		}
	}
}

// field is the schema of a struct's field. One that may be missing is never
// null.
func (d describer) field(name string, v reflect.Value, optional bool) schema {
	if optional && v.Kind() == reflect.Pointer {
		v = reflect.Zero(v.Type().Elem())
	}
	s := d.value(v)
	texts, few := d[name]
	if !few {
		return s
	}
	values := []any{}
	for _, text := range texts {
		values = append(values, text)
	}
	if _, nullable := s["type"].([]string); nullable {
		values = append(values, nil)
	}
	s["enum"] = values
	return s
}
