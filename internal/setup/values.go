package setup

import (
	"encoding/json"
	"time"

	"wxmail/internal/cloud"
	"wxmail/internal/secret"
	"wxmail/internal/store"
	"wxmail/internal/vault"
	"wxmail/internal/webex"
)

// ValuesInput is what the form of Webex Connect is filled from: the summary
// of a profile, its cloud, and the vault where it is open (vault.Ready). A
// profile that holds nothing gives the zero input, and so an empty form.
func ValuesInput(s *Summary, e *cloud.Endpoints, v *vault.Vault, reveal bool) webex.Input {
	in := webex.Input{Reveal: reveal}
	if s.Webex.EmailID == "" {
		return in
	}
	in.Asset = webex.Asset{Name: string(s.Webex.AssetName), EmailID: string(s.Webex.EmailID),
		ForwardingAddress: string(s.Webex.ForwardingAddress), CallbackURL: string(s.Webex.CallbackURL)}
	in.SignInAs = string(s.Mailbox.SignInAs)
	in.SMTPServer, in.SMTPPort, in.SMTPScope = e.SMTPHost, e.SMTPPort, e.SMTPScope
	if tenant := string(s.Azure.TenantID); tenant != "" {
		in.AuthorizationURL = e.Authority + "/" + tenant + "/oauth2/v2.0/authorize"
		in.TokenURL = e.Authority + "/" + tenant + "/oauth2/v2.0/token"
	}
	in.ClientID = string(s.Azure.ClientID)
	fillSecrets(&in, s, v)
	return in
}

// fillSecrets takes the secret and the tokens from the vault; without it, the
// summary knows at least that there is a secret.
func fillSecrets(in *webex.Input, s *Summary, v *vault.Vault) {
	held, token, _ := loadHeld(v) // the caller has opened it
	switch {
	case held != nil && held.ClientID == in.ClientID:
		in.ClientSecret = held.Value
	case v == nil && s.Azure.Secret.Stored != nil && *s.Azure.Secret.Stored && !in.Reveal:
		in.ClientSecret = secret.New("in the vault")
	}
	if token != nil && in.Reveal {
		in.AccessToken, in.RefreshToken = token.Access, token.Refresh
		in.Validity = token.Expires.UTC().Format(time.RFC3339)
	}
}

// HoldsSecret says whether a vault that is open (vault.Ready) holds a client
// secret.
func HoldsSecret(v *vault.Vault) bool {
	held, _, err := loadHeld(v)
	return err == nil && held != nil
}

// IsOtherSecret says whether an open vault holds another client secret than the
// one that was last seen: an old copy of it was put back, or a run was broken
// off.
func IsOtherSecret(s *Summary, v *vault.Vault) bool {
	held, _, err := loadHeld(v)
	seen := string(s.Azure.Secret.KeyID)
	return err == nil && held != nil && held.KeyID != "" && seen != "" && held.KeyID != seen
}

// ForgetToken drops the mailbox user's tokens from the vault. It may be
// repeated.
func ForgetToken(v *vault.Vault) error { return v.Delete(tokenKey) }

// ForgetSeenToken takes the token out of the summary that a profile keeps, and
// makes its step pending again. The caller holds the profile's lock. It may be
// repeated.
func ForgetSeenToken(p *store.Profile) error {
	return correctSeen(p, func(s *Summary) {
		s.Token = TokenSummary{}
		for i, st := range s.Steps {
			if st.ID == "token" && st.State == "done" {
				s.Steps[i] = StepSummary{ID: st.ID, State: "pending"}
			}
		}
	})
}

// correctSeen changes the summary that a profile keeps, where it keeps one, by
// what is known without looking.
func correctSeen(p *store.Profile, change func(*Summary)) error {
	data, err := p.Read()
	if err != nil || data.Seen == nil {
		return err
	}
	s := LastSeen(p.Name(), data)
	change(s)
	if data.Seen.Summary, err = json.Marshal(s); err != nil {
		return err
	}
	return p.Write(data)
}
