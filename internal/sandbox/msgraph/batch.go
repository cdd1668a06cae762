package msgraph

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const batchMax = 20

// step is one request of a batch.
// https://learn.microsoft.com/graph/json-batching
type step struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []string          `json:"dependsOn"`
}

// result is one answer of a batch; what ended a step stands in its status.
type result struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    any               `json:"body,omitempty"`
}

// batch runs its steps in order; one that depends on a failed one is 424.
func (c *call) batch() (answer, error) {
	if c.nested {
		return answer{}, malformed("A batch cannot contain a batch.")
	}
	steps, err := c.readSteps()
	if err != nil {
		return answer{}, err
	}
	results, failed := []result{}, map[string]bool{}
	for _, s := range steps {
		a, err := c.runStep(s, failed)
		if err != nil {
			a = c.refuse(err, c.ids)
		}
		failed[s.ID] = a.status >= http.StatusBadRequest
		results = append(results, a.inBatch(s.ID))
	}
	return ok(map[string]any{"responses": results}), nil
}

func (c *call) readSteps() ([]step, error) {
	if _, err := c.parseBody(); err != nil {
		return nil, err
	}
	var body struct {
		Requests []step `json:"requests"`
	}
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return nil, malformed("Invalid batch payload format.")
	}
	switch n := len(body.Requests); {
	case n == 0:
		return nil, malformed("Invalid batch payload format.")
	case n > batchMax:
		return nil, malformed("Number of batch request steps exceeds the maximum value of %d.", batchMax)
	}
	seen := []string{}
	for _, s := range body.Requests {
		if err := s.check(seen); err != nil {
			return nil, err
		}
		seen = append(seen, s.ID)
	}
	return body.Requests, nil
}

// check refuses a step that spoils the whole batch; seen are the ids before it.
func (s step) check(seen []string) error {
	switch {
	case s.ID == "" || s.Method == "" || s.URL == "":
		return malformed("Write request id, method and url are required in every batch request step.")
	case slices.Contains(seen, s.ID):
		return malformed("Request Id %s has to be unique in a batch.", s.ID)
	case slices.ContainsFunc(s.DependsOn, func(id string) bool { return !slices.Contains(seen, id) }):
		return malformed("Request %s depends on a request that does not stand before it.", s.ID)
	case s.body() != nil && s.header().Get("Content-Type") == "":
		return malformed("Write request id : %s does not contain Content-Type header or body.", s.ID)
	case s.body() != nil && s.Method == http.MethodGet:
		return malformed("Request %s must not have a body.", s.ID)
	default:
		return nil
	}
}

func (s step) body() []byte {
	if bytes.Equal(s.Body, []byte("null")) {
		return nil
	}
	return s.Body
}

func (s step) header() http.Header {
	header := http.Header{}
	for name, value := range s.Headers {
		header.Set(name, value)
	}
	return header
}

func (c *call) runStep(s step, failed map[string]bool) (answer, error) {
	if slices.ContainsFunc(s.DependsOn, func(id string) bool { return failed[id] }) {
		return answer{}, &refusal{status: http.StatusFailedDependency, code: "FailedDependency",
			message: "A request that this one depends on has failed."}
	}
	target, err := url.Parse(s.URL)
	if err != nil || target.IsAbs() || target.Host != "" {
		return answer{}, malformed("Invalid batch request step url: it must be relative to the version.")
	}
	req, err := newRequest(s.Method, strings.TrimPrefix(target.EscapedPath(), "/"), target.RawQuery, s.header(), s.body())
	if err != nil {
		return answer{}, err
	}
	req.token, req.nested = c.token, true
	return c.dispatch(req, c.ids)
}

func (a answer) inBatch(id string) result {
	headers := map[string]string{"Cache-Control": "no-cache"}
	if a.location != "" {
		headers["Location"] = a.location
	}
	if a.body != nil {
		headers["Content-Type"] = contentType
		headers["OData-Version"] = "4.0"
	}
	return result{id, a.status, headers, a.body}
}
