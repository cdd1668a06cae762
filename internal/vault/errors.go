package vault

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrNone says that there is no vault yet, and that none was wanted new.
var ErrNone = errors.New("no vault")

// NoKey says that nothing here can wrap or unlock the vault's key: no keyring
// that answers, and no passphrase. Nothing was written.
type NoKey struct {
	Path string
	Err  error // what the keyring said; nil where there is none
}

// Error names the vault and the keyring's answer.
func (e *NoKey) Error() string {
	text := e.Path + ": no passphrase, and "
	if e.Err != nil {
		return text + "the keyring failed: " + e.Err.Error()
	}
	return text + "no keyring"
}

// Unwrap gives the keyring's error.
func (e *NoKey) Unwrap() error { return e.Err }

// Words name the text that says what was tried, and its values.
func (e *NoKey) Words() (id string, values []any) {
	if e.Err != nil {
		return "detail.keyring-failed", []any{"File", e.Path, "Said", e.Err.Error()}
	}
	return "detail.no-keyring", []any{"File", e.Path}
}

// Fact gives the code of the advice, the vault and what was tried.
func (e *NoKey) Fact() (code, object, detail string) { return "WX-VAULT-LOCKED", e.Path, e.Error() }

// PassphraseFile says that the file of WXMAIL_PASSPHRASE_FILE holds none.
type PassphraseFile struct {
	Path string
	Err  error
}

// Error names the file and what is wrong with it.
func (e *PassphraseFile) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *PassphraseFile) Unwrap() error { return e.Err }

// Fact gives the code of the advice, the file and why it holds none.
func (e *PassphraseFile) Fact() (code, object, detail string) {
	why := e.Err
	if path := (*os.PathError)(nil); errors.As(why, &path) {
		why = path.Err // the path is the object
	}
	return "WX-PASSPHRASE-FILE", e.Path, why.Error()
}

// unfit is what is wrong with a passphrase file.
type unfit struct {
	why    string // a key of the texts passphrase.<why>
	values []any
}

func (u *unfit) Error() string { return strings.TrimSpace(u.why + " " + fmt.Sprint(u.values...)) }

// Words name the text that says it, and its values.
func (u *unfit) Words() (id string, values []any) { return "passphrase." + u.why, u.values }

// WrongPassphrase says that the passphrase does not unlock the vault.
type WrongPassphrase struct{ Path string }

// Error names the file.
func (e *WrongPassphrase) Error() string { return e.Path + ": wrong passphrase" }

// Fact gives the code of the advice and the file.
func (e *WrongPassphrase) Fact() (code, object, detail string) { return "WX-PASSPHRASE", e.Path, "" }

// Damaged is a vault file that is not what was written, or whose key is not
// the one at hand. It was left as it is.
type Damaged struct {
	Path string
	Err  error
}

// Error names the file and what is wrong with it.
func (e *Damaged) Error() string { return fmt.Sprintf("%s is damaged: %v", e.Path, e.Err) }

// Unwrap gives the cause.
func (e *Damaged) Unwrap() error { return e.Err }

// Words name the text that says what is wrong with it, and its values.
func (e *Damaged) Words() (id string, values []any) {
	return "detail.damaged", []any{"File", e.Path, "Said", e.Err.Error()}
}

// Fact gives the code of the advice, the file and what is wrong with it.
func (e *Damaged) Fact() (code, object, detail string) { return "WX-VAULT-DAMAGED", e.Path, e.Error() }
