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
// one binary of the tests that links everything. Its vaults take less work to
// open: with the real work half of the tests' time went there.
func TestMain(m *testing.M) {
	wxmail := func() { os.Exit(cli.MainOn(cli.Machine{Disk: crash.Disk(), WorkFactor: 8})) }
	testscript.Main(m, map[string]func(){"wxmail": wxmail, "control": control})
}
