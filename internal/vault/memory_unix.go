//go:build unix

package vault

import "golang.org/x/sys/unix"

// reserve says whether the system would give so many bytes.
func reserve(size int) error {
	room, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return err
	}
	return unix.Munmap(room)
}
