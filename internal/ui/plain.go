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

// answerByLine asks without moving the cursor, for screen readers, for Emacs,
// and for serial lines: the prompt is a line, choices have numbers, and the
// terminal itself edits and shows what is typed.
func (t *Terminal) answerByLine(s *session, q Question) (string, error) {
	text := t.wrapFor(s, "? "+t.text(q.Prompt))
	switch q.Kind {
	case Select:
		return t.chooseByNumber(s, q, text)
	case Confirm:
		hint := map[string]string{"true": " (Y/n): ", "false": " (y/N): ", "": " (y/n): "}[q.Default]
		typed, err := t.askLine(s, text+hint)
		if err == nil && typed == "" && q.Default != "" {
			return q.Default, nil
		}
		return t.yesOrNo(typed, err)
	case Password:
		return t.askUnseen(s, text+": ")
	}
	if q.Default != "" {
		text += " (" + q.Default + ")"
	}
	typed, err := t.askLine(s, text+": ")
	if typed == "" {
		typed = q.Default
	}
	return typed, err
}

func (t *Terminal) wrapFor(s *session, text string) string {
	return wrap(text, "", prose(s.file, defaultWidth))
}

// askLine shows a prompt and takes a line, without the spaces around it.
func (t *Terminal) askLine(s *session, prompt string) (string, error) {
	line, err := s.question(prompt)
	return strings.TrimSpace(line), err
}

// askUnseen takes a line as it is and shows nothing of it.
func (t *Terminal) askUnseen(s *session, prompt string) (string, error) {
	restore, err := unechoed(s.fd)
	if err != nil {
		return "", err
	}
	defer restore()
	line, err := s.question(prompt)
	_, _ = s.Write([]byte("\n")) // the end of the line was not shown either
	return line, err
}

// question writes a prompt and reads what follows it. Ctrl-D leaves like
// Ctrl-C.
func (s *session) question(prompt string) (string, error) {
	if _, err := s.Write([]byte(prompt)); err != nil {
		return "", err
	}
	line, err := s.readLine()
	if s.ctx.Err() == nil && (err != nil || strings.Contains(line, interruptKey)) {
		return "", terminal.InterruptErr
	}
	return line, err
}

// chooseByNumber lists the choices; the answer is a number, or the choice
// itself.
func (t *Terminal) chooseByNumber(s *session, q Question, prompt string) (string, error) {
	lines, byDefault := []string{prompt}, ""
	for i, c := range q.Choices {
		label := name(c.Value)
		if !c.Label.IsZero() {
			label = t.text(c.Label)
		}
		lines = append(lines, hang(fmt.Sprintf("%3d. ", i+1), label, prose(s.file, defaultWidth)))
		if c.Value == q.Default {
			byDefault = fmt.Sprintf(" (%d)", i+1)
		}
	}
	if _, err := s.Write([]byte(strings.Join(lines, "\n") + "\n")); err != nil {
		return "", err
	}
	typed, err := t.askLine(s, t.text(msg.M("ask.number"))+byDefault+": ")
	if err != nil {
		return "", err
	}
	return t.chosen(q, typed)
}

func (t *Terminal) chosen(q Question, typed string) (string, error) {
	if typed == "" && q.Default != "" {
		return q.Default, nil
	}
	if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(q.Choices) {
		return q.Choices[n-1].Value, nil
	}
	if i := slices.IndexFunc(q.Choices, func(c Choice) bool { return strings.EqualFold(c.Value, typed) }); i >= 0 {
		return q.Choices[i].Value, nil
	}
	return "", &refusal{t.text(msg.M("ask.number-again", "Count", len(q.Choices)))}
}
