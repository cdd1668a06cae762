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

// Which says which requests are meant. An empty service, method or path means
// all; method is a regular expression for the whole name, path one for a part
// (Exchange: of the cmdlet; SMTP: of the verb).
type Which struct {
	Service string `json:"service"`
	Method  string `json:"method"`
	Path    string `json:"path"`
}

// Fault is one element of POST /faults: the nth request from now on that
// matches, and count-1 after it, meet the action. With After, "now" is when
// the first request that After means has been answered by its service with a
// status below 400.
//
// The action alter changes what a service answers: each value that the path
// JSON leads to (see parsePath) becomes Value. It counts only answers in which
// the path leads somewhere, and several may alter one answer.
type Fault struct {
	Which
	After      *Which            `json:"after"`
	Nth        int               `json:"nth"`   // 1 if absent
	Count      int               `json:"count"` // 1 if absent
	Action     string            `json:"action"`
	Body       json.RawMessage   `json:"body"` // a string's characters, or any other JSON as it is
	Headers    map[string]string `json:"headers"`
	RetryAfter json.RawMessage   `json:"retryAfter"` // a string or a number
	JSON       string            `json:"json"`
	Value      json.RawMessage   `json:"value"`
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
	actAlter                    // acts, and the answer shows another value
	actPage                     // acts, and lists are cut, with a next page that nobody has
	actText                     // acts, and the answer is a plain text
)

// fault is a Fault made ready.
type fault struct {
	Fault
	requests *matcher
	after    *matcher // nil once it has been met, or where there is none
	kind     kind
	status   int
	stall    time.Duration
	plain    string // the text that is shown instead
	places   path
	seen     int
	over     chan struct{} // closed when it is taken back
}

// matcher is a Which made ready.
type matcher struct {
	service      string
	method, path *regexp.Regexp
}

func (w Which) prepare() (*matcher, error) {
	m := &matcher{service: w.Service}
	if !slices.Contains([]string{"", Entra, Graph, Exchange, SMTP, Webex}, w.Service) {
		return nil, fmt.Errorf("no service %q", w.Service)
	}
	pattern := "^(?i:" + w.Method + ")$"
	if w.Method == "" {
		pattern = ""
	}
	var err error
	if m.method, err = regexp.Compile(pattern); err != nil {
		return nil, fmt.Errorf("method: %w", err)
	}
	if m.path, err = regexp.Compile(w.Path); err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	return m, nil
}

func (m *matcher) matches(service string, what request) bool {
	return (m.service == "" || m.service == service) && m.method.MatchString(what.method) && m.path.MatchString(what.path)
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

// Forget takes back all faults, those that have begun too.
func (f *Front) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.faults {
		close(d.over)
	}
	f.faults = nil
}

func prepare(asked Fault) (*fault, error) {
	made := &fault{Fault: asked, over: make(chan struct{})}
	var err error
	if made.requests, err = asked.Which.prepare(); err != nil {
		return nil, err
	}
	if asked.After != nil {
		if made.after, err = asked.After.prepare(); err != nil {
			return nil, fmt.Errorf("after: %w", err)
		}
		if asked.After.Service == SMTP {
			return nil, fmt.Errorf("after: smtp is not watched")
		}
	}
	if asked.Nth < 0 || asked.Count < 0 {
		return nil, fmt.Errorf("nth and count start at 1")
	}
	made.Nth, made.Count = max(asked.Nth, 1), max(asked.Count, 1)
	if err := made.parseAction(); err != nil {
		return nil, err
	}
	return made, made.parseAlteration()
}

// parseAlteration: a path and a value belong to alter, and to nothing else.
func (d *fault) parseAlteration() (err error) {
	switch alters := d.kind == actAlter; {
	case d.Service == SMTP && (alters || slices.Contains([]kind{actCommitStall, actPage, actText}, d.kind)):
		return fmt.Errorf("smtp has no %s", d.Action)
	case !alters && (d.JSON != "" || d.Value != nil):
		return fmt.Errorf("action %q alters nothing: no json, no value", d.Action)
	case !alters:
		return nil
	case d.JSON == "" || d.Value == nil:
		return fmt.Errorf("alter needs json and value")
	}
	d.places, err = parsePath(d.JSON)
	return err
}

func (d *fault) parseAction() error {
	name, argument, _ := strings.Cut(d.Action, ":")
	kinds := map[string]kind{
		"status": actStatus, "commit-status": actCommitStatus, "reset": actReset,
		"commit-reset": actCommitReset, "stall": actStall, "commit-stall": actCommitStall, "stale": actStale, "garbage": actGarbage,
		"alter": actAlter, "page": actPage, "text": actText,
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
	case d.kind == actText:
		if d.plain = argument; argument == "" {
			return fmt.Errorf("action %q: no text", d.Action)
		}
	case argument != "":
		return fmt.Errorf("action %q takes no argument", name)
	}
	return nil
}

// match counts the request against every waiting fault and returns the first
// that is due, or what a throttled tenant does by itself, or nil. Alterations
// wait for the answer.
func (f *Front) match(service string, what request) *fault {
	throttled := f.throttled()
	f.mu.Lock()
	defer f.mu.Unlock()
	var due *fault
	for _, d := range f.faults {
		if d.kind != actAlter && d.meets(service, what) && d.count() && due == nil {
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

// meets says whether the fault is awake and means the request.
func (d *fault) meets(service string, what request) bool {
	return d.after == nil && d.requests.matches(service, what)
}

// count counts a request that the fault meets and says whether it is due.
func (d *fault) count() bool {
	d.seen++
	return d.seen >= d.Nth && d.seen < d.Nth+d.Count
}

// wake rouses the faults that wait for a request such as this one, which its
// service has answered.
func (f *Front) wake(service string, what request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.faults {
		if d.after != nil && d.after.matches(service, what) {
			d.after = nil
		}
	}
}

// answer is the status with body and headers as they were given.
func (d *fault) answer() *answer {
	a := &answer{forged: true, status: d.status, header: http.Header{}}
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
