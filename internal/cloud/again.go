package cloud

import (
	"context"
	"net/http"

	"wxmail/internal/microsoft"
)

// Transient says whether a read that failed so may succeed when it is made
// again: the rule of the transport, for the parts of a batch that the
// transport cannot see.
func Transient(failure *microsoft.Error) bool {
	return failure.Status == http.StatusTooManyRequests || transient(failure)
}

// Again is the pause before the next try of a read whose try-th one (from 1)
// failed. It gives nil after the pause, ctx's error, or failure itself where
// the tries are used up or the service asks for more than Retry.Max. The
// pause is reported to the observer.
func (e *Endpoints) Again(ctx context.Context, try int, failure *microsoft.Error) error {
	pause := e.pause(try, failure)
	if try >= maxTries || pause > e.Retry.Max {
		return failure
	}
	e.report(reason(failure))
	return sleep(ctx, pause)
}
