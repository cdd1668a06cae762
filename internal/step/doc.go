// Package step is the engine: a plan of typed changes, applied one at a time
// where one needs another and side by side where none does. It knows nothing
// of mail.
//
// The world is the truth and the journal is only memory: a step is done when
// its plan is empty, never because a file says so. See docs/architecture.md.
package step
