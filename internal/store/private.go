package store

import (
	"errors"
	"os"
	"path/filepath"
)

// PermissionError is a file or folder of ours that others may enter. Nothing
// was read from it.
type PermissionError struct {
	Path   string
	Others string // who they are, or the mode that lets them in
	Shut   string // the command that shuts them out
}

// Error names the path and the others.
func (e *PermissionError) Error() string { return e.Path + " is open to others: " + e.Others }

// Fact gives the code of the advice, the path and the command that closes it.
func (e *PermissionError) Fact() (code, object, detail string) {
	return "WX-PROFILE-OPEN", e.Path, e.Shut
}

// private checks that only the owner may enter path, which may be absent. On
// Windows the system and its administrators may, too: nothing can keep them
// out.
func private(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return shut(path, info)
}

// MakeFolder makes a folder for wxmail's files and those above it, as
// os.MkdirAll does. What it makes is the user's alone, wherever it stands.
func MakeFolder(path string) error {
	if exists(path) {
		return nil
	}
	if above := filepath.Dir(path); above != path {
		if err := MakeFolder(above); err != nil {
			return err
		}
	}
	if err := makeFolder(path); err != nil && !errors.Is(err, os.ErrExist) { // another run may be quicker
		return err
	}
	return nil
}
