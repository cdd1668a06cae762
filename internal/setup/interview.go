package setup

import (
	"context"
	"errors"
	"slices"

	"wxmail/internal/wanted"
)

// ErrBack says that the person wants the question before the one that was
// asked.
var ErrBack = errors.New("back to the question before")

// Answered is a question and its answer, as a review shows them.
type Answered struct {
	Question string
	Answer   string // "" where it is left open
}

// interview asks what is unknown of asks, one question after the other. Each
// answer is kept as it is given; a person may go back, and finds there what
// they said.
func (c *Connection) interview(ctx context.Context, asks []string) error {
	var past []wanted.Question
	for {
		open := c.Answers.Unasked(asks)
		if len(open) == 0 {
			return nil
		}
		q := open[0]
		q.Back = len(past) > 0
		err := c.ask(ctx, q, q.Suggestion(c.Answers))
		switch {
		case errors.Is(err, ErrBack):
			c.Answers.Reopen(past[len(past)-1].ID)
			past = past[:len(past)-1]
			continue
		case err == nil:
			err = c.keep()
		}
		if err != nil {
			return err
		}
		past = append(past, q)
	}
}

// reviewed says whether answers are shown for review: in a run that collects
// them, where a person is there who has not agreed beforehand.
func (c *Connection) reviewed(asks []string) bool {
	return c.Operator.CanAsk() && !c.Yes && slices.Contains(asks, "webex.callback-url") && slices.Contains(asks, "webex.forwarding-address")
}

// review shows all answers until the person has none to change. One that other
// answers depend on opens those again.
func (c *Connection) review(ctx context.Context, asks []string) error {
	for {
		id, err := c.Operator.Review(ctx, c.answered(asks))
		if err != nil || id == "" {
			return err
		}
		q, _ := wanted.FindQuestion(id)
		q.Back = true
		switch err := c.change(ctx, q); {
		case errors.Is(err, ErrBack):
			continue
		case err != nil:
			return err
		}
		if err := c.interview(ctx, asks); err != nil {
			return err
		}
		if err := c.keep(); err != nil {
			return err
		}
	}
}

// change asks a question again that has an answer.
func (c *Connection) change(ctx context.Context, q wanted.Question) error {
	had := c.Answers.Or(q.ID, q.Suggestion(c.Answers))
	answer, err := c.Operator.Ask(ctx, q, had, func(raw string) (string, error) { return c.check(q, raw) })
	if err == nil && answer != had {
		c.Answers.Replace(q.ID, answer)
	}
	return err
}

// answered are the answers that a person may review: what the wizard asks, and
// whatever else was answered.
func (c *Connection) answered(asks []string) (all []Answered) {
	lasting := c.Answers.Lasting()
	for _, q := range wanted.Questions() {
		answer, given := lasting[q.ID]
		if q.Only == "" && (given || q.Asked && slices.Contains(asks, q.ID)) {
			all = append(all, Answered{q.ID, answer})
		}
	}
	return all
}
