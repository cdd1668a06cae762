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

// flushInput throws away what the console holds and nobody has read.
func flushInput(fd int) { _ = windows.FlushConsoleInputBuffer(windows.Handle(fd)) }
