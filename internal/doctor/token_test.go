package doctor

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// entra is a refusal of the stored token.
func entra(code string) error {
	return &microsoft.Error{Service: microsoft.Entra, Operation: "refresh the token", Object: support, Client: "app-id", Tenant: "tenant",
		Status: http.StatusBadRequest, Code: code, Message: "A reason.", Asked: microsoft.Refresh}
}

func (p *patient) noToken() { p.here.Token, p.here.Refreshed = nil, false }

func (p *patient) addSecret(keyID, label string) {
	p.app().Secrets = append(p.app().Secrets, directory.SecretInfo{KeyID: keyID, Label: label, End: now().AddDate(1, 0, 0)})
}

func smtp(status int, code, text string) error {
	return &microsoft.Error{Service: microsoft.SMTP, Operation: "AUTH XOAUTH2", Object: support, Status: status, Code: code, Message: text}
}

func secretAilments() []ailment {
	ended := func(p *patient) { p.app().Secrets[0].End = now().Add(-time.Hour) }
	return []ailment{
		{"it ends soon", []string{"WX-SECRET-EXPIRING"}, func(p *patient) { p.app().Secrets[0].End = now().AddDate(0, 0, 26) }},
		{"it ends soon, seen by nobody who signs in", []string{"WX-SECRET-EXPIRING"}, func(p *patient) {
			p.here.Secret.Expires, p.areas = now().AddDate(0, 0, 26), []Area{SecretExpiry}
		}},
		{"it ends late enough", []string{}, func(p *patient) { p.app().Secrets[0].End = now().AddDate(0, 0, 31) }},
		{"it has ended", []string{"WX-SECRET-EXPIRED"}, func(p *patient) {
			ended(p)
			p.refused(entra("AADSTS7000222"))
		}},
		{"it has ended, seen by nobody who signs in", []string{"WX-SECRET-EXPIRED"}, func(p *patient) {
			p.here.Secret.Expires, p.areas = now().Add(-time.Hour), []Area{SecretExpiry}
			p.probed.Secret = entra("AADSTS7000222")
		}},
		{"it has ended, and the vault is locked", []string{"WX-SECRET-EXPIRED"}, func(p *patient) {
			lock(p)
			p.here.Listed, p.areas = []directory.SecretInfo{{Label: "wxmail", End: now().Add(-time.Hour)}}, []Area{SecretExpiry}
		}},
		{"somebody removed it", []string{"WX-SECRET-GONE"}, func(p *patient) {
			p.app().Secrets = nil
			p.refused(entra("AADSTS7000215"))
		}},
		{"somebody removed it, seen by nobody who signs in", []string{"WX-SECRET-INVALID"}, func(p *patient) {
			p.here.Refreshed, p.areas = false, []Area{SecretExpiry}
			p.probed.Secret = entra("AADSTS7000215")
		}},
		{"Entra ID does not say whether it is good", []string{}, func(p *patient) {
			p.here.Refreshed, p.areas = false, []Area{SecretExpiry}
			p.probed.Secret = &microsoft.Error{Service: microsoft.Entra, Operation: "prove the client secret"}
		}},
		{"the vault is gone", []string{"WX-SECRET-MISSING"}, func(p *patient) {
			p.noToken()
			p.here.Secret = nil
		}},
		{"one was made, and its answer lost", []string{"WX-PENDING"}, func(p *patient) {
			p.addSecret("key-2", "wxmail 2026-11-25 lost")
			p.here.Memory.Orphans["wxmail 2026-11-25 lost"] = true
		}},
		{"a rotation was begun", []string{"WX-ROTATION-OPEN"}, func(p *patient) {
			p.addSecret("key-0", "old")
			p.here.Secret.Previous = &world.Previous{KeyID: "key-0", Label: "old"}
		}},
		{"a rotation was begun, and the old one ends soon", []string{"WX-ROTATION-OPEN"}, func(p *patient) {
			p.addSecret("key-0", "old")
			p.app().Secrets[1].End = now().AddDate(0, 0, 5)
			p.here.Secret.Previous = &world.Previous{KeyID: "key-0", Label: "old"}
		}},
		{"one that somebody made ends soon", []string{"WX-SECRET-EXPIRING"}, func(p *patient) {
			p.addSecret("key-9", "by hand")
			p.app().Secrets[1].End = now().AddDate(0, 0, 5)
		}},
		{"the same, seen by who looks at the directory alone", []string{"WX-SECRET-EXPIRING"}, func(p *patient) {
			p.addSecret("key-9", "by hand")
			p.app().Secrets[1].End, p.areas = now().AddDate(0, 0, 5), []Area{Directory}
		}},
		{"the same, as it was last seen", []string{"WX-SECRET-EXPIRING"}, func(p *patient) {
			p.here.Listed, p.areas = []directory.SecretInfo{{KeyID: "key-9", Label: "by hand", End: now().AddDate(0, 0, 5)}}, []Area{SecretExpiry}
		}},
		{"the only one is somebody's, and has ended", []string{"WX-SECRET-EXPIRED"}, func(p *patient) {
			p.noToken()
			p.here.Secret = nil
			ended(p)
		}},
		{"secrets are forbidden, and there is none", []string{"WX-SECRET-GONE", "WX-SECRETS-BLOCKED"}, func(p *patient) {
			p.app().Secrets, p.directory.SecretPolicy.Blocked = nil, true
			p.refused(entra("AADSTS7000215"))
		}},
		{"it was received, and nobody read when it ends", []string{"WX-SECRET-END-UNREAD"}, func(p *patient) {
			p.here.Secret.Expires, p.areas = time.Time{}, []Area{SecretExpiry}
		}},
	}
}

