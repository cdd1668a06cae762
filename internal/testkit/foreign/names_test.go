//go:build foreign

package foreign

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// named says that this process is inside a network in which Microsoft's names
// lead to this machine.
const named = "WXMAIL_FOREIGN_NAMES"

const hosts = "127.0.0.1 localhost\n::1 localhost\n" +
	"127.0.0.1 login.microsoftonline.com graph.microsoft.com management.azure.com outlook.office365.com outlook.office.com\n" +
	"127.0.0.1 smtp.office365.com\n"

// behindNames gives a test a sandbox behind Microsoft's own names and ports,
// for programs that cannot be told another place, and that run as they are.
// For that the test runs again, in a process whose network is a loopback of
// its own; ok is false in the one that only waits for it. Linux has such
// networks, for root and mostly for everybody.
func behindNames(t *testing.T) (w *world, ok bool) {
	t.Helper()
	if os.Getenv(named) == "" {
		runBehindNames(t)
		return nil, false
	}
	return &world{World: testkit.Start(t, sandbox.Options{HTTPSPort: 443, SMTPPort: 587}), t: t, values: map[string]string{}}, true
}

func runBehindNames(t *testing.T) {
	t.Helper()
	need(t, "unshare", "util-linux (Linux only)")
	need(t, "ip", "iproute2")
	names := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(names, []byte(hosts), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"--net", "--mount"}
	if os.Getuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	args = append(args, "sh", "-ec", `ip link set lo up; mount --bind "$1" /etc/hosts; shift; exec "$@"`, "sh", names,
		os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=10m")
	cmd := exec.CommandContext(t.Context(), "unshare", args...)
	cmd.Env = append(os.Environ(), named+"=1")
	said, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "--- PASS: "+t.Name()) {
		t.Errorf("behind Microsoft's names: %v\n%s", err, said)
	}
}

// need fails a test whose program is not there; nothing is skipped.
func need(t *testing.T, program, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is missing: install Debian's package %s", program, pkg)
	}
}
