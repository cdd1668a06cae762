package world

import (
	"time"

	"wxmail/internal/contact"
)

// Probed is what was tried besides reading: whether hosts can be reached, and
// whether what is held is taken. A nil error is a try that succeeded, or none.
type Probed struct {
	Hosts []Host
	Skew  time.Duration // how far the services' clock is ahead, where that is worth a warning

	Tenant error // Entra ID, asked whose tenant it is: nobody could be asked to sign in
	Secret error // the client secret at the token endpoint
	SMTP   error // the stored token at submission

	Contact []contact.Difference // answers that have another shape than is known
}

// Host is one that could not be reached, and how far a connection got.
type Host struct {
	Service string
	Host    string
	Via     string // the proxy, "" for none
	At      string // where it was dialled instead, "" for itself
	Stage   string // as in cloud.Stage
	Err     error
}

// Silent says whether a service's host could not be reached.
func (p Probed) Silent(service string) bool {
	for _, h := range p.Hosts {
		if h.Service == service {
			return true
		}
	}
	return false
}

// Verification is what a verify saw of the two ways of mail.
type Verification struct {
	Out Sent     `json:"out"`
	In  Received `json:"in"`
}

// Submitted is the State of a message that was handed over, and of which the
// message trace has not told yet.
const Submitted = "submitted"

// Sent is the test message to the recipient. State is Submitted, or what the
// message trace said of it in the end.
type Sent struct {
	To        string `json:"to"`
	MessageID string `json:"messageId"`
	State     string `json:"state"`
}

// Received is the message from outside that was followed.
type Received struct {
	MessageID   string    `json:"messageId"`
	Received    time.Time `json:"received"`
	ForwardedTo string    `json:"forwardedTo"`
	State       string    `json:"state"`
}
