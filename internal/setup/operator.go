package setup

import (
	"context"

	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

// Operator is the person or script that a run talks to. All methods may be
// called from several goroutines; Ask and Agree are called from one.
type Operator interface {
	// CanAsk says whether a person is there to answer.
	CanAsk() bool
	// Ask puts a question. suggestion is offered as the default; check
	// returns the cleaned answer, and what is refused is asked again. ErrBack
	// says that the person wants the question before it, where there is one.
	Ask(ctx context.Context, q wanted.Question, suggestion string, check func(string) (string, error)) (string, error)
	// AskSecret asks for the client secret of an application that is taken
	// over, unseen, until check takes it; a secret that is not set is none.
	AskSecret(ctx context.Context, application string, check func(secret.Value) error) (secret.Value, error)
	// Review shows all answers and gives the question that the person wants to
	// answer anew, "" for none.
	Review(ctx context.Context, all []Answered) (id string, err error)
	// ShowForm shows what is to be pasted into Webex Connect, before it is
	// asked whether that was done. A person may take long.
	ShowForm(context.Context, *Summary) error
	// ShowPlan shows what is about to change.
	ShowPlan(*step.Plan)
	// Agree asks whether the plan shown may be applied; revisable says whether
	// answers may be changed first.
	Agree(ctx context.Context, plan *step.Plan, revisable bool) (Decision, error)
	// ShowOutcome reports a change as it ends.
	ShowOutcome(step.Outcome)
	// ShowSignIns says, before the first browser opens, who must sign in.
	ShowSignIns([]ExpectedSignIn)
	// SignIn shows one sign-in's address or code.
	SignIn(signin.Prompt)
	// Paste gives what a person pastes while a sign-in waits, and a signal
	// when the browser is wanted again; nil where nobody is there. Both end
	// with ctx.
	Paste(ctx context.Context) (pasted <-chan string, reopen <-chan struct{})
	// Warn says something that does not stop the run.
	Warn(msg.Message)
	// Say is a line of progress.
	Say(msg.Message)
}

// Decision is what an operator says to a plan.
type Decision int

// The decisions.
const (
	Declined Decision = iota
	Agreed
	Revised // answers are to be changed, then there is another plan
)

// ExpectedSignIn is one sign-in that is still ahead.
type ExpectedSignIn struct {
	Role    signin.Role
	Account string // "" is whoever signs in
}
