package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// What clings to a pasted value comes off, and addresses and hosts are lower
// case everywhere: in the summary, in the tenant and in the form.
func TestPastedNoise(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	forwarding, callback := strings.ToUpper(draft.ForwardingAddress), strings.Replace(draft.CallbackURL, "https://c", "HTTPS://C", 1)
	setUp(t, w, home, map[string]string{
		"webex.email-id":           " \u00a0“Support＠CONTOSO。Example” as",
		"webex.forwarding-address": "<mailto:" + forwarding + ">;\u200b",
		"webex.callback-url":       "「\ufeff" + callback + " as'",
		"azure.tenant":             "«Contoso.EXAMPLE.»",
		"azure.admin":              "\tMAILTO:Admin@Contoso.example\r\n",
		"exchange.admin":           "`Exchange@contoso.example`",
		"mailbox.address":          `"Support Team" <SUPPORT@contoso.example>`,
		"mailbox.sign-in-as":       "（Support@contoso.example）",
		"mailbox.keep-copy":        " Yes ",
		"azure.permissions":        "Guide",
	})
	summary := document(t, w, home, 0, "summary")
	clean := map[string]any{
		"assetName":         "support",
		"emailId":           support,
		"forwardingAddress": draft.ForwardingAddress,
		"callbackUrl":       draft.CallbackURL,
	}
	if diff := cmp.Diff(clean, summary["webex"]); diff != "" {
		t.Errorf("webex (-want +got):\n%s", diff)
	}
	for key, want := range map[string]any{"address": support, "forwardingTo": draft.ForwardingAddress, "keepCopy": true} {
		if got := summary["mailbox"].(map[string]any)[key]; got != want {
			t.Errorf("mailbox.%s is %v, want %v", key, got, want)
		}
	}
	if got := redirectURIs(ourApplication(t, w)); !cmp.Equal(got, []any{draft.CallbackURL}) {
		t.Errorf("redirect URIs: %v", got)
	}
	if got := mailbox(t, w, support)["ForwardingSmtpAddress"]; got != "smtp:"+draft.ForwardingAddress {
		t.Errorf("it forwards to %v", got)
	}
	w.Save(home, draft).GenerateToken()
	for _, path := range testkit.Files(t, home) {
		if raw, err := os.ReadFile(path); err != nil || strings.Contains(string(raw), "CONTOSO") || strings.Contains(string(raw), forwarding) {
			t.Errorf("%s keeps what was pasted (%v)", path, err)
		}
	}

	// The same answers, as somebody else would paste them, are the same setup.
	before := len(w.Writes())
	w.Run(home, "setup", "--no-input", "-y", "--email-id", "『support@contoso.example』", "--forwarding-address", draft.ForwardingAddress+"。",
		"--callback-url", "("+draft.CallbackURL+")", "--tenant", "Contoso.Example", "--mailbox", "[Support@Contoso.Example]").Must(t, 0)
	if writes := w.Writes()[before:]; len(writes) != 0 {
		t.Errorf("it wrote again: %v", writes)
	}
}
