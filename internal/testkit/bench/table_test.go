//go:build bench

package bench

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"text/tabwriter"

	"wxmail/internal/testkit"
)

// figure is one line of the table: the values of all rounds, and the limit
// that their median must keep, 0 for none.
type figure struct {
	what, unit string
	limit      float64
	values     []float64
	requests   []testkit.Request // of the last round, to show what broke a limit
}

func (f *figure) exceeded() bool { return f.limit > 0 && Median(f.values) > f.limit }

type table struct{ figures []*figure }

// add notes a value under what and unit.
func (t *table) add(what, unit string, limit, value float64, requests ...testkit.Request) {
	i := slices.IndexFunc(t.figures, func(f *figure) bool { return f.what == what && f.unit == unit })
	if i < 0 {
		i, t.figures = len(t.figures), append(t.figures, &figure{what: what, unit: unit, limit: limit})
	}
	f := t.figures[i]
	f.values, f.requests = append(f.values, value), requests
}

func (t *table) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tmedian\tleast\tmost\tlimit\tunit\t")
	for _, f := range t.figures {
		limit, verdict := "–", ""
		if f.limit > 0 {
			limit, verdict = fmt.Sprintf("%g", f.limit), "ok"
		}
		if f.exceeded() {
			verdict = "EXCEEDED"
		}
		fmt.Fprintf(w, "%s\t%.4g\t%.4g\t%.4g\t%s\t%s\t%s\n", f.what, Median(f.values),
			slices.Min(f.values), slices.Max(f.values), limit, f.unit, verdict)
	}
	w.Flush()
}

// judge fails for every limit that is exceeded, with the requests that did it.
func (t *table) judge(tb testing.TB) {
	for _, f := range t.figures {
		if !f.exceeded() {
			continue
		}
		tb.Errorf("%s: %.4g %s, at most %g", f.what, Median(f.values), f.unit, f.limit)
		for _, r := range f.requests {
			tb.Logf("%3d %-8s %-6s %s %d", r.N, r.Service, r.Method, r.Path, r.Status)
		}
	}
}
