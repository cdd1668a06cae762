package main

import (
	"os"
	"path/filepath"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/crash"
)

// amongOthers is a tenant in which others have an application by our usual
// display name, secrets, and outbound rules before ours.
func amongOthers(t testing.TB) *testkit.World {
	t.Helper()
	scenario := filepath.Join(t.TempDir(), "scenario.json")
	if err := os.WriteFile(scenario, []byte(`{"scenario":"busy","settings":{"extraPrincipals":0}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return testkit.Start(t, sandbox.Options{Scenario: scenario})
}

// A shard of what `make crash` tries in full.
func TestKilledSometimes(t *testing.T) {
	t.Parallel()
	m := crash.Matrix{Start: amongOthers, Workers: 1, Every: 23}
	t.Run("requests", m.Requests)
	t.Run("writes", m.Writes)
}
