package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
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

// OwnerError is a file or folder of ours that belongs to another user. Nothing
// was read from it, nor written to it: what root keeps in a user's folder is
// that user's.
type OwnerError struct {
	Path  string
	Owner int // user id
}

// Error names the path and its owner.
func (e *OwnerError) Error() string {
	return fmt.Sprintf("%s belongs to the user with id %d", e.Path, e.Owner)
}

// Fact gives the code of the advice, the path and its owner.
func (e *OwnerError) Fact() (code, object, detail string) {
	return "WX-PROFILE-OWNER", e.Path, fmt.Sprint(e.Owner)
}

// HomeUnknown says that nothing tells where wxmail's files are to be.
type HomeUnknown struct{}

// Error says what is missing.
func (HomeUnknown) Error() string { return "neither WXMAIL_HOME nor HOME is set" }

// Fact is the code of the advice.
func (HomeUnknown) Fact() (code, object, detail string) { return "WX-HOME", "", "" }

// private checks that only the owner may enter path, which may be absent, and
// that the owner is who runs. A symbolic link is judged by what it leads to:
// its own mode says nothing, and chmod would change that of its target. On
// Windows the system and its administrators may enter, too: nothing can keep
// them out.
func private(path string) error {
	info, real, err := behind(path)
	if info == nil || err != nil {
		return err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return &Damaged{Path: path, Err: errNoFile} // of a device, rights are the system's matter
	}
	return shut(real, info)
}

var errNoFile = errors.New("it is neither a file nor a folder")

// closed checks the home itself, which may be a folder that the user had: nobody
// else may put other folders into the place of ours, or into its own.
func closed(home string) error {
	info, real, err := behind(home)
	switch {
	case err != nil:
		return err
	case info == nil:
		return unswappableAbove(real)
	case !info.IsDir():
		return &os.PathError{Op: "open", Path: home, Err: syscall.ENOTDIR}
	}
	if err := unswappable(real, info); err != nil {
		return err
	}
	return unswappableAbove(real)
}

// behind is what a path leads to, and where that is; nil where it is absent. A
// link that leads nowhere is an error that says so.
func behind(path string) (info os.FileInfo, real string, err error) {
	link, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, path, nil
	}
	if err != nil || link.Mode()&os.ModeSymlink == 0 {
		return link, path, err
	}
	if real, err = filepath.EvalSymlinks(path); err != nil {
		return nil, path, &os.PathError{Op: "follow the symbolic link", Path: path, Err: err}
	}
	info, err = os.Stat(real)
	return info, real, err
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
