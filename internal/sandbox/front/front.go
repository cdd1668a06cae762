// Package front stands before every service of the sandbox: it logs each
// request, delays it by the latency, stamps the answer with the sandbox's
// clock, and does the damage that was asked for.
//
// A service writes into a buffer, so that the log entry is complete before
// the client reads the answer, and so that an answer can be lost after the
// service has acted.
package front

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"wxmail/internal/sandbox/tenant"
)

// The services, as GET /requests and POST /faults name them.
const (
	Entra    = "entra"
	Graph    = "graph"
	Exchange = "exchange"
	Azure    = "azure"
	SMTP     = "smtp"
	Webex    = "webex"
)

// maxBody is more than any request to these services may have.
const maxBody = 4 << 20

// Front logs and damages the traffic of one sandbox. Its methods may be
// called at the same time.
type Front struct {
	Tamper Tamper // nil for none; set before the first request

	tenant  *tenant.Tenant
	latency time.Duration

	mu       sync.Mutex
	log      []*Entry
	faults   []*fault
	throttle int // requests seen by a throttled service
}

// Tamper gives what a client is shown in place of a body that a service
// answered to a request, named as GET /requests does.
type Tamper func(client, service, path string, body []byte) []byte

// New is a front of a tenant; every request takes at least latency.
func New(t *tenant.Tenant, latency time.Duration) *Front {
	return &Front{tenant: t, latency: latency}
}

// Reset forgets all requests and faults.
func (f *Front) Reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log, f.faults, f.throttle = nil, nil, 0
}

// Service is an HTTP service behind the front.
type Service struct {
	Name    string
	Handler http.Handler
	// Over builds the service over another tenant, for a stale read; nil for
	// a service without replicas, which then answers as it is.
	Over func(*tenant.Tenant) http.Handler
}

// Handler is the service behind the front.
func (f *Front) Handler(s Service) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.serve(s, w, r) })
}

func (f *Front) serve(s Service, w http.ResponseWriter, r *http.Request) {
	due := time.After(f.latency)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the request's body cannot be read", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	what := classify(s.Name, r, body)
	entry := f.begin(clientOf(r.UserAgent()), s.Name, what)
	a := f.answer(s, r, what, entry)
	if !a.forged && f.alter(s.Name, what, a) {
		f.update(entry, func() { entry.Altered = true })
	}
	if f.Tamper != nil && !a.lost {
		a.show(f.Tamper(entry.Client, s.Name, what.path, a.body.Bytes()))
	}
	select {
	case <-due:
	case <-r.Context().Done():
	}
	f.end(entry, a.status)
	if a.lost {
		panic(http.ErrAbortHandler) // net/http's way to reset a stream or close a connection
	}
	a.send(w, f.tenant.Clock.Now())
}

// answer is the service's answer to a request, or the fault's.
func (f *Front) answer(s Service, r *http.Request, what request, entry *Entry) *answer {
	damage := f.match(s.Name, what)
	if damage == nil {
		return f.act(s.Handler, s.Name, r, what)
	}
	switch damage.kind {
	case actStatus:
		return damage.answer()
	case actReset:
		return lost()
	case actStall:
		if !damage.pause(r.Context()) {
			return lost()
		}
	case actStale:
		if s.Over != nil && !what.write {
			return record(s.Over(f.past(s.Name)), r)
		}
	}
	a := f.act(s.Handler, s.Name, r, what)
	switch damage.kind {
	case actCommitStatus:
		return damage.answer()
	case actCommitReset:
		return lost()
	case actCommitStall:
		f.update(entry, func() { entry.Status = a.status })
		a.lost = !damage.pause(r.Context())
	case actGarbage:
		return a.garbled()
	case actPage:
		return a.cut("https://" + r.Host + r.URL.Path)
	case actText:
		return a.plain(damage.plain)
	}
	return a
}

// act lets the service act. What stood before a write is what a stale read
// of the service will show.
func (f *Front) act(handler http.Handler, service string, r *http.Request, what request) *answer {
	if what.write {
		f.tenant.Lock()
		f.tenant.Mark(service)
		f.tenant.Unlock()
	}
	a := record(handler, r)
	if a.status < http.StatusBadRequest {
		f.wake(service, what)
	}
	return a
}

func (f *Front) past(service string) *tenant.Tenant {
	f.tenant.Lock()
	defer f.tenant.Unlock()
	return f.tenant.Past(service)
}

// pause waits for as long as the fault stalls, or until it is taken back; false
// says that the client has gone.
func (d *fault) pause(ctx context.Context) bool {
	timer := time.NewTimer(d.stall)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-d.over:
		return true
	case <-ctx.Done():
		return false
	}
}

// answer is a buffered http.ResponseWriter; a lost one is never sent.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
	lost   bool
	forged bool // not what the service answered
}

func lost() *answer { return &answer{lost: true, forged: true} }

func record(handler http.Handler, r *http.Request) *answer {
	a := &answer{header: http.Header{}}
	defer a.recover()
	handler.ServeHTTP(a, r)
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a
}

// recover turns a bug of a service into an answer that shows it.
func (a *answer) recover() {
	if bug := recover(); bug != nil {
		a.status, a.header = http.StatusInternalServerError, http.Header{"Content-Type": {"text/plain"}}
		a.body.Reset()
		fmt.Fprintf(&a.body, "sandbox bug: %v\n%s", bug, debug.Stack())
	}
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(data []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(data)
}

func (a *answer) send(w http.ResponseWriter, now time.Time) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Date", now.Format(http.TimeFormat))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // a client that has gone is no error of ours
}

// show puts another body in place of the answer's.
func (a *answer) show(body []byte) {
	body = bytes.Clone(body) // perhaps a part of the old one
	a.body.Reset()
	a.body.Write(body)
	if a.header.Get("Content-Length") != "" {
		a.header.Set("Content-Length", strconv.Itoa(len(body)))
	}
}

// garbled is the answer cut in half and called a success.
func (a *answer) garbled() *answer {
	half := append([]byte(`{"`), a.body.Bytes()[:a.body.Len()/2]...)
	if a.body.Len() > 1 {
		half = half[2:]
	}
	g := &answer{forged: true, status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}}
	g.body.Write(half)
	return g
}
