package mail

import "wxmail/internal/sandbox/tenant"

// Reports of refusal in the words of
// https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online
const (
	notSignedIn = "550 5.7.134 RESOLVER.RST.SenderNotAuthenticatedForMailbox; Sender was not authenticated for mailbox"
	notListed   = "550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized to send to recipient"
	noRoom      = "554 5.2.2 mailbox full"
)

// refusal is the reply with which a mailbox turns a letter away, "" for none:
// a sender that did not sign in, or is not in its list, or no room.
// https://learn.microsoft.com/powershell/module/exchange/set-mailbox
func (r *router) refusal(l letter, m tenant.Mailbox) string {
	report := l.returnPath == "" // from the organization itself
	switch {
	case m.RequireSenderAuthenticationEnabled && !l.signedIn && !report:
		return notSignedIn
	case len(m.AcceptMessagesOnlyFromSendersOrMembers) > 0 && !r.isListed(m.AcceptMessagesOnlyFromSendersOrMembers, l.from) && !report:
		return notListed
	case hasAnyOf(m, r.Settings.FullMailboxes):
		return noRoom
	}
	return ""
}

// isListed tells whether an address stands for an entry of a list. Groups have
// no members here.
func (r *router) isListed(list []string, address string) bool {
	if containsFold(list, address) {
		return true
	}
	if m, ok := r.addressed(address); ok {
		return containsFold(list, m.Identity) || containsFold(list, m.PrimarySMTPAddress)
	}
	other, ok := r.recipient(address)
	return ok && containsFold(list, other.Identity)
}

// hasAnyOf tells whether one of the addresses is the mailbox's.
func hasAnyOf(m tenant.Mailbox, addresses []string) bool {
	for _, address := range addresses {
		if hasAddress(m.PrimarySMTPAddress, m.EmailAddresses, address) {
			return true
		}
	}
	return false
}

// mustNotSend is the refusal of a message whose sender has signed in well: a
// restricted entity, a spent limit, or no room for what is kept of it. That a
// full mailbox may not submit is UNCONFIRMED: the stricter choice.
// https://learn.microsoft.com/defender-office-365/outbound-spam-restore-restricted-users
// https://github.com/MicrosoftDocs/OfficeDocs-Support/issues/1150
func (s *Server) mustNotSend(m tenant.Mailbox) error {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	switch settings := s.tenant.Settings; {
	case hasAnyOf(m, settings.BlockedSenders):
		return s.refuse(550, "5.1.8 Access denied, bad outbound sender AS(42004)")
	case hasAnyOf(m, settings.ExhaustedSenders):
		return s.refuse(554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message")
	case hasAnyOf(m, settings.FullMailboxes):
		return s.refuse(554, "5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException")
	}
	return nil
}
