package cli

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
)

// Review shows the answers, numbered.
func (o operator) Review(ctx context.Context, all []setup.Answered) (string, error) {
	var rows []string
	for _, a := range all {
		rows = append(rows, o.answeredRow(a))
	}
	o.ui.ShowList(msg.M("review.title"), rows)
	n, _, err := o.pick(ctx, "answers.review", "review.prompt", len(all))
	if err != nil || n == 0 {
		return "", err
	}
	return all[n-1].Question, nil
}

// answeredRow is an answer beside its question.
func (o operator) answeredRow(a setup.Answered) string {
	text := o.ui.Catalogue().Text
	prompt, answer, row := text("question."+a.Question+".prompt"), a.Answer, "review.row"
	if answer == "" {
		answer = text("review.open")
	}
	if q, _ := wanted.FindQuestion(a.Question); q.Kind == wanted.Bool {
		row = "review.row-asked"
		answer = text(map[string]string{"true": "ask.yes", "false": "ask.no"}[a.Answer])
	}
	return text(row, "Prompt", prompt, "Answer", answer)
}

// pick asks for a number from 1 to count, or for one of some keys. Enter alone
// is 0 and no key.
func (o operator) pick(ctx context.Context, id, prompt string, count int, keys ...string) (n int, key string, err error) {
	_, err = o.ui.Ask(ctx, ui.Question{ID: id, Kind: ui.Text, Prompt: msg.M(prompt), Validate: func(typed string) error {
		n, key = 0, ""
		if typed == "" {
			return nil
		}
		if slices.Contains(keys, strings.ToLower(typed)) {
			key = strings.ToLower(typed)
			return nil
		}
		var wrong error
		if n, wrong = strconv.Atoi(typed); wrong != nil || n < 1 || n > count {
			return errors.New(o.ui.Catalogue().Text("review.range", "Count", count))
		}
		return nil
	}})
	return n, key, err
}
