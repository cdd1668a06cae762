package signin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ListenError says that the loopback page could not be opened.
type ListenError struct{ Err error }

func (l *ListenError) Error() string { return fmt.Sprintf("listen on localhost: %v", l.Err) }

// Unwrap gives the cause.
func (l *ListenError) Unwrap() error { return l.Err }

// Fact gives the code of the advice and why nobody can listen.
func (l *ListenError) Fact() (code, object, detail string) {
	return "WX-LOOPBACK", "localhost", l.Error()
}

// Page is the loopback page that the sign-ins of a run are redirected to: one
// listener on one port for all of them, opened by the first. Only the first
// request that carries the state of the sign-in that goes on is an answer; all
// others are told so and change nothing. Close it when the run has ended.
type Page struct {
	words Words

	mu     sync.Mutex
	port   int // 0 until somebody listens
	server *http.Server
	visit  *visit          // the sign-in that goes on; nil between two
	past   map[string]bool // states that have had their answer
}

// NewPage gives a page that nobody listens on yet.
func NewPage(words Words) *Page { return &Page{words: words, past: map[string]bool{}} }

// expect opens the page, if it is not, for a sign-in that begins. The error is
// a *ListenError.
func (p *Page) expect(issuer string) (*visit, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server == nil {
		if err := p.listen(); err != nil {
			return nil, err
		}
	}
	p.visit = newVisit(p.port, issuer)
	return p.visit, nil
}

func (p *Page) listen() error {
	listeners, err := loopback()
	if err != nil {
		return &ListenError{Err: err}
	}
	p.port = listeners[0].Addr().(*net.TCPAddr).Port
	p.server = &http.Server{
		Handler:           p,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		MaxHeaderBytes:    256 << 10, // codes are long, and a proxy's cookies may come along
		ErrorLog:          discard(),
	}
	for _, l := range listeners {
		go func() { _ = p.server.Serve(l) }()
	}
	return nil
}

const portAttempts = 10

// loopback listens on one port of 127.0.0.1 and of ::1, since a browser may
// take localhost for either.
func loopback() ([]net.Listener, error) {
	var last error
	for range portAttempts {
		four, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		chosen := four.Addr().(*net.TCPAddr).Port
		six, err := net.Listen("tcp6", "[::1]:"+strconv.Itoa(chosen))
		if err == nil {
			return []net.Listener{four, six}, nil
		}
		if !errors.Is(err, addressInUse) {
			return []net.Listener{four}, nil // a machine without IPv6
		}
		_ = four.Close()
		last = err
	}
	return nil, last
}

// Close lets the last page be delivered, but waits for no idle browser. It may
// be repeated.
func (p *Page) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
	defer cancel()
	if p.server.Shutdown(ctx) != nil {
		_ = p.server.Close()
	}
}

// now is the sign-in that goes on; one that nobody waits for where none does.
func (p *Page) now() *visit {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visit == nil {
		return newVisit(p.port, "")
	}
	return p.visit
}

// take lets a sign-in have its answer, once.
func (p *Page) take(v *visit) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visit != v || p.past[v.state] {
		return false
	}
	p.past[v.state] = true
	return true
}

// answered says whether a state has had its answer, in this sign-in or before.
func (p *Page) answered(state string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.past[state]
}

// ServeHTTP answers whoever comes.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !p.ours(r.Host):
		p.tell(w, http.StatusMisdirectedRequest, p.words.Stray)
	case r.URL.Path != "/" && !isDoor(r.URL.Path):
		p.tell(w, http.StatusNotFound, p.words.Stray)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		p.tell(w, http.StatusMethodNotAllowed, p.words.Stray)
	case r.URL.Path != "/":
		p.pass(w, r)
	default:
		p.callback(w, r)
	}
}

// ours keeps out a web page that had its own name point to this machine.
func (p *Page) ours(host string) bool {
	name, port, err := net.SplitHostPort(host)
	return err == nil && port == strconv.Itoa(p.now().port) &&
		(name == "localhost" || name == "127.0.0.1" || name == "::1")
}

// callback takes an answer. What the page says of it is known once the code is
// redeemed and the account was looked at.
func (p *Page) callback(w http.ResponseWriter, r *http.Request) {
	v := p.now()
	query, err := url.ParseQuery(r.URL.RawQuery)
	got, ok := parseCallback(query, v.awaited)
	switch {
	case err == nil && p.answered(query.Get("state")):
		p.tell(w, http.StatusOK, p.words.Again)
		return
	case err != nil || !ok:
		p.tell(w, http.StatusBadRequest, p.words.Stray)
		return
	case !p.take(v):
		p.tell(w, http.StatusOK, p.words.Again)
		return
	}
	patient := http.NewResponseController(w) // the limits are for clients, not for us
	_, _ = patient.SetReadDeadline(time.Time{}), patient.SetWriteDeadline(time.Time{})
	v.answers <- got
	<-v.ended
	p.write(w, http.StatusOK, v.verdict)
}

// pass sends a browser on. The address that it leaves is told to nobody.
func (p *Page) pass(w http.ResponseWriter, r *http.Request) {
	v := p.now()
	if !v.enter(strings.TrimPrefix(r.URL.Path, "/")) {
		p.tell(w, http.StatusGone, p.words.Used)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Location", v.url)
	w.WriteHeader(http.StatusFound)
}
