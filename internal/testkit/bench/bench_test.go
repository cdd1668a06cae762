//go:build bench

package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"wxmail/internal/sandbox"
	"wxmail/internal/secret"
	"wxmail/internal/testkit"
	"wxmail/internal/vault"
)

const (
	rounds  = 5
	starts  = 101 // of `wxmail version`, and of the smallest program: quick, and noisy
	latency = 150 * time.Millisecond
	mailbox = "support@contoso.example"
)

// The limits. A converged rerun asks what there is and nothing else.
const (
	registerRequests, registerSequence = 11, 7
	setupRequests, setupSequence       = 35, 12
	rerunRequests, rerunSequence       = 14, 6
	doctorRequests, doctorSequence     = 20, 6
	beside                             = 100 * time.Millisecond // of each run, for what is no waiting: shown, not held
	startRatio                         = 6                      // of the quickest start of the smallest Go program
	peakMiB                            = 60
	derivationMiB                      = 64 // one passphrase derivation: scrypt with N = 2^16, r = 8
	binaryMB                           = 25
)

func TestLimits(t *testing.T) {
	table := &table{}
	for _, scenario := range []string{"default", "busy"} {
		w := testkit.Start(t, sandbox.Options{Scenario: scenario, Latency: latency})
		for range rounds {
			round(t, w, table, scenario)
		}
	}
	derivation(t, table)
	start(t, table)
	size(t, table)
	table.print(os.Stdout)
	table.judge(t)
}

// round runs every command that has a limit once, each in a fresh tenant.
func round(t *testing.T, w *testkit.World, table *table, scenario string) {
	b := &bench{w, t, table, scenario}
	only := []string{"setup", "--only", "azure.register", "--only", "azure.consent"}
	home, answers := b.begin()
	b.requests("register and consent, one command", registerRequests, registerSequence, b.run(home, answers, only))

	home, answers = b.begin()
	b.requests("register, then consent", 0, 0,
		b.run(home, answers, []string{"azure", "register"}, []string{"azure", "consent"}))

	home, answers = b.begin()
	whole := b.run(home, answers, []string{"setup"})
	b.requests("setup", setupRequests, setupSequence, whole)
	b.wall("setup", whole)
	again := b.run(home, answers, []string{"setup"})
	b.requests("setup, converged", rerunRequests, rerunSequence, again)
	b.wall("setup, converged", again)
	b.wall("plan", b.run(home, answers, []string{"plan"}))
	healthy := b.run(home, answers, []string{"doctor"})
	b.requests("doctor, healthy", doctorRequests, doctorSequence, healthy)
	b.wall("doctor, healthy", healthy)

	home, answers = b.begin()
	light(t, home)
	b.measured("peak memory, no derivation", peakMiB, home, answers, "setup")
}

// derivation measures a setup that makes its vault's key with the passphrase.
// A second derivation held beside the first would break the limit.
func derivation(t *testing.T, table *table) {
	b := &bench{testkit.Start(t, sandbox.Options{}), t, table, "default"}
	for range rounds {
		home, answers := b.begin()
		b.measured("peak memory, one derivation", peakMiB+derivationMiB, home, answers, "setup")
	}
}

// light gives a home a vault whose passphrase costs nothing to derive, so that
// what is left is wxmail's own. Work factor 1 takes 2 KiB where 16 takes 64 MiB.
func light(t testing.TB, home string) {
	t.Helper()
	v, err := vault.Open(filepath.Join(home, "profiles", "default"), vault.Options{WorkFactor: 1,
		Passphrase: func(bool) (secret.Value, error) { return secret.New(testkit.Passphrase), nil }})
	if err == nil {
		err = v.Keep()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func size(t *testing.T, table *table) {
	path, err := exec.LookPath("wxmail")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	table.add("binary, stripped", "MB", binaryMB, float64(info.Size())/1e6)
}