// renamed is an account that signs in under another name, as package signin
// says it.
type renamed struct{}

func (renamed) Error() string { return "somebody else" }

func (renamed) Fact() (code, object, detail string) {
	return "WX-WRONG-ACCOUNT", "new@contoso.example", support
}

func (renamed) Accounts() (wanted, got string) { return support, "new@contoso.example" }

// ended lets wxmail's own token have ended once for such a reason.
func ended(why string, generated bool) func(*patient) {
	return func(p *patient) {
		p.here.AssetToken = &world.AssetToken{Since: now().AddDate(0, 0, -1), Why: why, Generated: generated}
	}
}

func tokenAilments() []ailment {
	all := []ailment{
		{"there is none", []string{"WX-TOKEN-MISSING"}, (*patient).noToken},
		{"there is none, seen by nobody who signs in", []string{"WX-TOKEN-MISSING"}, func(p *patient) {
			p.noToken()
			p.areas = []Area{Token}
		}},
		{"there is none, and the directory cannot be read", []string{"WX-GRAPH-FORBIDDEN", "WX-TOKEN-MISSING"}, func(p *patient) {
			p.noToken()
			p.directory, p.directoryErr = nil, graphRefusal()
		}},
		{"it is another account's", []string{"WX-TOKEN-STALE"}, func(p *patient) { p.here.Refreshed = false }},
		{"it was never proved", []string{"WX-PENDING"}, func(p *patient) { p.here.Token.Proved = false }},
		{"it was never proved, and Authenticated SMTP is off", []string{"WX-SMTP-AUTH-TENANT"}, func(p *patient) {
			p.here.Token.Proved, p.exchange.SMTPAuthDisabled = false, nil
			p.probed.SMTP = smtp(535, "5.7.139", "SmtpClientAuthentication is disabled for the Tenant.")
		}},
		{"the asset's may have ended with it", []string{"WX-ASSET-TOKEN"}, ended("AADSTS50173", false)},
		{"the asset has a new one", []string{}, ended("AADSTS50173", true)},
		{"the asset's may have ended with it, and ours is not renewed", []string{"WX-TOKEN-REVOKED"}, func(p *patient) {
			ended("AADSTS50173", false)(p)
			p.refused(entra("AADSTS50173"))
		}},
		{"the account signs in under another name", []string{"WX-ACCOUNT-RENAMED"}, func(p *patient) { p.refused(renamed{}) }},
		{"it is for something else", []string{"WX-TOKEN-SCOPE"}, func(p *patient) {
			p.refused(&step.Obstacle{Code: "WX-TOKEN-SCOPE", Step: "token", Object: support, Detail: "User.Read", Evidence: "token answer: scope"})
		}},
		{"the network hides whether it lives", []string{"WX-UNAVAILABLE"}, func(p *patient) {
			p.refused(&microsoft.Error{Service: microsoft.Entra, Operation: "refresh the token", Object: support, Status: 503, Code: "AADSTS90033"})
		}},
		{"SMTP is refused, and Exchange was not asked", []string{"WX-SMTP-AUTH-OFF"}, func(p *patient) {
			p.areas, p.probed.SMTP = []Area{Token}, smtp(535, "5.7.139", "Authentication unsuccessful, something new")
		}},
		{"SMTP is off for the tenant, and Exchange was not asked", []string{"WX-SMTP-AUTH-TENANT"}, func(p *patient) {
			p.areas, p.probed.SMTP = []Area{Token}, smtp(535, "5.7.139", "SmtpClientAuthentication is disabled for the Tenant.")
		}},
		{"SMTP is refused since the mailbox has another name", []string{"WX-MAILBOX-RENAMED"}, func(p *patient) {
			p.rename()
			p.probed.SMTP = smtp(535, "5.7.3", "Authentication unsuccessful")
		}},
	}
	for code, finds := range map[string]string{
		"AADSTS50034": "WX-MAILBOX-UNKNOWN", "AADSTS50053": "WX-ACCOUNT-LOCKED", "AADSTS50055": "WX-PASSWORD-EXPIRED",
		"AADSTS700084": "WX-REDIRECT-URI-PLATFORM", "AADSTS700025": "WX-REDIRECT-URI-PLATFORM", "AADSTS7000218": "WX-REDIRECT-URI-PLATFORM",
		"AADSTS70043": "WX-SIGN-IN-FREQUENCY", "AADSTS50076": "WX-MFA-NEEDED", "AADSTS50079": "WX-MFA-NEEDED",
		"AADSTS50072": "WX-MFA-NEEDED", "AADSTS50074": "WX-MFA-NEEDED", "AADSTS500011": "WX-NO-EXCHANGE",
		"AADSTS53003": "WX-TOKEN-POLICY", "AADSTS53000": "WX-TOKEN-POLICY", "AADSTS53001": "WX-TOKEN-POLICY",
		"AADSTS530032": "WX-TOKEN-POLICY", "AADSTS530035": "WX-TOKEN-POLICY", "AADSTS70000": "WX-TOKEN-DEAD",
		"AADSTS70008": "WX-TOKEN-UNUSED", "AADSTS700082": "WX-TOKEN-UNUSED", "AADSTS50173": "WX-TOKEN-REVOKED",
		"AADSTS650059": "WX-ACCOUNT-UNKNOWN", "AADSTS50020": "WX-ACCOUNT-UNKNOWN", "AADSTS90002": "WX-TENANT-UNKNOWN",
		"AADSTS7000229": "WX-SERVICE-PRINCIPAL-MISSING",
	} {
		all = append(all, ailment{code, []string{finds}, func(p *patient) { p.refused(entra(code)) }})
	}
	return all
}

