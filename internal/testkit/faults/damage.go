package faults

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Damage is one way in which a request can go wrong.
type Damage struct {
	Name     string
	services string // those that can do that, by name
	action   string
	status   int // for action status and commit-status
	body     any
	headers  map[string]string
	retry    any                // Retry-After
	later    time.Duration      // Retry-After as the date after this
	count    int                // how many requests in a row, 1 if 0
	then     *Damage            // what the next request of the kind meets
	only     func(p Point) bool // nil: every request
}

// Fits says whether the damage can happen to a request.
func (d Damage) Fits(p Point) bool {
	return strings.Contains(d.services, p.Service) && (d.only == nil || d.only(p))
}

// Quick says that nothing waits for long because of it.
func (d Damage) Quick() bool {
	return !strings.HasPrefix(d.action, "stall") && d.later == 0 && d.count <= 1 && d.then == nil
}

// Faults are the damage done to a request, and to the next of its kind.
func (d Damage) Faults(p Point) []Fault {
	if d.then == nil {
		return []Fault{d.fault(p)}
	}
	next := p
	next.Nth++
	return []Fault{d.fault(p), d.then.fault(next)}
}

func (d Damage) fault(p Point) Fault {
	action := d.action
	if d.status != 0 {
		action += ":" + strconv.Itoa(d.status)
	}
	f := p.at(action, max(d.count, 1))
	if d.status == 0 {
		return f
	}
	f["body"] = d.body
	if said, ok := d.body.(refusal); ok {
		f["body"] = said.in(p.Service)
	}
	f["headers"] = d.headers
	if f["retryAfter"] = d.retry; d.later > 0 {
		f["retryAfter"] = now().Add(d.later).UTC().Format(http.TimeFormat)
	}
	return f
}

// refusal is what a service says, in the shape of each.
type refusal struct{ code, message string }

func (r refusal) in(service string) any {
	const requestID = "7d5a0d6e-1111-4222-8333-944444444444"
	switch service {
	case "graph":
		return map[string]any{"error": map[string]any{"code": r.code, "message": r.message,
			"innerError": map[string]any{"date": "2026-01-01T00:00:00", "request-id": requestID, "client-request-id": requestID}}}
	case "exchange":
		detail := "|Microsoft.Exchange.Configuration.Tasks." + r.code + "|" + r.message
		return map[string]any{"error": map[string]any{"code": r.code, "message": "Invalid Operation",
			"details": []any{map[string]any{"code": "Context", "target": "", "message": detail}}}}
	case "entra":
		return map[string]any{"error": r.code, "error_description": r.message + " Trace ID: " + requestID + " Correlation ID: " + requestID,
			"error_codes": []int{}, "trace_id": requestID, "correlation_id": requestID}
	}
	return r.message
}

const web = "entra graph exchange"

// Damages are all of them. stall is longer than a request may take.
func Damages(stall time.Duration) []Damage {
	all := append(silences(stall), nonsense()...)
	all = append(all, refusals()...)
	all = append(all, replication()...)
	return append(all, smtpReplies()...)
}

// silences are answers that do not come, or come too late or too old.
func silences(stall time.Duration) []Damage {
	return []Damage{
		{Name: "reset before acting", services: web + " smtp", action: "reset"},
		{Name: "reset after acting", services: web + " smtp", action: "commit-reset"},
		{Name: "reset, four in a row", services: web, action: "reset", count: 4},
		{Name: "reset after acting, four in a row", services: web, action: "commit-reset", count: 4},
		{Name: "stall", services: web + " smtp", action: "stall:" + stall.String()},
		{Name: "stale read", services: "graph exchange", action: "stale"},
	}
}

// nonsense are answers that are none. All but the page of a captive portal
// stand for an answer that was mangled on its way: the service has acted.
func nonsense() []Damage {
	page := "<!doctype html><html><title>Sign in to the network</title></html>"
	html := map[string]string{"Content-Type": "text/html; charset=utf-8"}
	nul := strings.Repeat("\x00", 300)
	return []Damage{
		{Name: "truncated JSON", services: web + " smtp", action: "garbage"},
		{Name: "HTML, not acted", services: web, action: "status", status: 200, body: page, headers: html},
		{Name: "HTML, acted", services: web, action: "commit-status", status: 200, body: page, headers: html},
		{Name: "HTML with 502", services: web, action: "status", status: 502, body: page, headers: html},
		{Name: "NUL bytes", services: web, action: "commit-status", status: 200, body: nul,
			headers: map[string]string{"Content-Type": "application/json"}},
		{Name: "403 of NUL bytes", services: "exchange", action: "status", status: 403, body: nul,
			headers: map[string]string{"Content-Type": "application/json"}},
		{Name: "wrong Content-Type", services: web, action: "commit-status", status: 200, body: "{}",
			headers: map[string]string{"Content-Type": "text/plain"}},
		{Name: "plain text", services: web, action: "text:Too many requests are being made. Try again later."},
		{Name: "a list that goes on", services: "graph exchange", action: "page"},
		{Name: "an empty object", services: web, action: "commit-status", status: 200, body: "{}"},
		{Name: "an empty object, four in a row", services: web, action: "commit-status", status: 200, body: "{}", count: 4},
		{Name: "200 with @adminapi.errors", services: "exchange", action: "status", status: 200, body: map[string]any{"value": []any{},
			"@adminapi.errors": []string{"Ex6F9304|Microsoft.Exchange.Configuration.Tasks.TransientException|The server is busy."}}},
	}
}

