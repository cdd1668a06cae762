package setup

import (
	"encoding/json"
	"time"

	"wxmail/internal/secret"
	"wxmail/internal/signin"
	"wxmail/internal/vault"
	"wxmail/internal/world"
)

// Keys of the vault.
const (
	secretKey = "client-secret"
	tokenKey  = "token"
)

type secretDoc struct {
	world.Secret
	Value string `json:"value"`
}

type tokenDoc struct {
	world.Token
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
}

// loadHeld reads what the vault holds; nothing of no vault. A document that
// does not parse was not written by us: it is treated as nothing, and replaced
// by the next Put. Errors are those of vault.Ready.
func loadHeld(v *vault.Vault) (held *world.Secret, token *world.Token, err error) {
	if v == nil {
		return nil, nil, nil
	}
	var s secretDoc
	parsed, err := unmarshal(v, secretKey, &s)
	if err != nil {
		return nil, nil, err
	}
	if parsed {
		s.Secret.Value = secret.New(s.Value)
		held = &s.Secret
	}
	var t tokenDoc
	if parsed, err = unmarshal(v, tokenKey, &t); parsed {
		t.Token.Access, t.Token.Refresh = secret.New(t.Access), secret.New(t.Refresh)
		token = &t.Token
	}
	return held, token, err
}

func unmarshal(v *vault.Vault, key string, into any) (bool, error) {
	value, found, err := v.Get(key)
	return found && json.Unmarshal([]byte(value.Reveal()), into) == nil, err
}

func putSecret(v *vault.Vault, held world.Secret) error {
	return put(v, secretKey, secretDoc{held, held.Value.Reveal()})
}

func putToken(v *vault.Vault, held world.Token) error {
	return put(v, tokenKey, tokenDoc{held, held.Access.Reveal(), held.Refresh.Reveal()})
}

func put(v *vault.Vault, key string, doc any) error {
	raw, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return v.Put(key, secret.New(string(raw)))
}

// heldTokenOf is what is kept of a token of the mailbox user.
func heldTokenOf(clientID, login string, token *signin.Token) world.Token {
	return world.Token{ClientID: clientID, Login: login, Account: token.Account.UPN, TenantID: token.Account.TenantID, Scope: token.Scope,
		Expires: token.Expires.UTC().Truncate(time.Second), Access: token.Access, Refresh: token.Refresh}
}
