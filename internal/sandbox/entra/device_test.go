package entra_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"wxmail/internal/sandbox/tenant"
)

const devicePath = "/contoso.example/oauth2/v2.0/devicecode"

func (w *world) startDevice(client, scope string) answer {
	w.Helper()
	return w.post(devicePath, params{"client_id": client, "scope": scope}.values().Encode(), nil)
}

func (w *world) poll(client, code string) answer {
	w.Helper()
	return w.token(params{"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": client, "device_code": code})
}

// enter types a user code and signs somebody in.
func (w *world) enter(code, user string) (*visitor, screen) {
	w.Helper()
	v := w.visitor()
	v.get("/common/oauth2/deviceauth")
	if s := v.press("", params{"otc": strings.ToLower(code)}); s.page != "login" {
		w.Fatalf("code page: %q %q", s.page, s.alert)
	}
	return v, v.signIn(user)
}

func TestDeviceCode(t *testing.T) {
	w := newWorld(t)
	const scope = "https://outlook.office365.com/.default openid offline_access profile"
	started := w.startDevice(exoShell, scope)
	code := started.text("device_code")
	if started.text("verification_uri") != "https://login.microsoftonline.com/common/oauth2/deviceauth" ||
		!strings.Contains(started.text("message"), started.text("user_code")) || started.body["expires_in"] != 900.0 {
		t.Fatalf("got %v", started.body)
	}
	for range 3 { // polling fast is not punished
		if a := w.poll(exoShell, code); a.text("error") != "authorization_pending" || a.aadsts() != 70016 {
			t.Fatalf("pending: %v", a.body)
		}
	}
	v, s := w.enter(started.text("user_code"), "exchange")
	if s.page != "confirm" {
		t.Fatalf("got page %q", s.page)
	}
	if s := v.press("continue", nil); s.page != "done" {
		t.Fatalf("got page %q", s.page)
	}
	a := w.token(params{"grant_type": "device_code", "client_id": exoShell, "device_code": code}) // MSAL's short name
	if a.status != http.StatusOK || a.text("refresh_token") == "" {
		t.Fatalf("approved: %v", a.body)
	}
	token, err := w.server.Verify(a.text("access_token"))
	if err != nil || token.UPN != "exchange@contoso.example" || token.Audience != "https://outlook.office365.com" {
		t.Errorf("got %+v, %v", token, err)
	}
	if a := w.poll(exoShell, code); a.aadsts() != 54005 {
		t.Errorf("again: AADSTS%d", a.aadsts())
	}
}

func TestDeviceCodeEndings(t *testing.T) {
	for name, test := range map[string]struct {
		setting string
		choice  string
		oauth   string
		sts     int
	}{
		"declined":        {"none", "cancel", "authorization_declined", 65004},
		"device blocked":  {"block-device-code", "", "invalid_grant", 53003},
		"everyone barred": {"block", "", "invalid_grant", 53003},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.with(func(m *tenant.Tenant) { m.Settings.ConditionalAccess = test.setting })
			started := w.startDevice(exoShell, "https://outlook.office365.com/.default")
			v, s := w.enter(started.text("user_code"), "exchange")
			if test.choice != "" {
				s = v.press(test.choice, nil)
			}
			if s.page != "error" {
				t.Errorf("the person sees page %q", s.page)
			}
			if a := w.poll(exoShell, started.text("device_code")); a.text("error") != test.oauth || a.aadsts() != test.sts {
				t.Errorf("got %v", a.body)
			}
		})
	}
}

func TestDeviceCodeRefusals(t *testing.T) {
	w := newWorld(t)
	for name, test := range map[string]struct {
		client, scope string
		sts           int
	}{
		"no client":    {"", "openid", 900144},
		"no scope":     {exoShell, "", 900144},
		"not its own":  {exoShell, "https://graph.microsoft.com/User.Read", 65002},
		"wrong client": {"bbbbbbbb-0000-4000-8000-000000000001", "openid", 700016},
	} {
		if a := w.startDevice(test.client, test.scope); a.aadsts() != test.sts {
			t.Errorf("%s: AADSTS%d, want %d", name, a.aadsts(), test.sts)
		}
	}
	if a := w.poll(exoShell, "invented"); a.text("error") != "bad_verification_code" {
		t.Errorf("invented code: %v", a.body)
	}
	confidential := w.startDevice(appID, smtpSend)
	if a := w.poll(appID, confidential.text("device_code")); a.aadsts() != 7000218 {
		t.Errorf("confidential client: AADSTS%d", a.aadsts())
	}
	started := w.startDevice(exoShell, "https://outlook.office365.com/.default")
	w.tenant.Clock.Advance(16 * time.Minute)
	if a := w.poll(exoShell, started.text("device_code")); a.text("error") != "expired_token" {
		t.Errorf("expired: %v", a.body)
	}
	v := w.visitor()
	v.get("/common/oauth2/deviceauth")
	if s := v.press("", params{"otc": started.text("user_code")}); s.page != "device" || !strings.HasPrefix(s.alert, "AADSTS70018:") {
		t.Errorf("expired user code: page %q with %q", s.page, s.alert)
	}
}
