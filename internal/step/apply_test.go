package step

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// diary is a Recorder and a Report that writes down what happened, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
	fails map[string]error // by line
}

func (d *diary) write(format string, args ...any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	line := fmt.Sprintf(format, args...)
	d.lines = append(d.lines, line)
	return d.fails[line]
}

func (d *diary) Intend(c Change) (int64, error) {
	return int64(len(c.Key)), d.write("intend %s", c.Key)
}
func (d *diary) Done(entry int64, made any) error    { return d.write("done %d %v", entry, made) }
func (d *diary) Failed(entry int64, err error) error { return d.write("failed %d %v", entry, err) }

// run applies changes with what apply does, and gives their states by key, in
// the plan's order.
func run(ctx context.Context, d *diary, changes []Change, apply func(context.Context, Change) (any, error)) (states, reported []string) {
	x := Execution{Recorder: d, Grace: time.Second, Report: func(o Outcome) { reported = append(reported, o.Change.Key) },
		Apply: func(ctx context.Context, c Change) (any, error) {
			_ = d.write("apply %s", c.Key)
			return apply(ctx, c)
		}}
	for _, o := range x.Run(ctx, &Plan{Changes: changes}) {
		states = append(states, o.Change.ID()+" "+string(o.State))
	}
	return states, reported
}

var errRefused = errors.New("refused")

// failing fails the changes of these keys.
func failing(keys ...string) func(context.Context, Change) (any, error) {
	return func(_ context.Context, c Change) (any, error) {
		if slices.Contains(keys, c.Key) {
			return nil, errRefused
		}
		return "made " + c.Key, nil
	}
}

func TestAFailureStopsOnlyWhatNeedsIt(t *testing.T) {
	states, reported := run(t.Context(), &diary{}, []Change{
		{Key: "last", Op: Create, Needs: []string{"middle", "other"}},
		{Key: "first", Op: Create},
		{Key: "middle", Op: Create, Needs: []string{"first"}},
		{Key: "other", Op: Create},
		{Key: "beside", Op: Create, Needs: []string{"other", "not planned"}},
		{Key: "after", Op: Create, Follows: []string{"first", "middle"}},
	}, failing("first"))
	same(t, "outcomes, in the plan's order", states, []string{"last/create skipped", "first/create failed", "middle/create skipped",
		"other/create done", "beside/create done", "after/create done"})
	if len(reported) != 6 {
		t.Errorf("reported %v", reported)
	}
}

func TestTheLastIsMadeWhenAllTheRestHasEnded(t *testing.T) {
	for range 200 { // the order of goroutines differs
		d := &diary{}
		states, _ := run(t.Context(), d, []Change{
			{Key: "live", Op: Create, Needs: []string{"proof"}, Last: true},
			{Key: "skipped", Op: Create, Needs: []string{"broken"}, Last: true},
			{Key: "proof", Op: Create},
			{Key: "broken", Op: Create},
			{Key: "proof", Op: Delete, Follows: []string{"broken"}, Finally: true},
		}, failing("broken"))
		same(t, "outcomes", states, []string{"live/create done", "skipped/create skipped", "proof/create done", "broken/create failed",
			"proof/delete done"})
		if last := d.lines[len(d.lines)-2]; last != "apply live" {
			t.Fatalf("diary %v", d.lines)
		}
	}
}

func TestReportTellsInTheOrderOfEnding(t *testing.T) {
	for range 200 { // the order of goroutines differs
		var chain []Change
		var want []string
		for i := range 8 {
			key := fmt.Sprint(i)
			chain, want = append(chain, Change{Key: key, Needs: []string{fmt.Sprint(i - 1)}}), append(want, key)
		}
		slices.Reverse(chain)
		_, reported := run(t.Context(), &diary{}, chain, failing())
		if !slices.Equal(reported, want) {
			t.Fatalf("reported %v", reported)
		}
	}
}

func TestEveryChangeStandsBetweenItsTwoEntries(t *testing.T) {
	d := &diary{}
	run(t.Context(), d, []Change{{Key: "a"}, {Key: "bb", Follows: []string{"a"}}}, failing("bb"))
	same(t, "diary", d.lines, []string{"intend a", "apply a", "done 1 made a", "intend bb", "apply bb", "failed 2 refused"})
}

func TestWhatCannotBeRecordedIsNotDone(t *testing.T) {
	full := errors.New("disk full")
	d := &diary{fails: map[string]error{"intend a": full, "done 2 made bb": full, "failed 3 refused": full}}
	var outcomes []Outcome
	x := Execution{Recorder: d, Report: func(o Outcome) { outcomes = append(outcomes, o) }, Apply: failing("ccc")}
	for _, o := range x.Run(t.Context(), &Plan{Changes: []Change{{Key: "a"}, {Key: "bb"}, {Key: "ccc"},
		{Key: "dddd", Needs: []string{"bb"}}}}) {
		var err error
		switch o.Change.Key {
		case "a", "bb": // the second was made, and nobody could say so
			err = full
		case "ccc": // the failure itself is what the operator must see
			err = errRefused
		}
		if !errors.Is(o.Err, err) || o.State == Done {
			t.Errorf("%s: %s %v", o.Change.Key, o.State, o.Err)
		}
	}
	if slices.Contains(d.lines, "apply a") || slices.Contains(d.lines, "intend dddd") || len(outcomes) != 4 {
		t.Errorf("diary %v", d.lines)
	}
}

