package main

import (
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// A new asset page has a new Forwarding Address. What wxmail set for the old
// one is its own to mend, by the step alone too.
func TestForwardingOfOursMovesWithoutQuestion(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	next := w.Draft()
	w.Run(home, "mailbox", "forward", "--no-input", "-y", "--forwarding-address", next.ForwardingAddress).Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != "smtp:"+next.ForwardingAddress {
		t.Errorf("forwards to %v", to)
	}
}
