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

// run runs commands to their ends and gives the requests that they made.
func (b *bench) run(home, answers string, commands ...[]string) []testkit.Request {
	before := len(b.Requests())
	for _, args := range commands {
		b.Run(home, unattended(answers, args...)...).Must(b.t, 0)
	}
	return b.Requests()[before:]
}

func unattended(answers string, args ...string) []string {
	return append(args, "--no-input", "-y", "--answers", answers)
}

// requests notes how many requests a run made. Limits of zero are none.
func (b *bench) requests(what string, most, sequence float64, made []testkit.Request) {
	what = b.scenario + ": " + what
	b.table.add(what, "requests", most, float64(len(made)), made...)
	b.table.add(what, "in sequence", sequence, float64(InSequence(made)), made...)
}

// measured runs one command and notes its peak memory too. The process is
// started by a small one: Linux counts to a new process what the starter held
// when it started it, and this process holds a tenant.
func (b *bench) measured(what string, most float64, home, answers string, args ...string) []testkit.Request {
	t := b.t
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	before, report := len(b.Requests()), filepath.Join(t.TempDir(), "peak")
	cmd := b.Command(ctx, home, unattended(answers, args...)...)
	cmd.Path, cmd.Args = self, append([]string{self}, cmd.Args...)
	cmd.Env = append(cmd.Env, peakEnv+"="+report)
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
	return b.Requests()[before:]
}
