//go:build foreign

package foreign

import (
	"slices"
	"strings"
	"testing"
)

// Submission by smtp-server for Node.js (https://nodemailer.com/extras/smtp-server),
// in the place of Exchange Online: `wxmail token` refreshes at the sandbox, and
// signs in with that token there.
func TestSubmission(t *testing.T) {
	s := open(t)
	s.settle()
	s.forget()
	good := s.ca.issue(smtpHost)
	for _, c := range []struct {
		name   string
		server params
		keys   params
		outcome
	}{
		{"refused by 334 and 535", params{"user": "sales@contoso.example"}, nil,
			outcome{exit: 1, code: "WX-SMTP-REFUSED", says: []string{mailbox, "Username and Password not accepted"}, nots: []string{"later"}}},
		{"a failure that passes", params{"reply": params{"responseCode": 454, "message": "Temporary authentication failure"}}, nil,
			outcome{exit: 8, code: "WX-UNAVAILABLE", says: []string{"Temporary authentication failure", "later"}}},
		{"too busy to greet", params{"greeting": params{"responseCode": 421, "message": "Service not available"}}, nil,
			outcome{exit: 8, code: "WX-UNAVAILABLE", says: []string{"Service not available", "later"}}},
		{"another server's greeting", params{"greeting": params{"responseCode": 554, "message": "No SMTP service here"}}, nil,
			outcome{exit: 8, code: "WX-UNREACHABLE", says: []string{"No SMTP service here"}, nots: []string{"later"}}},
		{"no XOAUTH2", params{"mechanism": "PLAIN"}, nil,
			outcome{exit: 8, code: "WX-UNREACHABLE", says: []string{"does not offer XOAUTH2"}, nots: []string{"later"}}},
		{"silent", params{"silent": true}, params{"timeouts": params{"request": "1s"}},
			outcome{exit: 8, code: "WX-UNREACHABLE", says: []string{smtpHost}}},
		{"accepted", params{"user": mailbox}, nil, outcome{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cloud := s.cloud(map[string]string{smtpHost + ":587": s.serve("smtp", good, c.server)}, c.keys)
			before := len(s.seen().SMTP)
			c.judge(t, s.RunWith(s.home, []string{cloud}, "token", "--no-input", "-y"))
			for _, said := range s.seen().SMTP[before:] {
				if said.User != mailbox || !s.issued(said.Token) {
					t.Errorf("%s signed in with no token of Microsoft's", said.User)
				}
			}
		})
	}
}

// forget drops the tokens: the next ones are proved anew.
func (s *street) forget() {
	s.t.Helper()
	s.Run(s.home, "token", "--forget", "--no-input", "-y").Must(s.t, 0)
}

// issued says whether the sandbox issued an access token.
func (s *street) issued(token string) bool {
	s.t.Helper()
	var all []struct{ Kind, Value string }
	s.Call("GET", "/secrets", nil, &all)
	return slices.ContainsFunc(all, func(secret struct{ Kind, Value string }) bool {
		return secret.Value == token && strings.Contains(secret.Kind, "access")
	})
}
