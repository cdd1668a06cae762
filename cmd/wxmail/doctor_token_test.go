package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wxmail/internal/testkit"
)

// secretAilments are those of the client secret.
func secretAilments() []ailment {
	expiry := []string{"--only", "secret-expiry"}
	return []ailment{
		{name: "the secret ends soon", facts: []string{"secret-ends"}, finds: []string{"WX-SECRET-EXPIRING"}, args: expiry,
			harm: func(p *patient) { p.Advance("16900h") }}, // 704 days
		{
			name:  "the secret has ended",
			facts: []string{"token-not-refreshed", "AADSTS7000222"},
			finds: []string{"WX-SECRET-EXPIRED"},
			args:  expiry,
			harm:  func(p *patient) { p.Advance("17760h") },
		},
		{name: "the secret has ended, seen from everywhere", finds: []string{"WX-SECRET-EXPIRED"},
			harm: func(p *patient) { p.endSecrets() }},
		{name: "somebody removed the secret", facts: []string{"AADSTS7000215"}, finds: []string{"WX-SECRET-GONE"},
			harm: func(p *patient) { p.changeApplication(map[string]any{"passwordCredentials": []any{}}) }},
		{name: "somebody removed the secret, seen by nobody who signs in", finds: []string{"WX-SECRET-INVALID"}, args: expiry,
			harm: func(p *patient) { p.changeApplication(map[string]any{"passwordCredentials": []any{}}) }},
		{name: "the vault is gone", finds: []string{"WX-SECRET-MISSING"}, then: []string{"WX-TOKEN-MISSING"},
			harm: func(p *patient) {
				for _, file := range testkit.Files(p.t, p.home) {
					if strings.HasPrefix(filepath.Base(file), "vault.") {
						p.remove(file)
					}
				}
			}},
		{name: "a secret was made, and its answer lost", finds: []string{"WX-PENDING"},
			harm: func(p *patient) {
				p.call("POST", "/faults", []map[string]any{{"service": "graph", "path": "addPassword", "action": "commit-reset"}})
				p.Run(p.home, "azure", "rotate-secret", "--no-input", "-y").Must(p.t, 8)
			}},
		{name: "a rotation was begun", finds: []string{"WX-ROTATION-OPEN"},
			harm: func(p *patient) { p.Run(p.home, "azure", "rotate-secret", "--no-input", "-y").Must(p.t, 0) }},
		{
			name:  "secrets are forbidden, and there is none",
			facts: []string{"CredentialTypeNotAllowedAsPerAppPolicy"},
			finds: []string{"WX-SECRET-GONE", "WX-SECRETS-BLOCKED"},
			harm: func(p *patient) {
				p.call("POST", "/tenant", map[string]any{"secretPolicy": "blocked"})
				p.changeApplication(map[string]any{"passwordCredentials": []any{}})
			},
			heal: func(p *patient) { p.call("POST", "/tenant", map[string]any{"secretPolicy": "none"}) },
		},
	}
}

func (p *patient) remove(file string) {
	p.t.Helper()
	if err := os.Remove(file); err != nil {
		p.t.Fatal(err)
	}
}

// endSecrets gives every secret of the application an end in the past.
func (p *patient) endSecrets() {
	p.t.Helper()
	var ended []any
	for _, secret := range secrets(p.application()) {
		secret := secret.(map[string]any)
		ended = append(ended, map[string]any{"keyId": secret["keyId"], "displayName": secret["displayName"], "hint": secret["hint"],
			"startDateTime": secret["startDateTime"], "endDateTime": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)})
	}
	p.changeApplication(map[string]any{"passwordCredentials": ended})
}

