package mailflow

import (
	"slices"
	"strings"
)

// Snapshot is Exchange as it was at one time.
type Snapshot struct {
	Mailbox    *Mailbox   // nil: no mailbox has this address
	NotMailbox *Recipient // what has the address instead; nil: nothing has
	SignIn     *Mailbox   // the account that authenticates, often the Mailbox itself; nil: no such mailbox
	Untagged   *Mailbox   // the mailbox that the address is a plus address of, where it is nothing else; nil: none

	SMTPAuthDisabled *bool    // of SignIn; nil: the tenant's switch decides
	SendAs           []string // who may send as Mailbox, as Exchange shows them; read only if SignIn is another account

	OutboundPolicies []OutboundPolicy
	OutboundRules    []OutboundRule

	Dehydrated             bool // customization has never been enabled; false does not promise that it works yet
	TenantSMTPAuthDisabled bool
	RemoteDomains          []RemoteDomain
	TransportRules         []TransportRule

	InboxRules   []InboxRule
	NoInboxRules error // why they could not be read: they decide nothing that setup does

	Gaps []Gap // what could not be judged; what stands above is then only a part, or nothing
}

// SMTPAuth is the state of Authenticated SMTP for the account that signs in.
func (s *Snapshot) SMTPAuth() string {
	return EffectiveSMTPAuth(s.TenantSMTPAuthDisabled, s.SMTPAuthDisabled)
}

// Unite makes Mailbox and SignIn one where they were read by two names of the
// same mailbox, such as its address and its user principal name.
func (s *Snapshot) Unite() {
	if s.Mailbox != nil && s.SignIn != nil && s.Mailbox.PrimarySMTPAddress != "" &&
		strings.EqualFold(s.Mailbox.PrimarySMTPAddress, s.SignIn.PrimarySMTPAddress) {
		s.SignIn = s.Mailbox
	}
}

// Delegate says whether somebody signs in for a mailbox that is not their own.
func (s *Snapshot) Delegate() bool {
	return s.Mailbox != nil && s.SignIn != nil && s.SignIn != s.Mailbox
}

// MaySendAs says whether SignIn may send as Mailbox; everybody may as themselves.
func (s *Snapshot) MaySendAs() bool {
	if s.SignIn == nil || s.SignIn == s.Mailbox {
		return s.SignIn != nil
	}
	return slices.ContainsFunc(s.SendAs, s.SignIn.Is)
}
