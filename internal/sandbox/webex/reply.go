package webex

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// clientName is what Webex Connect's mailer calls itself.
const clientName = "sandbox-webex"

// Reply sends the agent's answer to a message of the inbox, over SMTP with
// the asset's own token, and returns when the transport has taken and routed
// it. An SMTP refusal is an error that begins with its status code.
func (s *Server) Reply(ctx context.Context, inboxID, text string) error {
	received, ok := s.received(inboxID)
	if !ok {
		return fmt.Errorf("no message %q in the inbox", inboxID)
	}
	a, err := s.assetByID(received.Asset)
	if err != nil {
		return err
	}
	if a, err = s.refresh(ctx, a); err != nil {
		return err
	}
	letter, err := s.compose(a, received, text)
	if err != nil {
		return err
	}
	return spoken(s.submit(ctx, a, received.From, letter))
}

func (s *Server) received(id string) (tenant.InboxMessage, bool) {
	inbox := s.Inbox()
	at := slices.IndexFunc(inbox, func(m tenant.InboxMessage) bool { return m.ID == id })
	if at < 0 {
		return tenant.InboxMessage{}, false
	}
	return inbox[at], true
}

// compose is the answer: from the asset's address, in the same thread.
func (s *Server) compose(a tenant.Asset, received tenant.InboxMessage, text string) ([]byte, error) {
	var header mail.Header
	header.SetDate(s.tenant.Clock.Now())
	header.SetAddressList("From", []*mail.Address{{Address: field(a, emailID)}})
	header.SetAddressList("To", []*mail.Address{{Address: received.From}})
	header.SetSubject("Re: " + strings.TrimPrefix(received.Subject, "Re: "))
	header.SetMessageID(uuid.NewString() + "@mail-us.imiconnect.io")
	if thread := strings.Trim(received.MessageID, "<>"); thread != "" {
		header.SetMsgIDList("In-Reply-To", []string{thread})
		header.SetMsgIDList("References", []string{thread})
	}
	header.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	header.Set("Content-Transfer-Encoding", "quoted-printable")
	var out bytes.Buffer
	body, err := mail.CreateSingleInlineWriter(&out, header)
	if err != nil {
		return nil, err
	}
	if _, err := body.Write([]byte(text)); err != nil {
		return nil, err
	}
	err = body.Close()
	return out.Bytes(), err
}

// submit hands the message to the asset's SMTP server as its Username.
func (s *Server) submit(ctx context.Context, a tenant.Asset, to string, letter []byte) error {
	conn, err := s.DialSMTP(ctx)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // go-smtp knows no context
	defer stop()
	defer conn.Close()

	trust := s.TLS.Clone()
	trust.ServerName = field(a, smtpServer)
	client, err := smtp.NewClientStartTLS(conn, trust)
	if err != nil {
		return err
	}
	if err := client.Hello(clientName); err != nil { // the handshake happens here
		return err
	}
	if err := client.Auth(&xoauth2{field(a, username), a.AccessToken}); err != nil {
		return err
	}
	if err := client.SendMail(field(a, emailID), []string{to}, bytes.NewReader(letter)); err != nil {
		return err
	}
	return client.Quit()
}

// xoauth2 is the client side of SASL XOAUTH2.
type xoauth2 struct{ user, token string }

// Start implements sasl.Client.
func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next implements sasl.Client.
func (x *xoauth2) Next([]byte) ([]byte, error) {
	return nil, errors.New("XOAUTH2 has nothing more to say")
}

// spoken puts an SMTP refusal into words with its codes.
func spoken(err error) error {
	var refused *smtp.SMTPError
	if !errors.As(err, &refused) {
		return err
	}
	code := refused.EnhancedCode
	return fmt.Errorf("%d %d.%d.%d %s", refused.Code, code[0], code[1], code[2], refused.Message)
}
