package pages

import (
	"bytes"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"wxmail/internal/cli"
	"wxmail/internal/pattern"
	"wxmail/internal/wanted"
)

// inherited is the part that repeats the flags of every command.
var inherited = pattern.Of("(?s)### Options inherited from parent commands\n\n```.*?```\n\n")

// commands is one page of all commands, the flags that they share first.
func commands(d cli.Documentation) (string, error) {
	var page bytes.Buffer
	page.WriteString(made + "# Commands\n\nThe flags listed first belong to every command. " +
		"Questions have [a page of their own](questions.md), errors and exit codes [too](errors.md).\n\n")
	for _, cmd := range all(d.Commands) {
		var part bytes.Buffer
		answers := takeAnswers(cmd, d.Questions)
		if err := doc.GenMarkdownCustom(cmd, &part, anchor); err != nil {
			return "", err
		}
		text := inherited().ReplaceAllString(part.String(), "")
		page.WriteString(strings.Replace(text, seeAlso, answers+seeAlso, 1))
	}
	page.WriteString("## Environment\n\n")
	var rows [][]string
	for _, v := range d.Variables {
		rows = append(rows, []string{code(v.Name), v.Meaning})
	}
	page.WriteString(table([]string{"variable", "meaning"}, rows))
	return page.String(), nil
}

// seeAlso is the last part of a command.
const seeAlso = "### SEE ALSO\n"

// takeAnswers takes the flags of questions that many commands ask out of a
// command's own, and gives the part that tells of them: a new question is told
// on the page of questions alone.
func takeAnswers(cmd *cobra.Command, questions []wanted.Question) string {
	var ids, told []string
	lacks := map[string]bool{}
	for _, q := range questions {
		if q.Only != "" {
			continue
		}
		if flag := cmd.Flags().Lookup(q.Flag); flag != nil && !flag.Hidden {
			flag.Hidden = true
			ids = append(ids, q.ID)
		} else {
			lacks[family(q.ID)] = true
		}
	}
	for _, id := range ids {
		if !lacks[family(id)] {
			id = family(id)
		}
		if id = code(id); !slices.Contains(told, id) {
			told = append(told, id)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return "### Answers\n\nThe flags of these [questions](questions.md) belong to it too: " + strings.Join(told, ", ") + ".\n\n"
}

// family stands for all questions whose id begins alike.
func family(id string) string {
	before, _, _ := strings.Cut(id, ".")
	return before + ".*"
}

// anchor turns cobra's name of a page into a place on this one.
func anchor(name string) string {
	return "#" + strings.ReplaceAll(strings.TrimSuffix(name, ".md"), "_", "-")
}

// all is a command and everything below it, in the order of the help.
func all(cmd *cobra.Command) []*cobra.Command {
	cmd.DisableAutoGenTag = true
	list := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			list = append(list, all(sub)...)
		}
	}
	return list
}
