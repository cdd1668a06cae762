package front

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is one element of POST /faults: the nth request from now on that
// matches, and count-1 after it, meet the action. An empty service, method
// or path matches all; method is a regular expression for the whole name,
// path one for a part (Exchange: of the cmdlet; SMTP: of the verb).
type Fault struct {
	Service    string            `json:"service"`
	Method     string            `json:"method"`
	Path       string            `json:"path"`
	Nth        int               `json:"nth"`   // 1 if absent
	Count      int               `json:"count"` // 1 if absent
	Action     string            `json:"action"`
	Body       json.RawMessage   `json:"body"` // a string's characters, or any other JSON as it is
	Headers    map[string]string `json:"headers"`
	RetryAfter json.RawMessage   `json:"retryAfter"` // a string or a number
}

type kind int

const (
	actStatus       kind = iota // does not act, answers the status
	actCommitStatus             // acts, answers the status
	actReset                    // does not act, closes without an answer
	actCommitReset              // acts, closes without an answer
	actStall                    // waits first
	actCommitStall              // acts, then waits; the log has the status meanwhile
	actStale                    // reads what stood before the service's last write
	actGarbage                  // acts, and the answer is cut in half
)

// fault is a Fault made ready.
type fault struct {
	Fault
	method, path *regexp.Regexp
	kind         kind
	status       int
	stall        time.Duration
	seen         int
}

// Inject adds faults to those waiting; one that cannot be is an error, and
// then none is added.
func (f *Front) Inject(faults []Fault) error {
	ready := []*fault{}
	for i, asked := range faults {
		made, err := prepare(asked)
		if err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
		ready = append(ready, made)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, ready...)
	return nil
}

func prepare(asked Fault) (*fault, error) {
	made := &fault{Fault: asked}
	if !slices.Contains([]string{"", Entra, Graph, Exchange, SMTP, Webex}, asked.Service) {
		return nil, fmt.Errorf("no service %q", asked.Service)
	}
	if asked.Service == SMTP && strings.HasPrefix(asked.Action, "commit-stall") {
		return nil, fmt.Errorf("smtp has no commit-stall")
	}
	if asked.Nth < 0 || asked.Count < 0 {
		return nil, fmt.Errorf("nth and count start at 1")
	}
	made.Nth, made.Count = max(asked.Nth, 1), max(asked.Count, 1)
	var err error
	if made.method, err = regexp.Compile("^(?i:" + asked.Method + ")$"); err != nil {
		return nil, fmt.Errorf("method: %w", err)
	}
	if made.path, err = regexp.Compile(asked.Path); err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	return made, made.parseAction()
}

func (d *fault) parseAction() error {
	name, argument, _ := strings.Cut(d.Action, ":")
	kinds := map[string]kind{
		"status": actStatus, "commit-status": actCommitStatus, "reset": actReset,
		"commit-reset": actCommitReset, "stall": actStall, "commit-stall": actCommitStall, "stale": actStale, "garbage": actGarbage,
	}
	known, ok := kinds[name]
	d.kind = known
	var err error
	switch {
	case !ok:
		return fmt.Errorf("no action %q", d.Action)
	case d.kind == actStatus || d.kind == actCommitStatus:
		d.status, err = strconv.Atoi(argument)
		if err != nil || d.status < 200 || d.status > 599 {
			return fmt.Errorf("action %q: no status between 200 and 599", d.Action)
		}
	case d.kind == actStall || d.kind == actCommitStall:
		d.stall, err = time.ParseDuration(argument)
		if err != nil || d.stall < 0 {
			return fmt.Errorf("action %q: no duration", d.Action)
		}
	case argument != "":
		return fmt.Errorf("action %q takes no argument", name)
	}
	return nil
}

// match counts the request against every waiting fault and returns the first
// that is due, or what a throttled tenant does by itself, or nil.
func (f *Front) match(service string, what request) *fault {
	throttled := f.throttled()
	f.mu.Lock()
	defer f.mu.Unlock()
	var due *fault
	for _, d := range f.faults {
		if d.hits(service, what) && due == nil {
			due = d
		}
	}
	if due == nil && throttled && (service == Graph || service == Exchange) {
		f.throttle++
		if f.throttle%throttleEvery == 1 {
			due = tooMany(service)
		}
	}
	return due
}

// hits counts a request that the fault matches and says whether it is due.
func (d *fault) hits(service string, what request) bool {
	if d.Service != "" && d.Service != service ||
		d.Method != "" && !d.method.MatchString(what.method) || !d.path.MatchString(what.path) {
		return false
	}
	d.seen++
	return d.seen >= d.Nth && d.seen < d.Nth+d.Count
}

// answer is the status with body and headers as they were given.
func (d *fault) answer() *answer {
	a := &answer{status: d.status, header: http.Header{}}
	text := d.text()
	if json.Valid([]byte(text)) {
		a.header.Set("Content-Type", "application/json")
	}
	for name, value := range d.Headers {
		a.header.Set(name, value)
	}
	if retryAfter := verbatim(d.RetryAfter); retryAfter != "" {
		a.header.Set("Retry-After", retryAfter)
	}
	a.body.WriteString(text)
	return a
}

func (d *fault) text() string { return verbatim(d.Body) }

// verbatim is a JSON string's characters, or other JSON as it was written.
func verbatim(raw json.RawMessage) string {
	var text string
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// throttleEvery is how often a throttled tenant says 429: a client that
// waits and repeats always comes through.
const throttleEvery = 4

func (f *Front) throttled() bool {
	f.tenant.Lock()
	defer f.tenant.Unlock()
	return f.tenant.Settings.Throttled
}

// tooMany is the service's own way to say 429: Graph in its error shape,
// Exchange in plain text.
// https://learn.microsoft.com/graph/throttling
func tooMany(service string) *fault {
	body := `{"error":{"code":"TooManyRequests","message":"Too many requests, please retry later."}}`
	if service == Exchange {
		body = `"You have reached the maximum number of concurrent requests per tenant. Please wait and try again"`
	}
	return &fault{
		Fault: Fault{Body: json.RawMessage(body), RetryAfter: json.RawMessage("1")},
		kind:  actStatus, status: http.StatusTooManyRequests,
	}
}
