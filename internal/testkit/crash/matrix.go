package crash

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"

	"wxmail/internal/testkit"
)

// Start starts the sandbox that a worker has for itself: a tenant in which
// others have applications, secrets, policies and rules.
type Start func(testing.TB) *testkit.World

// Matrix kills the wxmail on PATH at points of every command that writes, and
// judges what is left and what a rerun makes of it.
type Matrix struct {
	Start   Start
	Workers int
	Every   int // only each Every-th point: 1 for all
}

// job is how to kill in a scene, and what to expect.
type job struct {
	row, name string
	kill      func(*scene) (died bool)
	command   command
	want      any
	repeats   bool // as long as the scene's second run dies too
}

const (
	runLimit = 2 * time.Minute
	reruns   = 3
)

// Requests kills at every request of every command, before the sandbox acts,
// before it answers and once it has answered.
func (m Matrix) Requests(t *testing.T) {
	var jobs []job
	w := m.Start(t)
	for _, c := range commands() {
		log, want := record(t, w, c)
		for _, p := range Points(log) {
			jobs = append(jobs, job{row: c.name + ", " + string(p.Phase), name: c.name + " " + p.String() + " " + string(p.Phase),
				command: c, want: want, kill: func(s *scene) bool { return s.killAt(c, p) }})
		}
	}
	m.run(t, jobs)
}

// record runs a command to its end: its requests, and the tenant that is
// wanted.
func record(t *testing.T, w *testkit.World, c command) (log []testkit.Request, want any) {
	t.Run("recording "+c.name, func(t *testing.T) {
		s := begin(t, w, c)
		before := len(s.log())
		s.mustEnd(c.ends, c.args...)
		log = s.log()[before:]
		if c.mixed() {
			s.must(c.then...)
		}
		want = c.ideal(s.State())
		c.prove(s)
	})
	if t.Failed() {
		t.FailNow()
	}
	return log, want
}

// run gives the jobs to workers, each with a sandbox of its own, and prints
// the table.
func (m Matrix) run(t *testing.T, jobs []job) {
	table, queue := &table{}, make(chan job, len(jobs))
	for i := 0; i < len(jobs); i += m.Every {
		table.begin(jobs[i].row)
		queue <- jobs[i]
	}
	close(queue)
	t.Run("points", func(t *testing.T) {
		for n := range m.Workers {
			t.Run(fmt.Sprint("worker ", n), func(t *testing.T) {
				t.Parallel()
				w := m.Start(t)
				for j := range queue {
					j.run(t, w, table)
				}
			})
		}
	})
	table.print(os.Stdout, m.Every)
}

// run does the job, again and again if it repeats.
func (j job) run(t *testing.T, w *testkit.World, table *table) {
	for again := true; again; {
		again = false
		t.Run(j.name, func(t *testing.T) { again = j.do(t, w, table) && j.repeats })
	}
}

// do kills, runs again, and judges; it tells whether a second run died too.
func (j job) do(t *testing.T, w *testkit.World, table *table) bool {
	v := verdict{}
	defer func() {
		if t.Failed() && v.lost+v.duplicates+v.foreign+v.secrets+v.mail == 0 {
			v.lost++
		}
		table.add(j.row, v)
	}()
	s := begin(t, w, j.command)
	defer func() { v = s.verdict }()
	s.verdict.died = j.kill(s)
	s.customerWrites("after the crash")
	s.stillUsable("after the crash")
	s.rerun(j.command)
	s.judge(j.command, j.want)
	return s.again
}

// rerun runs the command, or what comes instead, until it ends well.
func (s *scene) rerun(c command) {
	if !s.verdict.died && !c.mixed() {
		return
	}
	for range reruns {
		ran := s.Run(s.home, s.unattended(c.next())...)
		s.leaks(ran.Stdout + ran.Stderr)
		s.customerWrites("after a rerun")
		if ran.Exit == c.ends {
			s.verdict.rerun = true
			return
		}
		s.verdict.stopped = true
		s.t.Logf("rerun: exit %d\n%s", ran.Exit, ran.Stderr)
		if !slices.Contains([]int{5, 6, 8, 10}, ran.Exit) {
			s.t.Errorf("rerun: exit %d says nothing of running again", ran.Exit)
		}
	}
	s.lost("%d reruns did not end well", reruns)
}

