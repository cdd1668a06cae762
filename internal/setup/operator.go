package setup

import (
	"context"
	"time"

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
	// SignIn shows an attempt at one sign-in: its address or code.
	SignIn(SignIn)
	// SignedIn reports how it ended, and gives what the browser's page says.
	SignedIn(SignInEnd) signin.Verdict
	// Notice tells what happens while a sign-in waits.
	Notice(signin.Notice)
	// Typed gives the lines that a person types or pastes while a sign-in
	// waits; nil where nobody is there. They end with ctx.
	Typed(ctx context.Context) <-chan string
	// Begin says that something takes time, again as it gets on; end says that
	// it has ended.
	Begin(Work) (end func())
	// Looked says of an examination that one more thing was looked at (here,
	// directory, exchange, network or token), or why it could not be.
	Looked(at string, err error)
	// Warn says something that does not stop the run.
	Warn(msg.Message)
	// Say is a line of progress.
	Say(msg.Message)
}

// Work is something that takes time.
type Work struct {
	What          msg.Message
	Number, Count int           // of several; Count 0: it is one
	Limit         time.Duration // how long it is waited for; 0: not known
}

// SignIn is an attempt at one sign-in, and its place among those of the run.
type SignIn struct {
	signin.Prompt
	Number, Count int
	Ends          time.Time // when it is no longer waited for, by the clock of this computer
}

// SignInEnd is how an attempt ended. The sign-in is over unless Again.
type SignInEnd struct {
	Role          signin.Role
	Wanted        string // the account asked for, "" for anyone
	Account       signin.Account
	Err           error
	Again         bool
	Number, Count int
	Next          *ExpectedSignIn // nil: none that is known of
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
