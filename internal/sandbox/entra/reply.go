package entra

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// reply is an answer, written when the tenant's lock has been given back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (p reply) write(w http.ResponseWriter, c *call) {
	header := w.Header()
	for name, values := range p.header {
		header[name] = values
	}
	header.Set("x-ms-request-id", c.trace)
	header.Set("client-request-id", c.correlation)
	header.Set("Cache-Control", "no-store, no-cache")
	header.Set("Pragma", "no-cache")
	header.Set("Content-Length", strconv.Itoa(len(p.body)))
	w.WriteHeader(p.status)
	_, _ = w.Write(p.body) // a client that has gone away needs no answer
}

func jsonReply(status int, body any) reply {
	data, _ := json.Marshal(body) // maps and structs of plain values always marshal
	return reply{status, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, data}
}

func redirectReply(location string) reply {
	return reply{http.StatusFound, http.Header{"Location": {location}}, nil}
}

// with adds a header.
func (p reply) with(name, value string) reply {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Add(name, value)
	return p
}

// errorJSON is the token endpoint's error answer.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-response-1
func (c *call) errorJSON(e *refusal) reply {
	body := map[string]any{
		"error":             e.oauth,
		"error_description": c.describe(e),
		"error_codes":       []int{e.code},
		"timestamp":         c.stamp(),
		"trace_id":          c.trace,
		"correlation_id":    c.correlation,
		"error_uri":         e.uri(),
	}
	if e.suberror != "" {
		body["suberror"] = e.suberror
	}
	if e.claims {
		body["claims"] = claimsChallenge
	}
	answer := jsonReply(e.status(), body)
	if _, _, basic := c.r.BasicAuth(); basic && answer.status == http.StatusUnauthorized {
		answer = answer.with("WWW-Authenticate", basicChallenge)
	}
	return answer
}

// basicChallenge answers a credential that came in the header (RFC 6749 §5.2).
// To one that came in the form, Entra sends none:
// https://github.com/dotnet/AspNetCore.Docs/issues/22325
const basicChallenge = `Basic realm="login.microsoftonline.com", charset="UTF-8"`

// claimsChallenge is what the client must send back as claims to satisfy a
// Conditional Access policy.
const claimsChallenge = `{"access_token":{"capolids":{"essential":true,"values":["5ca1ab1e-0000-4000-8000-000000000001"]}}}`

func (c *call) stamp() string { return c.now.Format("2006-01-02 15:04:05Z") }

// describe is the error_description of a refusal.
func (c *call) describe(e *refusal) string {
	return e.Error() + " Trace ID: " + c.trace + " Correlation ID: " + c.correlation + " Timestamp: " + c.stamp()
}
