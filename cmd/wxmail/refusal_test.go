package main

import (
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// A refusal in the middle is told at once: nothing waits for what can no
// longer come, and a rerun ends well.
func TestRefusalInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]map[string]any{
		"service principal": {"service": "graph", "method": "PATCH", "path": ".*servicePrincipals.*"},
		"secret":            {"service": "graph", "method": "POST", "path": ".*addPassword"},
		"consent":           {"service": "graph", "method": "POST", "path": ".*oauth2PermissionGrants"},
		"SMTP":              {"service": "exchange", "path": "Set-CASMailbox"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			home, answers := w.Home(), w.Draft().Answers(support)
			fault["nth"], fault["count"], fault["action"] = 1, 1, "status:403"
			fault["body"] = `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}`
			w.Call("POST", "/faults", []any{fault}, nil)
			ran := setUpTo(w, home, answers, "--json").Must(t, 5)
			for _, wait := range testkit.Named(ran.Events(t), "wait") {
				if wait["for"] == "what was changed to be read back" {
					t.Errorf("it waited for what was refused: %v", wait)
				}
			}
			if uris := redirectURIs(ourApplication(t, w)); len(uris) != 1 {
				t.Errorf("redirect URIs %v are left", uris)
			}
			w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
			converged(t, w, home)
		})
	}
}
