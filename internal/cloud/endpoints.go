package cloud

import (
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"wxmail/internal/microsoft"
)

// Endpoints is one Microsoft cloud as the product talks to it: what is known
// of it (Environment), how long it is waited for (Pace), and the live line to
// it: its connections, its clock, and who is told. Load makes it; all its
// methods may be called from several goroutines. Fields are not changed once
// the first request has been made, and it is not copied.
type Endpoints struct {
	Environment
	Pace

	wire     wire
	clock    clock
	audience audience
}

// audience is who is told what the line is doing.
type audience struct {
	mu       sync.Mutex
	observer Observer
	trace    io.Writer
	witness  func(Answered)
}

// Pace is how long things may take, and how often they are looked at.
type Pace struct {
	Timeouts     Timeouts
	Retry        Retry
	PollInterval time.Duration // first pause between two looks at something that settles
	MaxClockSkew time.Duration // a larger ClockSkew is worth a warning; 0: never
}

// Timeouts bound single waits.
type Timeouts struct {
	Request time.Duration // one attempt of one request, its body included
	SignIn  time.Duration // a person at a sign-in page
	Settle  time.Duration // a replica that lags, in real time, whatever the service's clock does
}

// Retry is the pace of repeated attempts.
type Retry struct {
	Base time.Duration // the first pause, doubled from then on
	Max  time.Duration // no pause is longer; a service that asks for more gets no repeat
}

// Wait is something that takes time and that a person may want to know of.
type Wait struct {
	For   string // what is waited for, a fact in English: "graph: throttled"
	Since time.Time
}

// Observer is told of waits as they begin. It must not block and may be
// called from several goroutines.
type Observer struct {
	Wait func(Wait)
}

// SetObserver replaces who is told of waits.
func (e *Endpoints) SetObserver(o Observer) {
	e.audience.mu.Lock()
	defer e.audience.mu.Unlock()
	e.audience.observer = o
}

// Answered is a success of Microsoft Graph or Exchange as it came.
type Answered struct {
	Service microsoft.Service
	Name    string // the cmdlet, or the method and the last part of the path
	Body    []byte // to be read only
}

// SetWitness has every success of Graph and Exchange that holds something shown
// to tell, as it came; nil stops it. tell must not block and may be called from
// several goroutines. Entra ID's answers hold tokens, and are shown to nobody.
func (e *Endpoints) SetWitness(tell func(Answered)) {
	e.audience.mu.Lock()
	defer e.audience.mu.Unlock()
	e.audience.witness = tell
}

// witnessed shows a success to the witness, if there is one.
func (e *Endpoints) witnessed(c *call, status int, body []byte) {
	e.audience.mu.Lock()
	tell := e.audience.witness
	e.audience.mu.Unlock()
	if tell == nil || c.service == microsoft.Entra || status != http.StatusOK || len(body) == 0 {
		return
	}
	name := c.req.Header.Get("X-CmdletName")
	if name == "" {
		last, _, _ := strings.Cut(path.Base(c.req.URL.Path), "(") // a key names somebody
		name = c.req.Method + " " + last
	}
	tell(Answered{c.service, name, body})
}

// SetTrace starts a log of HTTP requests to w, one line per attempt: no
// bodies, no headers but request ids, query values only where they cannot be
// secret. nil stops it. Writes are serialized; their errors are ignored.
func (e *Endpoints) SetTrace(w io.Writer) {
	e.audience.mu.Lock()
	defer e.audience.mu.Unlock()
	e.audience.trace = w
}

// Client reaches Entra ID, Graph and Exchange of this cloud and nothing else.
// It is one client, shared: every call gives the same.
//
// Its transport answers every status of 400 and above with a *microsoft.Error
// (but for a 401 that holds a claims challenge, and requests marked RawErrors),
// and a success whose body is not JSON too. It repeats what may be repeated
// (see Idempotent); callers repeat nothing. Bodies are complete when they
// arrive.
func (e *Endpoints) Client() *http.Client {
	_ = e.transport()
	return e.wire.client
}

// transport is the one below Client.
func (e *Endpoints) transport() *transport {
	e.wire.once.Do(func() { e.wire.transport, e.wire.client = e.newClient() })
	return e.wire.transport
}

// patience is how long an answer may take before somebody is told.
const patience = 3 * time.Second

// Awaiting begins the wait for an answer of a service and gives its end. One
// that takes long, 3 s or half of Timeouts.Request, is reported to the
// observer meanwhile.
func (e *Endpoints) Awaiting(s microsoft.Service) (answered func()) {
	slow := time.AfterFunc(min(patience, e.Timeouts.Request/2), func() { e.report(string(s) + ": no answer yet") })
	return func() { slow.Stop() }
}

func (e *Endpoints) report(reason string) {
	e.audience.mu.Lock()
	tell := e.audience.observer.Wait
	e.audience.mu.Unlock()
	if tell != nil {
		tell(Wait{For: reason, Since: e.Now()})
	}
}