// tokenAilments are those of the mailbox user's token, and of what SMTP says
// to it.
func tokenAilments() []ailment {
	all := []ailment{
		{name: "there is no token", finds: []string{"WX-TOKEN-MISSING"},
			harm: func(p *patient) { p.Run(p.home, "token", "--forget").Must(p.t, 0) }},
		{
			name:  "the token is another account's",
			facts: []string{"token-of-another"},
			box:   help,
			finds: []string{"WX-SEND-AS-MISSING", "WX-SMTP-AUTH-TENANT", "WX-TOKEN-STALE"},
			harm:  func(p *patient) { p.profile("mailbox.sign-in-as", sales) },
		},
		{name: "sessions were revoked", facts: []string{"AADSTS50173", "token-dies-later"}, finds: []string{"WX-TOKEN-REVOKED"},
			harm: func(p *patient) {
				p.call("PATCH", "/users/"+support, map[string]any{"signInSessionsValidFromDateTime": time.Now().UTC().Format(time.RFC3339Nano)})
			}},
		{name: "the token was not used", facts: []string{"AADSTS700082"}, finds: []string{"WX-TOKEN-UNUSED"},
			harm: func(p *patient) { p.Advance("2400h") }},
		{name: "SMTP is refused for a reason that nobody knows", finds: []string{"WX-SMTP-REFUSED"}, heal: nothing,
			harm: func(p *patient) { p.smtp("AUTH", 535, "5.9.9 No") }},
		{
			name:  "SMTP is refused, and Exchange was not asked",
			finds: []string{"WX-SMTP-AUTH-OFF"},
			args:  []string{"--only", "token"},
			heal:  nothing,
			harm:  func(p *patient) { p.smtp("AUTH", 535, "5.7.139 Authentication unsuccessful, something new") },
		},
		{
			name:  "SMTP is off for the tenant, and Exchange was not asked",
			finds: []string{"WX-SMTP-AUTH-TENANT"},
			args:  []string{"--only", "token"},
			harm:  func(p *patient) { p.mailbox(map[string]any{"SmtpClientAuthenticationDisabled": nil}) },
		},
		{name: "the account signs in under another name", finds: []string{"WX-ACCOUNT-RENAMED"},
			harm: func(p *patient) {
				p.call("PATCH", "/users/"+support, map[string]any{"userPrincipalName": "new@contoso.example"})
			},
			heal: func(p *patient) {
				p.call("PATCH", "/users/new@contoso.example", map[string]any{"userPrincipalName": support})
			}},
		{name: "the token is for something else", facts: []string{"token-for-another-service"}, finds: []string{"WX-TOKEN-SCOPE"}, heal: nothing,
			args: []string{"--only", "token"},
			harm: func(p *patient) {
				claims := map[string]any{"upn": support, "tid": p.State()["organization"].(map[string]any)["id"]}
				p.tokenAnswer(200, map[string]any{
					"token_type":   "Bearer",
					"expires_in":   3600,
					"scope":        "https://graph.microsoft.com/User.Read",
					"access_token": tokenOf(claims),
				})
			}},
	}
	for _, refused := range []struct {
		aadsts int
		finds  string
	}{
		{50034, "WX-MAILBOX-UNKNOWN"}, {50053, "WX-ACCOUNT-LOCKED"}, {50055, "WX-PASSWORD-EXPIRED"},
		{700084, "WX-REDIRECT-URI-PLATFORM"}, {700025, "WX-REDIRECT-URI-PLATFORM"}, {7000218, "WX-REDIRECT-URI-PLATFORM"},
		{70043, "WX-SIGN-IN-FREQUENCY"}, {50076, "WX-MFA-NEEDED"}, {50079, "WX-MFA-NEEDED"},
		{50072, "WX-MFA-NEEDED"}, {50074, "WX-MFA-NEEDED"}, {500011, "WX-NO-EXCHANGE"},
		{53003, "WX-TOKEN-POLICY"}, {53000, "WX-TOKEN-POLICY"}, {53001, "WX-TOKEN-POLICY"},
		{530032, "WX-TOKEN-POLICY"}, {530035, "WX-TOKEN-POLICY"},
		{70000, "WX-TOKEN-DEAD"}, {70008, "WX-TOKEN-UNUSED"},
		{650059, "WX-ACCOUNT-UNKNOWN"}, {50020, "WX-ACCOUNT-UNKNOWN"},
		{9002327, "WX-REDIRECT-URI-PLATFORM"}, {50132, "WX-TOKEN-REVOKED"}, {50133, "WX-TOKEN-REVOKED"},
		{50097, "WX-TOKEN-POLICY"}, {50131, "WX-TOKEN-POLICY"}, {53002, "WX-TOKEN-POLICY"},
		{53004, "WX-ACCOUNT-RISK"}, {53011, "WX-ACCOUNT-RISK"}, {530034, "WX-ACCOUNT-RISK"},
		{70044, "WX-SIGN-IN-FREQUENCY"}, {50078, "WX-SIGN-IN-FREQUENCY"}, {5000225, "WX-TENANT-INACTIVE"},
	} {
		code := "AADSTS" + itoa(refused.aadsts)
		// Where administrators sign in, the refresh is not the first request for a token.
		all = append(all, ailment{name: code, facts: []string{code}, finds: []string{refused.finds}, heal: nothing,
			args: []string{"--only", "token"},
			harm: func(p *patient) { p.refuse(refused.aadsts) }})
	}
	for text, finds := range map[string]string{
		"535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. " +
			"Contact your administrator.": "WX-SMTP-POLICY",
		"535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. " +
			"Contact your administrator.": "WX-SMTP-SECURITY-DEFAULTS",
		"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.": "WX-SMTP-AUTH-WAIT",
		"535 5.7.3 Authentication unsuccessful":                                                          "WX-SMTP-IDENTITY",
		"550 5.7.30 Basic authentication is not supported for Client Submission.":                        "WX-SMTP-BASIC",
		"432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent":               "WX-SMTP-BUSY",
		"430 4.2.0 STOREDRV; mailbox logon failure; MapiExceptionLogonFailed":                            "WX-SMTP-LOGON",
		"535 5.7.139 Authentication unsuccessful, something that nobody has written down yet":            "WX-SMTP-AUTH-OFF",
	} {
		status, reply, _ := strings.Cut(text, " ")
		all = append(all, ailment{name: "SMTP says " + reply[:20] + " " + finds, facts: smtpFacts[finds], finds: []string{finds}, heal: nothing,
			harm: func(p *patient) { p.smtp("AUTH", atoi(status), reply) }})
	}
	return all
}

