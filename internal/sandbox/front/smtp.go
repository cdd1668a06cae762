package front

import (
	"net"
	"slices"
	"time"

	"wxmail/internal/sandbox/mail"
)

// verbs are the SMTP verbs in the order of a session.
var verbs = []string{"CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"}

// Begin implements mail.Observer: an SMTP session is one request,
// whose method and path are the furthest verb.
func (f *Front) Begin(net.Addr) mail.Conversation {
	entry := f.begin("other", SMTP, request{method: verbs[0], path: verbs[0]})
	<-time.After(f.latency)
	return &conversation{f, entry}
}

type conversation struct {
	front *Front
	entry *Entry
}

func (c *conversation) Hello(name string) {
	c.front.update(c.entry, func() { c.entry.Client = clientOf(name) })
}

// Verb answers with the fault that is due. SMTP has no replicas: a stale read
// there is the usual one.
func (c *conversation) Verb(verb string) *mail.Fault {
	c.front.update(c.entry, func() {
		if slices.Index(verbs, verb) > slices.Index(verbs, c.entry.Path) {
			c.entry.Method, c.entry.Path = verb, verb
		}
	})
	d := c.front.match(SMTP, request{method: verb, path: verb})
	if d == nil {
		return nil
	}
	switch d.kind {
	case actStatus, actCommitStatus:
		return &mail.Fault{Commit: d.kind == actCommitStatus, Code: d.status, Text: d.text()}
	case actReset, actCommitReset:
		return &mail.Fault{Commit: d.kind == actCommitReset, Reset: true}
	case actStall:
		return &mail.Fault{Stall: d.stall}
	case actGarbage:
		return &mail.Fault{Commit: true, Raw: "\x00garbage\r\n"}
	}
	return nil
}

func (c *conversation) Reply(_ string, code int) {
	c.front.update(c.entry, func() { c.entry.Status = code })
}

func (c *conversation) Accepted() {
	c.front.update(c.entry, func() { c.entry.Write = true })
}

func (c *conversation) End() {
	c.front.update(c.entry, func() {
		now := c.front.tenant.Clock.Now()
		c.entry.Ended = &now
	})
}
