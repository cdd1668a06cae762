package msgraph

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	pageSize = 100
	pageMax  = 999
)

func checkOptions(query url.Values, allowed []string) error {
	for option, values := range query {
		if !slices.Contains(allowed, option) {
			return malformed("The query option '%s' is not supported here.", option)
		}
		if len(values) != 1 {
			return malformed("The query option '%s' must be specified at most once.", option)
		}
	}
	return nil
}

// kind is how a type of object is shown.
type kind struct {
	name     string         // of the type, below microsoft.graph
	set      string         // for @odata.context
	zero     any            // a value of the model's type, for its property names
	hidden   []string       // properties of the model that Graph does not have
	defaults []string       // what is shown without $select; nil: everything
	fixed    map[string]any // properties that the sandbox does not model, with their only value
}

// selection checks $select and returns the properties to show.
func (c *call) selection(k kind) ([]string, error) {
	properties, err := k.properties(k.zero)
	if err != nil {
		return nil, err
	}
	if !c.query.Has("$select") {
		if k.defaults != nil {
			return k.defaults, nil
		}
		return sortedKeys(properties), nil
	}
	chosen := strings.Split(c.query.Get("$select"), ",")
	for i, name := range chosen {
		chosen[i] = strings.TrimSpace(name)
		if _, known := properties[chosen[i]]; !known {
			return nil, invalid("Parsing OData Select and Expand failed: "+
				"Could not find a property named '%s' on type 'microsoft.graph.%s'.", chosen[i], k.name)
		}
	}
	return chosen, nil
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for name := range m {
		keys = append(keys, name)
	}
	slices.Sort(keys)
	return keys
}

// properties is an item as Graph has it, every property.
func (k kind) properties(item any) (map[string]any, error) {
	properties, err := toMap(item)
	if err != nil {
		return nil, err
	}
	for _, name := range k.hidden {
		delete(properties, name)
	}
	for name, value := range k.fixed {
		properties[name] = value
	}
	return properties, nil
}

func (k kind) show(item any, selected []string) (map[string]any, error) {
	properties, err := k.properties(item)
	if err != nil {
		return nil, err
	}
	shown := map[string]any{}
	for _, name := range selected {
		shown[name] = properties[name]
	}
	return shown, nil
}

func toMap(item any) (map[string]any, error) {
	raw, err := json.Marshal(item)
	if err != nil {
		return nil, err
	}
	properties := map[string]any{}
	return properties, json.Unmarshal(raw, &properties)
}

// entity shows one item with what the caller selected.
func (c *call) entity(k kind, item any) (map[string]any, error) {
	selected, err := c.selection(k)
	if err != nil {
		return nil, err
	}
	shown, err := k.show(item, selected)
	if err != nil {
		return nil, err
	}
	shown["@odata.context"] = c.context(k, "/$entity")
	return shown, nil
}

// one answers 200 with an item.
func (c *call) one(k kind, item any) (answer, error) {
	shown, err := c.entity(k, item)
	return ok(shown), err
}

// created answers 201 with an item and its address.
func (c *call) created(k kind, id string, item any) (answer, error) {
	shown, err := c.entity(k, item)
	return answer{status: 201, location: origin + base + k.set + "/" + id, body: shown}, err
}

func (c *call) context(k kind, suffix string) string {
	selected := ""
	if c.query.Has("$select") {
		selected = "(" + c.query.Get("$select") + ")"
	}
	return origin + base + "$metadata#" + k.set + selected + suffix
}

// source is a collection that can be listed; items are in a stable order.
type source[T any] struct {
	kind
	items  []T
	id     func(T) string
	fields fields[T] // what $filter may name
}

// list answers one page. A page ends with @odata.nextLink, whose $skiptoken
// names the last item shown.
func list[T any](c *call, s source[T]) (answer, error) {
	selected, err := c.selection(s.kind)
	if err != nil {
		return answer{}, err
	}
	page, count, last, err := cut(c, s)
	if err != nil {
		return answer{}, err
	}
	value := []map[string]any{}
	for _, item := range page {
		shown, err := s.show(item, selected)
		if err != nil {
			return answer{}, err
		}
		value = append(value, shown)
	}
	body := map[string]any{"@odata.context": c.context(s.kind, ""), "value": value}
	if c.query.Has("$count") && !c.query.Has("$skiptoken") {
		body["@odata.count"] = count
	}
	if last != "" {
		body["@odata.nextLink"] = c.nextLink(last)
	}
	return ok(body), nil
}

// advanced says whether the caller asks the index of advanced queries, which
// takes both parameters or neither. Graph itself ignores $count alone.
// https://learn.microsoft.com/graph/aad-advanced-queries
func (c *call) advanced() (bool, error) {
	level, count := c.header.Get("ConsistencyLevel"), c.query.Get("$count")
	switch {
	case level == "" && !c.query.Has("$count"):
		return false, nil
	case !strings.EqualFold(level, "eventual") || count != "true":
		return false, unsupported("A query with $count=true needs the header ConsistencyLevel: eventual, and the other way round.")
	}
	return true, nil
}

// cut is the page asked for, how many items there are from there on, and the
// page's last id if there is more.
func cut[T any](c *call, s source[T]) (page []T, count int, last string, err error) {
	keep := func(T) bool { return true }
	if c.query.Has("$filter") {
		if keep, err = parseFilter(c.query.Get("$filter"), s.fields); err != nil {
			return nil, 0, "", err
		}
	}
	size, err := c.top()
	if err != nil {
		return nil, 0, "", err
	}
	rest, err := after(c, s)
	if err != nil {
		return nil, 0, "", err
	}
	page = slices.DeleteFunc(slices.Clone(rest), func(item T) bool { return !keep(item) })
	if count = len(page); count > size {
		page = page[:size]
		last = s.id(page[size-1])
	}
	return page, count, last, nil
}

func (c *call) top() (int, error) {
	if !c.query.Has("$top") {
		return pageSize, nil
	}
	size, err := strconv.Atoi(c.query.Get("$top"))
	if err != nil || size < 1 || size > pageMax {
		return 0, unsupported("Invalid page size specified: '%s'. Must be between 1 and %d inclusive.", c.query.Get("$top"), pageMax)
	}
	return size, nil
}

// after is what follows the item that $skiptoken names.
func after[T any](c *call, s source[T]) ([]T, error) {
	if !c.query.Has("$skiptoken") {
		return s.items, nil
	}
	last, err := base64.RawURLEncoding.DecodeString(c.query.Get("$skiptoken"))
	at := slices.IndexFunc(s.items, func(item T) bool { return s.id(item) == string(last) })
	if err != nil || at < 0 {
		return nil, &refusal{status: 400, code: "Directory_ExpiredPageToken",
			message: "The specified page token value has expired and can no longer be included in your request."}
	}
	return s.items[at+1:], nil
}

func (c *call) nextLink(last string) string {
	query := url.Values{}
	for option, values := range c.query {
		query[option] = values
	}
	query.Set("$skiptoken", base64.RawURLEncoding.EncodeToString([]byte(last)))
	return origin + base + c.path + "?" + strings.ReplaceAll(query.Encode(), "%24", "$")
}
