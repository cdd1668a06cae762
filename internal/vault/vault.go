package vault

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"wxmail/internal/secret"
	"wxmail/internal/store"
)

const (
	vaultFile     = "vault.age"
	keyFile       = "vault.key.age"
	formatVersion = 1
	// 2^16 scrypt blocks take 64 MiB and about 0.2 s.
	workFactor = 16
	// A forged file must not make us take more than 1 GiB.
	maxWorkFactor = 20
)

// Keeper says what wraps the vault's key.
type Keeper string

// The keepers.
const (
	ByKeyring    Keeper = "keyring"
	ByPassphrase Keeper = "passphrase"
	InMemory     Keeper = "memory"
)

// Options say how a vault may be unlocked. The zero value unlocks nothing.
type Options struct {
	Keyring    Keyring                                // SystemKeyring(env), or nil for none
	Passphrase func(fresh bool) (secret.Value, error) // asked only where there is no keyring; fresh: a new one is chosen; nil or an unset answer: none to be had
	Existing   bool                                   // do not begin a new vault
	Memory     bool                                   // nothing is read or written: for the demo
	Disk       store.Disk

	WorkFactor   int           // scrypt's log N, 0 for 16 (64 MiB)
	KeyringLimit time.Duration // for one keyring call, 0 for 3 s
}

// Vault holds the secrets of one profile. Its methods may be called from many
// goroutines. Runs that write hold the profile's lock.
type Vault struct {
	path, keyPath string
	options       Options
	keeper        Keeper
	identity      *age.X25519Identity

	mu       sync.Mutex
	values   map[string]string
	borrowed bool
}

// content is the plain text of vault.age.
type content struct {
	Version int               `json:"version"`
	Values  map[string]string `json:"values"`
}

// Open unlocks the vault in dir, or begins one there: its key is then kept
// before Open returns, so that a later Put cannot fail for want of one.
//
// Errors: ErrNone where Existing is set and there is no vault; *NoKey;
// *WrongPassphrase; *Damaged; *store.NewerVersion; or the passphrase's own. It
// may be repeated.
func Open(dir string, options Options) (*Vault, error) {
	v := newVault(dir, options)
	if options.Memory {
		v.keeper = InMemory
		return v, nil
	}
	if options.Existing && !exists(v.path) {
		return nil, ErrNone
	}
	var err error
	if v.identity, err = v.unlock(); err != nil {
		return nil, err
	}
	return v, v.load()
}

func newVault(dir string, options Options) *Vault {
	if options.WorkFactor == 0 {
		options.WorkFactor = workFactor
	}
	if options.KeyringLimit == 0 {
		options.KeyringLimit = keyringLimit
	}
	return &Vault{
		path:    filepath.Join(dir, vaultFile),
		keyPath: filepath.Join(dir, keyFile),
		options: options,
		values:  map[string]string{},
	}
}

// Forget deletes the vault in dir with its key, in the keyring too. No vault
// is no error. It may be repeated.
func Forget(dir string, options Options) error {
	v := newVault(dir, options)
	var errs []error
	if options.Keyring != nil && !exists(v.keyPath) && exists(v.path) {
		errs = append(errs, v.slot().delete())
	}
	for _, path := range []string{v.path, v.keyPath} {
		if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Keeper says what wraps the key.
func (v *Vault) Keeper() Keeper { return v.keeper }

// Path is the file that holds the values.
func (v *Vault) Path() string { return v.path }

// Get gives the value under key and whether there is one.
func (v *Vault) Get(key string) (secret.Value, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	value, ok := v.values[key]
	return secret.New(value), ok
}

// Keys lists the keys, sorted.
func (v *Vault) Keys() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Sorted(maps.Keys(v.values))
}

// Borrow makes later changes last for this run only: the profile is locked by
// another one, whose file this is.
func (v *Vault) Borrow() { v.borrowed = true }

// Put keeps value under key. When it has returned nil, the value outlives a
// power failure; after an error the old value stands. It may be repeated.
func (v *Vault) Put(key string, value secret.Value) error {
	return v.change(func(values map[string]string) { values[key] = value.Reveal() })
}

// Delete forgets key, which may be absent. It lasts as Put does.
func (v *Vault) Delete(key string) error {
	return v.change(func(values map[string]string) { delete(values, key) })
}

// change reads the file again first: another run may have written since.
func (v *Vault) change(edit func(map[string]string)) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	values := v.values
	if v.keeper != InMemory {
		var err error
		if values, err = v.read(); err != nil {
			return err
		}
	}
	values = maps.Clone(values)
	edit(values)
	if err := v.save(values); err != nil {
		return err
	}
	v.values = values
	return nil
}

func (v *Vault) load() error {
	values, err := v.read()
	if err != nil {
		return err
	}
	v.values = values
	return nil
}

// read decrypts the file; one that was never written is empty.
func (v *Vault) read() (map[string]string, error) {
	raw, err := os.ReadFile(v.path)
	if errors.Is(err, os.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	plain, err := decrypt(raw, v.identity)
	if err != nil {
		return nil, &Damaged{Path: v.path, Err: err}
	}
	var c content
	if json.Unmarshal(plain, &c) != nil || c.Values == nil {
		return nil, &Damaged{Path: v.path, Err: errors.New("not a vault's content")}
	}
	if c.Version > formatVersion {
		return nil, &store.NewerVersion{Path: v.path, Got: c.Version, Known: formatVersion}
	}
	return c.Values, nil
}

func (v *Vault) save(values map[string]string) error {
	if v.keeper == InMemory || v.borrowed {
		return nil
	}
	plain, err := json.Marshal(content{Version: formatVersion, Values: values})
	if err != nil {
		return err
	}
	raw, err := encrypt(plain, v.identity.Recipient())
	if err != nil {
		return err
	}
	return v.write(v.path, raw)
}

func (v *Vault) write(path string, raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return v.options.Disk.Write(path, raw)
}

// slot is the vault's item in the keyring, by the folder it lies in.
func (v *Vault) slot() slot {
	user := filepath.Dir(v.path)
	if abs, err := filepath.Abs(user); err == nil {
		user = abs
	}
	return slot{keyring: v.options.Keyring, user: user, limit: v.options.KeyringLimit}
}

// PassphraseFromEnv gives the passphrase that the environment names: the
// content of WXMAIL_PASSPHRASE_FILE without its last line end, else
// WXMAIL_PASSPHRASE, else an unset Secret. A file that cannot be read or is
// empty is a *PassphraseFile, never a reason to use the other.
func PassphraseFromEnv(env func(string) string) (secret.Value, error) {
	path := env("WXMAIL_PASSPHRASE_FILE")
	if path == "" {
		return secret.New(env("WXMAIL_PASSPHRASE")), nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return secret.Value{}, &PassphraseFile{Path: path, Err: err}
	}
	phrase := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	if phrase == "" {
		return secret.Value{}, &PassphraseFile{Path: path, Err: errors.New("it is empty")}
	}
	return secret.New(phrase), nil
}
