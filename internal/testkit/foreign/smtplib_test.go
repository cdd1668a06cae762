//go:build foreign

package foreign

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/testkit"
)

// posted is a letter for Python's smtplib.
type posted struct {
	Host    string `json:"host"`
	CA      string `json:"ca"` // "" trusts what the machine trusts
	TLS     bool   `json:"tls"`
	Auth    string `json:"auth"` // SASL's mechanism, "" for none
	OneLine bool   `json:"oneLine"`
	User    string `json:"user"`
	Token   string `json:"token"`
	From    string `json:"from"`
	To      string `json:"to"`
	Size    int    `json:"size"` // said of the message, which then is not sent
	MIME    string `json:"mime"`
}

// post hands a letter over with smtplib, which reads it from a pipe, and says
// how that ended.
func (l posted) post(t *testing.T) (code int, text, class string) {
	t.Helper()
	raw, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "python3", filepath.Join("testdata", "smtplib", "send.py"))
	cmd.Stdin, cmd.Stderr = bytes.NewReader(raw), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("send.py: %v", err)
	}
	var end struct {
		Code        int
		Text, Error string
	}
	if err := json.Unmarshal(out, &end); err != nil {
		t.Fatalf("send.py: %v", err)
	}
	return end.Code, end.Text, end.Error
}

// The names of smtplib's errors are those of its manual:
// https://docs.python.org/3/library/smtplib.html
var smtplibCases = []struct {
	name   string
	change func(*posted)
	code   int
	text   string
	class  string
}{
	{"token in the line of AUTH", func(l *posted) { l.OneLine = true }, 250, "", ""},
	{"token in a line of its own", func(*posted) {}, 250, "", ""},
	{"not a token", func(l *posted) { l.Token = "nonsense" }, 535, "5.7.3", "SMTPAuthenticationError"},
	{"somebody else's mailbox", func(l *posted) { l.User = "sales@contoso.example" }, 535, "5.7.3", "SMTPAuthenticationError"},
	{"PLAIN", func(l *posted) { l.Auth, l.OneLine = "PLAIN", true }, 504, "5.7.4", "SMTPAuthenticationError"},
	{"LOGIN", func(l *posted) { l.Auth = "LOGIN" }, 550, "5.7.30", "SMTPAuthenticationError"},
	{"AUTH before TLS", func(l *posted) { l.TLS = false }, 523, "5.7.10", "SMTPAuthenticationError"},
	{"MAIL before TLS", func(l *posted) { l.TLS, l.Auth = false, "" }, 451, "5.7.3 STARTTLS", "SMTPSenderRefused"},
	{"MAIL without AUTH", func(l *posted) { l.Auth = "" }, 530, "5.7.57", "SMTPSenderRefused"},
	{"larger than a message may be", func(l *posted) { l.Size = 1 << 30 }, 552, "", ""},
	{"somebody else as sender", func(l *posted) { l.From = "sales@contoso.example" }, 554, "5.2.252 SendAsDenied", "SMTPDataError"},
	{"a CA that nobody knows", func(l *posted) { l.CA = "" }, 0, "CERTIFICATE_VERIFY_FAILED", "SSLCertVerificationError"},
	{"not the certificate's name", func(l *posted) { l.Host = "localhost" }, 0, "CERTIFICATE_VERIFY_FAILED", "SSLCertVerificationError"},
}

func TestSmtplib(t *testing.T) {
	t.Parallel()
	need(t, "python3", "python3")
	w, ok := behindNames(t)
	if !ok {
		return
	}
	w.setUp()
	for _, c := range smtplibCases {
		t.Run(c.name, func(t *testing.T) {
			good := w.letter("It is on its way, " + c.name + ".")
			l := posted{Host: smtpHost, CA: w.ca(), TLS: true, Auth: "XOAUTH2", User: good.user, Token: good.token,
				From: good.from, To: testkit.Customer, MIME: good.mime()}
			c.change(&l)
			code, text, class := l.post(t)
			if code != c.code || !strings.Contains(text, c.text) || class != c.class {
				t.Errorf("%d %s (%s)\nwant %d %s (%s)", code, text, class, c.code, c.text, c.class)
			}
			if arrived := w.arrived(good.text); arrived != (c.class == "" && l.Size == 0) {
				t.Errorf("arrived: %t", arrived)
			}
		})
	}
}
