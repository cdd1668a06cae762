package setup

import (
	"context"

	"wxmail/internal/wanted"
)

// CheckAnswers refuses answers that cannot be used and, where nobody is there
// to be asked, names those of asks that are missing. It spares the operator a
// passphrase. Errors: *wanted.InvalidAnswer, *NotOwn,
// *wanted.MissingAnswers.
func (c *Connection) CheckAnswers(asks []string) error {
	if _, _, err := wanted.Parse(c.Answers); err != nil {
		return err
	}
	if err := c.mayBeFor(); err != nil {
		return err
	}
	if missing := c.Answers.Missing(asks); len(missing) > 0 && !c.Operator.CanAsk() {
		return &wanted.MissingAnswers{Questions: missing}
	}
	return nil
}

// collect asks what is unknown of asks, where the run may ask, and parses all
// answers. What was answered before is not asked again.
func (c *Connection) collect(ctx context.Context, asks []string, may bool) (wanted.Wanted, error) {
	if err := c.CheckAnswers(asks); err != nil {
		return wanted.Wanted{}, err
	}
	if may && c.Operator.CanAsk() {
		if err := c.interview(ctx, asks); err != nil {
			return wanted.Wanted{}, err
		}
	}
	if may && c.reviewed(asks) {
		if err := c.review(ctx, asks); err != nil {
			return wanted.Wanted{}, err
		}
		if err := c.mayBeFor(); err != nil {
			return wanted.Wanted{}, err
		}
	}
	if missing := c.Answers.Missing(asks); len(missing) > 0 {
		return wanted.Wanted{}, &wanted.MissingAnswers{Questions: missing}
	}
	w, warnings, err := wanted.Parse(c.Answers)
	for _, warning := range warnings {
		c.Operator.Warn(warning)
	}
	return w, err
}

// ask puts one question until the answer can be used.
func (c *Connection) ask(ctx context.Context, q wanted.Question, suggestion string) error {
	answer, err := c.Operator.Ask(ctx, q, suggestion, func(raw string) (string, error) { return c.check(q, raw) })
	if err == nil {
		c.Answers.Replace(q.ID, answer) // one that was given beforehand turned out to be of no use
	}
	return err
}

// check cleans an answer that a person gives, and holds it against those given
// so far and against those for other mailboxes.
func (c *Connection) check(q wanted.Question, raw string) (string, error) {
	answer, err := c.Answers.Check(q, raw)
	switch {
	case err != nil:
		return answer, err
	case q.ID == "webex.forwarding-address":
		err = c.alone(answer)
	case q.ID == "undo.confirm" && answer != c.Profile.Name():
		err = &wanted.InvalidAnswer{Question: q.ID, Value: answer, Why: "not-the-profile", Detail: c.Profile.Name()}
	case q.ID == "verify.recipient":
		err = c.outside(q, answer)
	}
	return answer, err
}

// Again asks a question whose answer turned out to be of no use. Errors are the
// operator's.
func (c *Connection) Again(ctx context.Context, id string) (string, error) {
	q, _ := wanted.FindQuestion(id)
	if err := c.change(ctx, q); err != nil {
		return "", err
	}
	return c.Answers.Or(id, ""), nil
}

// outside refuses a recipient whose mail would prove nothing.
func (c *Connection) outside(q wanted.Question, answer string) error {
	if w, _, err := wanted.Parse(c.Answers); err == nil && w.Owns(answer) {
		return &wanted.InvalidAnswer{Question: q.ID, Value: answer, Why: "own-address"}
	}
	return nil
}

// Answer is the answer to a question that no step asks, cleaned: asked where a
// person is there and it was not given. The other answers are checked with it.
// Errors: *wanted.InvalidAnswer, *wanted.MissingAnswers, the operator's.
func (c *Connection) Answer(ctx context.Context, id string) (string, error) {
	if _, _, err := wanted.Parse(c.Answers); err != nil {
		return "", err
	}
	q, _ := wanted.FindQuestion(id)
	raw, given := c.Answers.Get(id)
	switch {
	case !given && !c.Operator.CanAsk():
		return "", &wanted.MissingAnswers{Questions: []string{id}}
	case !given:
		if err := c.ask(ctx, q, q.Suggestion(c.Answers)); err != nil {
			return "", err
		}
		raw, _ = c.Answers.Get(id)
	}
	return c.Answers.Check(q, raw)
}
