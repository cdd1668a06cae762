//go:build foreign

package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/testkit"
)

const smtpHost = "smtp.office365.com"

// letter is a message to hand over, and how to sign in for it.
type letter struct {
	user, token, from, text string
	address                 string // of the sandbox's SMTP
	ca                      string // "" trusts what the machine trusts
	plain                   bool   // without STARTTLS
}

// program sends a letter and says how that went: its exit status, and all it
// said. The token goes to it by a file, never as an argument.
type program struct {
	send func(*testing.T, letter) (exit int, said string)
	// The exit statuses of a refused sign-in and of a certificate that is not
	// trusted.
	login, trust int
}

// anyFailure is an exit status that differs between versions of a program.
const anyFailure = -1

// programs are told by their own manuals: https://curl.se/docs/manpage.html,
// https://marlam.de/msmtp/msmtp.html and sysexits.h.
var programs = map[string]program{
	"curl":  {curl, 67, 60},
	"msmtp": {msmtp, 77, 69},
}

func curl(t *testing.T, l letter) (int, string) {
	config := []string{
		"url = smtp://" + smtpHost + ":587/wxmail.example", "connect-to = " + smtpHost + ":587:" + l.address,
		"user = " + l.user + ":", "oauth2-bearer = " + l.token,
		"mail-from = " + l.from, "mail-rcpt = " + testkit.Customer,
		"upload-file = " + file(t, l.mime()), "silent", "show-error", "verbose",
	}
	if !l.plain {
		config = append(config, "ssl-reqd")
	}
	if l.ca != "" {
		config = append(config, "cacert = "+l.ca)
	}
	return end(t, exec.Command("curl", "--config", file(t, strings.Join(config, "\n"))))
}

func msmtp(t *testing.T, l letter) (int, string) {
	host, port, err := net.SplitHostPort(l.address)
	if err != nil {
		t.Fatal(err)
	}
	config := []string{
		"account default", "host " + host, "port " + port, "domain wxmail.example",
		"auth xoauth2", "user " + l.user, "passwordeval cat " + file(t, l.token), "from " + l.from,
	}
	if l.plain {
		config = append(config, "tls off")
	} else {
		config = append(config, "tls on", "tls_starttls on", "tls_host_override "+smtpHost)
	}
	if l.ca != "" {
		config = append(config, "tls_trust_file "+l.ca)
	}
	cmd := exec.Command("msmtp", "--file", file(t, strings.Join(config, "\n")+"\n"), "--debug", "--", testkit.Customer)
	cmd.Stdin = strings.NewReader(l.mime())
	return end(t, cmd)
}

func (l letter) mime() string {
	return fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Your order\r\n\r\n%s\r\n", l.from, testkit.Customer, l.text)
}

// file keeps what is private where only this test reads it.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "private")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func end(t *testing.T, cmd *exec.Cmd) (int, string) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LC_ALL=C"}
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), said.String()
}

// letter is a good one.
func (w *world) letter(text string) letter {
	w.t.Helper()
	return letter{user: mailbox, token: w.value("Access Token"), from: mailbox, text: text, address: w.smtp(), ca: w.ca()}
}

func (w *world) smtp() string { return w.dial()[smtpHost+":587"] }

// dial is where the sandbox listens, by the address that programs ask for.
func (w *world) dial() map[string]string {
	w.t.Helper()
	raw, err := os.ReadFile(w.CloudFile())
	if err != nil {
		w.t.Fatal(err)
	}
	var cloud struct{ Dial map[string]string }
	if err := json.Unmarshal(raw, &cloud); err != nil {
		w.t.Fatal(err)
	}
	return cloud.Dial
}

// arrived says whether the customer has a message of that text.
func (w *world) arrived(text string) bool {
	w.t.Helper()
	var state struct {
		Messages []struct{ From, To, Subject, Text, Status string }
	}
	w.Call("GET", "/state", nil, &state)
	return slices.ContainsFunc(state.Messages, func(m struct{ From, To, Subject, Text, Status string }) bool {
		return m.From == mailbox && m.To == testkit.Customer && m.Subject == "Your order" && m.Text == text && m.Status == "delivered"
	})
}

func TestSMTP(t *testing.T) {
	for name, p := range programs {
		t.Run(name, func(t *testing.T) {
			w := setUp(t)
			text := "It is on its way, says " + name + "."
			if exit, said := p.send(t, w.letter(text)); exit != 0 {
				t.Fatalf("exit %d\n%s", exit, replies(said))
			}
			if !w.arrived(text) {
				t.Error("the customer has no such message")
			}
		})
	}
}

// replies are the server's, and what the program made of them: a transcript
// without what the program sent, which holds the token.
func replies(said string) string {
	var lines []string
	for line := range strings.Lines(said) {
		for _, kept := range []string{"< ", "<-- ", "curl: ", "msmtp: "} {
			if strings.HasPrefix(line, kept) {
				lines = append(lines, line)
			}
		}
	}
	return strings.Join(lines, "")
}

func TestSMTPRefused(t *testing.T) {
	for name, p := range programs {
		t.Run(name, func(t *testing.T) { refused(t, p) })
	}
}

func refused(t *testing.T, p program) {
	w := setUp(t)
	for _, c := range []struct {
		name   string
		change func(*letter)
		exit   int
		reply  string
	}{
		{"not a token", func(l *letter) { l.token = "nonsense" }, p.login, "535 5.7.3"},
		{"a refresh token", func(l *letter) { l.token = w.value("Refresh Token") }, p.login, "535 5.7.3"},
		{"somebody else's mailbox", func(l *letter) { l.user = "sales@contoso.example" }, p.login, "535 5.7.3"},
		{"somebody else as sender", func(l *letter) { l.from = "sales@contoso.example" }, anyFailure, "554 5.2.252"},
		{"a CA that nobody knows", func(l *letter) { l.ca = "" }, p.trust, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := w.letter("This must not arrive.")
			c.change(&l)
			w.refuses(t, p, l, c.exit, c.reply)
		})
	}
	t.Run("without TLS", func(t *testing.T) {
		l := w.letter("This must not arrive.")
		l.plain = true
		if exit, said := p.send(t, l); exit == 0 || strings.Contains(said, "235 ") || w.arrived(l.text) {
			t.Errorf("exit %d\n%s", exit, replies(said))
		}
	})
	t.Run("switched off for the mailbox", func(t *testing.T) {
		w.Call("PATCH", "/mailboxes/"+mailbox, params{"SmtpClientAuthenticationDisabled": true}, nil)
		w.refuses(t, p, w.letter("This must not arrive."), p.login, "535 5.7.139")
		w.Call("PATCH", "/mailboxes/"+mailbox, params{"SmtpClientAuthenticationDisabled": false}, nil)
	})
	t.Run("an expired token", func(t *testing.T) {
		w.Advance("2h")
		w.refuses(t, p, w.letter("This must not arrive."), p.login, "535 5.7.3")
	})
}

func (w *world) refuses(t *testing.T, p program, l letter, exit int, reply string) {
	t.Helper()
	got, said := p.send(t, l)
	if got == 0 || exit != anyFailure && got != exit || !strings.Contains(said, reply) {
		t.Errorf("exit %d, want %d and %q\n%s", got, exit, reply, replies(said))
	}
	if w.arrived(l.text) {
		t.Error("the message arrived all the same")
	}
}
