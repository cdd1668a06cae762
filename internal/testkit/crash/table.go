package crash

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"text/tabwriter"
)

// row is what came of all points of one kind.
type row struct {
	name                               string
	points, atOnce, rerun, stopped     int
	lost, duplicates, foreign, secrets int
	mail                               int // of customers, that came to nobody
}

type table struct {
	mu   sync.Mutex
	rows []*row
}

// begin makes a row; the table shows the rows in the order of their making.
func (t *table) begin(name string) *row {
	i := slices.IndexFunc(t.rows, func(r *row) bool { return r.name == name })
	if i < 0 {
		i, t.rows = len(t.rows), append(t.rows, &row{name: name})
	}
	return t.rows[i]
}

// add counts a verdict; workers call it at the same time.
func (t *table) add(name string, v verdict) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begin(name).count(v)
}

func (r *row) count(v verdict) {
	r.points++
	switch {
	case !v.died:
		r.atOnce++
	case v.stopped:
		r.stopped++
	case v.rerun:
		r.rerun++
	}
	r.lost, r.duplicates = r.lost+v.lost, r.duplicates+v.duplicates
	r.foreign, r.secrets, r.mail = r.foreign+v.foreign, r.secrets+v.secrets, r.mail+v.mail
}

// print shows every row and their sum. A point that ended by itself before it
// could be killed counts as recovered at once.
func (t *table) print(out io.Writer, every int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "killed\tpoints\tat once\tby rerun\tstopped with a code\tlost\tduplicates\tforeign touched\tsecrets found\tmail lost\t")
	sum := row{name: "all"}
	if every > 1 {
		sum.name = fmt.Sprintf("all (every %dth point)", every)
	}
	for _, r := range t.rows {
		r.print(w)
		sum.points, sum.atOnce, sum.rerun, sum.stopped = sum.points+r.points, sum.atOnce+r.atOnce, sum.rerun+r.rerun, sum.stopped+r.stopped
		sum.lost, sum.duplicates = sum.lost+r.lost, sum.duplicates+r.duplicates
		sum.foreign, sum.secrets, sum.mail = sum.foreign+r.foreign, sum.secrets+r.secrets, sum.mail+r.mail
	}
	sum.print(w)
	w.Flush()
}

func (r *row) print(w io.Writer) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n",
		r.name, r.points, r.atOnce, r.rerun, r.stopped, r.lost, r.duplicates, r.foreign, r.secrets, r.mail)
}
