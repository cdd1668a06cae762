// Package step is the engine: inspect, ask, plan, apply one change at a time,
// read back. It knows nothing of mail.
//
// The world is the truth and the journal is only memory: a step is done when
// its plan is empty, never because a file says so. See docs/architecture.md.
package step

import "context"

// Source is something that steps read, as a bit set: one round of reading
// serves every step of a run.
type Source uint

// Has says whether all of other is in s.
func (s Source) Has(other Source) bool { return s&other == other }

// Step is one part of the guide. W is the world that a run observes and
// changes.
type Step[W any] struct {
	// ID is the step's name in commands, journal and JSON: "azure.register".
	ID string
	// Asks are the questions whose answers it needs, in the order of asking.
	Asks []string
	// Reads are the sources that Plan looks at. It is asked again once the
	// local ones have been read, so that a finished step signs nobody in.
	Reads func(W) Source
	// Plan is the difference between what the world holds and what is
	// wanted: a pure function, so it may be asked as often as one likes.
	Plan func(W, *Plan)
	// Apply makes one change of Plan's and returns what it made, which is
	// journaled; it waits for what it wrote to be usable by the next change.
	Apply func(context.Context, W, Change) (made any, err error)
}
