package exchange

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parameter is one parameter of a cmdlet: how its value is read, whether it
// must be there, and whether null clears the property.
type parameter struct {
	read     func(json.RawMessage) (any, error)
	required bool
	nullable bool
}

type parameters map[string]parameter

func (p parameter) must() parameter   { p.required = true; return p }
func (p parameter) orNull() parameter { p.nullable = true; return p }

// arguments are the values of one call by the parameters' own spelling:
// string, bool, int, list, time.Time, or nil for null.
type arguments map[string]any

// has tells whether a parameter was given, be it as null.
func (a arguments) has(name string) bool { _, given := a[name]; return given }

// text is a string argument; empty if it was not given, or given as null.
func (a arguments) text(name string) string { value, _ := a[name].(string); return value }

// bind reads the values of a call. Names are matched as PowerShell does,
// without regard to case.
func (c cmdlet) bind(given map[string]json.RawMessage) (arguments, error) {
	accepted := c.accepted()
	out := arguments{}
	for name, raw := range given {
		known := slices.IndexFunc(accepted, func(n string) bool { return strings.EqualFold(n, name) })
		if known < 0 || out.has(accepted[known]) {
			return nil, badRequest(invocation+"AmbiguousParameterSetException",
				fmt.Sprintf("A parameter cannot be found that matches parameter name '%s', or it was given twice.", name))
		}
		value, err := c.parameter(accepted[known]).value(accepted[known], raw)
		if err != nil {
			return nil, err
		}
		out[accepted[known]] = value
	}
	for name, p := range c.parameters {
		if p.required && !out.has(name) {
			return nil, badRequest(invocation+"MissingMandatoryParameterException",
				"Cannot process command because of one or more missing mandatory parameters: "+name+".")
		}
	}
	return out, nil
}

func (p parameter) value(name string, raw json.RawMessage) (any, error) {
	if string(raw) == "null" {
		if p.nullable {
			return nil, nil
		}
		return nil, transformation(name, "null", "Cannot bind argument to the parameter because it is null.")
	}
	value, err := p.read(raw)
	if err != nil {
		return nil, transformation(name, string(raw), err.Error())
	}
	return value, nil
}

func transformation(name, value, why string) error {
	return badRequest(invocation+"ParameterTransformationException",
		fmt.Sprintf("Cannot process argument transformation on parameter '%s'. Cannot convert value %s. Error: \"%s\"", name, value, why))
}

// why is a sentence of Microsoft's on a value that can't be converted.
type why string

func (w why) Error() string { return string(w) }

// as reads a JSON value of exactly one type.
func as[T any](what string) func(json.RawMessage) (any, error) {
	return func(raw json.RawMessage) (any, error) {
		var value T
		if err := json.Unmarshal(raw, &value); err != nil {
			return nil, why(fmt.Sprintf("The value isn't a %s.", what))
		}
		return value, nil
	}
}

func text() parameter { return parameter{read: as[string]("String")} }
func flag() parameter { return parameter{read: as[bool]("Boolean")} }

// integer is a number within bounds.
func integer(low, high int) parameter {
	return parameter{read: func(raw json.RawMessage) (any, error) {
		value, err := strconv.Atoi(strings.Trim(string(raw), `"`))
		if err != nil || value < low || value > high {
			return nil, why(fmt.Sprintf("The value must be a number between %d and %d.", low, high))
		}
		return value, nil
	}}
}

// oneOf is an enumeration.
func oneOf(members ...string) parameter {
	return parameter{read: func(raw json.RawMessage) (any, error) {
		var value string
		if err := json.Unmarshal(raw, &value); err == nil {
			if i := slices.IndexFunc(members, func(m string) bool { return strings.EqualFold(m, value) }); i >= 0 {
				return members[i], nil
			}
		}
		return nil, why(fmt.Sprintf("Unable to match the identifier name %s to a valid enumerator name. "+
			"Specify one of the following enumerator names and try again: %s",
			strings.Trim(string(raw), `"`), strings.Join(members, ", ")))
	}}
}

// resultSize is a number or Unlimited, which reads as a string.
func resultSize() parameter {
	return parameter{read: func(raw json.RawMessage) (any, error) {
		if strings.EqualFold(string(raw), `"Unlimited"`) {
			return "Unlimited", nil
		}
		return integer(1, 1<<31-1).read(raw)
	}}
}

func date() parameter {
	return parameter{read: func(raw json.RawMessage) (any, error) {
		var value string
		if err := json.Unmarshal(raw, &value); err != nil {
			return nil, err
		}
		return time.Parse(time.RFC3339Nano, value)
	}}
}

// list is a multi-valued parameter: one value, an array that replaces, or a
// GenericHashTable that adds and removes.
type list struct {
	Replace []string
	Add     []string
	Remove  []string
}

func values() parameter {
	return parameter{read: func(raw json.RawMessage) (any, error) {
		var one string
		if json.Unmarshal(raw, &one) == nil {
			return list{Replace: []string{one}}, nil
		}
		var many []string
		if json.Unmarshal(raw, &many) == nil {
			return list{Replace: many}, nil
		}
		return readTable(raw)
	}}
}

func readTable(raw json.RawMessage) (any, error) {
	var table struct {
		Type   string `json:"@odata.type"`
		Add    []string
		Remove []string
	}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&table); err != nil || table.Type != "#Exchange.GenericHashTable" {
		return nil, why("The value is neither a list of String nor a #Exchange.GenericHashTable with Add and Remove.")
	}
	return list{Add: table.Add, Remove: table.Remove}, nil
}

// apply is what becomes of the values there were.
func (l list) apply(before []string) []string {
	if l.Add == nil && l.Remove == nil {
		return append([]string{}, l.Replace...)
	}
	after := slices.DeleteFunc(slices.Clone(before), func(value string) bool { return containsFold(l.Remove, value) })
	for _, value := range l.Add {
		if !containsFold(after, value) {
			after = append(after, value)
		}
	}
	return after
}

func containsFold(list []string, value string) bool {
	return value != "" && slices.ContainsFunc(list, func(item string) bool { return strings.EqualFold(item, value) })
}
