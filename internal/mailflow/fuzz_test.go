package mailflow

import (
	"slices"
	"strings"
	"testing"

	"wxmail/internal/microsoft"
)

func FuzzObjectName(f *testing.F) {
	for _, mailbox := range []string{"", "support@contoso.com", "a+b@c.d", strings.Repeat("é", 70), "\xff"} {
		f.Add(mailbox)
	}
	f.Fuzz(func(t *testing.T, mailbox string) {
		name := ObjectName(mailbox)
		if len([]rune(name)) > maxName || strings.ContainsAny(name, forbiddenNames) || !strings.HasPrefix(name, "wxmail ") {
			t.Errorf("%q: %q", mailbox, name)
		}
	})
}

// Whatever is replied: a refusal of the table or none, and one for 5.7.139.
func FuzzMeaning(f *testing.F) {
	for _, r := range replies {
		f.Add(r.status, r.code, r.text)
	}
	f.Add(535, "5.7.139", "\xff")
	f.Fuzz(func(t *testing.T, status int, code, message string) {
		got := Meaning(&microsoft.Error{Service: microsoft.SMTP, Status: status, Code: code, Message: message})
		if got == "" && code != "5.7.139" {
			return
		}
		if !slices.ContainsFunc(replies, func(r reply) bool { return r.means == got && r.code == code }) {
			t.Errorf("%d %s %q: %q", status, code, message, got)
		}
	})
}