func smtpAilments() []ailment {
	var all []ailment
	for _, row := range []struct {
		status            int
		code, text, finds string
	}{
		{535, "5.7.139", "the request did not meet the criteria to be authenticated successfully.", "WX-SMTP-POLICY"},
		{535, "5.7.139", "user is locked by your organization's security defaults policy.", "WX-SMTP-SECURITY-DEFAULTS"},
		{535, "5.7.139", "SmtpClientAuthentication is disabled for the Mailbox.", "WX-SMTP-AUTH-WAIT"},
		{535, "5.7.139", "something that nobody has written down yet", "WX-SMTP-AUTH-OFF"},
		{535, "5.7.139", "the user credentials were incorrect", "WX-SMTP-IDENTITY"},
		{535, "5.7.3", "Authentication unsuccessful", "WX-SMTP-IDENTITY"},
		{550, "5.7.30", "Basic authentication is not supported for Client Submission.", "WX-SMTP-BASIC"},
		{432, "4.3.2", "Concurrent connections limit exceeded.", "WX-SMTP-BUSY"},
		{430, "4.2.0", "STOREDRV; mailbox logon failure", "WX-SMTP-LOGON"},
		{535, "5.9.9", "No", "WX-SMTP-REFUSED"},
	} {
		all = append(all, ailment{row.text, []string{row.finds}, func(p *patient) { p.probed.SMTP = smtp(row.status, row.code, row.text) }})
	}
	return all
}

