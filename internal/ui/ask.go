package ui

import (
	"context"
	"errors"
	"strings"

	"github.com/AlecAivazis/survey/v2/terminal"

	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/visible"
)

// ErrInterrupted says that the person pressed Ctrl-C or Ctrl-D at a question.
var ErrInterrupted error = interrupted{}

type interrupted struct{}

func (interrupted) Error() string { return "interrupted" }

// Fact is the code of the advice.
func (interrupted) Fact() (code, object, detail string) { return "WX-INTERRUPTED", "", "" }

// ErrBack says that the person wants the question before this one.
var ErrBack = errors.New("back to the question before")

// What a person types instead of an answer.
const (
	back = "<" // the question before
	more = "?" // to be told more
)

// Unanswered is a question that nobody is there to answer.
type Unanswered struct{ ID string }

// Error names the question.
func (e *Unanswered) Error() string { return e.ID + ": nobody to ask" }

// Fact is the code of the advice, and the question, twice: it has no flag.
func (e *Unanswered) Fact() (code, object, detail string) { return "WX-ANSWER-NEEDED", e.ID, e.ID }

// Kind is how a question is answered.
type Kind string

// The kinds of question.
const (
	Text     Kind = "text"
	Select   Kind = "select"   // one of Choices
	Confirm  Kind = "confirm"  // "true" or "false"
	Password Kind = "password" // never shown
)

// Choice is one answer of a Select.
type Choice struct {
	Value string      `json:"value"`
	Label msg.Message `json:"label"` // zero: Value
}

// Question is something to ask a person.
type Question struct {
	ID      string
	Kind    Kind
	Prompt  msg.Message
	Help    msg.Message   // shown above the prompt; may be zero
	About   []msg.Message // how the thing stands that the answer changes; shown above Help
	More    []msg.Message // shown where somebody types a question mark
	Default string        // what Enter answers; a Confirm without one must be answered
	Choices []Choice
	Exact   bool   // the answer with the spaces around it
	Keys    string // letters that a Confirm takes beside y and n; the answer is the letter
	Back    bool   // a less-than sign gives ErrBack
	// Consent throws away what was typed before the question stood on the
	// screen: nobody agrees to what they have not seen.
	Consent bool
	// Validate refuses an answer with an error in the person's language; nil
	// takes any.
	Validate func(answer string) error
}

// Ask asks until the answer is valid and returns it without the spaces around
// it (a Password, and what is Exact, as it is). With JSON it emits a question event first; the
// prompt stays on the terminal. Errors: *Unanswered where nobody is there or
// the terminal went away, ErrInterrupted, the context's. The terminal is left
// as it was found.
func (t *Terminal) Ask(ctx context.Context, q Question) (string, error) {
	keys := t.keyboard()
	if keys == nil {
		return "", &Unanswered{ID: q.ID}
	}
	s, err := keys.begin(ctx)
	if err != nil {
		return "", err
	}
	defer s.end()
	// Before and between prompts, too, nothing typed is echoed, for it may be
	// a secret, and Ctrl-C is a key that the prompt sees.
	restore, err := reads(t, s.fd)
	if err != nil {
		return "", &Unanswered{ID: q.ID}
	}
	defer restore()
	if visible.Line(q.Default) != q.Default {
		q.Default = "" // what cannot be seen is not agreed to by Enter
	}
	t.Event(Asked{ID: q.ID, Kind: q.Kind, Prompt: q.Prompt, Help: q.Help,
		Default: msg.Nullable(q.Default), Choices: append([]Choice{}, q.Choices...)})
	introduce(t, s, q)
	for {
		answer, err := t.prompt(s, q)
		var refused *refusal
		switch {
		case errors.As(err, &refused):
			t.exit.words(s.file, t.paint(Alert.look().style, wrap("! "+refused.text, "", prose(s.file, defaultWidth))))
		case err != nil:
			return "", cause(s, q, err)
		case q.asks(answer) && answer == back:
			return "", ErrBack
		case q.asks(answer):
			grant(t, s, q, answer)
		default:
			return answer, nil
		}
	}
}

// grant does what a person asks for at a prompt: to be told more, or to go on in
// another language.
func grant(t *Terminal, s *session, q Question, asked string) {
	if lang := language(asked); lang != "" {
		t.Catalogue().Speak(lang)
		introduce(t, s, q)
		return
	}
	t.exit.words(s.file, t.paint(faint(), paragraphs(t, s, q.More)))
}

