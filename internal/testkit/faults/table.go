package faults

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Print writes a line per damage, a line of sums, and what is wrong.
func Print(out io.Writer, results []*Result) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "damage\tpoints\tat once\tby rerun\tstopped\tlost\tduplicates\tforeign touched\tsecrets found\texit codes")
	by := map[string][]*Result{}
	for _, r := range results {
		by[r.Damage] = append(by[r.Damage], r)
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		line(w, name, by[name])
	}
	line(w, "ALL", results)
	w.Flush()
}

func line(w io.Writer, name string, results []*Result) {
	var atOnce, rerun, lost, twice, foreign, found int
	codes := map[string]int{}
	for _, r := range results {
		switch r.Recovered() {
		case "at once":
			atOnce++
		case "by rerun":
			rerun++
		}
		lost, twice, foreign, found = lost+r.Lost, twice+r.Twice, foreign+r.Foreign, found+r.Found
		if first := r.Runs[0]; first.Exit != 0 {
			codes[first.String()]++
		}
	}
	var said []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		said = append(said, fmt.Sprintf("%s ×%d", code, codes[code]))
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", name, len(results), atOnce, rerun,
		len(results)-atOnce-rerun, lost, twice, foreign, found, strings.Join(said, ", "))
}
