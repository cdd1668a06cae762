package cloud

import (
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"wxmail/internal/microsoft"
)

// Endpoints is one Microsoft cloud: where its services are, how they are
// reached and trusted, and how long to wait for them. Load makes it; all its
// methods may be called from several goroutines. Fields are not changed once
// the first request has been made.
type Endpoints struct {
	Name     string // a named cloud, or the name that an endpoints file gives itself
	Base     string // the named cloud whose hosts these are
	FromFile bool   // from an endpoints file: perhaps not Microsoft

	Authority     string // https origin of Entra ID
	Graph         string // https origin of Microsoft Graph
	Exchange      string // https origin of the Exchange admin route
	ExchangeScope string // what a token for the Exchange admin route is asked for

	SMTPHost  string // submission host, as Webex Connect is told it
	SMTPPort  int
	SMTPScope string // delegated permission to send, with its resource

	AzurePortal, EntraPortal, AdminPortal, DefenderPortal string // https origins, for links only

	// ExchangeEnvironment is the cloud's name for Connect-ExchangeOnline, "" for
	// the public one.
	// https://learn.microsoft.com/powershell/module/exchange/connect-exchangeonline
	ExchangeEnvironment string

	Timeouts     Timeouts
	Retry        Retry
	PollInterval time.Duration // first pause between two looks at something that settles
	MaxClockSkew time.Duration // a larger ClockSkew is worth a warning; 0: never

	wire  wire
	clock clock

	mu       sync.Mutex
	observer Observer
	trace    io.Writer
}

// Timeouts bound single waits.
type Timeouts struct {
	Request time.Duration // one attempt of one request, its body included
	SignIn  time.Duration // a person at a sign-in page
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
	e.mu.Lock()
	defer e.mu.Unlock()
	e.observer = o
}

// SetTrace starts a log of HTTP requests to w, one line per attempt: no
// bodies, no headers but request ids, query values only where they cannot be
// secret. nil stops it. Writes are serialized; their errors are ignored.
func (e *Endpoints) SetTrace(w io.Writer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.trace = w
}

// Client reaches Entra ID, Graph and Exchange of this cloud and nothing else.
// It is one client, shared: every call gives the same.
//
// Its transport answers every status of 400 and above with a *microsoft.Error (but for
// a 401 that holds a claims challenge, and requests marked RawErrors), and a
// success whose body is not JSON too. It repeats what may be repeated (see
// Idempotent); callers repeat nothing. Bodies are complete when they arrive.
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
	e.mu.Lock()
	tell := e.observer.Wait
	e.mu.Unlock()
	if tell != nil {
		tell(Wait{For: reason, Since: e.Now()})
	}
}

// service says whose host a URL names; false for a host that is not this
// cloud's or a URL that is not plain https.
func (e *Endpoints) service(u *url.URL) (microsoft.Service, bool) {
	if u.Scheme != "https" || u.User != nil {
		return "", false
	}
	switch "https://" + hostOf(u) {
	case e.Authority:
		return microsoft.Entra, true
	case e.Graph:
		return microsoft.Graph, true
	case e.Exchange:
		return microsoft.Exchange, true
	default:
		return "", false
	}
}