var smtpFacts = map[string][]string{"WX-SMTP-BUSY": {"too-many-sessions"}, "WX-SMTP-LOGON": {"application-opens-no-mailbox"}}

// networkAilments are hosts that cannot be reached.
func networkAilments() []ailment {
	return []ailment{
		{name: "SMTP is blocked", facts: []string{"code-7554"}, finds: []string{"WX-NET-TCP"},
			harm: func(p *patient) { p.dial("smtp.office365.com:587", "127.0.0.1:1") },
			heal: func(p *patient) { p.dial("smtp.office365.com:587", "") }},
		{name: "a name does not resolve", finds: []string{"WX-NET-DNS"}, args: []string{"--only", "network"},
			harm: func(p *patient) { p.dial("graph.microsoft.com:443", "nowhere.invalid:443") },
			heal: func(p *patient) { p.dial("graph.microsoft.com:443", "") }},
		{name: "something that speaks no TLS", finds: []string{"WX-TLS-REFUSED"}, args: []string{"--only", "network"},
			harm: func(p *patient) { p.dial("outlook.office365.com:443", p.dialled("smtp.office365.com:587")) },
			heal: func(p *patient) { p.dial("outlook.office365.com:443", "") }},
		{name: "the proxy says no", finds: []string{"WX-NET-PROXY"}, args: []string{"--only", "network"},
			harm: func(p *patient) {
				p.env = []string{"HTTPS_PROXY=http://127.0.0.1:1"}
				p.Endpoints(map[string]any{"dial": map[string]string{"smtp.office365.com:587": p.dialled("smtp.office365.com:587"),
					"login.microsoftonline.com:443": p.dialled("*:443"), "outlook.office365.com:443": p.dialled("*:443")}})
			},
			heal: func(p *patient) {
				p.Endpoints(map[string]any{"dial": map[string]string{
					"*:443":                  p.dialled("login.microsoftonline.com:443"),
					"smtp.office365.com:587": p.dialled("smtp.office365.com:587"),
				}})
			}},
		{name: "a host that says nothing", finds: []string{"WX-NET-SILENT"}, args: []string{"--only", "network"},
			harm: func(p *patient) {
				p.Endpoints(map[string]any{"timeouts": map[string]string{"request": "300ms", "signIn": "5s"}})
				p.dial("smtp.office365.com:587", p.mute())
			},
			heal: func(p *patient) { p.dial("smtp.office365.com:587", "") }},
		{name: "the clock is wrong", finds: []string{"WX-CLOCK"}, args: []string{"--only", "network"},
			harm: func(p *patient) {
				p.Endpoints(map[string]any{"maxClockSkew": "5m"})
				p.Advance("1h")
			},
			heal: func(p *patient) { p.Advance("-1h") }},
	}
}

// mute is an address that takes connections and says nothing.
func (p *patient) mute() string {
	p.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}