// Two changes that need nothing of each other: each waits in its application
// until the other has begun.
func TestWhatNeedsNothingStartsAtOnce(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	states, _ := run(t.Context(), &diary{}, []Change{{Key: "a"}, {Key: "b"}}, func(context.Context, Change) (any, error) {
		both.Done()
		both.Wait()
		return nil, nil
	})
	same(t, "outcomes", states, []string{"a/ done", "b/ done"})
}

// A temporary thing is created and deleted under one key: who needs it waits
// for the creation, and the deletion for who used it.
func TestWhoNeedsATemporaryThingDoesNotWaitForItsEnd(t *testing.T) {
	d := &diary{}
	states, _ := run(t.Context(), d, []Change{
		{Key: "temporary", Op: Delete, Follows: []string{"user"}, Finally: true},
		{Key: "user", Op: Create, Needs: []string{"temporary"}},
		{Key: "temporary", Op: Create},
	}, failing())
	same(t, "outcomes", states, []string{"temporary/delete done", "user/create done", "temporary/create done"})
	same(t, "diary", d.lines, []string{"intend temporary", "apply temporary", "done 9 made temporary", "intend user", "apply user",
		"done 4 made user",
		"intend temporary", "apply temporary", "done 9 made temporary"})
}

func TestAfterAnInterruptionOnlyTheTemporaryIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		began := time.Now()
		states, _ := run(ctx, &diary{}, []Change{
			{Key: "temporary", Op: Create},
			{Key: "user", Op: Create, Needs: []string{"temporary"}},
			{Key: "next", Op: Create, Follows: []string{"user"}},
			{Key: "temporary", Op: Delete, Follows: []string{"user"}, Finally: true},
		}, func(ctx context.Context, c Change) (any, error) {
			switch {
			case c.Key == "user":
				interrupt()
				return nil, ctx.Err()
			case c.Finally: // the grace is over before the service answers
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return nil, nil
		})
		same(t, "outcomes", states, []string{"temporary/create done", "user/create failed", "next/create skipped", "temporary/delete failed"})
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("the grace lasted %v", waited)
		}
	})
}

func TestFinallyHasTimeWhereNobodyInterrupted(t *testing.T) {
	states, _ := run(t.Context(), &diary{}, []Change{{Key: "temporary", Op: Delete, Finally: true}},
		func(ctx context.Context, _ Change) (any, error) {
			if _, limited := ctx.Deadline(); limited {
				return nil, errors.New("there is a deadline")
			}
			return nil, ctx.Err()
		})
	same(t, "outcomes", states, []string{"temporary/delete done"})
}

// Whatever the needs and failures: all end, each as its needs say, and nobody
// begins before what it waits for has ended.
func TestAnyPlanEnds(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 100 {
		changes, broken := anyPlan(random)
		d := &diary{}
		states, _ := run(t.Context(), d, changes, failing(broken...))
		state := map[string]string{}
		for i, c := range changes {
			state[c.Key] = states[i][len(c.ID())+1:]
		}
		for _, c := range changes {
			blocked := slices.ContainsFunc(c.Needs, func(key string) bool { return state[key] != "done" })
			want := map[bool]string{true: "skipped", false: "done"}[blocked]
			if !blocked && slices.Contains(broken, c.Key) {
				want = "failed"
			}
			if state[c.Key] != want {
				t.Fatalf("%s of %v with %v broken: %s, want %s", c.Key, changes, broken, state[c.Key], want)
			}
			began := slices.Index(d.lines, "apply "+c.Key)
			for _, key := range slices.Concat(c.Needs, c.Follows) {
				if began >= 0 && slices.Index(d.lines, "apply "+key) > began {
					t.Fatalf("%s began before %s: %v", c.Key, key, d.lines)
				}
			}
		}
	}
}

// anyPlan are up to eight changes that wait for earlier ones, in any order,
// and the keys of those that fail.
func anyPlan(random *rand.Rand) (changes []Change, broken []string) {
	for i := range 1 + random.IntN(8) {
		c := Change{Key: fmt.Sprint(i)}
		for j := range i {
			switch random.IntN(4) {
			case 0:
				c.Needs = append(c.Needs, fmt.Sprint(j))
			case 1:
				c.Follows = append(c.Follows, fmt.Sprint(j))
			}
		}
		if random.IntN(4) == 0 {
			broken = append(broken, c.Key)
		}
		changes = append(changes, c)
	}
	random.Shuffle(len(changes), func(i, j int) { changes[i], changes[j] = changes[j], changes[i] })
	return changes, broken
}
