// Package submit speaks SMTP submission to Exchange Online as Webex Connect
// will: STARTTLS, then XOAUTH2 with a user's token.
// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
package submit

import (
	"context"

	"github.com/emersion/go-smtp"

	"wxmail/internal/cloud"
	"wxmail/internal/secret"
)

// helloName is how wxmail greets: it tells a mail server's log who it was.
const helloName = "wxmail.localdomain"

// Probe signs in as user, the token's owner, and leaves again; no message is
// sent. It may be repeated. The error is a *microsoft.Error of service SMTP whose
// Code is the enhanced status code, such as 5.7.139, or ctx's error as soon as
// ctx ends. A server that does not prove its name, or offers no STARTTLS or
// XOAUTH2, never gets the token.
func Probe(ctx context.Context, e *cloud.Endpoints, user string, token secret.Value) error {
	s, err := open(ctx, e, user, token)
	if err != nil {
		return err
	}
	defer s.close()
	s.quit()
	return nil
}

// Message is a plain text to one recipient.
type Message struct {
	From, To string // bare addresses; From may be a mailbox that User may send as
	Subject  string
	Text     string

	User  string // who authenticates: the token's owner
	Token secret.Value
}

// Send hands a message over and gives its Message-ID in angle brackets, as the
// message trace knows it. It is one attempt: after an error during DATA without an answer, the message
// may have been taken. Errors are as Probe's; a sender that is not allowed is
// refused only after DATA (5.2.252).
func Send(ctx context.Context, e *cloud.Endpoints, m Message) (string, error) {
	id, content, err := m.compose(e.Now())
	if err != nil {
		return "", err
	}
	s, err := open(ctx, e, m.User, m.Token)
	if err != nil {
		return "", err
	}
	defer s.close()
	return id, s.submit(m, content)
}

func (s *session) submit(m Message, content []byte) error {
	if err := s.check("MAIL", m.From, s.client.Mail(m.From, options(m.From, m.To))); err != nil {
		return err
	}
	if err := s.check("RCPT", m.To, s.client.Rcpt(m.To, nil)); err != nil {
		return err
	}
	data, err := s.client.Data()
	if err == nil {
		if _, err = data.Write(content); err == nil {
			err = data.Close()
		}
	}
	if err != nil {
		return s.check("DATA", m.From, err)
	}
	s.quit()
	return nil
}

// options asks for international addresses only where there are any.
func options(addresses ...string) *smtp.MailOptions {
	for _, address := range addresses {
		for _, r := range address {
			if r > 127 {
				return &smtp.MailOptions{UTF8: true}
			}
		}
	}
	return nil
}
