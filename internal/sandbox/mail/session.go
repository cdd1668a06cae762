package mail

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"wxmail/internal/sandbox/pattern"
)

// session is one connection since its last EHLO that changed who speaks:
// STARTTLS begins a new one.
type session struct {
	server *Server
	conn   *smtp.Conn
	below  *connection
	talk   Conversation

	owner *owner // nil before AUTH
	from  string
	to    []string
}

func (s *Server) newSession(conn *smtp.Conn) (smtp.Session, error) {
	below := underneath(conn.Conn())
	session := &session{server: s, conn: conn, below: below, talk: below.conversation()}
	session.talk.Hello(conn.Hostname())
	if err := session.verb("EHLO", 250, func() error { return nil }); err != nil {
		return nil, err
	}
	return session, nil
}

// verb runs one verb under the eyes of the observer, who may put a fault in
// its place. done is the status of success.
func (s *session) verb(name string, done int, act func() error) error {
	fault := s.talk.Verb(name)
	if fault == nil {
		fault = &Fault{}
	}
	if !s.server.stall(fault.Stall) {
		fault = &Fault{Reset: true}
	}
	var err error
	if fault.Commit || !fault.replaces() {
		err = act()
	}
	if fault.replaces() {
		err = s.suffer(fault)
	}
	s.talk.Reply(name, statusOf(err, done))
	return err
}

func (f *Fault) replaces() bool { return f.Reset || f.Raw != "" || f.Code != 0 }

// suffer gives the fault's answer.
func (s *session) suffer(f *Fault) error {
	switch {
	case f.Reset:
		s.below.reset()
		return &smtp.SMTPError{}
	case f.Raw != "":
		_, _ = io.WriteString(s.conn.Conn(), f.Raw) // the client may be gone
		s.below.reset()
		return &smtp.SMTPError{}
	}
	return parseReply(f.Code, f.Text)
}

var enhanced = pattern.Of(`^([245])\.(\d{1,3})\.(\d{1,3}) (.*)$`)

// parseReply takes the enhanced status code off the text, where go-smtp
// wants it apart.
func parseReply(code int, text string) *smtp.SMTPError {
	text = strings.Join(strings.Fields(text), " ")
	match := enhanced().FindStringSubmatch(text)
	if match == nil {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
	}
	var ec smtp.EnhancedCode
	for i := range ec {
		ec[i], _ = strconv.Atoi(match[i+1]) // digits by the pattern
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: ec, Message: match[4]}
}

// statusOf is the status that go-smtp will write; 0 if nothing was written.
func statusOf(err error, done int) int {
	if err == nil {
		return done
	}
	if reply, ok := err.(*smtp.SMTPError); ok {
		return reply.Code
	}
	return 451
}

// refuse is a reply with the place, time and number that Microsoft puts at
// the end of refusals.
func (s *Server) refuse(code int, format string, args ...any) *smtp.SMTPError {
	return parseReply(code, fmt.Sprintf(format, args...)+" "+s.stamp())
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string { return []string{"LOGIN", "XOAUTH2"} }

// Auth implements smtp.AuthSession.
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	switch mechanism {
	case "LOGIN":
		return &login{session: s}, nil
	case "XOAUTH2":
		return &xoauth2{s}, nil
	}
	return nil, s.verb("AUTH", 235, func() error {
		return parseReply(504, "5.7.4 Unrecognized authentication type")
	})
}

// Mail implements smtp.Session. What is refused without TLS was seen in public:
// https://github.com/apache/hertzbeat/issues/2365
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	return s.verb("MAIL", 250, func() error {
		if _, secure := s.conn.TLSConnectionState(); !secure {
			return s.server.refuse(451, "5.7.3 STARTTLS is required to send mail")
		}
		if s.owner == nil {
			return s.server.refuse(530, "5.7.57 Client not authenticated to send mail.")
		}
		s.from = from
		return nil
	})
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	return s.verb("RCPT", 250, func() error {
		s.to = append(s.to, to)
		return nil
	})
}

// Data implements smtp.Session.
func (s *session) Data(body io.Reader) error {
	return s.verb("DATA", 250, func() error {
		if err := s.submit(body); err != nil {
			return err
		}
		s.talk.Accepted()
		return nil
	})
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }
