package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"wxmail/internal/msg"
	"wxmail/internal/setup"
)

// helpCommand is `help [COMMAND|TOPIC]`.
func (p *program) helpCommand(root *cobra.Command) *cobra.Command {
	return p.queryCommand(&cobra.Command{
		Use: "help [COMMAND | TOPIC]", Short: "Help on a command, or on exit-codes, environment, questions, or a WX-… code",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if topic, ok := p.topics()[args[0]]; ok {
					return topic()
				}
				if row, ok := findCode(args[0]); ok {
					return p.helpCode(row)
				}
			}
			found, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return &usageError{"help " + setup.Printable(fmt.Sprint(args)), "no such command or topic"}
			}
			found.SetOut(p.out)
			return found.Help()
		},
	})
}

func (p *program) topics() map[string]func() error {
	return map[string]func() error{"exit-codes": p.helpExitCodes, "environment": p.helpEnvironment, "questions": p.helpQuestions}
}

func (p *program) helpExitCodes() error {
	type row struct {
		Code int    `json:"code"`
		When string `json:"when"`
	}
	var rows []row
	var table [][]string
	for _, exit := range exitCodes {
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
var environment = [...]string{"WXMAIL_HOME", "WXMAIL_PROFILE", "WXMAIL_CLOUD", "WXMAIL_LANG", "WXMAIL_PASSPHRASE_FILE", "WXMAIL_PASSPHRASE",
	"NO_COLOR", "HTTPS_PROXY", "NO_PROXY"}

func (p *program) helpEnvironment() error {
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

func (p *program) helpQuestions() error {
	var rows []questionRow
	var table [][]string
	for _, q := range setup.Questions {
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

func findCode(code string) (advice, bool) {
	for _, row := range table() {
		if row.code == code {
			return row, true
		}
	}
	return advice{}, false
}

// helpCode explains one code of the table.
func (p *program) helpCode(row advice) error {
	names := []any{"Object", "…", "Detail", "…", "Error", "…"}
	what, fix := msg.M("error."+row.code+".what", names...), msg.M("error."+row.code+".fix", names...)
	if p.flags.json {
		return p.ui.Document(struct {
			Code string      `json:"code"`
			Exit int         `json:"exit"`
			What msg.Message `json:"message"`
			Fix  msg.Message `json:"fix"`
		}{row.code, int(row.exit), what, fix})
	}
	c := p.ui.Catalogue()
	p.ui.Sentence(fmt.Sprintf("%s (exit %d)\n\n%s\n\nfix: %s", row.code, row.exit, c.Say(what), c.Say(fix)))
	return nil
}

func (p *program) text(id string) string { return p.ui.Catalogue().Text(id) }