// reads brings the terminal to give what a question reads: keys, or lines that
// the terminal itself edits.
func reads(t *Terminal, fd int) (restore func(), err error) {
	switch {
	case !t.plain:
		return byKey(fd, false)
	case t.unicode:
		return byLetter(fd)
	}
	return func() {}, nil
}

// introduce shows what stands above a prompt.
func introduce(t *Terminal, s *session, q Question) {
	gap := "\n"
	if len(q.About) > 0 {
		t.exit.words(s.file, gap+paragraphs(t, s, q.About))
		gap = ""
	}
	if help := t.text(q.Help); help != "" {
		t.exit.words(s.file, gap+t.paint(faint(), wrap(help, "", prose(s.file, defaultWidth))))
	}
}

// paragraphs are sentences, each on lines of its own.
func paragraphs(t *Terminal, s *session, sentences []msg.Message) string {
	var lines []string
	for _, m := range sentences {
		lines = append(lines, wrap(t.text(m), "", prose(s.file, defaultWidth)))
	}
	return strings.Join(lines, "\n")
}

// Confirm asks a yes-or-no question; see Ask.
func (t *Terminal) Confirm(ctx context.Context, q Question) (bool, error) {
	q.Kind = Confirm
	answer, err := t.Ask(ctx, q)
	return answer == "true", err
}

// Passphrase asks for the vault's passphrase, a fresh one twice, and for both
// anew until they are the same: either may be the mistyped one; see Ask.
func (t *Terminal) Passphrase(ctx context.Context, fresh bool) (secret.Value, error) {
	for {
		first, err := typedPassphrase(ctx, t, "passphrase.prompt", msg.M("passphrase.help"))
		if err != nil || !fresh {
			return first, err
		}
		if first.Weak() {
			t.Warn(msg.M("warning.passphrase-weak"))
		}
		again, err := typedPassphrase(ctx, t, "passphrase.again", msg.Message{})
		if err != nil || again.Reveal() == first.Reveal() {
			return first, err
		}
		t.Warn(msg.M("passphrase.differs"))
	}
}

func typedPassphrase(ctx context.Context, t *Terminal, prompt string, help msg.Message) (secret.Value, error) {
	q := Question{ID: "passphrase", Kind: Password, Prompt: msg.M(prompt), Help: help,
		Validate: func(text string) error {
			if text == "" {
				return errors.New(t.text(msg.M("passphrase.empty")))
			}
			return nil
		}}
	typed, err := t.Ask(ctx, q)
	return secret.New(typed), err
}

// asks says whether what was typed is no answer, but asks for something.
func (q Question) asks(typed string) bool {
	return q.Kind != Password && (typed == more && len(q.More) > 0 || typed == back && q.Back || language(typed) != "")
}

// language is the one that is asked for by a colon and its name; "" for
// anything else.
func language(typed string) string {
	lang, is := strings.CutPrefix(strings.ToLower(typed), ":")
	if !is || !msg.Knows(lang) {
		return ""
	}
	return lang
}

// refusal is an answer that will not do, and why, in the person's language.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

// cause turns the library's error into ours.
func cause(s *session, q Question, err error) error {
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case s.wentBack:
		return ErrBack
	case errors.Is(err, terminal.InterruptErr):
		return ErrInterrupted
	default:
		return &Unanswered{ID: q.ID}
	}
}

// prompt asks once.
func (t *Terminal) prompt(s *session, q Question) (string, error) {
	s.asking(&q)
	answer, err := t.answer(s, q)
	if err != nil {
		// Alt and a key, for one, end the library's prompt; it has no
		// type for that error.
		if strings.Contains(err.Error(), "unexpected escape sequence") {
			t.exit.words(s.file, "") // it leaves the cursor behind its prompt
			return "", &refusal{t.text(msg.M("ask.again"))}
		}
		return "", err
	}
	if q.Kind != Password && !q.Exact {
		answer = strings.TrimSpace(answer)
	}
	if q.Validate != nil && !q.asks(answer) {
		if err := q.Validate(answer); err != nil {
			return "", &refusal{err.Error()}
		}
	}
	return answer, nil
}
