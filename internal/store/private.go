package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

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
// its own mode says nothing, and chmod would change that of its target.
// Windows keeps the user's folders private by inheritance.
func private(path string) error {
	info, real, err := behind(path)
	if info == nil || err != nil {
		return err
	}
	if owner := ownerOf(info); owner != os.Geteuid() {
		return &OwnerError{Path: real, Owner: owner}
	}
	want := os.FileMode(fileMode)
	if info.IsDir() {
		want = folderMode
	}
	if mode := info.Mode().Perm(); mode&^folderMode != 0 {
		return &PermissionError{Path: real, Mode: mode, Want: want}
	}
	return nil
}

// closed checks the home itself, which may be a folder that the user had: nobody
// else may put other folders into the place of ours.
func closed(home string) error {
	info, real, err := behind(home)
	if info == nil || err != nil || info.Mode()&os.ModeSticky != 0 {
		return err
	}
	mode := info.Mode().Perm()
	if mode&0o002 != 0 || mode&0o020 != 0 && !ownGroup(info) {
		return &PermissionError{Path: real, Mode: mode, Want: folderMode}
	}
	return nil
}

// behind is what a path leads to, and where that is; nil where it is absent. A
// link that leads nowhere is an error that says so.
func behind(path string) (info os.FileInfo, real string, err error) {
	if runtime.GOOS == "windows" {
		return nil, path, nil
	}
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