// refusals are those that any request may meet.
func refusals() []Damage {
	claims := "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ=="
	busy := refusal{"TooManyRequests", "Too many requests, please retry later."}
	hour := Damage{action: "status", status: 429, body: busy, retry: "3600"}
	down := refusal{"ServiceNotAvailable", "The service is temporarily unavailable."}
	return []Damage{
		{Name: "401 expired", services: "graph exchange", action: "status", status: 401,
			body:    refusal{"InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."},
			headers: map[string]string{"WWW-Authenticate": `Bearer realm="", error="invalid_token"`}},
		{Name: "400 expired grant", services: "entra", action: "status", status: 400,
			body: refusal{"invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity."}},
		{Name: "401 with claims", services: "graph exchange", action: "status", status: 401,
			body: refusal{"InvalidAuthenticationToken", "Continuous access evaluation resulted in challenge with result: InteractionRequired"},
			headers: map[string]string{"WWW-Authenticate": `Bearer realm="", ` +
				`authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="` + claims + `"`}},
		{Name: "403", services: web, action: "status", status: 403,
			body: refusal{"Authorization_RequestDenied", "Insufficient privileges to complete the operation."}},
		{Name: "404", services: web, action: "status", status: 404, body: refusal{"ResourceNotFound", "Not here."}},
		{Name: "409", services: web, action: "status", status: 409, body: refusal{"Conflict", "A conflicting object is being written."}},
		{Name: "429, seconds", services: web, action: "status", status: 429, body: busy, retry: "1"},
		{Name: "429, a date", services: web, action: "status", status: 429, body: busy, later: 3 * time.Second},
		{Name: "429, an hour", services: web, action: "status", status: 429, body: busy, retry: "3600"},
		{Name: "429, four in a row", services: web, action: "status", status: 429, body: busy, count: 4},
		{Name: "500", services: web, action: "status", status: 500, body: refusal{"InternalServerError", "An error occurred."}},
		{Name: "503", services: web, action: "status", status: 503, body: down},
		{Name: "503, four in a row", services: web, action: "status", status: 503, body: down, count: 4},
		{Name: "504 that acted", services: web, action: "commit-status", status: 504, body: refusal{"GatewayTimeout", "The gateway timed out."}},
		{Name: "504 that acted, four in a row", services: web, action: "commit-status", status: 504,
			body: refusal{"GatewayTimeout", "The gateway timed out."}, count: 4},
		{Name: "504 that acted, then 429, an hour", services: web, action: "commit-status", status: 504,
			body: refusal{"GatewayTimeout", "The gateway timed out."}, then: &hour},
	}
}

// replication are the ways in which services say that a replica does not know
// yet what was made a moment ago.
// https://learn.microsoft.com/entra/architecture/architecture#data-consistency
func replication() []Damage {
	absent := "Resource '5a0d6e7d-1111-4222-8333-944444444444' does not exist or one of its queried reference-property objects are not " +
		"present."
	say := func(status int, code, message string) Damage {
		return Damage{Name: strconv.Itoa(status) + " " + firstWords(message), services: "graph", action: "status", status: status,
			body: refusal{code, message}}
	}
	made := func(status int, code, message, path string) Damage {
		d := say(status, code, message)
		d.action, d.only = "commit-status", func(p Point) bool { return strings.Contains(p.Path, path) }
		return d
	}
	entra := func(status int, code, message string) Damage {
		d := say(status, code, message)
		d.services = "entra"
		return d
	}
	return []Damage{
		say(404, "Request_ResourceNotFound", absent),
		say(400, "Request_BadRequest", absent),
		say(400, "Request_BadRequest", "The appId '5a0d6e7d' of the service principal does not reference a valid application object."),
		say(403, "Authorization_RequestDenied",
			"When using this permission, the backing application of the service principal being created must in the local tenant"),
		say(400, "Request_BadRequest", "Not a valid reference update."),
		say(409, "Conflict", "The object is in an inconsistent state."),
		made(400, "Request_BadRequest", "Permission being assigned already exists on the object", "appRoleAssignedTo"),
		made(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.", "oauth2PermissionGrants"),
		made(409, "Request_MultipleObjectsWithSameKeyValue",
			"The service principal cannot be created, updated, or restored because the service principal name is already in use.",
			"servicePrincipals("),
		entra(401, "invalid_client", "AADSTS7000215: Invalid client secret provided."),
		entra(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory."),
	}
}

func firstWords(text string) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(len(words), 5)], " ")
}

// smtpReplies are refusals of Exchange Online's submission host.
func smtpReplies() []Damage {
	reply := func(status int, text string) Damage {
		return Damage{Name: strconv.Itoa(status) + " " + text, services: "smtp", action: "status", status: status, body: text}
	}
	return []Damage{
		reply(421, "4.3.2 Service not available"),
		reply(454, "4.7.0 Temporary authentication failure"),
		reply(535, "5.7.3 Authentication unsuccessful"),
		reply(535, "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox"),
	}
}
