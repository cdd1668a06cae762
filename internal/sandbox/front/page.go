package front

import (
	"encoding/json"
	"strings"
)

// cut shows a part of each list that a service answers, and says that the rest
// is on another page, which nobody has: services refuse the address. A list of
// one or none is shown as empty, with a page behind it, as Microsoft may do.
// https://learn.microsoft.com/graph/paging
func (a *answer) cut(address string) *answer {
	var whole map[string]any
	if json.Unmarshal(a.body.Bytes(), &whole) != nil {
		return a
	}
	paged := page(whole, address)
	parts, _ := whole["responses"].([]any)
	for _, p := range parts {
		part, _ := p.(map[string]any)
		body, _ := part["body"].(map[string]any)
		paged = page(body, address) || paged
	}
	if paged {
		shown, _ := json.Marshal(whole) // it was JSON
		a.show(shown)
	}
	return a
}

// page cuts an object that holds a list, and says whether it does.
func page(object map[string]any, address string) bool {
	list, is := object["value"].([]any)
	if !is {
		return false
	}
	origin, _, _ := strings.Cut(address, "?")
	object["value"] = list[:len(list)/2]
	object["@odata.nextLink"] = strings.TrimSuffix(origin, "/$batch") + "/more?$skiptoken=nobody-has-this-page"
	return true
}

// plain shows a text that is no JSON, as what stands before a service may.
func (a *answer) plain(text string) *answer {
	a.header.Set("Content-Type", "text/plain; charset=utf-8")
	a.show([]byte(text))
	return a
}
