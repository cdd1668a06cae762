package setup

import (
	"context"
	"errors"
	"slices"

	"wxmail/internal/webex"
)

// needed are the answers without which a step that asks for them cannot begin.
var needed = []string{"webex.email-id", "webex.forwarding-address", "webex.callback-url"}

// collect asks what is unknown and parses all answers. What was answered
// before is not asked again.
func (r *Run) collect(ctx context.Context) error {
	if err := r.CheckAnswers(); err != nil {
		return err
	}
	for _, id := range r.toAsk() {
		if err := r.ask(ctx, id); err != nil {
			return err
		}
	}
	if missing := r.missing(); len(missing) > 0 {
		return &MissingAnswers{missing}
	}
	wanted, warnings, err := parseWanted(r.Answers)
	for _, w := range warnings {
		r.Operator.Warn(w)
	}
	r.Wanted = wanted
	return err
}

// CheckAnswers refuses answers that cannot be used and, where nobody is there
// to be asked, names those that are missing. Do begins with it; before, it
// spares the operator a passphrase.
func (r *Run) CheckAnswers() error {
	if _, _, err := parseWanted(r.Answers); err != nil {
		return err
	}
	if missing := r.missing(); len(missing) > 0 && !r.Operator.CanAsk() {
		return &MissingAnswers{missing}
	}
	return nil
}

func (r *Run) missing() []string {
	return slices.DeleteFunc(slices.Clone(needed), func(id string) bool {
		_, given := r.Answers.Get(id)
		return given || !r.asks(id)
	})
}

// toAsk are the questions of this run's steps that have no answer yet and
// that the wizard asks even where a default exists.
func (r *Run) toAsk() []string {
	if !r.Operator.CanAsk() || !r.Options.Write {
		return nil
	}
	var ids []string
	for _, q := range Questions {
		if _, known := r.Answers.Get(q.ID); q.Asked && !known && r.asks(q.ID) {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

func (r *Run) asks(id string) bool {
	for _, s := range r.selected() {
		if contains(s.Asks, id) {
			return true
		}
	}
	return false
}

// ask puts one question until the answer can be used.
func (r *Run) ask(ctx context.Context, id string) error {
	q, ok := FindQuestion(id)
	if !ok {
		return errors.New("no such question: " + id)
	}
	answer, err := r.Operator.Ask(ctx, q, r.suggestion(q), func(raw string) (string, error) {
		clean, _, err := Check(q, raw)
		if err == nil && id == "webex.forwarding-address" {
			err = checkLoop(Wanted{ForwardingAddress: clean, Mailbox: r.Answers.Or("mailbox.address", r.Answers.Or("webex.email-id", ""))})
		}
		return clean, err
	})
	if err != nil {
		return err
	}
	r.Answers.Put(id, answer)
	wanted, _, err := parseWanted(r.Answers)
	if err == nil {
		r.Wanted = wanted
	}
	return nil
}

// suggestion is what a question offers: what is there, else the default.
func (r *Run) suggestion(q Question) string {
	switch q.ID {
	case "webex.asset-name":
		return webex.DefaultAssetName(r.Answers.Or("webex.email-id", ""))
	case "azure.admin", "exchange.admin", "mailbox.sign-in-as":
		return "" // nobody can be guessed
	}
	return q.Default
}

// Answer is the answer to a question that no step asks, cleaned: asked where a
// person is there and it was not given. Errors: *InvalidAnswer,
// *MissingAnswers, the operator's. The other answers are checked with it, and
// Wanted is then what they say.
func (r *Run) Answer(ctx context.Context, id string) (string, error) {
	if err := r.CheckAnswers(); err != nil {
		return "", err
	}
	raw, given := r.Answers.Get(id)
	if !given && !r.Operator.CanAsk() {
		return "", &MissingAnswers{[]string{id}}
	}
	if !given {
		if err := r.ask(ctx, id); err != nil {
			return "", err
		}
		raw, _ = r.Answers.Get(id)
	}
	q, _ := FindQuestion(id)
	clean, _, err := Check(q, raw)
	if err == nil {
		r.Wanted, _, err = parseWanted(r.Answers)
	}
	return clean, err
}
