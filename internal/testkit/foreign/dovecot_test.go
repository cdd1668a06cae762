//go:build foreign

package foreign

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// submission is its configuration, less the folder, the ports and the files.
// https://doc.dovecot.org/2.3/configuration_manual/submission_server/
const submission = `
base_dir = %[1]s
state_dir = %[1]s
log_path = %[1]s/log
protocols = submission
listen = 127.0.0.1
hostname = ` + smtpHost + `
ssl = required
ssl_cert = <%[4]s
ssl_key = <%[5]s
auth_mechanisms = xoauth2
auth_failure_delay = 0
passdb {
  driver = static
  args = %[6]s
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=%[1]s
}
mail_location = maildir:%[1]s/mail
submission_relay_host = 127.0.0.1
submission_relay_port = %[3]s
submission_relay_trusted = yes
service submission-login {
  inet_listener submission {
    port = %[2]s
  }
}
`

// dovecot runs Debian's submission server (https://doc.dovecot.org), which
// takes tokens of whoever the passwords' database lets in, and gives its
// address. It hands mail on to a relay.
func (s *street) dovecot(t *testing.T, passdb string) string {
	t.Helper()
	program, err := exec.LookPath("dovecot")
	if err != nil {
		program = "/usr/sbin/dovecot" // not on everybody's PATH
	}
	if _, err := os.Stat("/usr/lib/dovecot/submission"); err != nil {
		t.Fatal("install Debian's package dovecot-submissiond")
	}
	dir, address := t.TempDir(), free(t)
	_, port, _ := net.SplitHostPort(address)
	_, relay, _ := net.SplitHostPort(s.serve("smtp", s.ca.issue(smtpHost), params{"starttls": false}))
	leaf := s.ca.issue(smtpHost)
	config := fmt.Sprintf(submission, dir, port, relay, file(t, leaf["cert"].(string)), file(t, leaf["key"].(string)), passdb) + rootless(t)
	cmd := exec.Command(program, "-F", "-c", file(t, config))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil || t.Failed() {
			said, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("dovecot: %v\n%s", err, said)
		}
	})
	listening(t, address)
	return address
}

// rootless lets somebody run it who is not root.
// https://doc.dovecot.org/2.3/configuration_manual/howto/rootless/
func rootless(t *testing.T) string {
	t.Helper()
	if os.Getuid() == 0 {
		return ""
	}
	who, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(who.Gid)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{"default_internal_user = " + who.Username, "default_login_user = " + who.Username,
		"default_internal_group = " + group.Name}
	for _, service := range []string{"anvil", "submission-login", "stats"} {
		lines = append(lines, "service "+service+" {", "chroot =", "}")
	}
	return strings.Join(lines, "\n") + "\n"
}

// Dovecot takes no line longer than SMTP allows (RFC 5321, 4.5.3.1.4: 512
// octets), so a token has to stand on a line of its own.
func TestDovecot(t *testing.T) {
	s := open(t)
	s.settle()
	s.forget()
	for _, c := range []struct {
		name, passdb string
		outcome
	}{
		{"refused", "password=another", outcome{1, "WX-SMTP-REFUSED", []string{mailbox, "5.7.8"}, []string{"later", "Line too long"}}},
		{"accepted", "nopassword=y", outcome{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cloud := s.cloud(map[string]string{smtpHost + ":587": s.dovecot(t, c.passdb)}, nil)
			c.judge(t, s.RunWith(s.home, []string{cloud}, "token", "--no-input", "-y"))
		})
	}
}
