package doctor

import (
	"testing"

	"wxmail/internal/contact"
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

// compared is a connection of which only the shapes of answers are judged.
func compared(differences ...contact.Difference) func(*patient) {
	return func(p *patient) { p.areas, p.probed.Contact = []Area{Contact}, differences }
}

func contactAilments() []ailment {
	odd := contact.Difference{Answer: "Get-Mailbox", New: []string{"value[].New"}, Other: []string{"value[].Name: list, known as text"}}
	return []ailment{
		{"an answer in another form", []string{"WX-SHAPE-OTHER"}, compared(odd)},
		{"what was not shown", []string{"WX-ANSWER-SHAPE"}, func(p *patient) {
			compared()(p)
			p.exchange.Gaps = []mailflow.Gap{{Cmdlet: "Get-TransportRule", Err: &microsoft.Error{Service: microsoft.Exchange,
				Object: "the organization", Status: 200, Code: mailflow.CodeShape}}}
		}},
		{"nothing is compared where nobody asks", []string{}, func(p *patient) { p.probed.Contact = []contact.Difference{odd} }},
	}
}

func TestWhatSetupWouldChangeIsNoDifference(t *testing.T) {
	p := healthy()
	compared()(p)
	p.exchange.SMTPAuthDisabled = nil
	f, scope := p.facts(t)
	plan := guide.Guide(scope.Steps, nil).Plan(f)
	if findings := Judge(f, plan, p.probed, Options{Areas: p.areas}); len(findings) != 0 || len(plan.Changes) == 0 {
		t.Errorf("%+v", findings)
	}
}

func TestWhatIsNewIsWorthKnowing(t *testing.T) {
	p := healthy()
	compared(contact.Difference{Answer: "Get-Mailbox", New: []string{"value[].New"}})(p)
	findings, _ := p.judge(t)
	if len(findings) != 1 || findings[0].Code != "WX-SHAPE-NEW" || findings[0].Severity != step.Info || findings[0].Object != "Get-Mailbox" {
		t.Errorf("%+v", findings)
	}
}
