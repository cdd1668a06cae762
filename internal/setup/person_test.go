package setup_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wxmail/internal/msg"
	"wxmail/internal/sandbox"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

// person is the operator of one run, with a robot that signs in. It remembers
// all that it was asked and told.
type person struct {
	t       testing.TB
	sandbox string            // its folder
	answers map[string]string // what is said to a question, else what was suggested; nil: nobody is there
	secrets []string          // that are typed where one is asked for
	no      bool              // to every plan
	reviews []string          // questions that are answered anew, one a review
	revises []string          // likewise once the plan is shown
	backs   map[string]int    // how often the person goes back from a question
	as      map[signin.Role]string

	atSignIn func(signin.Prompt) (goesOn bool) // what happens first; false: nobody signs in
	atEnd    func(step.Outcome)                // of a change
	atPlan   func()                            // what happens before the person answers to a plan
	typed    chan string

	mu       sync.Mutex
	asked    []string
	plans    []*step.Plan
	reviewed [][]setup.Answered
	about    []string // what was told before a question
	outcomes []step.Outcome
	expected []setup.ExpectedSignIn
	prompts  []setup.SignIn
	ends     []setup.SignInEnd
	works    []setup.Work
	looked   []string
	warned   []string
	said     []string
	forms    []*setup.Summary

	atForm func(*setup.Summary) // what happens before the person answers
	robots sync.WaitGroup
}

// nobody is there: the answers were given, and the plan is agreed to.
func (o *office) nobody() *person {
	return &person{t: o.t, sandbox: filepath.Dir(o.CloudFile()), as: map[signin.Role]string{}}
}

// somebody answers, and agrees.
func (o *office) somebody(answers map[string]string) *person {
	p := o.nobody()
	p.answers = answers
	return p
}

// runs lets a run run to its end, which comes.
func (p *person) runs(run func(context.Context) *setup.Result) *setup.Result {
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	result := run(ctx)
	p.robots.Wait()
	return result
}

func (p *person) note(what func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	what()
}

// signedIn are the roles that somebody was asked to sign in for, in order.
func (p *person) signedIn() (roles []signin.Role) {
	p.note(func() {
		for _, prompt := range p.prompts {
			roles = append(roles, prompt.Role)
		}
	})
	return roles
}

func (p *person) CanAsk() bool { return p.answers != nil }

func (p *person) Ask(_ context.Context, q wanted.Question, suggestion string, check func(string) (string, error)) (string, error) {
	p.note(func() {
		p.asked = append(p.asked, q.ID)
		for _, m := range q.About {
			p.about = append(p.about, m.ID)
		}
	})
	if q.Back && p.backs[q.ID] > 0 {
		p.backs[q.ID]--
		return "", setup.ErrBack
	}
	if answer, given := p.answers[q.ID]; given {
		return check(answer)
	}
	return check(suggestion)
}

// AskSecret types one secret after the other, until one is taken.
func (p *person) AskSecret(_ context.Context, _ string, check func(secret.Value) error) (secret.Value, error) {
	for _, value := range p.secrets {
		p.note(func() { p.asked = append(p.asked, "a secret") })
		if err := check(secret.New(value)); err == nil {
			return secret.New(value), nil
		}
	}
	return secret.Value{}, nil
}

func (p *person) ShowForm(_ context.Context, s *setup.Summary) error {
	p.note(func() { p.forms = append(p.forms, s) })
	if p.atForm != nil {
		p.atForm(s)
	}
	return nil
}

func (p *person) ShowPlan(plan *step.Plan) { p.note(func() { p.plans = append(p.plans, plan) }) }

func (p *person) Agree(context.Context, *step.Plan, bool) (setup.Decision, error) {
	if p.atPlan != nil {
		p.atPlan()
	}
	switch {
	case p.no:
		return setup.Declined, nil
	case len(p.revises) > 0:
		p.reviews, p.revises = append(p.reviews, p.revises...), nil
		return setup.Revised, nil
	}
	return setup.Agreed, nil
}

// Review changes one answer after the other that the person wants to change.
func (p *person) Review(_ context.Context, all []setup.Answered) (id string, err error) {
	p.note(func() { p.reviewed = append(p.reviewed, all) })
	if len(p.reviews) > 0 {
		id, p.reviews = p.reviews[0], p.reviews[1:]
	}
	return id, nil
}

func (p *person) ShowOutcome(o step.Outcome) {
	p.note(func() { p.outcomes = append(p.outcomes, o) })
	if p.atEnd != nil {
		p.atEnd(o)
	}
}

func (p *person) ShowSignIns(ahead []setup.ExpectedSignIn) {
	p.note(func() { p.expected = append(p.expected, ahead...) })
}

func (p *person) SignIn(prompt setup.SignIn) {
	p.note(func() { p.prompts = append(p.prompts, prompt) })
	p.robots.Go(func() {
		if p.atSignIn != nil && !p.atSignIn(prompt.Prompt) {
			return
		}
		if err := p.browse(prompt.Prompt); err != nil {
			p.t.Logf("the robot, for %s: %v", prompt.Role, err)
		}
	})
}

func (p *person) browse(prompt signin.Prompt) error {
	if prompt.Code != "" {
		return sandbox.BrowseCode(p.t.Context(), p.sandbox, prompt.Code, p.as[prompt.Role])
	}
	_, err := sandbox.Browse(p.t.Context(), p.sandbox, prompt.URL, p.as[prompt.Role])
	return err
}

func (p *person) SignedIn(e setup.SignInEnd) signin.Verdict {
	p.note(func() { p.ends = append(p.ends, e) })
	return signin.Verdict{}
}

func (p *person) Notice(n signin.Notice) {
	p.note(func() { p.warned = append(p.warned, string(n.What)) })
}

func (p *person) Typed(context.Context) <-chan string { return p.typed }

func (p *person) Begin(w setup.Work) (end func()) {
	p.note(func() { p.works = append(p.works, w) })
	return func() {}
}

func (p *person) Looked(at string, _ error) { p.note(func() { p.looked = append(p.looked, at) }) }

func (p *person) Warn(m msg.Message) { p.note(func() { p.warned = append(p.warned, m.ID) }) }

func (p *person) Say(m msg.Message) { p.note(func() { p.said = append(p.said, m.ID) }) }
