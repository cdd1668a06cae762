// Package bench measures what wxmail promises about itself: how many requests
// a run makes and how many of them one after the other, how fast it starts,
// how much memory it takes and how large it is. `make bench` runs it, with the
// stripped binary first on PATH; its limits are asserted.
package bench

import (
	"cmp"
	"slices"
	"time"

	"wxmail/internal/testkit"
)

// Median is the middle value, the upper one of two. Of none it is zero.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// InSequence is the length of the longest chain of requests each of which
// started after the one before had ended. A request that has not ended ends
// no earlier than any other.
func InSequence(requests []testkit.Request) int {
	byEnd := slices.SortedFunc(slices.Values(requests), func(a, b testkit.Request) int {
		if a.Ended == nil || b.Ended == nil {
			return cmp.Compare(open(a), open(b))
		}
		return a.Ended.Compare(*b.Ended)
	})
	length, last := 0, (*time.Time)(nil)
	for _, r := range byEnd {
		if length == 0 || last != nil && !r.Started.Before(*last) {
			length, last = length+1, r.Ended
		}
	}
	return length
}

func open(r testkit.Request) int {
	if r.Ended == nil {
		return 1
	}
	return 0
}