// stillUsable: no secret that worked before is gone, but one that the command
// removes.
func (s *scene) stillUsable(when string) {
	have := keyIDs(s.State())
	for _, id := range s.usable {
		if id != s.ending && s.ending != everything && !slices.Contains(have, id) {
			s.lost("%s the secret %s is gone", when, id)
		}
	}
}

// judge compares the tenant with the one that a clean run leaves.
func (s *scene) judge(c command, want any) {
	s.stillUsable("after the rerun")
	state := s.State()
	have := keyIDs(state)
	if diff := cmp.Diff(want, c.ideal(state)); diff != "" {
		s.lost("not the tenant of a clean run:\n%s", diff)
	}
	if diff := cmp.Diff(strings.Split(s.foreign, "\n"), strings.Split(testkit.Others(state, mailbox), "\n")); diff != "" {
		s.verdict.foreign++
		s.t.Errorf("what others have was touched:\n%s", diff)
	}
	for _, twice := range testkit.Twice(state) {
		s.verdict.duplicates++
		s.t.Errorf("twice: %s", twice)
	}
	if redirects(state) {
		s.lost("http://localhost is left")
	}
	if c.next()[0] != "undo" {
		s.judgeSecrets(have)
	}
	s.leaksInHome()
	c.prove(s)
}

// judgeSecrets: of the secrets of our application one is in the vault, and
// the others stood there before.
func (s *scene) judgeSecrets(have []string) {
	held := s.held()
	for _, id := range have {
		if id != held && !slices.Contains(s.usable, id) {
			s.lost("the secret %s is in no vault", id)
		}
	}
	if !slices.Contains(have, held) {
		s.lost("the vault's secret %s is not in the application", held)
	}
}

// killAt runs the command and kills it at the point.
func (s *scene) killAt(c command, p Point) (died bool) {
	before := len(s.log())
	s.Call("POST", "/faults", p.fault(), nil)
	return s.kill(c, nil, func() bool { return p.reached(s.log()[before:]) })
}

// kill runs the command, kills it when reached says so, and tells whether it
// died so; one that ended before must have ended well.
func (s *scene) kill(c command, env []string, reached func() bool) (died bool) {
	ctx, cancel := context.WithTimeout(s.t.Context(), runLimit)
	defer cancel()
	var out bytes.Buffer
	cmd := s.Command(ctx, s.home, s.unattended(c.args)...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(cmd.Env, env...), &out, &out
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err := s.await(cmd, ended, reached)
	s.leaks(out.String())
	if exit := cmd.ProcessState.ExitCode(); exit > 0 && exit != c.ends || ctx.Err() != nil {
		s.t.Fatalf("before it was killed: %v\n%s", err, out.String())
	}
	return cmd.ProcessState.ExitCode() < 0
}

// await waits for the end of a command, and kills it when reached says so.
func (s *scene) await(cmd *exec.Cmd, ended <-chan error, reached func() bool) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-tick.C:
			if reached != nil && reached() {
				_ = cmd.Process.Kill() // it may have ended by itself
				err := <-ended
				s.released()
				return err
			}
		}
	}
}

// released waits until nobody holds a profile: a program that was just being
// started when wxmail was killed has all that was open until it begins.
func (s *scene) released() {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for _, path := range testkit.Files(s.t, s.home) {
		if filepath.Base(path) != "lock" {
			continue
		}
		lock := flock.New(path)
		for free, err := lock.TryLock(); !free; free, err = lock.TryLock() {
			if err != nil {
				s.t.Fatal(err)
			}
			<-tick.C
		}
		if err := lock.Unlock(); err != nil {
			s.t.Fatal(err)
		}
	}
}

// log is every request so far, whoever made it.
func (s *scene) log() []testkit.Request {
	var all []testkit.Request
	s.Call("GET", "/requests", nil, &all)
	return all
}
