package main

import (
	"fmt"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// Mail goes before, during and after a rotation, at each stage past the
// expiry of the asset's access token.
func TestRotationUnderLoad(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	setUp(t, w, home, draft.Answers(support))
	asset := w.Save(home, draft)
	asset.GenerateToken()
	stage := func(name string) {
		w.Advance("2h")
		asset.Correspond(name)
	}
	// meanwhile runs a command, and lets mail go both ways until it has ended.
	meanwhile := func(name string, args ...string) testkit.Ran {
		w.Advance("2h")
		ended := make(chan testkit.Ran, 1)
		go func() { ended <- w.Run(home, append(args, "--no-input", "-y")...) }()
		for n := 1; ; n++ {
			asset.Correspond(fmt.Sprintf("%s, %d", name, n))
			select {
			case ran := <-ended:
				return ran
			default:
			}
		}
	}
	stage("before")
	said := meanwhile("while the new secret is made", "azure", "rotate-secret").Must(t, 0).Stdout
	for _, want := range []string{"Client Secret", "Assets > Apps", "Generate Token", "--finish"} {
		if !strings.Contains(said, want) {
			t.Errorf("what to do with the new secret: no %q in\n%s", want, said)
		}
	}
	stage("the new secret stands beside the old one")
	w.Run(home, "azure", "rotate-secret", "--no-input", "-y").Must(t, 0)
	if have := len(secrets(ourApplication(t, w))); have != 2 {
		t.Errorf("%d secrets during a rotation", have)
	}
	w.Run(home, "azure", "rotate-secret", "--finish", "--no-input", "-y").Must(t, 9).Explains(t, "WX-OLD-SECRET")
	w.Run(home, "azure", "rotate-secret", "--finish", "--no-input", "-y", "--old-secret-replaced=false").Must(t, 1)
	stage("not pasted yet")
	w.Save(home, draft)
	stage("pasted")
	meanwhile("while the old secret goes", "azure", "rotate-secret", "--finish", "--old-secret-replaced").Must(t, 0)
	stage("the old secret is gone")
	if have := len(secrets(ourApplication(t, w))); have != 1 {
		t.Errorf("%d secrets after a rotation", have)
	}
	converged(t, w, home)
}
