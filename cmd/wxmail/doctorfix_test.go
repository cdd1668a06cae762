package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// broken is a mailbox that was set up, and in which three things were changed
// since.
func broken(t *testing.T) *patient {
	t.Helper()
	w := testkit.Start(t, sandbox.Options{})
	p := &patient{World: w, t: t, home: w.Home(), answers: w.Draft().Answers(support)}
	setUp(t, w, p.home, p.answers)
	p.mailbox(map[string]any{"SmtpClientAuthenticationDisabled": true, "ForwardingSmtpAddress": nil})
	p.call("DELETE", "/outboundRules/"+p.our(), nil)
	return p
}

// fix is doctor --fix, with what it wrote.
func (p *patient) fix(exit int, args ...string) (events []map[string]any, writes []testkit.Request) {
	p.t.Helper()
	before := len(p.Writes())
	ran := p.Run(p.home, append([]string{"doctor", "--fix", "--no-input", "--json"}, args...)...).Must(p.t, exit)
	return ran.Events(p.t), p.Writes()[before:]
}

// leftBy are the findings in the event that ends a run.
func leftBy(end map[string]any) (findings []map[string]any) {
	for _, f := range end["findings"].([]any) {
		findings = append(findings, f.(map[string]any))
	}
	return findings
}

// --fix shows the plan of what it found, and makes it once somebody agrees.
func TestDoctorFixes(t *testing.T) {
	t.Parallel()
	p := broken(t)
	events, writes := p.fix(9)
	if end := events[len(events)-1]; len(writes) != 0 || end["error"].(map[string]any)["code"] != "WX-ANSWER-NEEDED" ||
		len(end["findings"].([]any)) < 3 {
		t.Errorf("nobody agreed: %v, %v", end, writes)
	}
	events, writes = p.fix(0, "-y")
	var keys []string
	for _, e := range testkit.Named(events, "change") {
		keys = append(keys, e["key"].(string))
	}
	slices.Sort(keys)
	if diff := cmp.Diff([]string{"mailbox.forwarding", "mailbox.outbound-rule", "mailbox.smtp-auth"}, keys); diff != "" || len(writes) != 3 {
		t.Errorf("changes (-want +got):\n%s%v", diff, writes)
	}
	if shown := testkit.Named(events, "plan"); len(shown) != 1 || len(shown[0]["changes"].([]any)) != 3 {
		t.Errorf("plan: %v", shown)
	}
	end := events[len(events)-1]
	if left := codesOf(leftBy(end), "error", "warning"); end["event"] != "result" || left != nil {
		t.Errorf("left: %v", end)
	}
	if _, writes = p.fix(0, "-y"); len(writes) != 0 {
		t.Errorf("a second time it wrote %v", writes)
	}
	p.findings(0)
}

// With --only nothing else is mended, and what nobody asked for is not told.
func TestDoctorFixesOnlyWhatWasAsked(t *testing.T) {
	t.Parallel()
	p := broken(t)
	_, writes := p.fix(0, "-y", "--only", "WX-SMTP-AUTH-MAILBOX")
	if len(writes) != 1 || mailbox(t, p.World, support)["SmtpClientAuthenticationDisabled"] != false {
		t.Errorf("it wrote %v", writes)
	}
	if codes := codesOf(p.findings(3), "error", "warning"); slices.Contains(codes, "WX-SMTP-AUTH-MAILBOX") || len(codes) < 2 {
		t.Errorf("left: %v", codes)
	}
}

// What only another person or Microsoft can mend is left, and told.
func TestDoctorCannotFixEverything(t *testing.T) {
	t.Parallel()
	p := broken(t)
	p.call("POST", "/remoteDomains", map[string]any{"Name": "Webex", "DomainName": "mail-us.imiconnect.io", "AutoForwardEnabled": false})
	events, writes := p.fix(3, "-y")
	if left := codesOf(leftBy(events[len(events)-1]), "error", "warning"); !slices.Contains(left, "WX-REMOTE-DOMAIN") ||
		slices.Contains(left, "WX-SMTP-AUTH-MAILBOX") {
		t.Errorf("left: %v", left)
	}
	if len(writes) == 0 {
		t.Error("it mended nothing")
	}
}

