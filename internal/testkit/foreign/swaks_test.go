//go:build foreign

package foreign

import (
	"os/exec"
	"strings"
	"testing"

	"wxmail/internal/testkit"
)

// swaksCases are what somebody tries who looks for the cause of a mail that
// does not go out. Debian's swaks knows no XOAUTH2. Its exit statuses are those
// of its manual: http://www.jetmore.org/john/code/swaks/latest/doc/ref.txt
var swaksCases = []struct {
	name, args string
	exit       int
	says       string
}{
	{"how far it is", "--quit-after banner", 0, "<-  220 "},
	{"before TLS", "--quit-after ehlo", 0, "<-  250-STARTTLS"},
	{"no AUTH before TLS", "--auth LOGIN --auth-user {user} --auth-password nonsense", 28, "did not advertise authentication"},
	{"TLS, and whose certificate", "--tls --tls-verify --tls-ca-path {ca} --quit-after tls", 0, "TLS started with cipher TLSv1.3"},
	{"what is offered then", "--tls --quit-after ehlo", 0, "AUTH LOGIN XOAUTH2"},
	{"how large a message may be", "--tls --quit-after ehlo", 0, "SIZE 157286400"},
	{"TLS 1.1", "--tls --tls-protocol tlsv1_1 --quit-after tls", 29, "TLS startup failed"},
	{"a CA that nobody knows", "--tls --tls-verify --quit-after tls", 29, "TLS startup failed"},
	{"LOGIN", "--tls --auth LOGIN --auth-user {user} --auth-password nonsense", 28, "550 5.7.30"},
	{"PLAIN is not offered", "--tls --auth PLAIN --auth-user {user} --auth-password nonsense", 28, "requested type not available"},
	{"MAIL before TLS", "--quit-after mail", 23, "451 5.7.3 STARTTLS is required"},
	{"MAIL without AUTH", "--tls --quit-after mail", 23, "530 5.7.57"},
}

func TestSwaks(t *testing.T) {
	t.Parallel()
	need(t, "swaks", "swaks, and libnet-ssleay-perl")
	w, ok := behindNames(t)
	if !ok {
		return
	}
	fill := strings.NewReplacer("{user}", mailbox, "{ca}", w.ca())
	for _, c := range swaksCases {
		t.Run(c.name, func(t *testing.T) {
			args := append(strings.Fields(fill.Replace(c.args)), "--server", smtpHost, "--port", "587", "--ehlo", "wxmail.example",
				"--from", mailbox, "--to", testkit.Customer, "--auth-hide-password")
			if exit, said := end(t, exec.Command("swaks", args...)); exit != c.exit || !strings.Contains(said, c.says) {
				t.Errorf("swaks %s\nexit %d, want %d and %q\n%s", strings.Join(args, " "), exit, c.exit, c.says, said)
			}
		})
	}
}
