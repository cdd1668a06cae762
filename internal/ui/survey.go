package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/core"

	"wxmail/internal/msg"
)

func (t *Terminal) answer(s *session, q Question) (string, error) {
	defer t.exit.hold()()
	if t.plain {
		return byLine{t, s, q}.answer()
	}
	// The library puts "? " in front, breaks no line between words, and loses
	// its place where a line is full: behind it stands the cursor.
	fit := func(text string) string {
		return strings.TrimPrefix(wrap("? "+text, "", prose(s.file, defaultWidth)-1), "? ")
	}
	prompt := fit(t.text(q.Prompt))
	var text string
	switch {
	case q.Kind == Select:
		return t.choose(s, q, prompt)
	case q.Kind == Confirm:
		i := newInput(fit(t.text(q.Prompt)+" "+q.hint()), "")
		i.after, i.says = prompt, func(typed string) string { return decision(t, q, typed) }
		err := t.survey(s, i, &text)
		return yesOrNo(t, q, text, err)
	case q.Kind == Password:
		err := t.survey(s, &survey.Password{Message: prompt}, &text)
		return text, err
	default:
		err := t.survey(s, newInput(prompt, q.Default), &text)
		return text, err
	}
}

// hint says what a Confirm takes, and which of it Enter stands for.
func (q Question) hint() string {
	yes, no := "y", "n"
	switch q.Default {
	case "true":
		yes = "Y"
	case "false":
		no = "N"
	}
	keys := yes + "/" + no
	for _, key := range q.Keys {
		keys += "/" + string(key)
	}
	return "(" + keys + ")"
}

// decide is what was decided at a Confirm: "true", "false", one of its Keys,
// what the person asks for instead; "" for neither.
func decide(t *Terminal, q Question, typed string) string {
	typed = strings.ToLower(strings.TrimSpace(typed))
	yes, decided := t.Catalogue().YesOrNo(typed)
	switch {
	case typed == "":
		return q.Default
	case decided:
		return strconv.FormatBool(yes)
	case q.asks(typed), len(typed) == 1 && strings.Contains(q.Keys, typed):
		return typed
	}
	return ""
}

// decision is what was decided, as the screen keeps it.
func decision(t *Terminal, q Question, typed string) string {
	switch decided := decide(t, q, typed); decided {
	case "true":
		return t.text(msg.M("ask.yes"))
	case "false":
		return t.text(msg.M("ask.no"))
	}
	return typed
}

// yesOrNo reads the answer to a Confirm.
func yesOrNo(t *Terminal, q Question, typed string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	decided := decide(t, q, typed)
	if decided == "" {
		return "", &refusal{t.text(msg.M("ask.yes-or-no"))}
	}
	return decided, nil
}

func (t *Terminal) choose(s *session, q Question, prompt string) (string, error) {
	labels := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		labels[i] = strings.TrimPrefix(hang("  ", c.label(t), prose(s.file, defaultWidth)), "  ")
	}
	list := &survey.Select{Message: prompt, Options: labels, Help: paragraphs(t, s, q.More)}
	if i := slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Value == q.Default }); i >= 0 {
		list.Default = i
	}
	var chosen int
	if err := t.survey(s, list, &chosen, listed(t, s, q, prompt)); err != nil {
		return "", err
	}
	return q.Choices[chosen].Value, nil
}

// label is a choice as a person reads it.
func (c Choice) label(t *Terminal) string {
	if c.Label.IsZero() {
		return name(c.Value)
	}
	return t.text(c.Label)
}

// What the library's list says of its keys, in English, and where it puts that
// and the answer.
const (
	selectHint = `{{- "  "}}{{- color "cyan"}}[Use arrows to move, type to filter` +
		`{{- if and .Help (not .ShowHelp)}}, {{ .Config.HelpInput }} for more help{{end}}]`
	selectAnswer = `{{color "cyan"}} {{.Answer}}`
)

// listed is the library's list with a hint in the person's language. The hint
// and the answer stand on lines of their own where they do not fit behind the
// prompt: the library would have the terminal break them in a word.
func listed(t *Terminal, s *session, q Question, prompt string) string {
	width := prose(s.file, defaultWidth)
	fits := func(text string) bool { return lipgloss.Width(lastLine("? "+prompt))+2+lipgloss.Width(text) <= width }
	hint := "[" + t.text(msg.M("ask.select")) + "]"
	if len(q.More) > 0 {
		hint = "[" + t.text(msg.M("ask.select-more")) + "]"
	}
	if lead := "  "; fits(hint) {
		hint = lead + hint
	} else {
		hint = "\n" + wrap(hint, lead, width)
	}
	gap := " "
	if slices.ContainsFunc(q.Choices, func(c Choice) bool { return !fits(c.label(t)) }) {
		gap = "\n  "
	}
	return strings.NewReplacer(selectHint, fmt.Sprintf(`{{- color "cyan"}}{{%q}}`, hint),
		selectAnswer, fmt.Sprintf(`{{color "cyan"}}{{%q}}{{.Answer}}`, gap)).Replace(survey.SelectQuestionTemplate)
}

