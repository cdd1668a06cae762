package webex

import (
	"errors"
	"strings"

	"wxmail/internal/sandbox/mail"
	"wxmail/internal/sandbox/tenant"
)

// Deliver takes mail for a forwarding address to the agent's inbox. An
// address without a saved asset drops it, which is an error. Mail whose
// sender is its recipient is taken and starts nothing.
// https://developers.webexconnect.io/reference/email-outbound-webhooks
func (s *Server) Deliver(in mail.Inbound) error {
	a, ok := s.asset(func(a tenant.Asset) bool {
		return strings.EqualFold(a.ForwardingAddress, in.ForwardingAddress)
	})
	if !ok {
		return errors.New("no saved asset has this forwarding address")
	}
	if strings.EqualFold(in.From, in.To) || strings.EqualFold(in.From, field(a, emailID)) {
		return nil
	}
	s.tenant.Lock()
	defer s.tenant.Unlock()
	s.tenant.Webex.Inbox = append(s.tenant.Webex.Inbox, tenant.InboxMessage{
		ID: s.tenant.IDs.New(), Asset: a.ID, MessageID: in.MessageID,
		From: in.From, To: in.To, Subject: in.Subject, Text: in.Text,
	})
	return nil
}
