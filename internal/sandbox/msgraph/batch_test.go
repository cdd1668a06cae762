package msgraph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// responses are the answers of a batch by id.
func (r reply) responses() map[string]reply {
	out := map[string]reply{}
	list, _ := r.body["responses"].([]any)
	for _, item := range list {
		fields := item.(map[string]any)
		body, _ := fields["body"].(map[string]any)
		out[fields["id"].(string)] = reply{status: int(fields["status"].(float64)), body: body}
	}
	return out
}

func TestBatch(t *testing.T) {
	w := newWorld(t)
	// The first is what kiota posts for a GET.
	got := w.must(200, "POST", "/$batch", `{"requests":[
		{"id":"a","method":"GET","url":"/organization?$select=id","headers":{},"body":null,"dependsOn":[]},
		{"id":"b","method":"GET","url":"/applications(uniqueName='wxmail-a%40b')"},
		{"id":"c","method":"GET","url":"/users/support%40contoso.example","dependsOn":["b"]},
		{"id":"d","method":"GET","url":"/policies/authorizationPolicy","dependsOn":["a"]},
		{"id":"e","method":"PATCH","url":"applications(uniqueName='wxmail-a%40b')",
			"headers":{"Content-Type":"application/json","prefer":"create-if-missing"},"body":{"displayName":"x"}},
		{"id":"f","method":"GET","url":"/applications(uniqueName='wxmail-a%40b')?$select=uniqueName","dependsOn":["e"]},
		{"id":"g","method":"GET","url":"/nowhere"},
		{"id":"h","method":"POST","url":"/$batch","headers":{"Content-Type":"application/json"},"body":{"requests":[]}},
		{"id":"i","method":"GET","url":"https://graph.microsoft.com/v1.0/organization"}]}`)
	answers := got.responses()
	statuses := map[string]int{}
	for id, r := range answers {
		statuses[id] = r.status
	}
	want := map[string]int{"a": 200, "b": 404, "c": 424, "d": 200, "e": 201, "f": 200, "g": 400, "h": 400, "i": 400}
	if diff := cmp.Diff(want, statuses); diff != "" {
		t.Error(diff)
	}
	if answers["b"].code() != "Request_ResourceNotFound" || answers["f"].text("uniqueName") != "wxmail-a@b" {
		t.Errorf("bodies: %v, %v", answers["b"].body, answers["f"].body)
	}
}

func TestBatchItemsHaveTheirOwnRights(t *testing.T) {
	w := newWorld(t)
	w.token("cli", "Global Administrator", "Application.ReadWrite.All")
	got := w.as("cli", "POST", "/v1.0/$batch",
		`{"requests":[{"id":"1","method":"GET","url":"/policies/authorizationPolicy"},`+
			`{"id":"2","method":"GET","url":"/applications"}]}`)
	if a := got.responses(); a["1"].code() != "AccessDenied" || a["2"].status != 200 {
		t.Errorf("answers %v", a)
	}
}

func TestBatchIsRefused(t *testing.T) {
	w := newWorld(t)
	steps := func(n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprintf(`{"id":"%d","method":"GET","url":"/organization"}`, i)
		}
		return `{"requests":[` + strings.Join(parts, ",") + `]}`
	}
	w.must(200, "POST", "/$batch", steps(20))
	for body, message := range map[string]string{
		steps(21):          "maximum value of 20",
		steps(0):           "Invalid batch payload",
		`{}`:               "Invalid batch payload",
		`{"requests":"x"}`: "Invalid batch payload",
		`{"request":[]}`:   "Invalid batch payload",
		`{"requests":[{"id":"1","method":"GET","url":"/a","extra":1}]}`:                                  "Invalid batch payload",
		`{"requests":[{"id":"1","method":"GET","url":"/a"},{"id":"1","method":"GET","url":"/a"}]}`:       "unique",
		`{"requests":[{"method":"GET","url":"/a"}]}`:                                                     "required",
		`{"requests":[{"id":"1","url":"/a"}]}`:                                                           "required",
		`{"requests":[{"id":"1","method":"GET"}]}`:                                                       "required",
		`{"requests":[{"id":"1","method":"GET","url":"/a","dependsOn":["2"]}]}`:                          "depends",
		`{"requests":[{"id":"1","method":"POST","url":"/applications","body":{"displayName":"x"}}]}`:     "Content-Type",
		`{"requests":[{"id":"1","method":"GET","url":"/a","headers":{"Content-Type":"a/b"},"body":{}}]}`: "must not have a body",
	} {
		w.refused(w.do("POST", "/$batch", body), 400, "BadRequest", message)
	}
	w.refused(w.do("GET", "/$batch", ""), 405, "BadRequest", "method")
}
