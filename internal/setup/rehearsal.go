package setup

import (
	"context"

	"wxmail/internal/exchange"
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// Rehearse is what a change of the Exchange steps would run, with nobody
// signed in and nothing run.
func Rehearse(ctx context.Context, c step.Change) ([]mailflow.Cmdlet, error) {
	admin, cmdlets := exchange.Rehearsal()
	_, err := applying(guide.Hands{Exchange: admin})(ctx, c)
	return cmdlets(), err
}
