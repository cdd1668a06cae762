package faults

import (
	"os"
	"sync"
	"testing"
	"time"
)

// Case is something to try in a lane.
type Case func(*Lane) *Result

// Work tries the cases that list makes of the requests of a clean run, in
// several lanes at once, prints the table, and fails the test for whatever
// was not mended.
func Work(t *testing.T, lanes int, list func([]Point) []Case) {
	began := now()
	first, points := Open(t)
	cases := make(chan Case)
	go func() {
		defer close(cases)
		for _, c := range list(points) {
			cases <- c
		}
	}()
	var mu sync.Mutex
	var results []*Result
	work := func(l *Lane) {
		for c := range cases {
			r := c(l)
			mu.Lock()
			results = append(results, r)
			mu.Unlock()
		}
	}
	t.Run("lanes", func(t *testing.T) {
		t.Run("first", func(t *testing.T) { t.Parallel(); work(first) })
		for range lanes - 1 {
			t.Run("more", func(t *testing.T) {
				t.Parallel()
				l, _ := Open(t)
				work(l)
			})
		}
	})
	Print(os.Stdout, results)
	t.Logf("%d cases in %v", len(results), since(began).Round(time.Second))
	judge(t, results)
}

func judge(t testing.TB, results []*Result) {
	t.Helper()
	for _, r := range results {
		if r.Found > 0 {
			r.blame("%d secrets found", r.Found)
		}
		for _, why := range r.Trouble {
			t.Errorf("%s, %s, exits %v: %s", r.Point, r.Damage, r.Runs, why)
		}
	}
}

// Matrix is every damage that is wanted, done to every request that it fits.
// Of each damage, and at each request, every other run is one in which no copy
// shall be kept.
func Matrix(points []Point, wanted func(Damage) bool) []Case {
	var cases []Case
	for i, d := range Damages(3 * Request) {
		for j, p := range points {
			if d.Fits(p) && wanted(d) {
				cases = append(cases, func(l *Lane) *Result { return l.Try(p, d, (i+j)%2 == 0) })
			}
		}
	}
	return cases
}

// Interruptions are a Ctrl-C at every request.
func Interruptions(points []Point) []Case {
	var cases []Case
	for i, p := range points {
		cases = append(cases, func(l *Lane) *Result { return l.Interrupt(p, i%2 == 0) })
	}
	return cases
}

// Replication is every lag and every alternation of replicas, each so often:
// what a replica shows depends on which of two writes came first.
func Replication(times int) []Case {
	var cases []Case
	for range times {
		for _, lag := range []time.Duration{0, 3 * time.Second, time.Minute, 400 * time.Second} {
			cases = append(cases, func(l *Lane) *Result { return l.Lagging(lag) })
		}
		for _, nth := range []int{1, 2} {
			cases = append(cases, func(l *Lane) *Result { return l.Alternating(nth) })
		}
	}
	return cases
}
