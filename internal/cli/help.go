package cli

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
)

// helpCommand is `help [COMMAND|TOPIC]`.
func helpCommand(p *program, root *cobra.Command) *cobra.Command {
	return queryCommand(&cobra.Command{
		Use:  "help [COMMAND | TOPIC]",
		RunE: func(cmd *cobra.Command, args []string) error { return help(p, root, args) },
		ValidArgsFunction: func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return of(func() []cobra.Completion { return helpWords(root, args) }).fit(cmd, args, begun)
		},
	})
}

func help(p *program, root *cobra.Command, args []string) error {
	words := strings.Join(args, " ")
	if topic, ok := helpTopics(p)[strings.ToLower(words)]; ok {
		return topic()
	}
	if q, ok := wanted.FindQuestion(strings.ToLower(words)); ok {
		return helpQuestion(p, q)
	}
	if row, ok := advice.Find(strings.ToUpper(words)); ok {
		return helpCode(p, row)
	}
	found, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return mistyped("help "+words, msg.M("usage.unknown-topic"), near.Word(words, topicNames(root)), "wxmail help")
	}
	found.SetOut(p.out)
	return found.Help()
}

func helpTopics(p *program) map[string]func() error {
	return map[string]func() error{
		"exit-codes":  func() error { return helpExitCodes(p) },
		"environment": func() error { return helpEnvironment(p) },
		"questions":   func() error { return helpQuestions(p) },
	}
}

// topicNames are all that help tells something of.
func topicNames(root *cobra.Command) (names []string) {
	for _, cmd := range commands(root) {
		names = append(names, strings.TrimPrefix(cmd.CommandPath(), root.Name()+" "))
	}
	names = append(append(names, slices.Sorted(maps.Keys(helpTopics(nil)))...), questionIDs()...)
	for _, row := range advice.Rows() {
		names = append(names, row.Code)
	}
	return names
}

// helpWords are those that may follow the words of help so far.
func helpWords(root *cobra.Command, args []string) (words []cobra.Completion) {
	for _, name := range topicNames(root) {
		rest := strings.Fields(name)
		if len(rest) == len(args)+1 && slices.Equal(rest[:len(args)], args) {
			words = append(words, rest[len(args)])
		}
	}
	return words
}

// exitHelp is one exit code of `help exit-codes --json`.
type exitHelp struct {
	Code int         `json:"code"`
	When msg.Message `json:"when"`
}

func helpExitCodes(p *program) error {
	var rows []exitHelp
	var table [][]string
	for _, exit := range advice.Exits() {
		when := msg.M("exit." + strconv.Itoa(int(exit)))
		rows = append(rows, exitHelp{int(exit), when})
		table = append(table, []string{strconv.Itoa(int(exit)), p.ui.Catalogue().Say(when)})
	}
	return tabulate(p, rows, table, p.form().heads("code", "when"))
}

// tabulate prints the rows of a query, or with --json their document.
func tabulate(p *program, document any, rows [][]string, heads []string) error {
	if p.flags.json {
		return p.ui.Document(document)
	}
	p.ui.Table(heads, rows)
	return nil
}

// environment are the variables that wxmail reads.
var environment = [...]string{"WXMAIL_HOME", "WXMAIL_PROFILE", "WXMAIL_CLOUD", "WXMAIL_LANG", "WXMAIL_PLAIN",
	"WXMAIL_PASSPHRASE_FILE", "WXMAIL_PASSPHRASE", "WXMAIL_RELEASES", "NO_COLOR", "CLICOLOR_FORCE", "HTTPS_PROXY", "NO_PROXY"}

// variableHelp is one variable of `help environment --json`.
type variableHelp struct {
	Name    string      `json:"name"`
	Meaning msg.Message `json:"meaning"`
}

