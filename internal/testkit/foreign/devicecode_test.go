//go:build foreign

package foreign

import (
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// Exchange Online PowerShell: a client of Microsoft's that any admin may use.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
const exchangeShell = "fb78d390-0c51-40cd-8e17-fdbfab77341b"

const exchangeAdmin = "exchange@contoso.example"

func TestDeviceCode(t *testing.T) {
	w := &world{World: testkit.Start(t, sandbox.Options{}), t: t}
	m, shown := w.device()
	if err := w.enter(shown, exchangeAdmin); err != nil {
		t.Fatal(err)
	}
	got := m.next().good(t)
	if got.Account != exchangeAdmin || got.AccessToken == "" {
		t.Errorf("signed in as %q, or no token", got.Account)
	}
	renewed := m.do("silent", params{"request": params{"scopes": exchangeScope(), "forceRefresh": true}}).good(t)
	if renewed.FromCache || renewed.AccessToken == got.AccessToken {
		t.Error("the token was not renewed")
	}
}

func TestDeviceCodeRefused(t *testing.T) {
	t.Run("wrong code", func(t *testing.T) {
		w := &world{World: testkit.Start(t, sandbox.Options{}), t: t}
		m, shown := w.device()
		if err := w.enter("NOTTHECODE", exchangeAdmin); err == nil || !strings.Contains(err.Error(), "AADSTS70018:") {
			t.Errorf("the browser: %v", err)
		}
		if err := w.enter(shown, exchangeAdmin); err != nil { // the right one still counts
			t.Fatal(err)
		}
		m.next().good(t)
	})
	t.Run("blocked by the tenant", func(t *testing.T) {
		w := &world{World: testkit.Start(t, sandbox.Options{}), t: t}
		w.Call("POST", "/tenant", params{"conditionalAccess": "block-device-code"}, nil)
		m, shown := w.device()
		if err := w.enter(shown, exchangeAdmin); err == nil || !strings.Contains(err.Error(), "AADSTS53003:") {
			t.Errorf("the browser: %v", err)
		}
		m.next().bad(t, "post_request_failed", "invalid_grant")
	})
	t.Run("expired", func(t *testing.T) {
		w := &world{World: testkit.Start(t, sandbox.Options{}), t: t}
		m, _ := w.device()
		w.Advance("16m")
		m.next().bad(t, "post_request_failed", "expired_token")
	})
}

func exchangeScope() []string { return []string{"https://outlook.office365.com/.default"} }

// device begins a sign-in; how it ended is m.next.
func (w *world) device() (m *msal, userCode string) {
	w.t.Helper()
	m = w.msal("public", "https://login.microsoftonline.com/contoso.example", exchangeShell, "")
	m.start("device", params{"request": params{"scopes": exchangeScope()}})
	shown := m.next().good(w.t)
	return m, shown.UserCode
}

func (w *world) enter(code, as string) error {
	return sandbox.BrowseCode(w.t.Context(), filepath.Dir(w.CloudFile()), code, as)
}
