package guide

import "wxmail/internal/step"

// What comes before what, by the keys of changes; and what a step says that
// another has to come before.

// afterApplication are the changes that the parts of an application wait for.
func afterApplication() []string { return []string{"azure.application-restored", "azure.application"} }

// afterSMTP: Exchange is written one change at a time.
func afterSMTP() []string { return []string{"mailbox.smtp-auth", "mailbox.send-as"} }

// stepFirst is the obstacle of a step that another one has to come before.
func stepFirst(stepID string) *step.Obstacle {
	return &step.Obstacle{Code: codeStepFirst, Object: stepID, Stops: true}
}

const codeStepFirst = "WX-STEP-FIRST"

// hinderedBy is the obstacle of a step that comes after another: what hinders
// that one, where it is part of the run, hinders this one too.
func hinderedBy(p *step.Plan, earlier string) *step.Obstacle {
	if first := p.Hindered(earlier); first != nil {
		return first.Again()
	}
	return stepFirst(earlier)
}
