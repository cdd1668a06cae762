package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/msg"
	"wxmail/internal/wanted"
)

// helpCommand is `help [COMMAND|TOPIC]`.
func helpCommand(p *program, root *cobra.Command) *cobra.Command {
	return queryCommand(&cobra.Command{
		Use: "help [COMMAND | TOPIC]", Short: "Help on a command, or on exit-codes, environment, questions, or a WX-… code",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if topic, ok := helpTopics(p)[args[0]]; ok {
					return topic()
				}
				if row, ok := advice.Find(args[0]); ok {
					return helpCode(p, row)
				}
			}
			found, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return &usageError{"help " + fmt.Sprint(args), "no such command or topic"}
			}
			found.SetOut(p.out)
			return found.Help()
		},
	})
}

func helpTopics(p *program) map[string]func() error {
	return map[string]func() error{
		"exit-codes":  func() error { return helpExitCodes(p) },
		"environment": func() error { return helpEnvironment(p) },
		"questions":   func() error { return helpQuestions(p) },
	}
}

func helpExitCodes(p *program) error {
	type row struct {
		Code int    `json:"code"`
		When string `json:"when"`
	}
	var rows []row
	var table [][]string
	for _, exit := range advice.Exits() {
		when := p.text("exit." + strconv.Itoa(int(exit)))
		rows = append(rows, row{int(exit), when})
		table = append(table, []string{strconv.Itoa(int(exit)), when})
	}
	if p.flags.json {
		return p.ui.Document(rows)
	}
	p.ui.Table([]string{"CODE", "WHEN"}, table)
	return nil
}

// environment are the variables that wxmail reads.
var environment = [...]string{"WXMAIL_HOME", "WXMAIL_PROFILE", "WXMAIL_CLOUD", "WXMAIL_LANG", "WXMAIL_PLAIN",
	"WXMAIL_PASSPHRASE_FILE", "WXMAIL_PASSPHRASE", "WXMAIL_RELEASES", "NO_COLOR", "CLICOLOR_FORCE", "HTTPS_PROXY", "NO_PROXY"}

func helpEnvironment(p *program) error {
	type row struct {
		Name    string `json:"name"`
		Meaning string `json:"meaning"`
	}
	var rows []row
	var table [][]string
	for _, name := range environment {
		meaning := p.text("environment." + name)
		rows = append(rows, row{name, meaning})
		table = append(table, []string{name, meaning})
	}
	if p.flags.json {
		return p.ui.Document(rows)
	}
	p.ui.Table([]string{"VARIABLE", "MEANING"}, table)
	return nil
}

// questionRow is one question of `help questions --json`.
type questionRow struct {
	ID      string   `json:"id"`
	Flag    string   `json:"flag"`
	Type    string   `json:"type"`
	Default *string  `json:"default"`
	Choices []string `json:"choices"`
}

func helpQuestions(p *program) error {
	var rows []questionRow
	var table [][]string
	for _, q := range wanted.Questions() {
		row := questionRow{ID: q.ID, Flag: "--" + q.Flag, Type: string(q.Kind), Choices: append([]string{}, q.Choices...)}
		if q.Default != "" {
			row.Default = &q.Default
		}
		rows = append(rows, row)
		table = append(table, []string{q.ID, "--" + q.Flag, q.Default, p.text("question." + q.ID + ".prompt")})
	}
	if p.flags.json {
		return p.ui.Document(rows)
	}
	p.ui.Table([]string{"QUESTION", "FLAG", "DEFAULT", "MEANING"}, table)
	return nil
}

// helpCode explains one code of the table.
func helpCode(p *program, row advice.Row) error {
	names := []any{"Object", "…", "Detail", "…", "Error", "…", "Link", "…"}
	what, fix := msg.M("error."+row.Code+".what", names...), msg.M("error."+row.Code+".fix", names...)
	if p.flags.json {
		return p.ui.Document(struct {
			Code string      `json:"code"`
			Exit int         `json:"exit"`
			What msg.Message `json:"message"`
			Fix  msg.Message `json:"fix"`
		}{row.Code, int(row.Exit), what, fix})
	}
	c := p.ui.Catalogue()
	p.ui.Sentence(fmt.Sprintf("%s (exit %d)\n\n%s\n\nfix: %s", row.Code, row.Exit, c.Say(what), c.Say(fix)))
	return nil
}

func (p *program) text(id string) string { return p.ui.Catalogue().Text(id) }
