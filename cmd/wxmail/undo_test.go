package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// lasting is a tenant without what undo cannot and need not take back:
// deleted items, messages, the Webex side, customization, and the consents to
// Microsoft's command-line clients.
func lasting(w *testkit.World) any {
	state := w.State()
	for _, key := range []string{"deletedItems", "messages", "webex", "organizationConfig", "oauth2PermissionGrants"} {
		delete(state, key)
	}
	return testkit.Shape(state)
}

func tenantWide(w *testkit.World) []map[string]any {
	return having(objects(w, "oauth2PermissionGrants"), "consentType", "AllPrincipals")
}

func TestUndoBringsTheTenantBack(t *testing.T) {
	for _, scenario := range []string{"default", "hardened", "by-hand", "busy"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{Scenario: scenario})
			home, draft := w.Home(), w.Draft()
			before, granted := lasting(w), len(tenantWide(w))
			setUp(t, w, home, with(draft.Answers(support), "mailbox.replace-forwarding", "true"))
			w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0)
			if diff := cmp.Diff(before, lasting(w)); diff != "" {
				t.Errorf("undo left:\n%s", diff)
			}
			if left := tenantWide(w); len(left) != granted {
				t.Errorf("%d tenant-wide grants, before setup %d: %v", len(left), granted, left)
			}
			w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0)
			setUpTo(w, home, with(draft.Answers(support), "mailbox.replace-forwarding", "true")).Must(t, 0)
			if ours := having(objects(w, "applications"), "uniqueName", "wxmail-"+support); len(ours) != 1 {
				t.Errorf("%d applications after setup, undo, setup", len(ours))
			}
		})
	}
}

func TestUndoNeedsTheProfilesName(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	writes := len(w.Writes())
	w.Run(home, "undo", "--no-input", "-y").Must(t, 9).Explains(t, "WX-UNDO-CONFIRM", "default")
	w.Run(home, "undo", "--no-input", "-y", "--confirm", "another").Must(t, 9)
	if more := w.Writes()[writes:]; len(more) != 0 {
		t.Errorf("it wrote %v", more)
	}
}

// What somebody changed since stays, and is reported; the rest is taken back.
func TestUndoKeepsWhatSomebodyChangedSince(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	w.Call("PATCH", "/mailboxes/"+support, map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"}, nil)
	w.Call("PATCH", "/mailboxes/"+support, map[string]any{"SmtpClientAuthenticationDisabled": true}, nil)
	ran := w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != "smtp:archive@fabrikam.example" {
		t.Errorf("somebody's forwarding became %v", to)
	}
	if off := mailbox(t, w, support)["SmtpClientAuthenticationDisabled"]; off != true {
		t.Errorf("somebody's switch became %v", off)
	}
	if ours := having(objects(w, "applications"), "uniqueName", "wxmail-"+support); len(ours) != 0 {
		t.Errorf("the application is left")
	}
	for _, kept := range []string{"forwarding of " + support, "Authenticated SMTP of " + support} {
		if !strings.Contains(strings.Join(strings.Fields(ran.Stderr), " "), kept) {
			t.Errorf("it does not say that it kept the %s:\n%s", kept, ran.Stderr)
		}
	}
	w.Run(home, "undo", "--no-input", "-y", "--confirm", "default", "--changed-since", "restore").Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != nil {
		t.Errorf("forwarding is %v, told to restore", to)
	}
}

func TestUndoOfOneStep(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	w.Run(home, "undo", "mailbox.forward", "--no-input", "-y").Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != nil {
		t.Errorf("still forwards to %v", to)
	}
	ourApplication(t, w)
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to == nil {
		t.Error("setup did not bring forwarding back")
	}
}
