//go:build unix

package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"wxmail/internal/cli"
	"wxmail/internal/testkit/crash"
)

// The test binary is wxmail too, so that tests run it as a process: it is the
// one binary of the tests that links everything.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wxmail": func() { os.Exit(cli.MainOn(crash.Disk())) }, "control": control})
}
