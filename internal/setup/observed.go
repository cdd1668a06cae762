package setup

import (
	"slices"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/secret"
	"wxmail/internal/step"
)

// The sources that steps read. Held is local: it signs nobody in, though a
// stored token is tried against the token endpoint.
const (
	Held step.Source = 1 << iota
	Directory
	Exchange
)

// Observed is what the world holds: the other half of every plan. A part that
// was not read is its zero value, and read says which were.
type Observed struct {
	Read step.Source
	// Unread says of a source that was asked in vain why. Such a run goes on
	// with what does not need it.
	Unread map[step.Source]error
	Now    time.Time // service time

	TenantID  string
	Directory *directory.Snapshot
	Exchange  *mailflow.Snapshot
	Rights    *mailflow.Rights

	Vault  VaultState
	Memory Memory
	// Nonce labels a secret made by this run.
	Nonce string
	// TokenWanted says that the token step is part of this run, so that the
	// first write of the application brings its temporary redirect URI.
	TokenWanted bool
}

// VaultState is what the vault holds for this profile.
type VaultState struct {
	Open   bool
	Locked bool // there is one, and it does not open: what it holds is unknown
	Secret *HeldSecret
	Token  *HeldToken
	// Refreshed says that the stored refresh token was just exchanged for a
	// token of the right user, tenant and scope.
	Refreshed bool
	// RefreshErr is why it was not.
	RefreshErr error
}

// HeldSecret is our client secret, as the vault keeps it.
type HeldSecret struct {
	ClientID string       `json:"clientId"`
	KeyID    string       `json:"keyId"`
	Label    string       `json:"label"`
	Expires  time.Time    `json:"expires"`
	Value    secret.Value `json:"-"`
	// Previous is the secret that this one replaces, still in use until the
	// operator says that Webex Connect has the new one.
	Previous *PreviousSecret `json:"previous,omitempty"`
}

// Is says whether the directory lists the secret as this one.
func (h *HeldSecret) Is(listed directory.SecretInfo) bool { return h.KeyID == listed.KeyID }

// PreviousSecret is a secret during its rotation.
type PreviousSecret struct {
	KeyID string `json:"keyId"`
	Label string `json:"label"`
}

// HeldToken is the mailbox user's token, as the vault keeps it.
type HeldToken struct {
	ClientID string       `json:"clientId"`
	Login    string       `json:"login"` // the address asked to sign in
	Account  string       `json:"account"`
	TenantID string       `json:"tenantId"`
	Scope    string       `json:"scope"`
	Expires  time.Time    `json:"expires"`
	Proved   bool         `json:"proved"` // an SMTP sign-in with it succeeded
	Access   secret.Value `json:"-"`
	Refresh  secret.Value `json:"-"`
}

// Memory is what the journal of this profile knows. It tells ours from
// foreign; it never says what is done.
type Memory struct {
	// Orphans are labels of secrets that were intended here and never stored.
	Orphans map[string]bool
	// Unnoted says that the secret in the vault has no note that it was
	// stored: the run that stored it was killed.
	Unnoted bool
	// TemporaryRedirect says that http://localhost stands in the application
	// because of us.
	TemporaryRedirect bool
	// Forwarding are the forwarding addresses that wxmail has set.
	Forwarding map[string]bool
	// Labels are those of all secrets that this journal ever intended.
	Labels map[string]bool
	// Deeds are what wxmail changed here and has not undone, by key.
	Deeds map[string]Deed
}

// Application is our application, or nil. One that somebody deleted can still
// be restored, with its client ID, and counts.
func (o *Observed) Application() *directory.Application {
	switch {
	case o.Directory == nil:
		return nil
	case o.Directory.Application == nil:
		return o.Directory.Deleted
	}
	return o.Directory.Application
}

// Restoring says that our application is among the deleted ones.
func (o *Observed) Restoring() bool {
	return o.Directory != nil && o.Directory.Application == nil && o.Directory.Deleted != nil
}

// UsableSecret says that the vault holds a secret of our application that
// Microsoft still lists and that has not ended.
func (o *Observed) UsableSecret() bool {
	app, held := o.Application(), o.Vault.Secret
	if app == nil || held == nil || held.ClientID != app.AppID {
		return false
	}
	i := slices.IndexFunc(app.Secrets, held.Is)
	return i >= 0 && app.Secrets[i].End.After(o.Now)
}

// secretPolicy is what the tenant says about secrets of our application; the
// zero answer where it does not say.
func (o *Observed) secretPolicy() (blocked bool, longest time.Duration) {
	policy := o.Directory.SecretPolicy
	if policy == nil {
		return false, 0
	}
	created := o.Now
	if app := o.Application(); app != nil {
		created = app.Created
	}
	return policy.For(created)
}
