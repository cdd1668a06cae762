package doctor

import (
	"context"
	"time"

	"wxmail/internal/setup"
	"wxmail/internal/signin"
)

// secretChecks are what can be known of the client secret without anybody
// signing in.
func secretChecks() []check {
	return []check{
		{"WX-SECRET-EXPIRED", Error, "azure.register", []string{"azure.secret"}, findExpired},
		{"WX-SECRET-EXPIRING", Warning, "azure.register", nil, findExpiring},
		{"WX-SECRET-END-UNREAD", Warning, "azure.register", nil, findUnreadEnd},
		{"WX-SECRET-MISSING", Warning, "azure.register", []string{"azure.secret"}, findNoSecret},
	}
}

// ending is when the client secret ends, and who says so.
type ending struct {
	label, source string
	at            time.Time
}

// ends is the end of the client secret: as the directory lists it, else as the
// vault holds it, else as the profile last saw it.
func (s *subject) ends() (ending, bool) {
	held := s.Vault.Secret
	if info := s.listed(held); info != nil {
		return ending{info.Label, "passwordCredentials", info.End}, true
	}
	if held != nil {
		return ending{held.Label, "vault", held.Expires}, !held.Expires.IsZero()
	}
	seen := setup.LastSeen(s.run.Profile.Name(), s.run.Data).Azure.Secret
	if seen.Expires == nil || s.Directory != nil {
		return ending{}, false
	}
	return ending{*seen.Label, "last seen", *seen.Expires}, true
}

func (e ending) finding() Finding {
	return Finding{Object: e.label, Detail: day(e.at), Evidence: e.source + ": ends at " + e.at.UTC().Format(time.RFC3339)}
}

func findExpired(s *subject) []Finding {
	end, known := s.ends()
	return one(known && !end.at.After(s.Now), end.finding())
}

func findExpiring(s *subject) []Finding {
	end, known := s.ends()
	return one(known && end.at.After(s.Now) && !end.at.After(s.Now.Add(s.days)), end.finding())
}

// findUnreadEnd: a secret that was received, and the directory was not read
// since.
func findUnreadEnd(s *subject) []Finding {
	held := s.Vault.Secret
	if held == nil || !held.Expires.IsZero() || s.Directory != nil {
		return nil
	}
	return one(true, Finding{Object: held.Label, Evidence: "vault: no end of " + held.Label})
}

// findNoSecret: nothing here holds a secret, though there is an application or
// may be.
func findNoSecret(s *subject) []Finding {
	_, known := s.ends()
	missing := !known && s.Vault.Secret == nil && !s.Vault.Locked && (s.Directory == nil || s.application() != nil)
	return one(missing, Finding{Object: s.wanted.AppName, Evidence: "vault: no client secret"})
}

// prove tries the client secret at the token endpoint, unless a token has just
// been refreshed with it.
func (e *examination) prove(ctx context.Context) {
	o := &e.run.Observed
	held := o.Vault.Secret
	if !e.looksAt(SecretExpiry) || held == nil || o.Vault.Refreshed || o.Vault.RefreshErr != nil || o.TenantID == "" {
		return
	}
	e.proved = signin.ProveSecret(ctx, e.run.Cloud, o.TenantID, held.ClientID, held.Value)
}

// secret adds what the token endpoint says of the secret, where nothing else
// has told it.
func (e *examination) secret() {
	if e.proved == nil || e.tellsOf(deadTokens()...) {
		return
	}
	f := e.ofToken(e.proved, "azure.register")
	f.mends = []string{"azure.secret"}
	if silent(e.proved) {
		f.Severity = Info // the recorded end still holds
	}
	e.add(f)
}
