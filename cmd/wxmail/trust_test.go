package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// Who answers in Microsoft's name with a certificate of another authority gets
// nothing, not even a question about a tenant: exit 8, and the certificate is
// named.
func TestAnotherAuthority(t *testing.T) {
	t.Parallel()
	w, other := testkit.Start(t, sandbox.Options{}), testkit.Start(t, sandbox.Options{})
	w.RetryAtOnce()
	good := w.Draft().Answers(support)
	home, ca := w.Home(), filepath.Join(filepath.Dir(w.CloudFile()), "ca.pem")
	own, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := os.ReadFile(filepath.Join(filepath.Dir(other.CloudFile()), "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	replace(t, ca, wrong)
	for _, args := range [][]string{nil, {"--ca-file", written(t, "own.pem", string(own))}} {
		refused(t, setUpTo(w, home, good, args...), 8, "WX-UNREACHABLE", "certificate of", "login.microsoftonline.com", "issuer")
	}
	noRequests(t, w)
	replace(t, ca, own)
	setUp(t, w, home, good)
	replace(t, ca, wrong)
	before := len(w.Requests())
	w.Run(home, "setup", "--no-input", "-y").Must(t, 8).Explains(t, "certificate")
	if more := w.Requests()[before:]; len(more) != 0 {
		t.Errorf("it sent %v", more)
	}
}

func replace(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A cloud of the same name with another tenant behind it gets no token and no
// secret of the first.
func TestAnotherTenantOfTheSameCloud(t *testing.T) {
	t.Parallel()
	w, other := testkit.Start(t, sandbox.Options{}), testkit.Start(t, sandbox.Options{Seed: 4711})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	for _, args := range [][]string{{"setup"}, {"token"}, {"azure", "rotate-secret"}, {"undo", "--confirm", "default"}, {"plan"}} {
		ran := w.Run(home, append(slices.Clone(args), "--no-input", "-y", "--cloud", other.CloudFile())...)
		refused(t, ran, 2, "WX-PROFILE-TENANT", "default")
	}
	for _, r := range other.Requests() {
		if r.Method != "GET" || r.Service != "entra" {
			t.Errorf("the other tenant got %v", r)
		}
	}
	converged(t, w, home)
}
