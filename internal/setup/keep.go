package setup

import (
	"encoding/json"
	"time"

	"wxmail/internal/secret"
	"wxmail/internal/signin"
	"wxmail/internal/store"
	"wxmail/internal/vault"
)

// Keys of the vault.
const (
	secretKey = "client-secret"
	tokenKey  = "token"
)

type secretDoc struct {
	HeldSecret
	Value string `json:"value"`
}

type tokenDoc struct {
	HeldToken
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
}

// loadHeld reads what the vault holds, which is ready by then. A document that does not parse was
// not written by us: it is treated as nothing, and replaced by the next Put.
func loadHeld(v *vault.Vault) (held *HeldSecret, token *HeldToken) {
	if v == nil {
		return nil, nil
	}
	var s secretDoc
	if unmarshal(v, secretKey, &s) {
		s.HeldSecret.Value = secret.New(s.Value)
		held = &s.HeldSecret
	}
	var t tokenDoc
	if unmarshal(v, tokenKey, &t) {
		t.HeldToken.Access, t.HeldToken.Refresh = secret.New(t.Access), secret.New(t.Refresh)
		token = &t.HeldToken
	}
	return held, token
}

func unmarshal(v *vault.Vault, key string, into any) bool {
	value, ok, err := v.Get(key)
	return err == nil && ok && json.Unmarshal([]byte(value.Reveal()), into) == nil
}

func put(v *vault.Vault, key string, doc any) error {
	raw, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return v.Put(key, secret.New(string(raw)))
}

// storeSecret keeps a new secret before anything else can happen, and notes in
// the journal that it was kept: an intended label without that note, and not
// in the vault, is an orphan.
func (r *Run) storeSecret(held HeldSecret) error {
	if err := r.keepSecret(held); err != nil {
		return err
	}
	return r.noteStored(held.Label)
}

// keepSecret keeps a secret that this journal never intended, or keeps it
// better described.
func (r *Run) keepSecret(held HeldSecret) error {
	if err := put(r.Vault, secretKey, secretDoc{held, held.Value.Reveal()}); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Observed.Vault.Secret = &held
	return nil
}

func (r *Run) noteStored(label string) error {
	_, err := r.Journal.Note(store.Record{Run: r.id, Step: "azure.register", Key: noteStored, Target: label})
	return err
}

// noteUnnoted catches up on a note for which a killed run had no time: once
// another secret takes its place in the vault, this one would be an orphan,
// though Webex Connect may have it.
func (r *Run) noteUnnoted() error {
	if !r.Observed.Memory.Unnoted {
		return nil
	}
	return r.noteStored(r.heldSecret().Label)
}

func (r *Run) storeToken(held HeldToken) error {
	if err := put(r.Vault, tokenKey, tokenDoc{held, held.Access.Reveal(), held.Refresh.Reveal()}); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Observed.Vault.Token, r.Observed.Vault.Refreshed = &held, true
	return nil
}

func (r *Run) heldSecret() HeldSecret {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Observed.Vault.Secret == nil {
		return HeldSecret{}
	}
	return *r.Observed.Vault.Secret
}

// heldTokenOf is what is kept of a token of the mailbox user.
func heldTokenOf(clientID, login string, token *signin.Token, proved bool) HeldToken {
	return HeldToken{ClientID: clientID, Login: login, Account: token.Account.UPN, TenantID: token.Account.TenantID, Scope: token.Scope,
		Expires: token.Expires.UTC().Truncate(time.Second), Proved: proved, Access: token.Access, Refresh: token.Refresh}
}
