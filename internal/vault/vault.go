package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"wxmail/internal/secret"
	"wxmail/internal/store"
	"wxmail/internal/visible"
)

const (
	vaultFile     = "vault.age"
	keyFile       = "vault.key.age"
	formatVersion = 1
	// 2^16 scrypt blocks take 64 MiB and a third of a second. A forged file must
	// not make us take more: docs/decisions/0023-what-a-passphrase-costs.md.
	workFactor = 16
	// More than any vault or key ever has.
	maxFile = 1 << 20
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
	Keyring Keyring // SystemKeyring(env), or nil for none

	// Passphrase is asked only where there is no keyring; fresh: a new one is
	// chosen. nil or an unset answer: there is none to be had.
	Passphrase func(fresh bool) (secret.Value, error)

	Existing bool // do not begin a new vault
	Memory   bool // nothing is read or written: for the demo
	Disk     store.Disk

	WorkFactor   int           // scrypt's log N, 0 for 16 (64 MiB)
	KeyringLimit time.Duration // for one keyring call, 0 for 3 s; PersonsLimit where a person may have to unlock it
	KeyringSlow  func()        // called where a keyring takes longer than it needs by itself; may be nil
}

// Vault holds the secrets of one profile. Its methods may be called from many
// goroutines. Runs that write hold the profile's lock.
type Vault struct {
	path, keyPath string
	options       Options
	keeper        Keeper
	phrase        secret.Value   // as it was given to Open
	opening       *later[opened] // nil in memory

	mu       sync.Mutex
	wrapping *later[[]byte] // the key file of a new vault, until it is kept
	identity *age.X25519Identity
	values   map[string]string // nil until the opening has succeeded
	borrowed bool
}

// opened is what a key gives of a vault.
type opened struct {
	identity *age.X25519Identity
	values   map[string]string
}

// content is the plain text of vault.age.
type content struct {
	Version int               `json:"version"`
	Values  map[string]string `json:"values"`
}

// Open finds the vault in dir, or begins one, and asks for the passphrase
// where one is needed. It does not wait for the key that is derived from the
// passphrase, 0.3 s of work: that goes on beside, and ends by itself. Ready
// says whether it fits. Nothing is written before the first change, but what
// a keyring keeps.
//
// Errors: ErrNone where Existing is set and there is no vault; *NoKey; the
// passphrase's own; those of reading; with a keyring also *Damaged and
// *store.NewerVersion. It may be repeated.
func Open(dir string, options Options) (*Vault, error) {
	v := newVault(dir, options)
	if options.Memory {
		v.keeper, v.values = InMemory, map[string]string{}
		return v, nil
	}
	if options.Existing && !exists(v.path) {
		return nil, ErrNone
	}
	if err := v.unlock(); err != nil {
		return nil, err
	}
	return v, nil
}

func newVault(dir string, options Options) *Vault {
	if options.WorkFactor == 0 {
		options.WorkFactor = workFactor
	}
	if options.KeyringLimit == 0 {
		options.KeyringLimit = keyringLimit
	}
	return &Vault{path: filepath.Join(dir, vaultFile), keyPath: filepath.Join(dir, keyFile), options: options}
}

// Ready waits until the vault is open. A vault that is new, in memory or
// opened by a keyring is so at once. It may be repeated, and gives the same
// again.
//
// Errors: *WrongPassphrase; *Damaged; *store.NewerVersion; ctx's, after which
// the opening goes on.
func (v *Vault) Ready(ctx context.Context) error {
	if v.opening == nil {
		return nil
	}
	_, err := v.opening.wait(ctx)
	return err
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

// Get gives the value under key and whether there is one. It waits as Ready
// does; with an error, one of Ready's, nothing is known: "no value" is never
// said of a vault that did not open.
func (v *Vault) Get(key string) (value secret.Value, found bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.open(); err != nil {
		return secret.Value{}, false, err
	}
	text, found := v.values[key]
	return secret.New(text), found, nil
}

// Keys lists the keys, sorted. It waits and fails as Get does.
func (v *Vault) Keys() ([]string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.open(); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(v.values)), nil
}