// surveying guards the package variables in which the library keeps its
// colours and texts: one prompt at a time in a process.
var surveying sync.Mutex

func (t *Terminal) survey(s *session, prompt survey.Prompt, answer any, list ...string) error {
	surveying.Lock()
	defer surveying.Unlock()
	original := survey.SelectQuestionTemplate
	defer func() { survey.SelectQuestionTemplate = original }()
	survey.SelectQuestionTemplate = cmp.Or(append(list, original)...)
	defer legible()()
	core.DisableColor = !t.colour
	return survey.AskOne(prompt, answer, survey.WithStdio(s, s, s), survey.WithIcons(func(icons *survey.IconSet) {
		icons.Question.Format, icons.SelectFocus.Format, icons.Help.Format = code(green)+"+b", code(blue)+"+b", code(blue)
	}))
}

// code is a colour as the library knows it.
func code(c lipgloss.ANSIColor) string { return strconv.Itoa(int(c)) }

// legible takes the library's white and cyan, which nobody can read on a white
// screen, and its bright bold, which is no colour of any terminal, out of its
// texts. surveying is held until back is called.
func legible() (back func()) {
	texts := []*string{&survey.InputQuestionTemplate, &survey.SelectQuestionTemplate, &survey.PasswordQuestionTemplate}
	var were []string
	for _, text := range texts {
		were = append(were, *text)
		*text = strings.NewReplacer(`color "white"`, `color "default"`, `color "cyan"`, `color "`+code(blue)+`"`,
			`color "default+hb"`, `color "default+b"`).Replace(*text)
	}
	return func() {
		for i, text := range texts {
			*text = were[i]
		}
	}
}

// input is the library's, tidied up right where the answer wraps: the library
// then stands on the answer's first line, takes it for the last, and would
// erase as many lines above the question.
type input struct {
	survey.Input
	before int // columns in front of the answer

	after string                    // the prompt as it stays on the screen; "": as it is
	says  func(typed string) string // the answer likewise; nil: as it was typed
}

func newInput(prompt, byDefault string) *input {
	i := &input{Input: survey.Input{Message: prompt, Default: byDefault}}
	i.before = lipgloss.Width(lastLine("? "+prompt) + " ")
	if byDefault != "" {
		i.before += lipgloss.Width("(" + byDefault + ") ")
	}
	return i
}

func lastLine(text string) string { return text[strings.LastIndex(text, "\n")+1:] }

// Cleanup shows the answer in place of the prompt.
func (i *input) Cleanup(config *survey.PromptConfig, answer any) error {
	text, _ := answer.(string)
	if down := i.below(text); text != i.Default && down > 0 {
		_ = i.NewCursor().Down(down)
	}
	if i.says == nil {
		return i.Input.Cleanup(config, answer)
	}
	shown := i.Input
	shown.Message = i.after
	data := survey.InputTemplateData{Input: shown, ShowAnswer: true, Answer: i.says(text), Config: config}
	return i.Render(survey.InputQuestionTemplate, data)
}

// below is how far below the cursor the library must believe that an answer
// ends. It went up a row for each that so many characters of one column fill,
// and will go up again by the columns of the answer; the terminal counts columns
// too, but puts no wide character into the last one of a row.
func (i *input) below(answer string) int {
	width := columnsOf(int(i.Stdio().Out.Fd()), defaultWidth)
	begin := wraps(i.before, width)
	up := (i.before+utf8.RuneCountInString(answer))/width - begin
	counted := wraps(i.before+lipgloss.Width(answer), width) - begin
	return up + counted - rows(i.before, answer, width) + begin
}

// rows is how many line ends a terminal puts into a text that begins in a column.
func rows(column int, text string, width int) int {
	row := wraps(column, width)
	column -= row * width
	for _, r := range text {
		n := lipgloss.Width(string(r))
		if column+n > width {
			row, column = row+1, 0
		}
		column += n
	}
	return row
}

// wraps is how many line ends a terminal puts into n columns of text.
func wraps(n, width int) int { return max(n-1, 0) / width }
