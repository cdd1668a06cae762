package guide

import (
	"strings"
	"testing"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

// gap is what Exchange would not show, or showed in a form that is not known.
func gap(cmdlet, name, code string) breaking {
	return func(f *Facts) {
		e := &microsoft.Error{Service: microsoft.Exchange, Operation: cmdlet, Object: "the organization", Status: 200, Code: code, Message: "odd"}
		if code == "" {
			e.Status, e.Message = 403, ""
		}
		mail(f).Gaps = append(mail(f).Gaps, mailflow.Gap{Cmdlet: cmdlet, Name: name, Err: e})
	}
}

// A gap stops the step that stands on it, and no other; what only may matter
// is named. A refusal names the cmdlet, and whose role is missing.
func TestWhatCannotBeJudgedStopsWhatNeedsIt(t *testing.T) {
	const policy, rule, odd = "Get-HostedOutboundSpamFilterPolicy", "Get-HostedOutboundSpamFilterRule", mailflow.CodeShape
	ours := mailflow.ObjectName(mailboxAddress)
	role, shape := "WX-ROLE-EXCHANGE, waits", "WX-ANSWER-SHAPE"
	for _, test := range []struct {
		name  string
		facts Facts
		want  []string
		notes int
	}{
		{"the mailbox, refused", healthy(gap("Get-Mailbox", "", "")), both(role), 0},
		{"the mailbox, odd", healthy(gap("Get-Mailbox", "", odd)), both(shape), 0},
		{"another mailbox", healthy(gap("Get-Mailbox", "", mailflow.CodeOther)), both(shape), 0},
		{"what has the address instead", healthy(noMailbox, gap("Get-Recipient", "", odd)), both(shape), 0},
		{"the switch", healthy(gap("Get-CASMailbox", "", "")), []string{"mailbox.smtp " + role}, 0},
		{"send as", healthy(shared, gap("Get-RecipientPermission", "", odd)), []string{"mailbox.smtp " + shape}, 0},
		{"the tenant's switch", healthy(gap("Get-TransportConfig", "", "")), nil, 0},
		{"policies", healthy(gap(policy, "", "")), []string{"mailbox.forward " + role}, 1},
		{"our policy", healthy(gap(policy, ours, odd)), []string{"mailbox.forward " + shape}, 1},
		{"our rule", healthy(gap(rule, ours, odd)), []string{"mailbox.forward " + shape}, 1},
		{"a rule without a name", healthy(gap(rule, "", odd)), []string{"mailbox.forward " + shape}, 1},
		{"somebody's rule", healthy(gap(rule, "theirs", odd)), nil, 1},
		{"somebody's policy", healthy(gap(policy, "theirs", odd)), nil, 1},
		{"a mail flow rule", healthy(gap("Get-TransportRule", "theirs", odd)), nil, 1},
		{"all mail flow rules", healthy(gap("Get-TransportRule", "", "")), nil, 1},
		{"a remote domain", healthy(gap("Get-RemoteDomain", "theirs", odd)), nil, 1},
		{"customization, which is needed", healthy(noPolicy, noRule, gap("Get-OrganizationConfig", "", "")),
			[]string{"mailbox.forward " + role}, 0},
		{"customization, which is not needed", healthy(gap("Get-OrganizationConfig", "", odd)), nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "obstacles", obstaclesOf(test.facts), test.want)
			p := step.NewPlan()
			noteGaps(test.facts, p)
			if len(p.Notes) != test.notes {
				t.Errorf("notes: %v", p.Notes)
			}
			for _, o := range Guide(nil, nil).Plan(test.facts).Obstacles {
				if o.Object == "" || o.Detail == "" {
					t.Errorf("an obstacle about nothing: %+v", o)
				}
			}
		})
	}
}

// What was written and cannot be seen is neither there nor missing.
func TestWhatCannotBeSeenIsNotReadBack(t *testing.T) {
	odd := gap("Get-HostedOutboundSpamFilterRule", "", mailflow.CodeShape)
	left := ReadBack(healthy(odd), Guide(nil, nil).Plan(healthy(odd)), Guide(nil, nil).Plan(healthy(noRule)).Changes)
	if len(left) != 1 || !left[0].Unseen || left[0].Late {
		t.Errorf("%+v", left)
	}
}

// An undo takes back nothing that it cannot see, and does not take it for gone.
func TestUndoOfWhatCannotBeSeenWaits(t *testing.T) {
	p := Undo(nil).Plan(healthy(gap("Get-HostedOutboundSpamFilterPolicy", "", "")))
	if o := p.Hindered("mailbox.forward"); o == nil || o.Code != "WX-ROLE-EXCHANGE" || len(p.Of("mailbox.forward")) > 0 {
		t.Errorf("%+v", p.Of("mailbox.forward"))
	}
}

// Both switches are evidence only where both were read.
func TestEvidenceIsWhatWasRead(t *testing.T) {
	f := healthy(func(f *Facts) { mail(f).SMTPAuthDisabled = nil }, gap("Get-TransportConfig", "", ""))
	if got := smtpEvidence(f, f.Seen.Mail()); !strings.Contains(got, "= (null);") || strings.Contains(got, "Get-TransportConfig") {
		t.Error(got)
	}
}

func TestWhoAdministratesExchange(t *testing.T) {
	for role, want := range map[string]bool{exchangeAdministrator: true, globalAdministrator: true, applicationDeveloper: false, "": false} {
		if got := (May{Exchange: Admin{Roles: []string{role}}}).AdministratesExchange(); got != want {
			t.Errorf("%s: %v", role, got)
		}
	}
}
