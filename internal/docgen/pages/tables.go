package pages

import (
	"slices"
	"strconv"
	"strings"

	"wxmail/internal/cli"
	"wxmail/internal/wanted"
)

// errorsPage lists the exit codes, then every known error and finding by its
// code.
func errorsPage(d cli.Documentation) string {
	var b strings.Builder
	b.WriteString(made + "# Errors, findings and exit codes\n\nEvery error that wxmail explains has a code, and so has everything that " +
		"`wxmail doctor` can find; the column doctor says how bad it is there, and in which [area](doctor.md). " +
		"`wxmail help CODE` prints the same. \"…\" stands for what a run fills in.\n\n## Exit codes\n\n")
	var rows [][]string
	for _, e := range d.Exits {
		rows = append(rows, []string{strconv.Itoa(int(e.Code)), e.When})
	}
	b.WriteString(table([]string{"code", "when"}, rows))
	b.WriteString("\n## Errors and findings\n\n")
	rows = nil
	errors := slices.SortedFunc(slices.Values(d.Errors), func(x, y cli.DocumentedError) int { return strings.Compare(x.Code, y.Code) })
	for _, e := range errors {
		rows = append(rows, []string{code(e.Code), strconv.Itoa(int(e.Exit)), e.Finding, e.What, e.Fix})
	}
	b.WriteString(table([]string{"code", "exit", "doctor", "what", "fix"}, rows))
	return b.String()
}

// questionsPage lists every question, then explains each.
func questionsPage(d cli.Documentation) string {
	var b strings.Builder
	b.WriteString(made + "# Questions\n\nEach question can be answered by its flag, by its line in an answers file, or at the prompt. " +
		"A flag wins over the answers file, which wins over what was answered before.\n\n")
	var rows [][]string
	for _, q := range d.Questions {
		rows = append(rows, []string{code(q.ID), code("--" + q.Flag), kind(q), defaults(q)})
	}
	b.WriteString(table([]string{"question", "flag", "type", "default"}, rows))
	for _, q := range d.Questions {
		prompt, help := d.QuestionDoc(q.ID)
		b.WriteString("\n## " + q.ID + "\n\n" + escape(prompt) + "\n\n" + escape(help) + "\n")
		if q.Example != "" {
			b.WriteString("\nFor example `" + q.Example + "`.\n")
		}
		if q.Deliberate {
			b.WriteString("\nNever answered by `-y`, and never remembered.\n")
		}
	}
	return b.String()
}

func kind(q wanted.Question) string {
	if len(q.Choices) > 0 {
		return string(q.Kind) + ": " + strings.Join(q.Choices, ", ")
	}
	return string(q.Kind)
}

func defaults(q wanted.Question) string {
	if q.Default == "" {
		return "–"
	}
	return q.Default
}

func escape(text string) string { return strings.ReplaceAll(text, "<", "&lt;") }
