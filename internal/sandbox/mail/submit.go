package mail

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-message/mail"
	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// submit takes a message over from the session's owner and routes it to
// every recipient.
func (s *session) submit(body io.Reader) error {
	post, err := parse(body)
	if err != nil {
		return parseReply(554, "5.6.0 Corrupt message content")
	}
	for _, sender := range []string{s.from, post.from} {
		if !s.server.maySendAs(s.owner, sender) {
			return s.server.refuse(554, "5.2.252 SendAsDenied; %s not allowed to send as %s; "+
				"STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; "+
				"Failed to process message due to a permanent exception with message Cannot submit message.",
				s.owner.mailbox.PrimarySMTPAddress, sender)
		}
	}
	if err := s.server.mustNotSend(s.owner.mailbox); err != nil {
		return err
	}
	post.returnPath, post.signedIn = s.from, true
	for _, to := range s.to {
		copied := post
		copied.headerTo, copied.to = to, to
		s.server.route(copied)
	}
	return nil
}

// maySendAs tells whether the owner may use the address: the primary one of
// its own mailbox, or of one on which it holds Send As. Aliases do not count:
// sending from them is off by default.
func (s *Server) maySendAs(who *owner, address string) bool {
	if strings.EqualFold(address, who.mailbox.PrimarySMTPAddress) {
		return true
	}
	s.tenant.Lock()
	defer s.tenant.Unlock()
	other, ok := s.tenant.Mailboxes.Find(func(m tenant.Mailbox) bool {
		return strings.EqualFold(address, m.PrimarySMTPAddress)
	})
	return ok && slices.ContainsFunc(other.SendAs, func(trustee string) bool {
		return strings.EqualFold(trustee, who.upn)
	})
}

// parse decodes a message; it must have one From address. Its text is in UTF-8
// or ASCII, or nobody could read it here: the tables of all other character
// sets would make wxmail a megabyte larger.
func parse(body io.Reader) (letter, error) {
	reader, err := mail.CreateReader(body)
	if err != nil {
		return letter{}, err
	}
	defer reader.Close()
	from, err := reader.Header.AddressList("From")
	if err != nil || len(from) != 1 {
		return letter{}, errors.New("a message has one From address")
	}
	post := letter{from: from[0].Address, id: reader.Header.Get("Message-Id")}
	if post.id == "" {
		post.id = newMessageID(domainOf(post.from))
	}
	if post.subject, err = reader.Header.Subject(); err != nil {
		return letter{}, err
	}
	post.text, err = readText(reader)
	return post, err
}

// readText is the first plain text part, else the first part that is shown.
func readText(reader *mail.Reader) (string, error) {
	shown := ""
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return shown, nil
		}
		if err != nil {
			return "", err
		}
		header, inline := part.Header.(*mail.InlineHeader)
		if !inline {
			continue
		}
		content, err := io.ReadAll(part.Body)
		if err != nil {
			return "", err
		}
		text := strings.TrimRight(strings.ReplaceAll(string(content), "\r\n", "\n"), "\n")
		if kind, _, err := header.ContentType(); err == nil && kind == "text/plain" {
			return text, nil
		}
		if shown == "" {
			shown = text
		}
	}
}

func newMessageID(domain string) string { return "<" + uuid.NewString() + "@" + domain + ">" }
