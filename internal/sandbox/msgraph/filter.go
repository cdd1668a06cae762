package msgraph

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/pattern"
)

// fields are the properties that $filter may name: each gives a string, a
// *string or a []string.
type fields[T any] map[string]func(T) any

// parser reads the part of OData's filter language that Graph's directory
// takes: eq, startswith, any, and, or, parentheses. A property inside another
// is a field called "web/redirectUris".
// https://learn.microsoft.com/graph/filter-query-parameter
type parser[T any] struct {
	text   string
	tokens []string
	fields fields[T]
}

var filterToken = pattern.Of(`^(?:'(?:[^']|'')*'|[A-Za-z][A-Za-z0-9]*|[(),:/])`)

// parseFilter compiles text. Comparison ignores case, as the directory's does.
func parseFilter[T any](text string, f fields[T]) (func(T) bool, error) {
	p := &parser[T]{text: text, fields: f}
	for rest := strings.TrimSpace(text); rest != ""; {
		token := filterToken().FindString(rest)
		if token == "" {
			return nil, p.bad()
		}
		p.tokens = append(p.tokens, token)
		rest = strings.TrimSpace(rest[len(token):])
	}
	keep, err := p.either()
	if err == nil && len(p.tokens) > 0 {
		err = p.bad()
	}
	return keep, err
}

func (p *parser[T]) bad() error {
	return unsupported("Unsupported or invalid query filter clause specified: %s", p.text)
}

func (p *parser[T]) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	token := p.tokens[0]
	p.tokens = p.tokens[1:]
	return token
}

// take consumes token if it is next.
func (p *parser[T]) take(token string) bool {
	if len(p.tokens) == 0 || p.tokens[0] != token {
		return false
	}
	p.next()
	return true
}

func (p *parser[T]) expect(tokens ...string) bool {
	return !slices.ContainsFunc(tokens, func(token string) bool { return !p.take(token) })
}

func (p *parser[T]) either() (func(T) bool, error) {
	left, err := p.both()
	for err == nil && p.take("or") {
		var right func(T) bool
		a := left
		right, err = p.both()
		left = func(item T) bool { return a(item) || right(item) }
	}
	return left, err
}

func (p *parser[T]) both() (func(T) bool, error) {
	left, err := p.term()
	for err == nil && p.take("and") {
		var right func(T) bool
		a := left
		right, err = p.term()
		left = func(item T) bool { return a(item) && right(item) }
	}
	return left, err
}

func (p *parser[T]) term() (func(T) bool, error) {
	word := p.next()
	switch {
	case word == "(":
		inner, err := p.either()
		if err == nil && !p.take(")") {
			err = p.bad()
		}
		return inner, err
	case word == "startswith":
		return p.startsWith()
	case p.fields[word] == nil && p.take("/"):
		return p.nested(word)
	case p.fields[word] == nil:
		return nil, p.bad()
	case p.take("/"):
		return p.any(p.fields[word])
	default:
		return p.equal(p.fields[word])
	}
}

// nested reads the rest of: outer/property/any(x:x eq 'value').
func (p *parser[T]) nested(outer string) (func(T) bool, error) {
	field := p.fields[outer+"/"+p.next()]
	if field == nil || !p.take("/") {
		return nil, p.bad()
	}
	return p.any(field)
}

// equal reads the rest of: property eq 'value', or null.
func (p *parser[T]) equal(field func(T) any) (func(T) bool, error) {
	if !p.take("eq") {
		return nil, p.bad()
	}
	if p.take("null") {
		return func(item T) bool { return isNull(field(item)) }, nil
	}
	want, quoted := p.literal()
	if !quoted || isCollection(field) {
		return nil, p.bad()
	}
	return func(item T) bool {
		have, set := text(field(item))
		return set && strings.EqualFold(have, want)
	}, nil
}

// startsWith reads the rest of: startswith(property,'value').
func (p *parser[T]) startsWith() (func(T) bool, error) {
	if !p.take("(") {
		return nil, p.bad()
	}
	field := p.fields[p.next()]
	comma := p.take(",")
	want, quoted := p.literal()
	if field == nil || isCollection(field) || !comma || !quoted || !p.take(")") {
		return nil, p.bad()
	}
	return func(item T) bool {
		have, set := text(field(item))
		return set && len(have) >= len(want) && strings.EqualFold(have[:len(want)], want)
	}, nil
}

// any reads the rest of: property/any(x:x eq 'value').
func (p *parser[T]) any(field func(T) any) (func(T) bool, error) {
	if !isCollection(field) || !p.expect("any", "(") {
		return nil, p.bad()
	}
	variable := p.next()
	if !p.expect(":", variable, "eq") {
		return nil, p.bad()
	}
	want, quoted := p.literal()
	if !quoted || !p.take(")") {
		return nil, p.bad()
	}
	return func(item T) bool {
		have, _ := field(item).([]string)
		return slices.ContainsFunc(have, func(v string) bool { return strings.EqualFold(v, want) })
	}, nil
}

func (p *parser[T]) literal() (string, bool) {
	token := p.next()
	if len(token) < 2 || token[0] != '\'' {
		return "", false
	}
	return strings.ReplaceAll(token[1:len(token)-1], "''", "'"), true
}

func isCollection[T any](field func(T) any) bool {
	_, collection := field(*new(T)).([]string)
	return collection
}

func isNull(value any) bool {
	p, pointer := value.(*string)
	return pointer && p == nil
}

func text(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case *string:
		if v != nil {
			return *v, true
		}
	}
	return "", false
}
