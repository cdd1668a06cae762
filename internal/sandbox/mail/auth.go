package mail

import (
	"slices"
	"strings"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// owner is who authenticated: the owner of the token.
type owner struct {
	upn     string
	mailbox tenant.Mailbox
}

// xoauth2 is the server side of SASL XOAUTH2, in one step or two.
// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
type xoauth2 struct{ session *session }

// Next implements sasl.Server.
func (x *xoauth2) Next(response []byte) ([]byte, bool, error) {
	if response == nil {
		return nil, false, nil
	}
	err := x.session.verb("AUTH", 235, func() error { return x.session.authenticate(string(response)) })
	return nil, err == nil, err
}

// login is basic authentication: asked for, and then always refused.
type login struct {
	session *session
	answers int
}

// Next implements sasl.Server.
func (l *login) Next(response []byte) ([]byte, bool, error) {
	if response != nil {
		l.answers++
	}
	switch l.answers {
	case 0:
		return []byte("Username:"), false, nil
	case 1:
		return []byte("Password:"), false, nil
	}
	return nil, false, l.session.verb("AUTH", 235, l.session.server.refuseBasic)
}

// refuseBasic says no in the words of the tenant's reason.
func (s *Server) refuseBasic() error {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	if s.tenant.Settings.SecurityDefaults {
		return s.refuse(535, "5.7.139 Authentication unsuccessful, "+
			"user is locked by your organization's security defaults policy. Contact your administrator.")
	}
	return s.refuse(550, "5.7.30 Basic authentication is not supported for Client Submission.")
}

// authenticate judges an XOAUTH2 response: the token first, then whose it
// is, then whether that mailbox may use SMTP at all.
func (s *session) authenticate(response string) error {
	user, raw, ok := parseXOAUTH2(response)
	if !ok {
		return s.server.unsuccessful()
	}
	token, err := s.server.verify(raw)
	if err != nil || !maySend(token) {
		return s.server.unsuccessful()
	}
	s.server.tenant.Lock()
	defer s.server.tenant.Unlock()
	mailbox, ok := s.server.mailboxOf(token, user)
	if !ok {
		return s.server.unsuccessful()
	}
	if reply := s.server.switchedOff(mailbox); reply != nil {
		return reply
	}
	s.owner = &owner{token.UPN, mailbox}
	return nil
}

// parseXOAUTH2 takes user=<user>^Aauth=Bearer <token>^A^A apart.
func parseXOAUTH2(response string) (user, token string, ok bool) {
	fields, ok := strings.CutSuffix(response, "\x01\x01")
	if !ok {
		return "", "", false
	}
	first, second, _ := strings.Cut(fields, "\x01")
	user, isUser := strings.CutPrefix(first, "user=")
	token, isBearer := strings.CutPrefix(second, "auth=Bearer ")
	return user, token, isUser && isBearer && user != "" && token != ""
}

// maySend tells whether a token is for SMTP submission by a person. Tokens
// of applications are refused: nobody here has made an Exchange service
// principal for one.
func maySend(token tenant.Token) bool {
	audience := strings.TrimSuffix(token.Audience, "/")
	outlook := audience == "https://outlook.office.com" || audience == "https://outlook.office365.com"
	return outlook && token.UPN != "" && slices.Contains(token.Scopes, "SMTP.Send")
}

// mailboxOf is the licensed mailbox of the token's owner, if user is the user
// principal name that the token carries. An address that is another name of the
// same mailbox is refused, as a shared mailbox's is.
func (s *Server) mailboxOf(token tenant.Token, user string) (tenant.Mailbox, bool) {
	mailbox, ok := s.tenant.Mailboxes.Find(func(m tenant.Mailbox) bool {
		return m.ExternalDirectoryObjectID == token.ObjectID
	})
	if !ok || !strings.EqualFold(user, token.UPN) || mailbox.RecipientTypeDetails != "UserMailbox" {
		return mailbox, false
	}
	account, ok := s.tenant.Users.Get(token.ObjectID)
	return mailbox, ok && account.AccountEnabled && licensed(account)
}

// foundationPlan shows service "exchange" too, but holds no mailbox.
const foundationPlan = "113feb6c-3fe4-4440-bddc-54d774bf0318"

func licensed(user tenant.User) bool {
	return slices.ContainsFunc(user.AssignedPlans, func(p tenant.AssignedPlan) bool {
		active := p.CapabilityStatus == "Enabled" || p.CapabilityStatus == "Warning"
		return active && p.Service == "exchange" && p.ServicePlanID != foundationPlan
	})
}

// switchedOff is the refusal of a mailbox that may not use SMTP AUTH: its
// own switch decides, and only without one the tenant's. The mailbox is what
// a replica shows, so a change takes effect after the replication lag.
func (s *Server) switchedOff(m tenant.Mailbox) error {
	const text = "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the %s. " +
		"Visit https://aka.ms/smtp_auth_disabled for more information."
	switch own := m.SMTPClientAuthenticationDisabled; {
	case own != nil && *own:
		return s.refuse(535, text, "Mailbox")
	case own == nil && s.tenant.TransportConfig.SMTPClientAuthenticationDisabled:
		return s.refuse(535, text, "Tenant")
	}
	return nil
}

func (s *Server) unsuccessful() *smtp.SMTPError {
	return s.refuse(535, "5.7.3 Authentication unsuccessful")
}

// stamp is "[host time number]".
func (s *Server) stamp() string {
	number := strings.ToUpper(strings.ReplaceAll(uuid.NewString(), "-", "")[:16])
	return "[SANDBOX0001.sandbox.prod.outlook.com " + s.tenant.Clock.Now().Format("2006-01-02T15:04:05.000Z") + " " + number + "]"
}
