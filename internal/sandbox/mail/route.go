package mail

import (
	"fmt"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// letter is one message on its way to one recipient.
type letter struct {
	id         string // Message-ID
	from       string // the From header
	returnPath string // the envelope's sender, empty for a report
	headerTo   string // whom the sender wrote to
	to         string // the envelope's recipient
	subject    string
	text       string
	signedIn   bool // its sender signed in here, to hand it over

	forwarders []tenant.Mailbox // the mailboxes that forwarded it, last one last
}

// leg is one row of the tenant's messages; inbound if Webex Connect has the
// last word on it.
type leg struct {
	tenant.Message
	inbound *Inbound
}

// router follows one letter through the tenant under its lock.
type router struct {
	*tenant.Tenant
	legs []leg
}

// route takes a letter to all its ends and records the legs. The tenant's
// lock is not held while Webex Connect takes its mail.
func (s *Server) route(l letter) []tenant.Message {
	s.tenant.Lock()
	way := &router{Tenant: s.tenant}
	way.route(l)
	s.tenant.Unlock()

	s.mu.Lock()
	deliver := s.deliver
	s.mu.Unlock()
	rows := []tenant.Message{}
	for _, leg := range way.legs {
		if leg.inbound != nil && deliver != nil {
			if err := deliver(*leg.inbound); err != nil {
				leg.Status = "dropped: " + err.Error()
			}
		}
		rows = append(rows, leg.Message)
	}

	s.tenant.Lock()
	defer s.tenant.Unlock()
	s.tenant.Messages = append(s.tenant.Messages, rows...)
	return rows
}

func (r *router) route(l letter) {
	if r.stoppedByRule(l) {
		return
	}
	if !r.isOurs(domainOf(l.to)) {
		r.leave(l)
		return
	}
	if mailbox, ok := r.mailbox(l.to); ok {
		r.deliver(l, mailbox)
		return
	}
	if _, ok := r.recipient(l.to); ok { // a group, contact or mail user
		r.end(l, "delivered")
		return
	}
	r.bounce(l, "failed", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient "+l.to+" not found by SMTP address lookup")
}

// deliver puts the letter into a mailbox, forwards it, or both. What the
// mailbox's rules do with the copy kept is no matter to its forwarding.
func (r *router) deliver(l letter, mailbox tenant.Mailbox) {
	if reply := r.refusal(l, mailbox); reply != "" {
		r.bounce(l, "rejected", reply)
		return
	}
	if mailbox.ModerationEnabled && l.returnPath != "" {
		r.end(l, "held: a moderator has to approve it")
		return
	}
	target := r.forwardsTo(mailbox)
	if target == "" || mailbox.DeliverToMailboxAndForward {
		r.keep(l, mailbox)
	} else {
		r.end(l, "forwarded: no copy kept")
	}
	switch {
	case target == "":
	case l.forwardedBy(mailbox):
		r.bounce(l, "failed", "554 5.4.14 Hop count exceeded - possible mail loop")
	default:
		r.forward(l, mailbox, target)
	}
}

// forward sends the letter on, as an automatic forward of a mailbox that has
// not forwarded it before.
func (r *router) forward(l letter, mailbox tenant.Mailbox, target string) {
	l.to, l.forwarders = target, append(slices.Clone(l.forwarders), mailbox)
	r.route(l)
}

func (l letter) forwardedBy(mailbox tenant.Mailbox) bool {
	return slices.ContainsFunc(l.forwarders, func(m tenant.Mailbox) bool { return m.ExchangeGUID == mailbox.ExchangeGUID })
}

// forwardsTo is where a mailbox forwards to: ForwardingAddress wins.
// https://learn.microsoft.com/powershell/module/exchange/set-mailbox
func (r *router) forwardsTo(m tenant.Mailbox) string {
	if m.ForwardingAddress != nil {
		return r.addressOf(*m.ForwardingAddress)
	}
	if m.ForwardingSMTPAddress != nil {
		_, address, _ := strings.Cut(*m.ForwardingSMTPAddress, ":")
		return address
	}
	return ""
}

// leave takes the letter out of the tenant, if automatic forwarding may.
func (r *router) leave(l letter) {
	status := "delivered"
	if len(l.forwarders) > 0 {
		forwarder := l.forwarders[len(l.forwarders)-1]
		if !r.remoteDomain(domainOf(l.to)).AutoForwardEnabled {
			r.end(l, "dropped: 250 2.1.5 RESOLVER.MSGTYPE.AF; handled AutoForward addressed to external recipient")
			return
		}
		if r.policyFor(forwarder).AutoForwardingMode != "On" { // Automatic is the same as Off
			r.bounce(l, "rejected",
				"550 5.7.520 Access denied, Your organization does not allow external forwarding. "+
					"Please contact your administrator for further assistance. AS(7555)")
			return
		}
		status = "forwarded: envelope sender " + r.rewrite(l.returnPath, forwarder)
	}
	r.end(l, status)
	if strings.HasSuffix(domainOf(l.to), ".imiconnect.io") {
		r.legs[len(r.legs)-1].inbound = &Inbound{l.from, l.headerTo, l.subject, l.text, l.id, l.to}
	}
}

// rewrite is the sender rewriting scheme: an outside sender's address leaves
// as one of the forwarder's domain.
// https://learn.microsoft.com/exchange/reference/sender-rewriting-scheme
func (r *router) rewrite(sender string, forwarder tenant.Mailbox) string {
	if sender == "" || r.isOurs(domainOf(sender)) {
		return "<" + sender + ">"
	}
	local, domain, _ := strings.Cut(sender, "@")
	box, own, _ := strings.Cut(forwarder.PrimarySMTPAddress, "@")
	return fmt.Sprintf("<%s+SRS=%s=%s=%s@%s>", box, "sbx00=AA", domain, local, own)
}

// end records how a leg ended.
func (r *router) end(l letter, status string) {
	r.legs = append(r.legs, leg{Message: tenant.Message{
		ID: r.IDs.New(), MessageID: l.id, From: l.from, To: l.to,
		Subject: l.subject, Text: l.text, Status: status, At: r.Clock.Now(),
	}})
}

// bounce records the refusal and reports it to the sender, but never
// reports a report.
func (r *router) bounce(l letter, outcome, reply string) {
	r.end(l, outcome+": "+reply)
	if l.returnPath == "" {
		return
	}
	domain := r.defaultDomain()
	r.route(letter{
		id: newMessageID(domain), from: "postmaster@" + domain,
		headerTo: l.returnPath, to: l.returnPath, subject: "Undeliverable: " + l.subject,
		text: "Your message to " + l.to + " couldn't be delivered.\nRemote server returned '" + reply + "'",
	})
}
