package world

import (
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/secret"
	"wxmail/internal/step"
)

// Here is what this computer holds of the profile: its vault and its journal.
type Here struct {
	Vault
	Memory Memory
	// Apart is what else the journal knows: an older version kept the deeds of
	// several mailboxes in one profile.
	Apart []Apart
	// Aside is what was done for other applications than the one that the
	// profile uses now.
	Aside []Aside
	// Neighbours are the other profiles of this computer, as far as they could
	// be read.
	Neighbours []Neighbour
	// AssetToken is what is known of Webex Connect's own token; nil: wxmail's
	// has never ended.
	AssetToken *AssetToken
	// Listed are the application's client secrets as the profile last saw
	// them, for where the directory is not read.
	Listed []directory.SecretInfo
}

// Apart is what wxmail did for another mailbox than the profile's and has not
// undone.
type Apart struct {
	Mailbox string
	Login   string // who signs in for it
	// ForwardingTo is where wxmail last made it forward; "" is nowhere.
	ForwardingTo string
	Deeds        []step.Deed // in their order
}

// Aside is what wxmail did for one application and has not undone.
type Aside struct {
	Application string      // the client ID of somebody's; "" is our own
	Deeds       []step.Deed // in their order
}

// Neighbour is what another profile of this computer remembers.
type Neighbour struct {
	Profile, Mailbox               string
	ForwardingAddress, CallbackURL string
	ClientID                       string // of the application that it used when it was last seen; "": none
	SecretID                       string // likewise, of its client secret
	Login                          string // who signs in for it
}

// Sharing names who else has a Forwarding Address: another profile, or another
// mailbox whose deeds stand in this one's journal; "" for nobody.
func (h *Here) Sharing(address, profile string) string {
	for _, n := range h.Neighbours {
		if address != "" && strings.EqualFold(n.ForwardingAddress, address) {
			return n.Profile + " (" + n.Mailbox + ")"
		}
	}
	for _, a := range h.Apart {
		if address != "" && strings.EqualFold(a.ForwardingTo, address) {
			return profile + " (" + a.Mailbox + ")"
		}
	}
	return ""
}

// Vault is what the vault holds for this profile.
type Vault struct {
	Open   bool
	Locked bool // there is one, and it does not open: what it holds is unknown
	Secret *Secret
	Token  *Token
	// Refreshed says that the stored refresh token was just exchanged for a
	// token of the right user, tenant and scope.
	Refreshed bool
	// RefreshErr is why it was not.
	RefreshErr error
}

// Secret is our client secret, as the vault keeps it.
type Secret struct {
	ClientID string       `json:"clientId"`
	KeyID    string       `json:"keyId"`
	Label    string       `json:"label"`
	Expires  time.Time    `json:"expires"`
	Value    secret.Value `json:"-"`
	// Previous is the secret that this one replaces, still in use until the
	// operator says that Webex Connect has the new one.
	Previous *Previous `json:"previous,omitempty"`
}

// Is says whether the directory lists the secret as this one.
func (s *Secret) Is(listed directory.SecretInfo) bool { return s.KeyID == listed.KeyID }

// Replaced says whether a listed secret is the one that this replaces.
func (s *Secret) Replaced(listed directory.SecretInfo) bool {
	return s.Previous != nil && s.Previous.KeyID == listed.KeyID
}

// Previous is a secret during its rotation.
type Previous struct {
	KeyID string `json:"keyId"`
	Label string `json:"label"`
}

// Beside is the secret, taken over from somebody, with what the vault held
// before: Webex Connect may still use that one. It is false where the vault
// has it already.
func (s Secret) Beside(held *Secret) (Secret, bool) {
	switch {
	case held == nil || held.ClientID != s.ClientID:
		return s, true
	case held.Value.Reveal() == s.Value.Reveal():
		return Secret{}, false
	case held.KeyID == "": // it was received too
		s.Previous = held.Previous
	default:
		s.Previous = &Previous{held.KeyID, held.Label}
	}
	return s, true
}

// Recognise finds out which of the listed secrets a received one is: its first
// three characters are listed, and the newest of several is meant. It is false
// where there is nothing new to know.
func (s Secret) Recognise(app *directory.Application) (Secret, bool) {
	if app == nil || s.KeyID != "" || s.ClientID != app.AppID {
		return s, false
	}
	var newest directory.SecretInfo
	for _, listed := range app.Secrets {
		begins := listed.Hint != "" && strings.HasPrefix(s.Value.Reveal(), listed.Hint)
		if begins && !s.Replaced(listed) && listed.Start.After(newest.Start) {
			newest = listed
		}
	}
	if newest.KeyID == "" {
		return s, false
	}
	s.KeyID, s.Label, s.Expires = newest.KeyID, newest.Label, newest.End.UTC().Truncate(time.Second)
	return s, true
}

// Token is the mailbox user's token, as the vault keeps it.
type Token struct {
	ClientID string       `json:"clientId"`
	Login    string       `json:"login"`   // who was asked to sign in, as the answers named them
	Account  string       `json:"account"` // the user principal name that the token carries
	TenantID string       `json:"tenantId"`
	Scope    string       `json:"scope"`
	Expires  time.Time    `json:"expires"`
	Proved   bool         `json:"proved"` // an SMTP sign-in with it succeeded
	Access   secret.Value `json:"-"`
	Refresh  secret.Value `json:"-"`
}

// Belongs says whether a token is of that application, tenant and account:
// only such a one is worth a refresh.
func (t *Token) Belongs(clientID, tenantID, login string) bool {
	return t.ClientID == clientID && strings.EqualFold(t.TenantID, tenantID) && t.IsOf(login)
}

// IsOf says whether a token is of who the answers name: by the name under which
// they were asked to sign in, or by the one that the token carries.
func (t *Token) IsOf(login string) bool {
	return strings.EqualFold(t.Login, login) || strings.EqualFold(t.Account, login)
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
	// RedirectURIs are those that wxmail has given the application.
	RedirectURIs map[string]bool
	// Forwarding are the forwarding addresses that wxmail has set, in lower case.
	Forwarding map[string]bool
	// Labels are those of all secrets that this journal ever intended.
	Labels map[string]bool
	// Deeds are what wxmail changed here and has not undone, by key.
	Deeds map[string]step.Deed
}

// NewMemory is that of an empty journal.
func NewMemory() Memory {
	return Memory{Orphans: map[string]bool{}, RedirectURIs: map[string]bool{}, Forwarding: map[string]bool{}, Labels: map[string]bool{},
		Deeds: map[string]step.Deed{}}
}
