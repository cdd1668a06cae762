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
	"sync/atomic"
	"time"
)

// ListenError says that the loopback page could not be opened.
type ListenError struct {
	Port int // 0: any
	Err  error
}

func (l *ListenError) Error() string {
	return fmt.Sprintf("listen on localhost port %d: %v", l.Port, l.Err)
}

// Unwrap gives the cause.
func (l *ListenError) Unwrap() error { return l.Err }

// Fact gives the code of the advice and why nobody can listen.
func (l *ListenError) Fact() (code, object, detail string) {
	return "WX-LOOPBACK", "localhost", l.Error()
}

// page is the loopback page that a sign-in is redirected to. Only the first
// request that carries the state is an answer; all others are told so and
// change nothing.
type page struct {
	awaited
	port    int
	door    door
	words   Words
	answers chan *answer
	taken   atomic.Bool
	server  *http.Server
}

// listen opens the page. The error is a *ListenError.
func listen(port int, issuer string, words Words) (*page, error) {
	listeners, err := loopback(port)
	if err != nil {
		return nil, &ListenError{Port: port, Err: err}
	}
	p := &page{
		port:    listeners[0].Addr().(*net.TCPAddr).Port,
		awaited: awaited{newState(), issuer},
		words:   words.orEnglish(),
		answers: make(chan *answer, 1),
	}
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
	return p, nil
}

const portAttempts = 10

// loopback listens on one port of 127.0.0.1 and of ::1, since a browser may
// take localhost for either. A port that is somebody else's on ::1 will not
// do: the code would go there.
func loopback(port int) ([]net.Listener, error) {
	var last error
	for range portAttempts {
		four, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port))
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

func (p *page) redirectURI() string { return "http://localhost:" + strconv.Itoa(p.port) }

// close lets the last page be delivered, but waits for no idle browser.
func (p *page) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
	defer cancel()
	if p.server.Shutdown(ctx) != nil {
		_ = p.server.Close()
	}
}

// ServeHTTP answers whoever comes.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !p.ours(r.Host):
		p.write(w, http.StatusMisdirectedRequest, p.words.Stray, "")
	case r.URL.Path != "/" && !strings.HasPrefix(r.URL.Path, doorPath):
		p.write(w, http.StatusNotFound, p.words.Stray, "")
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		p.write(w, http.StatusMethodNotAllowed, p.words.Stray, "")
	case r.URL.Path != "/":
		p.pass(w, r)
	default:
		p.callback(w, r)
	}
}

// ours keeps out a web page that had its own name point to this machine.
func (p *page) ours(host string) bool {
	name, port, err := net.SplitHostPort(host)
	return err == nil && port == strconv.Itoa(p.port) &&
		(name == "localhost" || name == "127.0.0.1" || name == "::1")
}

func (p *page) callback(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	got, ok := parseCallback(query, p.awaited)
	switch {
	case err != nil || !ok:
		p.write(w, http.StatusBadRequest, p.words.Stray, "")
		return
	case !p.taken.CompareAndSwap(false, true):
		p.write(w, http.StatusOK, p.words.Again, "")
		return
	}
	// The answer ends the sign-in and closes the page: first let it be seen.
	defer func() { p.answers <- got }()
	if got.refusal != nil {
		p.write(w, http.StatusOK, p.words.Failed, got.refusal.Code+" "+got.refusal.Message)
		return
	}
	p.write(w, http.StatusOK, p.words.Done, "")
}
