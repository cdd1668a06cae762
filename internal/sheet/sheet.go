// Package sheet is the paste sheet: a page on this computer that mirrors the
// form of Webex Connect, with a button that copies each value.
//
// It shows the client secret, so nobody else may open it. Its rules:
//
//   - It listens on 127.0.0.1 alone, and answers no request for another host.
//   - Its address leads to it once, in one browser. Where a program must be
//     told an address, as a browser's opener is, that one leads to a question
//     for a code, since others on this computer see what programs are told.
//   - The browser that came first has a cookie, for one path of the page. Every
//     other request that is not its own page's is refused.
//   - The page loads nothing from elsewhere, is kept nowhere, and runs no script
//     that is not in its own file.
//   - It ends when the person says so, with the run, or after Limit.
package sheet

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"wxmail/internal/msg"
	"wxmail/internal/webex"
)

// Limit is how long a page stays open.
const Limit = 30 * time.Minute

// Sheet is what a page shows. Its functions may be called from many goroutines.
type Sheet struct {
	Catalogue *msg.Catalogue
	Fields    []webex.Field // of the form, with the client secret
	Clicks    []Click       // what to do after the form
	Links     []Link        // the portals

	Ticked func(line string) bool           // whether a line was ticked off: a label, or the id of a click
	Tick   func(line string, on bool) error // keeps what is ticked
	Copied func(label string)               // a secret was copied by the page
}

// Click is one thing to do in Webex Connect.
type Click struct{ ID, Text string }

// Link leads to a portal.
type Link struct{ Text, URL string }

// Page is an open sheet. Close it.
type Page struct {
	sheet    Sheet
	host     string // where it listens: "127.0.0.1:PORT"
	session  string // the folder that only the one browser knows
	door     door
	server   *http.Server
	finished chan struct{} // closed when the person has said that all is done
	once     sync.Once
}

// ListenError says that the page could not be opened.
type ListenError struct{ Err error }

func (l *ListenError) Error() string { return "listen on 127.0.0.1: " + l.Err.Error() }

// Unwrap gives the cause.
func (l *ListenError) Unwrap() error { return l.Err }

// Fact gives the code of the advice and why nobody can listen.
func (l *ListenError) Fact() (code, object, detail string) {
	return "WX-LOOPBACK", "127.0.0.1", l.Err.Error()
}

// Open opens the page. The error is a *ListenError.
func Open(s Sheet) (*Page, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, &ListenError{err}
	}
	p := &Page{sheet: s, host: listener.Addr().String(), session: rand.Text(), finished: make(chan struct{}),
		door: door{token: rand.Text(), code: newCode(), cookie: rand.Text()}}
	p.server = &http.Server{
		Handler:           p,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	go func() { _ = p.server.Serve(listener) }()
	return p, nil
}

// codeDigits is how long the code is: four and four digits, to be typed.
const codeDigits = 8

func newCode() string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(codeDigits), nil)
	n, _ := rand.Int(rand.Reader, limit) // it never fails: https://pkg.go.dev/crypto/rand#Read
	digits := fmt.Sprintf("%0*d", codeDigits, n)
	return digits[:codeDigits/2] + " " + digits[codeDigits/2:]
}

// Address leads to the page once. It is for the person's eyes alone.
func (p *Page) Address() string { return p.origin() + "/" + p.door.token }

// Front leads to a question for Code, and may be told to programs.
func (p *Page) Front() string { return p.origin() + "/" }

// Code opens the page at Front.
func (p *Page) Code() string { return p.door.code }

// Port is where the page listens.
func (p *Page) Port() int {
	_, port, _ := net.SplitHostPort(p.host)
	n, _ := strconv.Atoi(port) // it was given by the system
	return n
}

func (p *Page) origin() string { return "http://" + p.host }

// Wait waits until the person has said on the page that all is done. It gives
// false where Limit came first, and the context's error.
func (p *Page) Wait(ctx context.Context) (finished bool, err error) {
	limit := time.NewTimer(Limit)
	defer limit.Stop()
	select {
	case <-p.finished:
		return true, nil
	case <-limit.C:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// Close ends the page: it lets the last answer be delivered, but waits for no
// idle browser. It may be repeated.
func (p *Page) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
	defer cancel()
	if p.server.Shutdown(ctx) != nil {
		_ = p.server.Close()
	}
}
