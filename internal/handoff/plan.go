package handoff

import (
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// codeSeen is the code of a file that is not what a script wrote, or is about
// another mailbox.
const codeSeen = "WX-SEEN-FILE"

// Untouched is an organization in which nobody has made a rule and nothing was
// done for the mailbox: what a script is made for before anybody has looked.
func Untouched(w wanted.Wanted) *mailflow.Snapshot {
	mode := "Automatic"
	if w.ExistingPolicy { // the one in force has to be On, and stays as it is
		mode = "On"
	}
	s := &mailflow.Snapshot{
		Mailbox:                user(w.Mailbox),
		TenantSMTPAuthDisabled: true,
		OutboundPolicies:       []mailflow.OutboundPolicy{{Name: "Default", AutoForwardingMode: mode, IsDefault: true}},
		RemoteDomains:          []mailflow.RemoteDomain{{Name: "Default", DomainName: "*", AutoForwardEnabled: true}},
	}
	s.SignIn = s.Mailbox
	if w.Delegate() {
		s.Mailbox.RecipientTypeDetails = "SharedMailbox"
		s.SignIn = user(w.Login())
	}
	return s
}

// user is a mailbox of which nothing is known but what it must be.
func user(address string) *mailflow.Mailbox {
	return &mailflow.Mailbox{PrimarySMTPAddress: address, RecipientTypeDetails: "UserMailbox"}
}

// Plan is what the Exchange steps would change in what was seen, by the judge
// of setup. What nobody has answered yet is an obstacle with its question.
func Plan(w wanted.Wanted, seen *mailflow.Snapshot) *step.Plan {
	seen = asked(w, seen)
	if seen.Mailbox != nil && !seen.Mailbox.Is(w.Mailbox) {
		p := step.NewPlan()
		p.Begin("mailbox.smtp")
		p.Hinder(&step.Obstacle{Code: codeSeen, Object: w.Mailbox, Detail: seen.Mailbox.PrimarySMTPAddress, Stops: true,
			Err: &SeenError{msg.M("handoff.seen.other", "Mailbox", seen.Mailbox.PrimarySMTPAddress)}})
		return p
	}
	f := guide.Facts{Wanted: w}
	f.Seen.Exchange = world.Look[mailflow.Snapshot]{Value: seen}
	f.Seen.Here = world.Look[world.Here]{Value: &world.Here{Memory: world.NewMemory()}}
	f.Wanted = guide.Settled(f)
	p := guide.Guide([]string{"mailbox.smtp", "mailbox.forward"}, nil).Plan(f)
	guide.CopyFirst(f, p)
	return p
}

// asked is what was seen, with who is wanted to sign in: where another account
// was looked at, or none, nothing is known of that one.
func asked(w wanted.Wanted, seen *mailflow.Snapshot) *mailflow.Snapshot {
	if seen.SignIn == nil || seen.SignIn.Is(w.Login()) {
		return seen
	}
	s := *seen
	s.SMTPAuthDisabled, s.SendAs, s.SignIn = nil, nil, s.Mailbox
	if w.Delegate() {
		s.SignIn = user(w.Login())
	}
	return &s
}
