package vault_test

import (
	"errors"
	"io/fs"
	"testing"

	"wxmail/internal/vault"
)

func TestFacts(t *testing.T) {
	absent := &fs.PathError{Op: "open", Path: "phrase", Err: fs.ErrNotExist}
	for _, c := range []struct {
		err interface {
			error
			Fact() (code, object, detail string)
		}
		code, object, detail string
	}{
		{&vault.NoKey{Path: "v"}, "WX-VAULT-LOCKED", "v", "v: no passphrase, and no keyring"},
		{&vault.NoKey{Path: "v", Err: errors.New("shut")}, "WX-VAULT-LOCKED", "v", "v: no passphrase, and the keyring failed: shut"},
		{&vault.PassphraseFile{Path: "phrase", Err: absent}, "WX-PASSPHRASE-FILE", "phrase", "file does not exist"},
		{&vault.PassphraseFile{Path: "phrase", Err: errors.New("it is empty")}, "WX-PASSPHRASE-FILE", "phrase", "it is empty"},
		{&vault.WrongPassphrase{Path: "k"}, "WX-PASSPHRASE", "k", ""},
		{&vault.Damaged{Path: "v", Err: errors.New("cut")}, "WX-VAULT-DAMAGED", "v", "v is damaged: cut"},
	} {
		if code, object, detail := c.err.Fact(); code != c.code || object != c.object || detail != c.detail {
			t.Errorf("%v: %s, %q, %q", c.err, code, object, detail)
		}
	}
}