// Borrow makes later changes last for this run only: the profile is locked by
// another one, whose file this is.
func (v *Vault) Borrow() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.borrowed = true
}

// Put keeps value under key. When it has returned nil, the value outlives a
// power failure; after an error the old value stands. The first change of a
// new vault keeps its key too. It waits as Ready does, and may be repeated.
// Errors: Ready's, and those of the disk.
func (v *Vault) Put(key string, value secret.Value) error {
	return v.change(func(values map[string]string) { values[key] = value.Reveal() })
}

// Delete forgets key, which may be absent. It waits, lasts and fails as Put
// does.
func (v *Vault) Delete(key string) error {
	return v.change(func(values map[string]string) { delete(values, key) })
}

// Keep writes the key of a new vault now, which otherwise the first change
// does; with any other vault it does nothing. It may be repeated. Errors:
// Ready's, and those of the disk.
func (v *Vault) Keep() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.open(); err != nil {
		return err
	}
	if err := v.overtaken(); err != nil {
		return err
	}
	return v.keepKey()
}

// open waits for the content. Like all below, it is called with mu held.
func (v *Vault) open() error {
	if v.values != nil {
		return nil
	}
	got, err := v.opening.wait(context.Background())
	if err == nil {
		v.identity, v.values = got.identity, got.values
	}
	return err
}

// change reads the file again first: another run may have written since.
func (v *Vault) change(edit func(map[string]string)) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.open(); err != nil {
		return err
	}
	values, err := v.latest()
	if err != nil {
		return err
	}
	values = maps.Clone(values)
	edit(values)
	if err := v.save(values); err != nil {
		return err
	}
	v.values = values
	return nil
}

// latest are the values as they are kept now.
func (v *Vault) latest() (map[string]string, error) {
	if v.keeper == InMemory {
		return v.values, nil
	}
	if err := v.overtaken(); err != nil {
		return nil, err
	}
	raw, err := readIfThere(v.path)
	if err != nil {
		return nil, err
	}
	return v.decode(raw, v.identity)
}

// decode decrypts the content of the file; one that was never written is
// empty.
func (v *Vault) decode(raw []byte, identity *age.X25519Identity) (map[string]string, error) {
	if raw == nil {
		return map[string]string{}, nil
	}
	plain, err := decrypt(raw, identity)
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
	if err := v.keepKey(); err != nil {
		return err
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
	if err := store.MakeFolder(filepath.Dir(path)); err != nil {
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
	return slot{keyring: v.options.Keyring, user: user, limit: v.options.KeyringLimit, slow: v.options.KeyringSlow}
}

// PassphraseFromEnv gives the passphrase that the environment names: the
// content of WXMAIL_PASSPHRASE_FILE without its last line end and without the
// mark that editors of Windows put before UTF-8, else WXMAIL_PASSPHRASE, else an
// unset Secret. A file that cannot be read, is empty or that others may read is
// a *PassphraseFile, never a reason to use the other.
func PassphraseFromEnv(env func(string) string) (secret.Value, error) {
	path := env("WXMAIL_PASSPHRASE_FILE")
	if path == "" {
		return secret.New(env("WXMAIL_PASSPHRASE")), nil
	}
	raw, err := readOwn(path)
	if err != nil {
		return secret.Value{}, &PassphraseFile{Path: path, Err: err}
	}
	phrase := strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r"), "\uFEFF")
	if phrase == "" {
		return secret.Value{}, &PassphraseFile{Path: path, Err: &unfit{why: "file-empty"}}
	}
	return secret.New(phrase), nil
}

// maxPhrase is more than anybody types; a device may go on for ever.
const maxPhrase = 64 << 10

// readOwn reads a file that nobody else may. A pipe has no mode of its own.
func readOwn(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if mode := info.Mode(); runtime.GOOS != "windows" && mode.IsRegular() && mode.Perm()&0o077 != 0 {
		return nil, &unfit{"file-open", []any{"Mode", fmt.Sprintf("%04o", mode.Perm()), "File", visible.Quoted(path)}}
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxPhrase+1))
	if err == nil && len(raw) > maxPhrase {
		err = &unfit{"file-long", []any{"Limit", maxPhrase}}
	}
	return raw, err
}
