package main

import (
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
	stage("before")
	w.Run(home, "azure", "rotate-secret", "--no-input", "-y").Must(t, 0)
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
	w.Run(home, "azure", "rotate-secret", "--finish", "--no-input", "-y", "--old-secret-replaced").Must(t, 0)
	stage("the old secret is gone")
	if have := len(secrets(ourApplication(t, w))); have != 1 {
		t.Errorf("%d secrets after a rotation", have)
	}
	converged(t, w, home)
}
