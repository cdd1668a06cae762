package pages

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"wxmail/internal/cli"
)

// manual are the pages for man, each complete: who reads one has no browser.
func manual(d cli.Documentation) (map[string]string, error) {
	pages := map[string]string{}
	for _, cmd := range all(d.Commands) {
		cmd.Flags().VisitAll(showTakes)
		cmd.InheritedFlags().VisitAll(showTakes)
		var page bytes.Buffer
		if err := doc.GenMan(cmd, &doc.GenManHeader{Section: "1", Source: "wxmail", Manual: "wxmail", Date: &time.Time{}}, &page); err != nil {
			return nil, err
		}
		// A date would make the pages differ from day to day.
		text := strings.Replace(page.String(), `"`+(time.Time{}).Format("Jan 2006")+`"`, `""`, 1)
		pages[strings.ReplaceAll(cmd.CommandPath(), " ", "-")+".1"] = insert(text, sections(d, cmd))
	}
	return pages, nil
}

// showTakes lets a flag show what it takes, where it would show its default.
func showTakes(f *pflag.Flag) {
	if takes := f.Value.Type(); f.DefValue == "" {
		f.DefValue = takes
	}
}

// insert puts sections before the examples, else before what to see also, else
// at the end.
func insert(page, sections string) string {
	for _, next := range []string{".SH EXAMPLE\n", ".SH SEE ALSO\n"} {
		if before, after, found := strings.Cut(page, next); found {
			return before + sections + next + after
		}
	}
	return page + sections
}

// sections are those that cobra knows nothing of.
func sections(d cli.Documentation, cmd *cobra.Command) string {
	var s roff
	s.section("QUESTIONS", "Each has a flag among the options, and a line in the file of --answers.", asked(d, cmd))
	var exits, variables, files [][2]string
	for _, e := range d.Exits {
		exits = append(exits, [2]string{fmt.Sprint(e.Code), e.When})
	}
	for _, v := range d.Variables {
		variables = append(variables, [2]string{v.Name, v.Meaning})
	}
	for _, f := range d.Files {
		files = append(files, [2]string{f.Name, f.Meaning})
	}
	s.section("EXIT STATUS", "", exits)
	s.section("ENVIRONMENT", "", variables)
	s.section("FILES", "", files)
	return s.String()
}

// asked are the questions that a command has flags of.
func asked(d cli.Documentation, cmd *cobra.Command) (rows [][2]string) {
	for _, q := range d.Questions {
		flag := cmd.Flags().Lookup(q.Flag)
		if flag == nil || flag.Hidden {
			continue
		}
		prompt, help := d.QuestionDoc(q.ID)
		if !strings.ContainsAny(prompt[len(prompt)-1:], ".?") {
			prompt += "."
		}
		rows = append(rows, [2]string{q.ID + " (--" + q.Flag + " " + flag.Value.Type() + ")", prompt + " " + help})
	}
	return rows
}

// roff is a part of a page for man.
type roff struct{ strings.Builder }

// section writes a title, a sentence, and rows of a name and what it is; nothing
// without rows.
func (r *roff) section(title, sentence string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(r, ".SH %s\n", title)
	if sentence != "" {
		fmt.Fprintln(r, plain(sentence))
	}
	for _, row := range rows {
		fmt.Fprintf(r, ".TP\n\\fB%s\\fP\n%s\n", plain(row[0]), plain(row[1]))
	}
}

// plain is a text as roff shows it: nothing in it is a request.
func plain(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
