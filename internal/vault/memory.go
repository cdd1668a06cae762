package vault

import "fmt"

// NoMemory says that this computer does not give what the derivation of the
// key takes: memory is limited for wxmail, or spent. Nothing was written.
type NoMemory struct {
	Path   string
	Needed int // MiB
	Err    error
}

// Error names the vault and what is needed.
func (e *NoMemory) Error() string {
	return fmt.Sprintf("%s: its passphrase takes %d MiB of memory: %v", e.Path, e.Needed, e.Err)
}

// Unwrap gives the system's error.
func (e *NoMemory) Unwrap() error { return e.Err }

// Fact gives the code of the advice, the vault and the memory.
func (e *NoMemory) Fact() (code, object, detail string) {
	return "WX-VAULT-MEMORY", e.Path, fmt.Sprint(e.Needed)
}

// afford asks the system for what the derivation will take, and gives it back:
// Go ends a program that runs out of memory without a word that helps.
func (v *Vault) afford() error {
	const blocks = 1 << 10 // bytes of one scrypt block with r = 8
	needed := blocks << v.options.WorkFactor
	// Go takes address space in steps of 64 MiB beside what it uses.
	if err := reserve(needed + (64 << 20)); err != nil {
		return &NoMemory{Path: v.keyPath, Needed: max(needed>>20, 1), Err: err}
	}
	return nil
}
