package store

import (
	"encoding/json"
	"errors"

	"wxmail/internal/visible"
)

const pastedFile = "pasted.json"

// Pasted is what a person has ticked off on the paste sheet: a line of it, and
// what stood there, so that another value is to be pasted again. For a secret
// that is its key ID. It is a help to a person's memory and decides nothing.
type Pasted map[string]string

// Pasted gives what KeepPasted kept last; nothing where that cannot be read.
func (p *Profile) Pasted() Pasted {
	kept := Pasted{}
	raw, err := ReadFile(p.path(pastedFile), maxSmall)
	if err == nil && json.Unmarshal(raw, &kept) == nil && kept != nil {
		return kept
	}
	return Pasted{}
}

// KeepPasted replaces it. No lock is needed: nothing else is in the file. In a
// profile that was never written it does nothing. It may be repeated.
func (p *Profile) KeepPasted(kept Pasted) error {
	if !p.Exists() {
		return nil
	}
	raw, err := json.MarshalIndent(kept, "", "  ")
	return errors.Join(err, p.disk.Write(p.path(pastedFile), append(visible.JSON(raw), '\n')))
}
