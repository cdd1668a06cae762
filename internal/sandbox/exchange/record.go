package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// result is what a cmdlet answers.
type result struct {
	records  []map[string]any
	warnings []string
	question string // the confirmation message of a cmdlet that did not run
	next     string // where the list goes on; "" at its end
}

// record is a value as a property bag. The models always marshal.
func record(value any) map[string]any {
	if bag, ok := value.(map[string]any); ok {
		return bag
	}
	data, _ := json.Marshal(value)
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	bag := map[string]any{}
	_ = decoder.Decode(&bag)
	return bag
}

// with is a record with some properties added and others left out.
func with(value any, more map[string]any, without ...string) map[string]any {
	bag := record(value)
	for _, name := range without {
		delete(bag, name)
	}
	for name, property := range more {
		bag[name] = property
	}
	return bag
}

// truncate keeps ResultSize records, as Exchange does with a warning and
// without a nextLink.
func (r *result) truncate(a arguments) {
	size, limited := a["ResultSize"].(int)
	if !limited || len(r.records) <= size {
		return
	}
	r.records = r.records[:size]
	r.warnings = append(r.warnings, "There are more results available than are currently displayed. "+
		"To view them, increase the value for the ResultSize parameter.")
}

func writeResult(w http.ResponseWriter, out result, properties []string) {
	value := []any{}
	for _, bag := range out.records {
		projected, err := project(bag, properties)
		if err != nil {
			writeError(w, err)
			return
		}
		value = append(value, typed(projected))
	}
	body := map[string]any{
		"@odata.context":               Resource + "/adminapi/beta/$metadata#Collection(Exchange.GenericObject)",
		"adminapi.warnings@odata.type": "#Collection(String)",
		"@adminapi.warnings":           append([]string{}, out.warnings...),
		"value":                        value,
	}
	if out.question != "" {
		body["@adminapi.confirmationmessage"] = out.question
	}
	if out.next != "" {
		body["@odata.nextLink"] = out.next
	}
	writeJSON(w, http.StatusOK, body)
}

// project keeps the properties of $select.
func project(bag map[string]any, properties []string) (map[string]any, error) {
	if len(properties) == 0 {
		return bag, nil
	}
	kept := map[string]any{}
	for _, name := range properties {
		property, known := bag[strings.TrimSpace(name)]
		if !known {
			return nil, badRequest("Microsoft.OData.ODataException",
				fmt.Sprintf("Could not find a property named '%s' on type 'Exchange.GenericObject'.", name))
		}
		kept[strings.TrimSpace(name)] = property
	}
	return kept, nil
}

// typed puts the type sidecars beside the properties that have one.
func typed(bag map[string]any) map[string]any {
	out := map[string]any{}
	for name, property := range bag {
		out[name] = property
		switch property.(type) {
		case []any, []string:
			out[name+"@odata.type"] = "#Collection(String)"
		case json.Number, int:
			out[name+"@data.type"] = "System.Int32"
		case string:
			if strings.HasSuffix(name, "Guid") {
				out[name+"@data.type"] = "System.Guid"
			}
		}
	}
	return out
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; odata.metadata=minimal; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}
