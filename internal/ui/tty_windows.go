package ui

import (
	"os"

	"golang.org/x/sys/windows"
)

// openTTY is the console of standard input, which is where keys come from.
func openTTY() (*os.File, error) { return os.Stdin, nil }

// byKey leaves the console as it is: it gives lines of any length, and they
// are seen.
func byKey(int, bool) (restore func(), err error) { return func() {}, nil }

// byLetter leaves the console as it is: it knows no bytes.
func byLetter(int) (restore func(), err error) { return func() {}, nil }

// unechoed keeps what is typed from being shown.
func unechoed(fd int) (restore func(), err error) {
	console := windows.Handle(fd)
	var was uint32
	if err := windows.GetConsoleMode(console, &was); err != nil {
		return nil, err
	}
	if err := windows.SetConsoleMode(console, was&^windows.ENABLE_ECHO_INPUT); err != nil {
		return nil, err
	}
	return func() { _ = windows.SetConsoleMode(console, was) }, nil
}

// flushInput throws away what the console holds and nobody has read.
func flushInput(fd int) { _ = windows.FlushConsoleInputBuffer(windows.Handle(fd)) }
