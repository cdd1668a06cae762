package bench

import (
	"testing"
	"time"

	"wxmail/internal/testkit"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{7}, 7}, {[]float64{3, 9, 1}, 3}, {[]float64{4, 1, 3, 2}, 3}} {
		if got := Median(c.values); got != c.want {
			t.Errorf("Median(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}

func TestInSequence(t *testing.T) {
	for name, c := range map[string]struct {
		spans [][2]int // start and end; an end of -1 never came
		want  int
	}{
		"none":                                {nil, 0},
		"one":                                 {[][2]int{{0, 5}}, 1},
		"one after the other":                 {[][2]int{{0, 5}, {5, 9}, {10, 12}}, 3},
		"at once":                             {[][2]int{{0, 5}, {1, 6}, {2, 7}}, 1},
		"a long one beside three short ones":  {[][2]int{{0, 30}, {0, 5}, {6, 10}, {11, 20}}, 3},
		"out of order":                        {[][2]int{{10, 12}, {0, 5}, {5, 9}}, 3},
		"the last never ended":                {[][2]int{{0, 5}, {6, -1}}, 2},
		"nothing follows what has not ended":  {[][2]int{{0, -1}, {6, 7}}, 1},
		"only one that has not ended, of two": {[][2]int{{0, -1}, {0, -1}}, 1},
	} {
		var requests []testkit.Request
		for _, span := range c.spans {
			requests = append(requests, spanning(span[0], span[1]))
		}
		if got := InSequence(requests); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func spanning(start, end int) testkit.Request {
	at := func(second int) time.Time { return time.Unix(int64(second), 0) }
	r := testkit.Request{Started: at(start)}
	if end >= 0 {
		ended := at(end)
		r.Ended = &ended
	}
	return r
}
