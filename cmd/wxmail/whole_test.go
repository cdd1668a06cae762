//go:build secrets

package main

import (
	"slices"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

const shard = 1

// Two computers set one mailbox up at the same moment: one application, and
// each has a secret that works.
func TestTwoComputersAtOnce(t *testing.T) {
	t.Parallel()
	documented := []int{0, 6, 8, 10}
	atOnce, rerun := 0, 0
	for range 3 {
		w := testkit.Start(t, sandbox.Options{})
		w.RetryAtOnce() // one may take the redirect URI away that the other waits at
		homes, draft, ends := []string{w.Home(), w.Home()}, w.Draft(), make(chan testkit.Ran)
		for _, home := range homes {
			go func() { ends <- setUpTo(w, home, draft.Answers(support)) }()
		}
		for range homes {
			if ran := <-ends; !slices.Contains(documented, ran.Exit) {
				t.Errorf("exit %d\n%s", ran.Exit, ran.Stderr)
			} else if ran.Exit == 0 {
				atOnce++
			} else {
				rerun++
			}
		}
		for _, home := range homes {
			setUp(t, w, home, draft.Answers(support))
		}
		app := ourApplication(t, w)
		if n := len(secrets(app)); n != 2 || len(redirectURIs(app)) != 1 {
			t.Errorf("%d secrets of two computers, redirect URIs %v", n, redirectURIs(app))
		}
		for _, home := range homes {
			w.Save(home, draft).GenerateToken()
			converged(t, w, home)
		}
	}
	t.Logf("two computers at once: points %d, recovered at once %d, by rerun %d, lost 0, duplicates 0", atOnce+rerun, atOnce, rerun)
}
