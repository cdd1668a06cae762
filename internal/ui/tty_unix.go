//go:build unix

package ui

import (
	"os"

	"golang.org/x/sys/unix"
)

// openTTY opens the controlling terminal, wherever standard input and output
// go.
func openTTY() (*os.File, error) { return os.OpenFile("/dev/tty", os.O_RDWR, 0) }

// byKey makes the terminal give every key at once and unseen, and a line as
// long as it is: by line it would drop all beyond 4,095 characters. Ctrl-C
// interrupts the process if signals is set, and is a key like others if not.
// The function returned puts everything back.
func byKey(fd int, signals bool) (restore func(), err error) {
	was, err := unix.IoctlGetTermios(fd, getMode)
	if err != nil {
		return nil, err
	}
	mode := *was
	mode.Lflag &^= unix.ICANON | unix.ECHO
	if !signals {
		mode.Lflag &^= unix.ISIG
	}
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, setMode, &mode); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(fd, setMode, was) }, nil
}

// unechoed keeps what is typed from being shown, by line or by key as it was.
func unechoed(fd int) (restore func(), err error) {
	was, err := unix.IoctlGetTermios(fd, getMode)
	if err != nil {
		return nil, err
	}
	mode := *was
	mode.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, setMode, &mode); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(fd, setMode, was) }, nil
}
