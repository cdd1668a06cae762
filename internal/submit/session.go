package submit

import (
	"context"
	"errors"
	"net"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

// errNoXOAUTH2 is a server that is not, or not now, Exchange Online.
var errNoXOAUTH2 = errors.New("the server does not offer XOAUTH2")

// session is one connection, authenticated.
type session struct {
	ctx    context.Context
	client *smtp.Client
	detach func() bool // from ctx
	host   string
	mask   secret.Mask // hides what a server may quote of the sign-in
	stage  cloud.Stage // that the connection is in
}

// open connects, proves the server's name, and authenticates.
func open(ctx context.Context, e *cloud.Endpoints, user string, token secret.Value) (*session, error) {
	defer e.Awaiting(microsoft.SMTP)()
	x := &xoauth2{user: user, token: token}
	s, err := greet(ctx, e, x.mask())
	if err != nil {
		return nil, err
	}
	if err := s.check("AUTH "+mechanism, user, s.client.Auth(x)); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// greet connects, proves the server's name, and sees that it takes tokens.
// What it gives beside an error is closed and tells only its stage.
func greet(ctx context.Context, e *cloud.Endpoints, mask secret.Mask) (*session, error) {
	s := &session{ctx: ctx, host: e.SMTPHost, mask: mask, stage: cloud.Connect}
	if err := s.connect(e); err != nil {
		return s, err
	}
	if !s.client.SupportsAuth(mechanism) {
		s.close()
		return s, s.check("EHLO", s.host, errNoXOAUTH2)
	}
	return s, nil
}

// connect brings the connection up to the greeting inside TLS. The dial has a
// limit of its own, and tells a name without an answer from a port without
// one. The library knows no context and waits for minutes, hence the limit
// around its part; later commands take it from the client's fields.
func (s *session) connect(e *cloud.Endpoints) error {
	conn, err := e.DialSMTP(s.ctx)
	if err == nil {
		conn = &brief{conn, maxSaid}
	}
	if err != nil {
		if cloud.StageOf(err) == cloud.Resolve {
			s.stage = cloud.Resolve
		}
		return s.check("connect", s.host, err)
	}
	limited, cancel := context.WithTimeout(s.ctx, e.Timeouts.Request)
	defer cancel()
	release := context.AfterFunc(limited, func() { _ = conn.Close() })
	client, err := s.startTLS(e, conn)
	release()
	if err != nil {
		_ = conn.Close()
		if limited.Err() != nil {
			err = limited.Err()
		}
		if err = cloud.NameHandshake(s.host, err); cloud.StageOf(err) == cloud.Handshake {
			s.stage = cloud.Handshake // of TLS 1.3, some refusals come when it is over for us
		}
		return s.check("STARTTLS", s.host, err)
	}
	client.CommandTimeout, client.SubmissionTimeout = e.Timeouts.Request, e.Timeouts.Request
	s.client = client
	s.detach = context.AfterFunc(s.ctx, func() { _ = conn.Close() })
	return nil
}

// startTLS ends with EHLO inside TLS: only then has the handshake happened and
// the certificate been verified.
func (s *session) startTLS(e *cloud.Endpoints, conn net.Conn) (*smtp.Client, error) {
	s.stage = cloud.Greeting
	client, err := smtp.NewClientStartTLS(conn, e.SMTPTLS())
	if err != nil {
		return nil, err
	}
	s.stage = cloud.Handshake
	err = client.Hello(helloName)
	if state, _ := client.TLSConnectionState(); state.HandshakeComplete {
		s.stage = cloud.Greeting
	}
	return client, err
}

// quit says goodbye; all that mattered has been answered before.
func (s *session) quit() { _ = s.client.Quit() }

func (s *session) close() {
	s.detach()
	_ = s.client.Close()
}

const mechanism = "XOAUTH2"

// xoauth2 is the mechanism's client side. A token is longer than a line of
// SMTP may be, so it is said on a line of its own, where no such limit holds.
// https://www.rfc-editor.org/rfc/rfc4954#section-4
type xoauth2 struct {
	user  string
	token secret.Value
	said  bool
}

var _ sasl.Client = (*xoauth2)(nil)

func (x *xoauth2) Start() (string, []byte, error) { return mechanism, nil, nil }

// Next says who signs in. A second challenge is the reason of a failure, as
// other servers than Exchange send it: nothing more is said, and the refusal
// follows.
func (x *xoauth2) Next([]byte) ([]byte, error) {
	if x.said {
		return []byte{}, nil
	}
	x.said = true
	return x.message(), nil
}

func (x *xoauth2) message() []byte {
	return []byte("user=" + x.user + "\x01auth=Bearer " + x.token.Reveal() + "\x01\x01")
}

// mask hides the token, as it is and as it went over the wire.
func (x *xoauth2) mask() secret.Mask { return secret.NewMask(x.token) }
