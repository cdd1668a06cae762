//go:build bench

package bench

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
)

// peakEnv names the file to which this binary, as a starter, writes the peak
// memory of what it started, in KiB.
const peakEnv = "WXMAIL_BENCH_PEAK"

func TestMain(m *testing.M) {
	report := os.Getenv(peakEnv)
	if report == "" {
		os.Exit(m.Run())
	}
	os.Exit(starter(report, os.Args[1:]))
}

// starter runs a command with its own streams and gives its exit status.
func starter(report string, args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return 1
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || os.WriteFile(report, []byte(strconv.FormatInt(usage.Maxrss, 10)), 0o600) != nil {
		return 1
	}
	return cmd.ProcessState.ExitCode()
}
