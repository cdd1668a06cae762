//go:build unix

package ui_test

import (
	"context"
	"strings"
	"testing"
)

func TestPaste(t *testing.T) {
	s := sit(t, sizes[0])
	before := mode(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	lines := s.ui.TypedLines(ctx)

	url := "http://localhost:1234/?code=canary-" + strings.Repeat("x", 12_000) + "&state=s"
	s.Send(url + "\r")
	if got := <-lines; got != url {
		t.Errorf("%d characters of %d came", len(got), len(url))
	}
	s.Send("\r R \r")
	if empty, r := <-lines, <-lines; empty != "" || r != " R " {
		t.Errorf("keys: %q %q", empty, r)
	}
	s.Send("wrong\x15abé\x7f\x04d\r")
	if got := <-lines; got != "abd" {
		t.Errorf("edited: %q", got)
	}
	if strings.Contains(s.Raw(), "canary-") {
		t.Error("what was pasted was shown")
	}

	cancel()
	// The next question waits for the terminal to be as before.
	replies := s.ask(t.Context(), email)
	s.Expect("E-mail ID")
	s.Send("a@b\r")
	want(t, s, replies, "a@b")
	if after := mode(t, s); *after != *before {
		t.Error("the terminal was not restored")
	}
	wantRestored(t, s)
}

func TestCloseEndsPasting(t *testing.T) {
	s := sit(t, sizes[0])
	before := mode(t, s)
	s.ui.TypedLines(t.Context())
	if after := mode(t, s); *after == *before {
		t.Error("the terminal still reads by line")
	}
	s.ui.Close()
	if after := mode(t, s); *after != *before {
		t.Error("the terminal was not restored")
	}
}
