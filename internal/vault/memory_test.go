//go:build unix

package vault

import (
	"errors"
	"testing"

	"wxmail/internal/secret"
)

// Where the key cannot be derived for want of memory that is said, before
// anything is written, and Go does not end the program.
func TestMemoryThatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	o := Options{WorkFactor: 42, Passphrase: func(bool) (secret.Value, error) { return secret.New("p"), nil }}
	var short *NoMemory
	if _, err := Open(dir, o); !errors.As(err, &short) || exists(newVault(dir, o).keyPath) {
		t.Errorf("%v", err)
	}
}
