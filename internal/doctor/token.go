package doctor

import (
	"errors"

	"wxmail/internal/microsoft"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
)

// tokenChecks are what can be wrong with wxmail's own token of the mailbox
// user. That of Webex Connect cannot be seen; it lives and dies as this one
// does, but for disuse.
func tokenChecks() []check {
	return []check{
		{"WX-VAULT-LOCKED", Info, "token", nil, findLocked},
		{"WX-TOKEN-MISSING", Warning, "token", []string{"token."}, findNoToken},
		{"WX-TOKEN-STALE", Warning, "token", []string{"token."}, findStale},
		{"WX-ACCOUNT-RENAMED", Warning, "token", []string{"token."}, findRenamedAccount},
	}
}

func findLocked(s *subject) []Finding {
	return one(s.Vault.Locked, Finding{Object: s.run.Profile.Name(), Detail: "client secret and token: unknown", Evidence: "the vault did not open"})
}

// usable says whether there is a secret that a token could be got with.
func (s *subject) usable() bool {
	if s.Directory == nil {
		return s.Vault.Secret != nil
	}
	return s.UsableSecret()
}

func findNoToken(s *subject) []Finding {
	return one(s.Vault.Token == nil && s.usable(), Finding{Object: s.wanted.Login(), Evidence: "vault: no token"})
}

// findStale: the token is of another application, tenant or account.
func findStale(s *subject) []Finding {
	v := s.Vault
	stale := v.Token != nil && !v.Refreshed && v.RefreshErr == nil && s.usable() && !s.sharedLogin()
	if !stale {
		return nil
	}
	return one(true, Finding{Object: s.wanted.Login(), Detail: v.Token.Account, Evidence: "vault: token of " + v.Token.Account + " for application " + v.Token.ClientID})
}

func findRenamedAccount(s *subject) []Finding {
	var other *signin.WrongAccount
	if !errors.As(s.Vault.RefreshErr, &other) {
		return nil
	}
	return one(true, Finding{Object: other.Wanted, Detail: other.Got, Evidence: "access token: upn = " + other.Got})
}

// refusal is what an answer of the token endpoint means for a token that was
// good once. The same codes mean something else at a sign-in.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
type refusal struct {
	aadsts   []string
	code     string
	severity Severity
}

func refusals() []refusal {
	return []refusal{
		{[]string{"AADSTS700016"}, "WX-APPLICATION-MISSING", Error},
		{[]string{"AADSTS7000112"}, "WX-SERVICE-PRINCIPAL-DISABLED", Error},
		{[]string{"AADSTS50105"}, "WX-NOT-ASSIGNED", Error},
		{[]string{"AADSTS50034"}, "WX-MAILBOX-UNKNOWN", Error},
		{[]string{"AADSTS50057"}, "WX-MAILBOX-DISABLED", Error},
		{[]string{"AADSTS50053"}, "WX-ACCOUNT-LOCKED", Error},
		{[]string{"AADSTS50055"}, "WX-PASSWORD-EXPIRED", Error},
		{[]string{"AADSTS50173"}, "WX-TOKEN-REVOKED", Error},
		{[]string{"AADSTS700082", "AADSTS70008"}, "WX-TOKEN-UNUSED", Warning},
		{[]string{"AADSTS700084"}, "WX-REDIRECT-URI-PLATFORM", Error},
		{[]string{"AADSTS700025", "AADSTS7000218"}, "WX-REDIRECT-URI-PLATFORM", Error},
		{[]string{"AADSTS70043"}, "WX-SIGN-IN-FREQUENCY", Error},
		{[]string{"AADSTS50076", "AADSTS50079", "AADSTS50072", "AADSTS50074"}, "WX-MFA-NEEDED", Error},
		{[]string{"AADSTS650052", "AADSTS500011"}, "WX-NO-EXCHANGE", Error},
		{[]string{"AADSTS650059", "AADSTS50020", "AADSTS90002"}, "WX-PROFILE-TENANT", Error},
		{[]string{"AADSTS70000"}, "WX-TOKEN-DEAD", Error},
	}
}

// deadTokens are the findings that explain why a token does not refresh.
func deadTokens() []string {
	return []string{"WX-APPLICATION-MISSING", "WX-APPLICATION-DELETED", "WX-APPLICATION-UNKNOWN", "WX-SERVICE-PRINCIPAL-MISSING", "WX-SERVICE-PRINCIPAL-DISABLED",
		"WX-SECRET-EXPIRED", "WX-SECRET-GONE", "WX-SECRET-MISSING", "WX-CONSENT-MISSING", "WX-MAILBOX-DISABLED", "WX-MAILBOX-UNKNOWN", "WX-NOT-ASSIGNED",
		"WX-NO-EXCHANGE", "WX-DOMAIN-FOREIGN", "WX-SHARED-MAILBOX", "WX-SHARED-SIGN-IN", "WX-NOT-A-MAILBOX", "WX-MAILBOX-UNLICENSED"}
}

// mute are the findings that explain why an SMTP sign-in is refused.
func mute() []string {
	return []string{"WX-SMTP-AUTH-TENANT", "WX-SMTP-AUTH-MAILBOX", "WX-MAILBOX-DISABLED", "WX-MAILBOX-UNKNOWN", "WX-MAILBOX-UNLICENSED", "WX-MAILBOX-RENAMED",
		"WX-SHARED-MAILBOX", "WX-SHARED-SIGN-IN", "WX-NOT-A-MAILBOX", "WX-NO-EXCHANGE"}
}

// ofToken is the finding of a refusal of the token endpoint.
func (e *examination) ofToken(err error, stepID string) Finding {
	f := e.failed(err, stepID)
	var refused *microsoft.Error
	if !errors.As(err, &refused) {
		return f
	}
	for _, known := range refusals() {
		for _, aadsts := range known.aadsts {
			if refused.Code == aadsts {
				f.Code, f.Severity = known.code, known.severity
			}
		}
	}
	f.Object = e.run.Wanted.Login()
	return f
}

// token adds what became of the stored token, where no cause of it has been
// told already.
func (e *examination) token() {
	err := e.run.Observed.Vault.RefreshErr
	var other *signin.WrongAccount
	if err != nil && !errors.As(err, &other) && !e.tellsOf(deadTokens()...) {
		f := e.ofToken(err, "token")
		f.mends = []string{"token."}
		e.add(f)
	}
	if e.probed != nil && !e.tellsOf(mute()...) {
		e.add(e.ofSMTP(e.probed))
	}
}

// ofSMTP is the finding of a refused SMTP sign-in. A switch that Exchange
// shows as on, and that SMTP does not follow, has not taken effect yet.
func (e *examination) ofSMTP(err error) Finding {
	f := e.failed(err, "mailbox.smtp")
	f.mends = []string{"token.smtp-sign-in"}
	ex := e.run.Observed.Exchange
	off := f.Code == "WX-SMTP-AUTH-TENANT" || f.Code == "WX-SMTP-AUTH-MAILBOX" || f.Code == "WX-SMTP-AUTH-OFF"
	if off && ex != nil && ex.SMTPAuth() == "enabled" && e.run.Observed.Read.Has(setup.Exchange) {
		f.Code, f.Severity = "WX-SMTP-AUTH-WAIT", Warning
	}
	return f
}

// silent says whether a service did not answer at all, or could not.
func silent(err error) bool {
	var failed *microsoft.Error
	return errors.As(err, &failed) && (failed.Status == 0 || failed.Status >= 500 || failed.Status == 429)
}
