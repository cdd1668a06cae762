package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"wxmail/internal/advice"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// operator is the person at a terminal, or the script behind --json, as a run
// sees them.
type operator struct {
	ui   *ui.Terminal
	form func(context.Context, *setup.Summary) error // shows what is to be pasted
	yes  bool                                        // plans are agreed to beforehand
}

func (o operator) CanAsk() bool { return o.ui.Interactive() }

func (o operator) Ask(ctx context.Context, q wanted.Question, suggestion string, check func(string) (string, error)) (string, error) {
	prompt := ui.Question{ID: q.ID, Kind: kindOf(q), Default: suggestion,
		About: q.About, More: moreOf(q), Back: q.Back, Consent: q.Deliberate,
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
	if errors.Is(err, ui.ErrBack) {
		return "", setup.ErrBack
	}
	if err != nil {
		return "", err
	}
	answer, err := check(raw)
	if prompt.Kind == ui.Text && err == nil && answer != raw {
		o.ui.Say(msg.M("ask.taken", "Answer", answer))
	}
	return answer, err
}

// moreOf is what a person is told who does not know the answer: where it is
// found and what it leads to, an example, and how to give it beforehand.
func moreOf(q wanted.Question) []msg.Message {
	more := []msg.Message{msg.M("question." + q.ID + ".more")}
	if q.Example != "" {
		more = append(more, msg.M("ask.example", "Example", q.Example))
	}
	return append(more, msg.M("ask.beforehand", "Flag", q.Flag, "ID", q.ID))
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

// ShowPlan shows a person who is about to be asked what matters, and tells
// everything where nobody is.
func (o operator) ShowPlan(p *step.Plan) {
	if o.ui.JSON() || o.yes || !o.CanAsk() {
		o.ui.Event(planEvent(p))
		return
	}
	o.ui.ShowBrief(planEvent(p), false)
}

func planEvent(p *step.Plan) ui.Plan {
	event := ui.Plan{Changes: []ui.Change{}}
	for _, c := range p.Changes {
		event.Changes = append(event.Changes, ui.Change{Step: c.Step, Key: c.Key, Op: string(c.Op), Target: c.Target,
			Before: c.Before, After: c.After, Was: wordsOf(c.Before), Is: wordsOf(c.After), Risk: c.Risk, Ours: c.Ours,
			Drift: driftOf(c), Portal: portalOf(c)})
	}
	for _, o := range p.Obstacles {
		waits := ui.Waits{Step: o.Step, Why: advice.Explain(o).What}
		switch {
		case o.Waiting:
			event.Waiting = append(event.Waiting, waits)
		case !o.Stops:
			event.Left = append(event.Left, waits)
		}
	}
	return event
}

// portalOf is where a change is made.
func portalOf(c step.Change) string {
	t, _ := guide.ThingOf(c.Key)
	switch t.Writes {
	case world.Directory:
		return "directory"
	case world.Exchange:
		return "exchange"
	}
	return "here"
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
	return msg.M("plan.drifted", "Date", msg.DayOf(c.Drift))
}

// Agree asks once the plan was shown. Enter alone agrees to nothing that
// carries a risk.
func (o operator) Agree(ctx context.Context, p *step.Plan, revisable bool) (setup.Decision, error) {
	q := ui.Question{ID: "plan.agree", Kind: ui.Confirm, Default: "true", Consent: true, Keys: "dq",
		Prompt: msg.M("plan.agree", "Count", len(p.Changes)), Help: msg.M("plan.agree-help")}
	if revisable {
		q.Keys, q.Help = "dcq", msg.M("plan.agree-or-change")
	}
	if slices.ContainsFunc(p.Changes, func(c step.Change) bool { return !c.Risk.IsZero() }) {
		q.Default = ""
	}
	for {
		switch answer, err := o.ui.Ask(ctx, q); {
		case err != nil:
			return setup.Declined, err
		case answer == "d":
			o.ui.ShowBrief(planEvent(p), true)
		case answer == "c":
			return setup.Revised, nil
		case answer == "true":
			return setup.Agreed, nil
		default:
			return setup.Declined, nil
		}
	}
}

func (o operator) ShowOutcome(out step.Outcome) {
	event := ui.Applied{Step: out.Change.Step, Key: out.Change.Key, Op: string(out.Change.Op), Target: out.Change.Target,
		State: stateOf(out.State), Value: wordsOf(cmp.Or(out.Change.After, out.Change.Before))}
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
