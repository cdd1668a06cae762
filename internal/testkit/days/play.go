package days

import (
	"fmt"
	"testing"

	"wxmail/internal/testkit"
)

// longest is how many deeds a sequence has at most.
const longest = 8

// Start starts the sandbox that a worker has for itself.
type Start func(testing.TB) *testkit.World

// Play plays sequences with the wxmail on PATH, by a number of workers.
// Sequence n has the seed first+n, which its name shows, so that
// Play(t, start, seed, 1, 1) plays it again.
func Play(t *testing.T, start Start, first uint64, sequences, workers int) {
	seeds := make(chan uint64, sequences)
	for n := range sequences {
		seeds <- first + uint64(n)
	}
	close(seeds)
	for n := range workers {
		t.Run(fmt.Sprint("worker ", n), func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.RetryAtOnce()
			for seed := range seeds {
				t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { play(t, w, seed) })
			}
		})
	}
}

// play plays one sequence, and then sees that each mailbox can still be
// brought to work.
func play(t *testing.T, w *testkit.World, seed uint64) {
	at := begin(t, w, seed)
	for b, f := range at.fates() {
		b.began = f
	}
	for range 2 + at.rand.IntN(longest-1) {
		at.step()
		if t.Failed() {
			return
		}
	}
	for _, b := range at.boxes {
		if !b.barred {
			at.recover(b)
		}
	}
}

// recover sets a mailbox up as a person who means it, and its mail goes both
// ways.
func (at *tenant) recover(b *box) {
	at.note("%s at the end", b.profile())
	b.callback = b.draft.CallbackURL
	answers := b.draft.Answers(b.address)
	answers["mailbox.replace-forwarding"] = "true"
	ran := at.run(b, "setup", "--answers", at.AnswersFile(answers))
	if ran.Exit == 10 { // it waits for the asset to be saved
		at.paste(b)
		ran = at.run(b, "setup", "--answers", at.AnswersFile(answers), "--asset-saved", "--replace-forwarding")
	}
	if ran.Exit != 0 {
		at.wrong("exit %d\n%s%s", ran.Exit, ran.Stdout, ran.Stderr)
		return
	}
	asset := at.Save(b.home, b.draft, "--profile", b.profile())
	asset.GenerateToken()
	asset.Correspond("at the end of " + b.profile())
}
