package step

// Obstacle is a reason why a step cannot be finished now, found while
// planning: a policy, a missing role, an answer nobody gave. It is an error
// with a stable code; advice and exit code stand in the table of package cli.
type Obstacle struct {
	Code   string // "WX-…"
	Step   string
	Object string // the mailbox, rule, policy or account concerned
	Detail string // what was read, in the service's own terms

	// Question is the answer that would remove it; asked where a person is
	// present. Empty when no answer helps.
	Question string
	// Stops says that nothing at all may be written while it stands. What
	// does not stop leaves its own step unfinished and the others go on.
	Stops bool
	// Waiting says that the step is in order on our side and waits for
	// somebody else: Microsoft, or an administrator with another role.
	Waiting bool
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

// Unwrap gives the service's refusal.
func (o *Obstacle) Unwrap() error { return o.Err }
