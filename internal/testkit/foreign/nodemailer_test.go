//go:build foreign

package foreign

import "testing"

// nodemailer hands a message over with a token, and in no other way.
func TestNodemailer(t *testing.T) {
	t.Parallel()
	w := setUpForStrict(t)
	w.goesThrough(t, "mail.mjs", []expected{
		{name: "XOAUTH2", says: "250 2.0.0"},
		{name: "a token that is none", fails: []string{"EAUTH", "535 5.7.3"}},
		{name: "a refresh token", fails: []string{"EAUTH", "535 5.7.3"}},
		{name: "a token for Graph", fails: []string{"EAUTH", "535 5.7.3"}},
		{name: "somebody else's mailbox", fails: []string{"EAUTH", "535 5.7.3"}},
		{name: "somebody else as sender", fails: []string{"EMESSAGE", "554 5.2.252"}},
		{name: "LOGIN", fails: []string{"EAUTH", "550 5.7.30"}},
		{name: "PLAIN", fails: []string{"EAUTH", "504 5.7.4"}},
		{name: "nobody", fails: []string{"530 5.7.57"}},
		{name: "without TLS", fails: []string{"451 5.7.3"}},
		{name: "a CA that nobody knows", fails: []string{"self-signed certificate"}},
	})
	if !w.arrived("It is on its way, says nodemailer.") {
		t.Error("the customer has no such message")
	}
	if w.arrived("This must not arrive.") {
		t.Error("a message arrived that was refused")
	}
}
