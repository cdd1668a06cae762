//go:build faults

package faults

import (
	"flag"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"
)

const lanes = 8

// What to try of all there is: go test -tags faults … -args -damage 429
var (
	onlyDamage = flag.String("damage", "", "regular expression for the damages to try")
	onlyPoint  = flag.String("point", "", "regular expression for the requests to damage")
)

func TestEveryRequestEveryDamage(t *testing.T) {
	type job struct {
		p Point
		d Damage
	}
	damages, chosen := regexp.MustCompile(*onlyDamage), regexp.MustCompile(*onlyPoint)
	jobs := make(chan job)
	var mu sync.Mutex
	var results []*Result
	first, points := Open(t)
	lane := func(t *testing.T, l *Lane) {
		for j := range jobs {
			r := l.Try(j.p, j.d)
			mu.Lock()
			results = append(results, r)
			mu.Unlock()
		}
	}
	go func() {
		defer close(jobs)
		for _, d := range Damages(3 * Request) {
			for _, p := range points {
				if d.Fits(p) && damages.MatchString(d.Name) && chosen.MatchString(p.String()) {
					jobs <- job{p, d}
				}
			}
		}
	}()
	began := time.Now()
	t.Run("lanes", func(t *testing.T) {
		t.Run("first", func(t *testing.T) { t.Parallel(); lane(t, first) })
		for range lanes - 1 {
			t.Run("more", func(t *testing.T) {
				t.Parallel()
				l, _ := Open(t)
				lane(t, l)
			})
		}
	})
	Print(os.Stdout, results)
	t.Logf("%d points in %v", len(results), time.Since(began).Round(time.Second))
	for _, r := range results {
		for _, why := range r.Trouble {
			t.Errorf("%s, %s, exits %v: %s", r.Point, r.Damage, exits(r), why)
		}
	}
}

func exits(r *Result) (codes []string) {
	for _, run := range r.Runs {
		codes = append(codes, run.String())
	}
	return codes
}