// What a refusal is about, and how bad it is.
func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		code, object string
		severity     step.Severity
	}{
		{"AADSTS50173", support, step.Error},
		{"AADSTS700082", support, step.Warning},
		{"AADSTS90002", "tenant", step.Error},
		{"AADSTS7000112", "app-id", step.Error},
	} {
		p := healthy()
		p.areas = []Area{Token}
		p.refused(entra(test.code))
		findings, _ := p.judge(t)
		if f := findings[0]; f.Object != test.object || f.Severity != test.severity || f.Step != "token" || f.Detail != test.code+" A reason." {
			t.Errorf("%s is told as %+v", test.code, f)
		}
	}
}

// Entra ID's silence is told once.
func TestSilence(t *testing.T) {
	silence := &microsoft.Error{Service: microsoft.Entra, Operation: "refresh the token", Object: support}
	for name, test := range map[string]struct {
		harm  func(*patient)
		finds []string
	}{
		"its host does not answer": {func(p *patient) {
			p.probed.Hosts = []world.Host{{Service: "entra", Host: "login.microsoftonline.com:443", Stage: "tcp", Err: silence}}
		}, []string{"WX-NET-TCP"}},
		"it does not say whose tenant it is": {func(*patient) {}, []string{"WX-UNAVAILABLE"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := healthy()
			p.areas = []Area{Network, SecretExpiry, Token}
			p.refused(silence)
			p.probed.Secret, p.probed.Tenant = silence, &microsoft.Error{Service: microsoft.Entra, Operation: "discover", Object: "contoso.example"}
			test.harm(p)
			findings, _ := p.judge(t)
			if got := codesOf(findings, step.Error, step.Warning, step.Info); len(findings) != 1 || !slices.Equal(got, test.finds) {
				t.Errorf("found %+v", findings)
			}
		})
	}
}

// meanings are what Entra ID's codes may mean for what is tried.
func meanings(t *testing.T) map[string]bool {
	t.Helper()
	raw, err := os.ReadFile("../directory/meaning.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, number := range regexp.MustCompile(`\b\d{4,8}\b`).FindAllString(string(raw), -1) {
		for _, asked := range []microsoft.Asked{microsoft.Refresh, microsoft.SecretProof} {
			if code, known := directory.Meaning(asked, "AADSTS"+number); known {
				all[code] = true
			}
		}
	}
	return all
}

func TestEveryMeaningIsKnown(t *testing.T) {
	all := meanings(t)
	for code := range all {
		if _, known := AreaOf(code); !known {
			t.Errorf("the manual does not know %s", code)
		}
	}
	if len(all) < 30 {
		t.Errorf("only %d codes", len(all))
	}
}

// Two secrets that share a description are two findings, each told by its id.
func TestSecretsOfOneDescriptionAreToldApart(t *testing.T) {
	p := healthy()
	for _, key := range []string{"key-8", "key-9"} {
		p.addSecret(key, "by hand")
	}
	p.app().Secrets[1].End = now().AddDate(0, 0, 5)
	findings, _ := p.judge(t)
	var told []string
	for _, f := range findings {
		if f.Code == "WX-SECRET-EXPIRING" || f.Code == "WX-SECRET-UNKNOWN" {
			told = append(told, f.Code+" "+f.Object)
		}
	}
	if want := []string{"WX-SECRET-EXPIRING by hand (key-8)", "WX-SECRET-UNKNOWN by hand (key-9)"}; !slices.Equal(told, want) {
		t.Errorf("%v, want %v", told, want)
	}
}
