package mail

import (
	"net"
	"time"
)

// Observer is told of every SMTP connection, so that the sandbox can log
// requests and inject faults.
type Observer interface {
	// Begin is called once per connection, before the banner. It may block
	// (latency) without holding up other connections.
	Begin(remote net.Addr) Conversation
}

// Conversation is one SMTP connection as its observer sees it. Its calls come
// one after the other, but for End, which Close may bring at any moment.
//
// Verbs are EHLO (HELO too), AUTH, MAIL, RCPT and DATA (BDAT too). What the
// server refuses before it looks at the verb's argument (a verb out of order,
// AUTH before TLS) is not reported.
type Conversation interface {
	// Hello tells the client's name; again after STARTTLS.
	Hello(name string)
	// Verb tells that a verb has arrived; a fault replaces its answer.
	Verb(verb string) *Fault
	// Reply tells the status that answers the verb.
	Reply(verb string, code int)
	// Accepted tells that DATA was accepted: a message was handed over.
	Accepted()
	// End is called once, when the connection is closed.
	End()
}

// Fault is what happens instead of the answer to a verb, in this order: the
// stall, the verb itself if Commit is set, then Reset, Raw or Code. A fault
// with only a Stall delays the verb.
type Fault struct {
	Stall  time.Duration // real time; Close resets the connection
	Commit bool          // the verb acts first, and its own answer is lost
	Reset  bool          // the connection is reset without an answer
	Raw    string        // sent instead of a reply, and the connection is closed
	Code   int           // the reply's status
	Text   string        // the reply's text, with or without an enhanced status code
}

// Blind is an Observer that looks away.
type Blind struct{}

// Begin implements Observer.
func (Blind) Begin(net.Addr) Conversation { return blind{} }

type blind struct{}

func (blind) Hello(string)       {}
func (blind) Verb(string) *Fault { return nil }
func (blind) Reply(string, int)  {}
func (blind) Accepted()          {}
func (blind) End()               {}
