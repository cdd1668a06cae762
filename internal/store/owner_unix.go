//go:build unix

package store

import (
	"os"
	"syscall"
)

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