// Whoever lacks the role mends nothing; nor does a second run meanwhile, nor
// one whose vault does not open.
func TestDoctorFixNeedsWhatSetupNeeds(t *testing.T) {
	t.Parallel()
	p := broken(t)
	events, writes := p.fix(3, "-y", "--exchange-admin", entraAdmin)
	if left := codesOf(leftBy(events[len(events)-1]), "error", "warning"); len(writes) != 0 || !slices.Contains(left, "WX-ROLE-EXCHANGE") {
		t.Errorf("without the role: %v %v", left, writes)
	}
	before := len(p.Requests())
	refused(t, p.RunWith(p.home, []string{"WXMAIL_PASSPHRASE="}, "doctor", "--fix", "--no-input", "-y"), 9, "WX-VAULT-LOCKED")
	if asked := p.Requests()[before:]; len(asked) != 0 {
		t.Errorf("it asked %v", asked)
	}
}

// --only takes an area or a code, and signs in only for what that needs.
func TestDoctorLooksOnlyWhereAsked(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	signIns := func(args ...string) (roles []string) {
		t.Helper()
		before := len(w.Requests())
		said := w.Run(home, append([]string{"doctor", "--no-input"}, args...)...).Must(t, 0).Stderr
		for _, role := range []string{"directory administrator", "Exchange administrator"} {
			if regexp.MustCompile(`(?m)^Sign-in \d of \d \S+ ` + role).MatchString(said) {
				roles = append(roles, role)
			}
		}
		if services := servicesOf(w.Requests()[before:]); !services["graph"] && slices.Contains(roles, "directory administrator") {
			t.Errorf("%v: signed in for nothing: %v", args, services)
		}
		return roles
	}
	for only, want := range map[string][]string{
		"network": nil, "token": nil, "secret-expiry": nil, "wx-secret-expired": nil,
		"directory": {"directory administrator"}, "WX-CONSENT-MISSING": {"directory administrator"},
		"exchange": {"Exchange administrator"}, "WX-FORWARDING-CHANGED": {"Exchange administrator"},
	} {
		if diff := cmp.Diff(want, signIns("--only", only)); diff != "" {
			t.Errorf("--only %s signs in (-want +got):\n%s", only, diff)
		}
	}
	if got := signIns("--only", "directory", "--only", "exchange"); len(got) != 2 {
		t.Errorf("of two areas: %v", got)
	}
	for _, args := range [][]string{{"--only", "mail"}, {"--only", "WX-NO-SUCH"}, {"--days", "-1"}, {"everything"}} {
		refused(t, w.Run(home, append([]string{"doctor", "--no-input"}, args...)...), 2, "WX-USAGE")
	}
}

func servicesOf(requests []testkit.Request) map[string]bool {
	services := map[string]bool{}
	for _, r := range requests {
		services[r.Service] = true
	}
	return services
}

// Before anything is set up the network can be looked at, and nothing else.
func TestDoctorWithoutAProfile(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	refused(t, w.Run(w.Home(), "doctor", "--no-input"), 9, "WX-NO-PROFILE", "webex.email-id")
	said := w.Run(w.Home(), "doctor", "--no-input", "--only", "network").Must(t, 0).Stdout
	if !strings.Contains(said, "Nothing is wrong. Looked at: network.") {
		t.Errorf("it says %q", said)
	}
	noWrites(t, w)
}

// Each finding has every key that scripts rely on, and no other.
func TestDoctorDocument(t *testing.T) {
	t.Parallel()
	p := broken(t)
	want := []string{"cause", "code", "evidence", "fix", "object", "severity", "step"}
	for _, f := range p.findings(3) {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(f))); diff != "" {
			t.Errorf("%v: keys (-want +got):\n%s", f["code"], diff)
		}
		if !slices.Contains([]string{"error", "warning", "info"}, f["severity"].(string)) || !strings.HasPrefix(f["code"].(string), "WX-") {
			t.Errorf("finding: %v", f)
		}
		p.Run(p.home, "help", f["code"].(string)).Must(t, 0)
	}
	said := p.Run(p.home, "doctor", "--no-input").Must(t, 3).Stdout
	for _, want := range []string{"WX-SMTP-AUTH-MAILBOX", "read:", "fix:", "Errors: "} {
		if !strings.Contains(said, want) {
			t.Errorf("in words it does not say %q:\n%s", want, said)
		}
	}
}
