//go:build unix

package ui

import (
	"os"

	"golang.org/x/sys/unix"
)

// openTTY opens the controlling terminal, wherever standard input and output
// go.
func openTTY() (*os.File, error) { return os.OpenFile("/dev/tty", os.O_RDWR, 0) }

// byLetter lets a terminal that works by line erase letters of UTF-8 whole:
// without that mode, which serial lines lack, it erases a byte of them.
func byLetter(fd int) (restore func(), err error) {
	return changed(fd, func(mode *unix.Termios) { mode.Iflag |= utf8Input })
}

// byKey makes the terminal give every key at once and unseen, and a line as
// long as it is: by line it would drop all beyond 4,095 characters. Ctrl-C
// interrupts the process if signals is set, and is a key like others if not.
// The function returned puts everything back.
func byKey(fd int, signals bool) (restore func(), err error) {
	return changed(fd, func(mode *unix.Termios) {
		mode.Lflag &^= unix.ICANON | unix.ECHO
		if !signals {
			mode.Lflag &^= unix.ISIG
		}
		mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	})
}

// unechoed keeps what is typed from being shown, by line or by key as it was.
func unechoed(fd int) (restore func(), err error) {
	return changed(fd, func(mode *unix.Termios) { mode.Lflag &^= unix.ECHO })
}

// changed changes the mode of a terminal until restore is called.
func changed(fd int, change func(*unix.Termios)) (restore func(), err error) {
	was, err := unix.IoctlGetTermios(fd, getMode)
	if err != nil {
		return nil, err
	}
	mode := *was
	change(&mode)
	if err := unix.IoctlSetTermios(fd, setMode, &mode); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(fd, setMode, was) }, nil
}
