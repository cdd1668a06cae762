//go:build unix && !linux

package ui

import "golang.org/x/sys/unix"

const (
	getMode = unix.TIOCGETA
	setMode = unix.TIOCSETA

	utf8Input = 0x4000 // IUTF8 of macOS and FreeBSD
)

// flushInput throws away what the terminal holds and nobody has read.
func flushInput(fd int) { _ = unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, unix.TCIFLUSH) }
