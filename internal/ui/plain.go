package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/AlecAivazis/survey/v2/terminal"

	"wxmail/internal/msg"
)

// interruptKey is Ctrl-C where it is a key like others.
const interruptKey = "\x03"

// byLine is a question put without moving the cursor, for screen readers, for
// Emacs, and for serial lines: the prompt is a line, choices have numbers, and
// the terminal itself edits and shows what is typed.
type byLine struct {
	t *Terminal
	s *session
	q Question
}

func (b byLine) answer() (string, error) {
	text := "? " + b.t.text(b.q.Prompt)
	switch b.q.Kind {
	case Select:
		return b.choose(b.wrap(text))
	case Confirm:
		typed, err := b.line(b.prompt(text + " " + b.q.hint()))
		return yesOrNo(b.t, b.q, typed, err)
	case Password:
		return b.unseen(b.prompt(text))
	}
	if b.q.Default != "" {
		text += " (" + b.q.Default + ")"
	}
	typed, err := b.line(b.prompt(text))
	if typed == "" {
		typed = b.q.Default
	}
	return typed, err
}

// prompt is what stands in front of an answer.
func (b byLine) prompt(text string) string {
	return b.wrap(b.t.text(msg.M("ask.prompt", "Prompt", text))) + " "
}

func (b byLine) wrap(text string) string { return wrap(text, "", prose(b.s.file, defaultWidth)) }

// line takes a line, without the spaces around it.
func (b byLine) line(prompt string) (string, error) {
	line, err := b.read(prompt)
	return strings.TrimSpace(line), err
}

// unseen takes a line as it is and shows nothing of it.
func (b byLine) unseen(prompt string) (string, error) {
	restore, err := unechoed(b.s.fd)
	if err != nil {
		return "", err
	}
	defer restore()
	line, err := b.read(prompt)
	_, _ = b.s.Write([]byte("\n")) // the end of the line was not shown either
	return line, err
}

// read writes a prompt and reads what follows it. Ctrl-D leaves like Ctrl-C.
func (b byLine) read(prompt string) (string, error) {
	if _, err := b.s.Write([]byte(prompt)); err != nil {
		return "", err
	}
	line, err := b.s.readLine()
	if b.s.ctx.Err() == nil && (err != nil || strings.Contains(line, interruptKey)) {
		return "", terminal.InterruptErr
	}
	return line, err
}

// choose lists the choices; the answer is a number, or as much of a choice as
// no other has.
func (b byLine) choose(prompt string) (string, error) {
	lines, byDefault := []string{prompt}, ""
	for i, c := range b.q.Choices {
		lines = append(lines, hang(fmt.Sprintf("%3d. ", i+1), c.label(b.t), prose(b.s.file, defaultWidth)))
		if c.Value == b.q.Default {
			byDefault = fmt.Sprintf(" (%d)", i+1)
		}
	}
	if _, err := b.s.Write([]byte(strings.Join(lines, "\n") + "\n")); err != nil {
		return "", err
	}
	typed, err := b.line(b.prompt(b.t.text(msg.M("ask.number")) + byDefault))
	if err != nil {
		return "", err
	}
	return b.chosen(typed)
}

func (b byLine) chosen(typed string) (string, error) {
	switch {
	case b.q.asks(typed):
		return typed, nil
	case typed == "" && b.q.Default != "":
		return b.q.Default, nil
	}
	if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(b.q.Choices) {
		return b.q.Choices[n-1].Value, nil
	}
	meant := slices.DeleteFunc(slices.Clone(b.q.Choices), func(c Choice) bool {
		return typed == "" || !strings.Contains(strings.ToLower(c.label(b.t)), strings.ToLower(typed))
	})
	if len(meant) == 1 {
		return meant[0].Value, nil
	}
	return "", &refusal{b.t.text(msg.M("ask.number-again", "Count", len(b.q.Choices)))}
}