func helpEnvironment(p *program) error {
	var rows []variableHelp
	var table [][]string
	for _, name := range environment {
		meaning := msg.M("environment." + name)
		rows = append(rows, variableHelp{name, meaning})
		table = append(table, []string{name, p.ui.Catalogue().Say(meaning)})
	}
	return tabulate(p, rows, table, p.form().heads("variable", "meaning"))
}

// questionRow is one question of `help questions --json`.
type questionRow struct {
	ID      string       `json:"id"`
	Flag    string       `json:"flag"`
	Type    string       `json:"type"`
	Default msg.Nullable `json:"default"`
	Choices []string     `json:"choices"`
}

func rowOf(q wanted.Question) questionRow {
	return questionRow{q.ID, "--" + q.Flag, string(q.Kind), msg.Nullable(q.Default), append([]string{}, q.Choices...)}
}

func helpQuestions(p *program) error {
	var rows []questionRow
	var table [][]string
	for _, q := range wanted.Questions() {
		rows = append(rows, rowOf(q))
		flag, byDefault := "--"+q.Flag+" "+placeholder(q), defaultOf(q, p.ui.Catalogue())
		table = append(table, []string{q.ID, flag, byDefault, p.text("question." + q.ID + ".prompt")})
	}
	return tabulate(p, rows, table, p.form().heads("question", "flag", "default", "meaning"))
}

// questionHelp is the document of `help QUESTION-ID --json`.
type questionHelp struct {
	questionRow
	Prompt     msg.Message  `json:"prompt"`
	Help       msg.Message  `json:"help"`
	Example    msg.Nullable `json:"example"`
	Unattended msg.Message  `json:"unattended"` // what a run does that may ask nobody
}

func helpQuestion(p *program, q wanted.Question) error {
	doc := questionHelp{rowOf(q), msg.M("question." + q.ID + ".prompt"), msg.M("question." + q.ID + ".help"),
		msg.Nullable(q.Example), unattended(q)}
	if p.flags.json {
		return p.ui.Document(doc)
	}
	say := p.ui.Catalogue().Say
	p.ui.Sentence(q.ID + "\n\n" + say(doc.Prompt) + "\n\n" + say(doc.Help))
	p.ui.Print("")
	p.ui.Form([]ui.Field{
		{Label: p.text("label.flag"), Value: doc.Flag + " " + placeholder(q)},
		{Label: p.text("label.default"), Value: orDash(defaultOf(q, p.ui.Catalogue()))},
		{Label: p.text("label.in-file"), Value: strings.TrimSpace(answerLine(q, example(q)))},
	})
	p.ui.Sentence("\n" + say(doc.Unattended))
	return nil
}

// unattended is what a run does with a question that nobody answered and that
// it may ask nobody.
func unattended(q wanted.Question) msg.Message {
	switch {
	case q.Deliberate:
		return msg.M("help.unattended.deliberate", "Flag", "--"+q.Flag)
	case q.Open:
		return msg.M("help.unattended.open")
	case q.Default == "":
		return msg.M("help.unattended.needed", "Flag", "--"+q.Flag)
	}
	return msg.M("help.unattended.default")
}

// codeHelp is the document of `help CODE --json`.
type codeHelp struct {
	Code string      `json:"code"`
	Exit int         `json:"exit"`
	What msg.Message `json:"message"`
	Fix  msg.Message `json:"fix"`
}

// helpCode explains one code of the table.
func helpCode(p *program, row advice.Row) error {
	what, fix := row.Texts()
	if p.flags.json {
		return p.ui.Document(codeHelp{row.Code, int(row.Exit), what, fix})
	}
	c := p.ui.Catalogue()
	p.ui.Sentence(c.Text("help.code", "Code", row.Code, "Exit", int(row.Exit)) + "\n\n" + c.Say(what) + "\n\nfix: " + c.Say(fix))
	return nil
}

func (p *program) text(id string) string { return p.ui.Catalogue().Text(id) }

// heads are the heads of a table's columns.
func (f form) heads(names ...string) (heads []string) {
	for _, name := range names {
		heads = append(heads, f.Text("head."+name))
	}
	return heads
}
