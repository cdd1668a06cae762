package testkit

import "fmt"

// Reached is to whom a customer's mail has come. One that came to nobody is
// lost: its sender may have got a report, or nothing at all.
type Reached struct{ Mailbox, Agent bool }

// Lost says that nobody has the mail.
func (r Reached) Lost() bool { return !r.Mailbox && !r.Agent }

// String is to whom, in words.
func (r Reached) String() string {
	switch {
	case r.Mailbox && r.Agent:
		return "mailbox and agent"
	case r.Mailbox:
		return "mailbox"
	case r.Agent:
		return "agent"
	}
	return "nobody"
}

// CustomerWrites sends a customer's mail to a mailbox now, and says to whom it
// came, with all that became of it on its way. Subjects must differ.
func (w *World) CustomerWrites(to, subject string) (reached Reached, way string) {
	w.t.Helper()
	w.Call("POST", "/mail", map[string]string{"from": Customer, "to": to, "subject": subject, "text": "Where is it?"}, nil)
	var state struct {
		Messages []struct{ To, Subject, Status string }
		Webex    struct{ Inbox []struct{ Subject string } }
	}
	w.Call("GET", "/state", nil, &state)
	for _, m := range state.Messages {
		if m.Subject == subject {
			way += fmt.Sprintf("%s: %s\n", m.To, m.Status)
			reached.Mailbox = reached.Mailbox || m.To == to && m.Status == "delivered"
		}
	}
	for _, m := range state.Webex.Inbox {
		reached.Agent = reached.Agent || m.Subject == subject
	}
	return reached, way
}
