package vault_test

import (
	"path/filepath"
	"testing"

	"wxmail/internal/vault"
)

func TestSystemKeyringNeedsABus(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{"XDG_RUNTIME_DIR": dir}
	get := func(k string) string { return env[k] }
	if vault.SystemKeyring(get) != nil {
		t.Error("no bus, and yet a keyring")
	}
	write(t, filepath.Join(dir, "bus"), nil)
	if vault.SystemKeyring(get) == nil {
		t.Error("a bus, and no keyring")
	}
}
