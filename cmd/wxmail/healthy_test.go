package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// Where setup ended well there is no error and no warning, in any scenario.
func TestDoctorIsContentAfterSetup(t *testing.T) {
	t.Parallel()
	for scenario, infos := range map[string][]string{
		"default": {"WX-MAIL-SEND-WIDE"}, "hardened": {"WX-CONSENT-POLICY", "WX-MAIL-SEND-WIDE"}, "shared-mailbox": {"WX-MAIL-SEND-WIDE"},
		"throttled": {"WX-MAIL-SEND-WIDE"}, "slow-replication": {"WX-MAIL-SEND-WIDE"}, "by-hand": {"WX-MAIL-SEND-WIDE"},
		"busy": {"WX-MAIL-SEND-WIDE"}, "dehydrated": {"WX-MAIL-SEND-WIDE"},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{Scenario: scenario})
			w.Endpoints(map[string]any{"maxClockSkew": "off"})
			home, answers := w.Home(), firstDraft(w).Answers(support)
			switch scenario {
			case "shared-mailbox":
				answers = with(answers, "webex.email-id", help, "mailbox.sign-in-as", support)
			case "dehydrated":
				setUpTo(w, home, with(answers, "exchange.enable-customization", "true")).Must(t, 10)
				w.Advance("1h")
			}
			setUp(t, w, home, answers)
			writes := len(w.Writes())
			found := rows(t, document(t, w, home, 0, "doctor"), "findings")
			if diff := cmp.Diff(infos, codesOf(found, "error", "warning", "info")); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if more := w.Writes()[writes:]; len(more) != 0 {
				t.Errorf("doctor wrote %v", more)
			}
		})
	}
}

// What is only worth knowing is told, and is no fault.
func TestWorthKnowing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code   string
		before map[string]any // settings of the tenant
		harm   func(*patient)
	}{
		{"WX-MAIL-SEND-WIDE", nil, nothing},
		{"WX-CONSENT-POLICY", map[string]any{"userConsent": "none"}, nothing},
		{"WX-SECURITY-DEFAULTS", map[string]any{"securityDefaults": true}, nothing},
		{"WX-ROTATION-BLOCKED", nil, func(p *patient) { p.call("POST", "/tenant", map[string]any{"secretPolicy": "blocked"}) }},
		{"WX-SECRET-UNKNOWN", nil, func(p *patient) { setUp(p.t, p.World, p.Home(), p.answers) }},
		{"WX-INBOX-RULES-UNREAD", nil, func(p *patient) { p.forbid("exchange", "Get-InboxRule", nil) }},
		{"WX-VAULT-LOCKED", nil, func(p *patient) { p.env = []string{"WXMAIL_PASSPHRASE="} }},
	} {
		t.Run(test.code, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			if test.before != nil {
				w.Call("POST", "/tenant", test.before, nil)
			}
			p := &patient{World: w, t: t, home: w.Home(), answers: w.Draft().Answers(support)}
			setUp(t, w, p.home, p.answers)
			test.harm(p)
			found := p.findings(0)
			if codes := codesOf(found, "info"); !slices.Contains(codes, test.code) {
				t.Errorf("not found; but %v", codes)
			}
		})
	}
}

// A scheduler's question signs nobody in, and asks the token endpoint where
// the vault opens; the recorded end is enough where it does not.
func TestSecretExpiryForSchedulers(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	w.SignInsAs("nobody@contoso.example") // a browser would not come through
	ask := func(exit int, days string, env ...string) {
		t.Helper()
		w.RunWith(home, env, "doctor", "--only", "secret-expiry", "--days", days, "--no-input").Must(t, exit)
	}
	before := len(w.Requests())
	ask(0, "30")
	for _, r := range w.Requests()[before:] {
		if r.Service != "entra" || r.Method != "GET" && r.Path == "" {
			t.Errorf("it asked %v", r)
		}
	}
	ask(3, "800")
	ask(3, "800", "WXMAIL_PASSPHRASE=")
	ask(0, "30", "WXMAIL_PASSPHRASE=")
	w.Advance("17000h") // 708 days
	ask(3, "30", "WXMAIL_PASSPHRASE=")
	ask(3, "30")
}
