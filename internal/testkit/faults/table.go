package faults

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Print writes a line per damage, a line of sums, and the slowest cases.
func Print(out io.Writer, results []*Result) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "damage\tpoints\tat once\tby rerun\tstopped\tlost\tduplicates\tforeign touched\tsecrets found\tmail lost\t"+
		"longest run\texit codes")
	by := map[string][]*Result{}
	for _, r := range results {
		by[r.Damage] = append(by[r.Damage], r)
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		line(w, name, by[name])
	}
	line(w, "ALL", results)
	w.Flush()
	for _, r := range results {
		if took := r.longest(); took > Longest/4 {
			fmt.Fprintf(out, "%.0f s: %s, %s, exits %v\n", took.Seconds(), r.Point, r.Damage, r.Runs)
		}
	}
}

func (r *Result) longest() (longest time.Duration) {
	for _, run := range r.Runs {
		longest = max(longest, run.Took)
	}
	return longest
}

func line(w io.Writer, name string, results []*Result) {
	var atOnce, rerun, lost, twice, foreign, found, mail int
	codes := map[string]int{}
	var longest time.Duration
	for _, r := range results {
		switch r.Recovered() {
		case "at once":
			atOnce++
		case "by rerun":
			rerun++
		}
		lost, twice, foreign, found, mail = lost+r.Lost, twice+r.Twice, foreign+r.Foreign, found+r.Found, mail+r.Mail
		longest = max(longest, r.longest())
		if first := r.Runs[0]; first.Exit != 0 {
			codes[first.String()]++
		}
	}
	var said []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		said = append(said, fmt.Sprintf("%s ×%d", code, codes[code]))
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1fs\t%s\n", name, len(results), atOnce, rerun,
		len(results)-atOnce-rerun, lost, twice, foreign, found, mail, longest.Seconds(), strings.Join(said, ", "))
}
