package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"wxmail/internal/advice"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
)

// operator is the person at a terminal, or the script behind --json, as a run
// sees them.
type operator struct {
	ui   *ui.Terminal
	form func(context.Context, *setup.Summary) error // shows what is to be pasted
}

func (o operator) CanAsk() bool { return o.ui.Interactive() }

func (o operator) Ask(ctx context.Context, q wanted.Question, suggestion string, check func(string) (string, error)) (string, error) {
	prompt := ui.Question{ID: q.ID, Kind: kindOf(q), Default: suggestion,
		Prompt: msg.M("question." + q.ID + ".prompt"), Help: msg.M("question." + q.ID + ".help")}
	for i, choice := range q.Choices {
		prompt.Choices = append(prompt.Choices, ui.Choice{Value: choice})
		if q.Labels != nil {
			prompt.Choices[i].Label = q.Labels[i]
		}
	}
	if q.Kind == wanted.Bool && q.Labels != nil { // Enter alone agrees to nothing
		prompt.Kind, prompt.Default = ui.Select, "false"
		prompt.Choices = []ui.Choice{{Value: "true", Label: q.Labels[0]}, {Value: "false", Label: q.Labels[1]}}
	}
	prompt.Validate = func(raw string) error {
		_, err := check(raw)
		return o.problem(err)
	}
	raw, err := o.ui.Ask(ctx, prompt)
	if err != nil {
		return "", err
	}
	return check(raw)
}

// AskSecret asks unseen; Enter alone gives none.
func (o operator) AskSecret(ctx context.Context, application string, check func(secret.Value) error) (secret.Value, error) {
	var given secret.Value
	_, err := o.ui.Ask(ctx, ui.Question{ID: "azure.known-secret", Kind: ui.Password,
		Prompt: msg.M("adopt.secret.prompt", "Name", application), Help: msg.M("adopt.secret.help", "Name", application),
		Validate: func(text string) error {
			given = secret.New(strings.TrimSpace(text))
			if !given.IsSet() {
				return nil
			}
			if err := check(given); err != nil {
				return errors.New(o.ui.Catalogue().Say(advice.Explain(err).What))
			}
			return nil
		}})
	return given, err
}

// problem is why an answer is refused, in the person's language.
func (o operator) problem(err error) error {
	var invalid *wanted.InvalidAnswer
	var taken *setup.ForwardingTaken
	if errors.As(err, &taken) {
		return errors.New(o.ui.Catalogue().Say(advice.Explain(err).What))
	}
	if !errors.As(err, &invalid) {
		return err
	}
	return errors.New(o.ui.Catalogue().Say(invalid.Refusal()))
}

func kindOf(q wanted.Question) ui.Kind {
	switch q.Kind {
	case wanted.Bool:
		return ui.Confirm
	case wanted.Choice:
		return ui.Select
	}
	return ui.Text
}

func (o operator) ShowForm(ctx context.Context, s *setup.Summary) error { return o.form(ctx, s) }

func (o operator) ShowPlan(p *step.Plan) { o.ui.Event(planEvent(p)) }

func planEvent(p *step.Plan) ui.Plan {
	event := ui.Plan{Changes: []ui.Change{}}
	for _, c := range p.Changes {
		event.Changes = append(event.Changes, ui.Change{Step: c.Step, Key: c.Key, Op: string(c.Op), Target: c.Target,
			Before: c.Before, After: c.After, Was: wordsOf(c.Before), Is: wordsOf(c.After), Risk: c.Risk, Ours: c.Ours, Drift: driftOf(c)})
	}
	for _, o := range p.Obstacles {
		if o.Waiting {
			event.Waiting = append(event.Waiting, ui.Waits{Step: o.Step, Why: advice.Explain(o).What})
		}
	}
	return event
}

func wordsOf(v step.Value) []msg.Message {
	if v == nil {
		return nil
	}
	return v.Words()
}

func driftOf(c step.Change) msg.Message {
	if c.Drift.IsZero() {
		return msg.Message{}
	}
	return msg.M("plan.drifted", "Date", c.Drift.UTC().Format(time.DateOnly))
}

func (o operator) Agree(ctx context.Context, p *step.Plan) (bool, error) {
	o.ui.ShowAnyhow(planEvent(p))
	return o.ui.Confirm(ctx, ui.Question{ID: "plan.agree", Default: "true",
		Prompt: msg.M("plan.agree", "Count", len(p.Changes)), Help: msg.M("plan.agree-help")})
}

func (o operator) ShowOutcome(out step.Outcome) {
	event := ui.Applied{Step: out.Change.Step, Key: out.Change.Key, Op: string(out.Change.Op), Target: out.Change.Target,
		State: stateOf(out.State)}
	if out.Err != nil {
		info := infoOf(advice.Explain(out.Err))
		event.Error = &info
	}
	o.ui.Event(event)
}

func stateOf(s step.State) ui.State {
	switch s {
	case step.Done:
		return ui.Done
	case step.Failed:
		return ui.Failed
	}
	return ui.Skipped
}

// ShowSignIns prepares the person for the browser: how many sign-ins, as
// whom, and what not to tick.
func (o operator) ShowSignIns(ahead []setup.ExpectedSignIn) {
	if len(ahead) == 0 {
		return
	}
	o.ui.Heading(msg.M("sign-ins.title", "Count", len(ahead)))
	for _, s := range ahead {
		id := "sign-ins." + string(s.Role)
		if s.Account == "" {
			id = "sign-ins.anyone-" + string(s.Role)
		}
		o.ui.Say(msg.M(id, "Account", s.Account))
	}
	if ahead[0].Role != signin.Mailbox { // an administrator comes first
		o.ui.Say(msg.M("sign-ins.advice"))
	}
}

func (o operator) Warn(m msg.Message) { o.ui.Warn(m) }

func (o operator) Say(m msg.Message) { o.ui.Say(m) }
