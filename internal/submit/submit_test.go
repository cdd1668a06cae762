package submit

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

const (
	host = "smtp.office365.com"
	user = "support@contoso.com"
)

func token() secret.Value { return secret.New("canary-token") }

func message() Message {
	return Message{From: user, To: "customer@fabrikam.com", Subject: "Grüße", Text: "one\n.\nzwölf\n", User: user, Token: token()}
}

func refusal(code int, enhanced smtp.EnhancedCode, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

func TestProbe(t *testing.T) {
	s := &server{}
	e := s.serve(t, host)
	if err := Probe(t.Context(), e, user, token()); err != nil {
		t.Fatal(err)
	}
	<-s.loggedOut
	s.mu.Lock()
	defer s.mu.Unlock()
	if want := "user=" + user + "\x01auth=Bearer canary-token\x01\x01"; s.identity != want {
		t.Errorf("identity %q", s.identity)
	}
	if got := s.hellos[len(s.hellos)-1]; !strings.HasPrefix(got, "wxmail") || !s.startedTLS {
		t.Errorf("EHLO %v, TLS %v", s.hellos, s.startedTLS)
	}
	if s.from != "" {
		t.Error("a message was begun")
	}
}

// offForTheTenant is what Exchange answers where the tenant's switch is off.
const offForTheTenant = "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. " +
	"Visit https://aka.ms/smtp_auth_disabled for more information."

func TestRefusals(t *testing.T) {
	const id = "FR0P281CA0001.DEUP281.PROD.OUTLOOK.COM 2026-11-20T10:00:00.000Z 08DE27"
	for _, test := range []struct {
		name   string
		server *server
		want   microsoft.Error
	}{
		{"off for the tenant", &server{authError: refusal(535, smtp.EnhancedCode{5, 7, 139}, offForTheTenant+" ["+id+"]")},
			microsoft.Error{Operation: "AUTH XOAUTH2", Object: user, Status: 535, Code: "5.7.139", RequestID: id,
				Message: offForTheTenant}},
		{"another account's token", &server{authError: refusal(535, smtp.EnhancedCode{5, 7, 3}, "Authentication unsuccessful ["+id+"]")},
			microsoft.Error{Operation: "AUTH XOAUTH2", Object: user, Status: 535, Code: "5.7.3", RequestID: id,
				Message: "Authentication unsuccessful"}},
		{"quotes the sign-in", &server{authError: refusal(500, smtp.EnhancedCode{5, 5, 2}, "Unrecognized: AUTH XOAUTH2 "+
			base64.StdEncoding.EncodeToString((&xoauth2{user: user, token: token()}).message())+" canary-token")},
			microsoft.Error{Operation: "AUTH XOAUTH2", Object: user, Status: 500, Code: "5.5.2",
				Message: "Unrecognized: AUTH XOAUTH2 (token) (token)"}},
		{"too many at once", &server{mailError: refusal(432, smtp.EnhancedCode{4, 3, 2}, "Concurrent connections limit exceeded.")},
			microsoft.Error{Operation: "MAIL", Object: user, Status: 432, Code: "4.3.2", Message: "Concurrent connections limit exceeded."}},
		{"no such recipient", &server{rcptError: refusal(550, smtp.EnhancedCode{5, 1, 10}, "Recipient not found")},
			microsoft.Error{Operation: "RCPT", Object: "customer@fabrikam.com", Status: 550, Code: "5.1.10", Message: "Recipient not found"}},
		{"not allowed to send as", &server{dataError: refusal(554, smtp.EnhancedCode{5, 2, 252}, "SendAsDenied; a not allowed to send as b")},
			microsoft.Error{Operation: "DATA", Object: user, Status: 554, Code: "5.2.252", Message: "SendAsDenied; a not allowed to send as b"}},
		{"no XOAUTH2", &server{mechanisms: []string{"LOGIN"}},
			microsoft.Error{Operation: "EHLO", Object: host, Err: errNoXOAUTH2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := test.server.serve(t, host)
			_, err := Send(t.Context(), e, message())
			var got *microsoft.Error
			if !errors.As(err, &got) {
				t.Fatalf("%T %v", err, err)
			}
			test.want.Service = microsoft.SMTP
			if diff := cmp.Diff(test.want, *got, cmp.Comparer(func(a, b error) bool { return errors.Is(a, b) })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}

func TestSend(t *testing.T) {
	s := &server{}
	e := s.serve(t, host)
	id, err := Send(t.Context(), e, message())
	if err != nil {
		t.Fatal(err)
	}
	<-s.loggedOut
	if s.from != user || s.to != "customer@fabrikam.com" {
		t.Errorf("from %q to %q", s.from, s.to)
	}
	reader, err := mail.CreateReader(strings.NewReader(s.content))
	if err != nil {
		t.Fatal(err)
	}
	gotID, _ := reader.Header.MessageID()
	subject, _ := reader.Header.Subject()
	from, _ := reader.Header.AddressList("From")
	if "<"+gotID+">" != id || !strings.HasSuffix(id, "@contoso.com>") || subject != "Grüße" || len(from) != 1 || from[0].Address != user {
		t.Errorf("id %q, subject %q, from %v", gotID, subject, from)
	}
	if date, err := reader.Header.Date(); err != nil || date.IsZero() {
		t.Errorf("date %v %v", date, err)
	}
	part, err := reader.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for scan := bufio.NewScanner(part.Body); scan.Scan(); {
		lines = append(lines, scan.Text())
	}
	if diff := cmp.Diff([]string{"one", ".", "zwölf"}, lines); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

func TestSendWithALineBreakInAnAddress(t *testing.T) {
	m := message()
	m.To = "a@b.c>\r\nRCPT TO:<evil@fabrikam.com"
	if _, err := Send(t.Context(), (&server{}).serve(t, host), m); !errors.Is(err, errLineBreak) {
		t.Errorf("%v", err)
	}
}

func TestAnotherServersCertificate(t *testing.T) {
	s := &server{}
	e := s.serve(t, "mail.fabrikam.com")
	err := Probe(t.Context(), e, user, token())
	var failure *microsoft.Error
	var untrusted *tls.CertificateVerificationError
	if !errors.As(err, &failure) || failure.Service != microsoft.SMTP || !errors.As(err, &untrusted) {
		t.Errorf("%T %v", err, err)
	}
	if s.identity != "" {
		t.Error("the token went to a server that did not prove its name")
	}
}

// script is a server that says fixed lines, one for each line it reads.
func script(t *testing.T, timeout string, lines ...string) (e *cloud.Endpoints, heard chan string) {
	t.Helper()
	listener := listen(t)
	heard = make(chan string, 16)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		talk(conn, lines, heard)
	}()
	return endpoints(t, listener.Addr().String(), selfSigned(t, host), timeout), heard
}

// talk answers until its lines are used up, then listens in silence.
func talk(conn net.Conn, lines []string, heard chan<- string) {
	in := bufio.NewScanner(conn)
	for _, line := range lines {
		_, _ = fmt.Fprintf(conn, "%s\r\n", line)
		if !in.Scan() {
			return
		}
		heard <- in.Text()
	}
	for in.Scan() {
		heard <- in.Text()
	}
	close(heard)
}

func TestServersThatAreNotExchange(t *testing.T) {
	for name, lines := range map[string][]string{
		"no STARTTLS":      {"220 hello", "250 hello"},
		"refuses to speak": {"421 4.3.2 Service not available [x]"},
		"refuses STARTTLS": {"220 hello", "250-hello\r\n250 STARTTLS", "454 4.7.0 not now"},
		"not SMTP":         {"HTTP/1.1 400 Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			e, _ := script(t, "5s", lines...)
			err := Probe(t.Context(), e, user, token())
			var failure *microsoft.Error
			if !errors.As(err, &failure) || failure.Service != microsoft.SMTP || failure.Operation != "STARTTLS" {
				t.Errorf("%T %v", err, err)
			}
			if name == "refuses to speak" && (failure.Status != 421 || failure.Code != "4.3.2" || failure.RequestID != "x") {
				t.Errorf("%+v", failure)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	listener := listen(t)
	e := endpoints(t, listener.Addr().String(), selfSigned(t, host), "5s")
	_ = listener.Close()
	var failure *microsoft.Error
	if err := Probe(t.Context(), e, user, token()); !errors.As(err, &failure) || failure.Service != microsoft.SMTP || failure.Status != 0 {
		t.Errorf("%T %v", err, err)
	}
}

func TestMuteServer(t *testing.T) {
	e, _ := script(t, "50ms")
	err := Probe(t.Context(), e, user, token())
	var failure *microsoft.Error
	if !errors.As(err, &failure) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%T %v", err, err)
	}
}

func TestCancel(t *testing.T) {
	e, heard := script(t, "1h", "220 hello")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Probe(ctx, e, user, token()) }()
	<-heard // EHLO has arrived; no answer will come
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestCodeInAReplyOfSeveralLines(t *testing.T) {
	s := &session{ctx: t.Context(), mask: (&xoauth2{}).mask()}
	err := s.check("AUTH XOAUTH2", user, refusal(535, smtp.EnhancedCodeNotSet, "first line\n5.7.3 second\x00 line [id]"))
	want := &microsoft.Error{Service: microsoft.SMTP, Operation: "AUTH XOAUTH2", Object: user, Status: 535, Code: "5.7.3",
		Message: "first line 5.7.3 second line", RequestID: "id"}
	if diff := cmp.Diff(want, err); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
