//go:build bench

package bench

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"wxmail/internal/testkit"
)

// bench is one scenario being measured.
type bench struct {
	*testkit.World
	t        *testing.T
	table    *table
	scenario string
}

// begin makes a fresh tenant, with an empty home and answers for it.
func (b *bench) begin() (home, answers string) {
	b.Call("POST", "/reset", map[string]any{}, nil)
	return b.Home(), b.AnswersFile(b.Draft().Answers(mailbox))
}

// made is what runs came to: all requests, the browser's too, and how long they
// took.
type made struct {
	all  []testkit.Request
	wall time.Duration
}

// run runs commands to their ends.
func (b *bench) run(home, answers string, commands ...[]string) made {
	before, began := len(b.Traffic()), time.Now()
	for _, args := range commands {
		b.Run(home, unattended(answers, args...)...).Must(b.t, 0)
	}
	wall := time.Since(began)
	return made{b.Traffic()[before:], wall}
}

func unattended(answers string, args ...string) []string {
	return append(args, "--no-input", "-y", "--answers", answers)
}

// requests notes how many requests a run made. Limits of zero are none.
func (b *bench) requests(what string, most, sequence float64, m made) {
	what = b.scenario + ": " + what
	own := testkit.Own(m.all)
	b.table.add(what, "requests", most, float64(len(own)), own...)
	b.table.add(what, "in sequence", sequence, float64(InSequence(own)), own...)
}

// wall notes how much longer one command took than what it had to wait for:
// its requests in sequence, the browser's included. It has no limit: on a busy
// machine it says more of the machine.
func (b *bench) wall(what string, m made) {
	waited := time.Duration(InSequence(m.all)) * latency
	b.table.add(b.scenario+": "+what, "of its waiting", 0, float64(m.wall-beside)/float64(waited), m.all...)
}

// measured runs one command and notes its peak memory too. The process is
// started by a small one: Linux counts to a new process what the starter held
// when it started it, and this process holds a tenant.
func (b *bench) measured(what string, most float64, home, answers string, args ...string) {
	t := b.t
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(t.TempDir(), "peak")
	cmd := b.Command(ctx, home, unattended(answers, args...)...)
	cmd.Path, cmd.Args = self, append([]string{self}, cmd.Args...)
	cmd.Env = append(cmd.Env, peakEnv+"="+report, "GOGC=") // Go's own
	b.Finish(cmd).Must(t, 0)
	raw, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	kib, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		t.Fatal(err)
	}
	b.table.add(b.scenario+": "+what, "MiB", most, kib/1024)
}
