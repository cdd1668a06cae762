//go:build unix

package store

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"wxmail/internal/visible"
)

// shut refuses what belongs to another user, or lets others in.
func shut(path string, info os.FileInfo) error {
	if owner := ownerOf(info); owner != os.Geteuid() {
		return &OwnerError{Path: path, Owner: owner}
	}
	want := os.FileMode(fileMode)
	if info.IsDir() {
		want = folderMode
	}
	if mode := info.Mode().Perm(); mode&^folderMode != 0 {
		return open(path, mode, want)
	}
	return nil
}

// unswappable refuses a folder in which others may rename what they do not own.
func unswappable(path string, info os.FileInfo) error {
	mode := info.Mode().Perm()
	if info.Mode()&os.ModeSticky == 0 && (mode&0o002 != 0 || mode&0o020 != 0 && !ownGroup(info)) {
		return open(path, mode, folderMode)
	}
	return nil
}

// unswappableAbove refuses a folder below one in which everybody may rename
// what they do not own: another could take its place.
func unswappableAbove(path string) error {
	above := filepath.Dir(path)
	if above == path {
		return nil
	}
	info, err := os.Stat(above)
	if err == nil && info.Mode()&os.ModeSticky == 0 && info.Mode().Perm()&0o002 != 0 {
		return open(above, info.Mode().Perm(), info.Mode().Perm()&^0o002)
	}
	return unswappableAbove(above) // what cannot be looked at is not written to either
}

func open(path string, mode, want os.FileMode) error {
	return &PermissionError{Path: path, Others: fmt.Sprintf("mode %04o", mode), Shut: fmt.Sprintf("chmod %o %s", want, visible.Quoted(path))}
}

// ownerOf is the id of a file's owner; ours where the system does not say.
func ownerOf(info os.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid)
	}
	return os.Geteuid()
}

// ownGroup says whether a file's group is the user's own, which many systems
// make for each user.
func ownGroup(info os.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(s.Gid) == os.Getegid()
}

func makeFolder(path string) error { return os.Mkdir(path, folderMode) }
