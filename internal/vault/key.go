package vault

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"filippo.io/age"

	"wxmail/internal/secret"
	"wxmail/internal/store"
)

// errLost says that a vault is there and its key is not.
var errLost = errors.New("the keyring does not hold its key")

// unlock finds the key of the vault, or makes one. The passphrase file, where
// it exists, decides; else the keyring; else a new passphrase file.
func (v *Vault) unlock() error {
	if exists(v.keyPath) {
		return v.byPassphrase()
	}
	identity, keyringErr := v.fromKeyring()
	switch {
	case identity != nil:
		return v.byKeyring(identity)
	case !exists(v.path):
		return v.beginNew(keyringErr)
	case keyringErr == nil && v.options.Keyring != nil:
		return &Damaged{Path: v.path, Err: errLost}
	default:
		return &NoKey{Path: v.path, Err: keyringErr}
	}
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

// byKeyring opens with a key that is at hand, which takes no time.
func (v *Vault) byKeyring(identity *age.X25519Identity) error {
	v.keeper = ByKeyring
	raw, err := readIfThere(v.path)
	if err != nil {
		return err
	}
	values, err := v.decode(raw, identity)
	if err != nil {
		return err
	}
	v.opening = made(opened{identity, values})
	return nil
}

// byPassphrase asks for the passphrase and begins to derive.
func (v *Vault) byPassphrase() (err error) {
	v.keeper = ByPassphrase
	if v.phrase, err = v.passphrase(false, nil); err != nil {
		return err
	}
	v.opening, err = v.derive()
	return err
}

// derive begins to open both files as they are now, with the passphrase. What
// goes on beside touches no disk.
func (v *Vault) derive() (*later[opened], error) {
	if err := v.afford(); err != nil {
		return nil, err
	}
	key, err := store.ReadFile(v.keyPath, maxFile)
	if err != nil {
		return nil, err
	}
	raw, err := readIfThere(v.path)
	if err != nil {
		return nil, err
	}
	return begin(func() (opened, error) {
		identity, err := v.unwrap(key)
		if err != nil {
			return opened{}, err
		}
		values, err := v.decode(raw, identity)
		return opened{identity, values}, err
	}), nil
}

// unwrap gives the key that a key file holds.
func (v *Vault) unwrap(raw []byte) (*age.X25519Identity, error) {
	identity, err := age.NewScryptIdentity(v.phrase.Reveal())
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(workFactor)
	text, err := decrypt(raw, identity)
	if noMatch := (*age.NoIdentityMatchError)(nil); errors.As(err, &noMatch) {
		return nil, &WrongPassphrase{Path: v.keyPath}
	}
	if err != nil {
		return nil, &Damaged{Path: v.keyPath, Err: err}
	}
	return parseIdentity(string(text), v.keyPath)
}

// beginNew asks for a new passphrase and makes a key, which is wrapped beside:
// a new vault is open at once.
func (v *Vault) beginNew(keyringErr error) (err error) {
	v.keeper = ByPassphrase
	if v.phrase, err = v.passphrase(true, keyringErr); err != nil {
		return err
	}
	if err := v.afford(); err != nil {
		return err
	}
	recipient, err := age.NewScryptRecipient(v.phrase.Reveal())
	if err != nil {
		return err
	}
	recipient.SetWorkFactor(v.options.WorkFactor)
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	v.opening = made(opened{identity, map[string]string{}})
	v.wrapping = begin(func() ([]byte, error) { return encrypt([]byte(identity.String()), recipient) })
	return nil
}

// keepKey writes the key of a new vault. A power failure after it leaves a key
// without a vault, which is a vault without values.
func (v *Vault) keepKey() error {
	if v.wrapping == nil {
		return nil
	}
	raw, err := v.wrapping.wait(context.Background())
	if err != nil {
		return err
	}
	if err := v.write(v.keyPath, raw); err != nil {
		return err
	}
	v.wrapping = nil
	return nil
}

// overtaken looks whether another run has begun this new vault meanwhile: its
// key is then the vault's, and the passphrase has to fit it.
func (v *Vault) overtaken() error {
	if v.wrapping == nil || !exists(v.keyPath) {
		return nil
	}
	opening, err := v.derive()
	if err != nil {
		return err
	}
	theirs, err := opening.wait(context.Background())
	if err != nil {
		return err
	}
	v.identity, v.wrapping = theirs.identity, nil
	return nil
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

// readIfThere reads a file; one that does not exist is nil.
func readIfThere(path string) ([]byte, error) {
	raw, err := store.ReadFile(path, maxFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return raw, err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
