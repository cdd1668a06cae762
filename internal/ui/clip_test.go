//go:build unix

package ui_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/ui"
)

func TestTheTerminalIsSentWhatToCopy(t *testing.T) {
	for name, term := range map[string]string{"an xterm": "xterm-256color", "a dumb terminal": "dumb", "none": ""} {
		t.Run(name, func(t *testing.T) {
			s := sit(t, sizes[0], func(o *ui.Options) {
				o.Env = func(name string) string { return map[string]string{"TERM": term}[name] }
			})
			sent := ui.Clip(s.ui, secret.New("canary~secret"))
			s.ui.Say(msg.M("plan.empty"))
			s.Expect("Nothing to change.")
			const sequence = "\x1b]52;c;"
			_, after, found := strings.Cut(s.Raw(), sequence)
			if sent != (term == "xterm-256color") || found != sent {
				t.Fatalf("sent: %v, %q", sent, s.Raw())
			}
			if got := base64.StdEncoding.EncodeToString([]byte("canary~secret")) + "\x07"; sent && !strings.HasPrefix(after, got) {
				t.Errorf("%q", s.Raw())
			}
			if strings.Contains(s.Screen(), "canary") {
				t.Error("it is on the screen")
			}
		})
	}
}

// Signs that a locale without UTF-8 lacks are written in another way.
func TestTextsInALocaleWithoutUTF8(t *testing.T) {
	s := sit(t, sizes[0], func(o *ui.Options) {
		o.Env = func(name string) string { return map[string]string{"LC_ALL": "C"}[name] }
	})
	s.ui.Say(msg.M("paste.stop-here", "Number", 3, "Count", 12, "Label", "Client Secret"))
	s.Expect("3 of 12 - Client Secret - copied")
}
