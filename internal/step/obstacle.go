package step

import "wxmail/internal/msg"

// Obstacle is a reason why a step cannot be finished now, found while
// planning: a policy, a missing role, an answer nobody gave. It is an error
// with a stable code; advice and exit code stand in the table of package
// advice.
type Obstacle struct {
	Code     string // "WX-…"
	Step     string
	Object   string // the mailbox, rule, policy or account concerned
	Detail   string // what the words need besides, in the service's own terms
	Evidence string // what was read, in Microsoft's names; "" where Detail says it

	// Question is the answer that would remove it; asked where a person is
	// present. Empty when no answer helps.
	Question string
	// Tells is what to know before one answers: how the thing stands that the
	// answer changes.
	Tells []msg.Message
	// About is the key of the one change that it withholds, "" for all that
	// follow in its step.
	About string
	// Stops says that nothing at all may be written while it stands. What
	// does not stop leaves its own step unfinished and the others go on.
	Stops bool
	// Waiting says that the step is in order on our side and waits for
	// somebody else: Microsoft, or an administrator with another role.
	Waiting bool
	// Unseen says that the world could not be seen well enough: whether
	// something is to be done, or was done, is not known.
	Unseen bool
	// Repeats says that an earlier step met the same.
	Repeats bool
	// Err is the service's refusal where there was one.
	Err error
}

// Error names the code and the object.
func (o *Obstacle) Error() string {
	text := o.Code
	if o.Object != "" {
		text += " " + o.Object
	}
	if o.Detail != "" {
		text += ": " + o.Detail
	}
	return text
}

// Fact is the code, what it is about, and what its words need besides.
func (o *Obstacle) Fact() (code, object, detail string) { return o.Code, o.Object, o.Detail }

// Unwrap gives the service's refusal.
func (o *Obstacle) Unwrap() error { return o.Err }

// Again is the obstacle as a later step meets it.
func (o *Obstacle) Again() *Obstacle {
	same := *o
	same.Question, same.Repeats, same.Step = "", false, ""
	return &same
}
