package setup

import (
	"context"

	"wxmail/internal/step"
)

// planCollect: the answers are the step. They are kept in the profile, and
// nothing at Microsoft changes.
func planCollect(*Run, *step.Plan) {}

func applyNothing(_ context.Context, _ *Run, c step.Change) (any, error) { return nil, unknownKey(c) }
