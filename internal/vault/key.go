package vault

import (
	"bytes"
	"errors"
	"io"
	"os"

	"filippo.io/age"

	"wxmail/internal/secret"
)

// errLost says that a vault is there and its key is not.
var errLost = errors.New("the keyring does not hold its key")

// unlock finds the key of the vault, or makes one. The passphrase file, where
// it exists, decides; else the keyring; else a new passphrase file.
func (v *Vault) unlock() (*age.X25519Identity, error) {
	if exists(v.keyPath) {
		return v.fromPassphrase()
	}
	identity, keyringErr := v.fromKeyring()
	if identity != nil {
		v.keeper = ByKeyring
		return identity, nil
	}
	if exists(v.path) {
		if keyringErr == nil && v.options.Keyring != nil {
			return nil, &Damaged{Path: v.path, Err: errLost}
		}
		return nil, &NoKey{Path: v.path, Err: keyringErr}
	}
	return v.newPassphraseFile(keyringErr)
}

// fromKeyring gives the key that the keyring holds; a new one, kept there,
// where the vault is new too; nil where it holds none or does not work.
func (v *Vault) fromKeyring() (*age.X25519Identity, error) {
	if v.options.Keyring == nil {
		return nil, nil
	}
	text, err := v.slot().get()
	if err != nil {
		return nil, err
	}
	if text != "" {
		return parseIdentity(text, "keyring")
	}
	if exists(v.path) {
		return nil, nil
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	if err := v.slot().set(identity.String()); err != nil {
		return nil, err
	}
	return identity, nil
}

func (v *Vault) fromPassphrase() (*age.X25519Identity, error) {
	v.keeper = ByPassphrase
	phrase, err := v.passphrase(false, nil)
	if err != nil {
		return nil, err
	}
	identity, err := age.NewScryptIdentity(phrase.Reveal())
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(maxWorkFactor)
	raw, err := os.ReadFile(v.keyPath)
	if err != nil {
		return nil, err
	}
	text, err := decrypt(raw, identity)
	if noMatch := (*age.NoIdentityMatchError)(nil); errors.As(err, &noMatch) {
		return nil, &WrongPassphrase{Path: v.keyPath}
	}
	if err != nil {
		return nil, &Damaged{Path: v.keyPath, Err: err}
	}
	return parseIdentity(string(text), v.keyPath)
}

func (v *Vault) newPassphraseFile(keyringErr error) (*age.X25519Identity, error) {
	v.keeper = ByPassphrase
	phrase, err := v.passphrase(true, keyringErr)
	if err != nil {
		return nil, err
	}
	recipient, err := age.NewScryptRecipient(phrase.Reveal())
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(v.options.WorkFactor)
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	raw, err := encrypt([]byte(identity.String()), recipient)
	if err != nil {
		return nil, err
	}
	return identity, v.write(v.keyPath, raw)
}

// passphrase asks for the passphrase; keyringErr is why it is needed.
func (v *Vault) passphrase(fresh bool, keyringErr error) (secret.Value, error) {
	if v.options.Passphrase == nil {
		return secret.Value{}, &NoKey{Path: v.path, Err: keyringErr}
	}
	phrase, err := v.options.Passphrase(fresh)
	if err == nil && !phrase.IsSet() {
		err = &NoKey{Path: v.path, Err: keyringErr}
	}
	return phrase, err
}

func parseIdentity(text, where string) (*age.X25519Identity, error) {
	identity, err := age.ParseX25519Identity(text)
	if err != nil {
		// The library's text may quote the key.
		return nil, &Damaged{Path: where, Err: errors.New("not a key")}
	}
	return identity, nil
}

func encrypt(plain []byte, to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// decrypt reads everything before it believes anything: a changed byte shows
// only while reading.
func decrypt(raw []byte, with age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(raw), with)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
