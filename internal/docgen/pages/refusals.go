package pages

import (
	"slices"
	"strconv"
	"strings"

	"wxmail/internal/cli"
	"wxmail/internal/docgen/refusals"
)

// refusalsPage lists what Microsoft's services say, and what it means for what
// was asked, then what mends it.
func refusalsPage(d cli.Documentation) string {
	var b strings.Builder
	b.WriteString(made + "# Refusals of Microsoft's services\n\nThe same code means something else for another request, so each row names " +
		"what was asked. The code of wxmail leads to the fix, in the second table, and to the exit code. A status of 500 and above is " +
		"an outage, whatever code comes with it. Microsoft may change its codes at any time: they make advice and decide nothing.\n\n")
	var rows [][]string
	used := map[string]bool{}
	for _, r := range refusals.Rows() {
		rows = append(rows, []string{r.Service, code(r.Code), r.Said, r.Asked, code(r.Advice), strconv.Itoa(int(r.Exit)),
			"[page](" + r.Source + ")"})
		used[r.Advice] = true
	}
	b.WriteString(table([]string{"service", "says", "words", "asked", "code", "exit", "known from"}, rows))
	b.WriteString("\n## What mends it\n\n")
	rows = nil
	byCode := func(x, y cli.DocumentedError) int { return strings.Compare(x.Code, y.Code) }
	for _, e := range slices.SortedFunc(slices.Values(d.Errors), byCode) {
		if used[e.Code] {
			rows = append(rows, []string{code(e.Code), strconv.Itoa(int(e.Exit)), e.What, e.Fix})
		}
	}
	b.WriteString(table([]string{"code", "exit", "what", "fix"}, rows))
	return b.String()
}
