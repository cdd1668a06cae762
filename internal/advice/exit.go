package advice

import "slices"

// Exit is the program's exit status: a contract with scripts.
type Exit int

// The exit codes of `wxmail help exit-codes`.
const (
	OK          Exit = 0
	Failure     Exit = 1
	Usage       Exit = 2
	Differences Exit = 3
	SignIn      Exit = 4
	Permission  Exit = 5
	ReadBack    Exit = 6
	Locked      Exit = 7
	Unavailable Exit = 8
	Unanswered  Exit = 9
	Waiting     Exit = 10
	Interrupted Exit = 130
)

// Exits are all of them, in the order of the help.
func Exits() []Exit {
	return []Exit{OK, Failure, Usage, Differences, SignIn, Permission, ReadBack, Locked, Unavailable, Unanswered, Waiting, Interrupted}
}

// precedence is which exit tells where several apply.
var precedence = [...]Exit{Interrupted, Locked, Usage, Unanswered, SignIn, Permission, Unavailable, ReadBack, Waiting, Failure, Differences}

// rank is the place of an exit in the precedence, the lowest first.
func (e Exit) rank() int { return slices.Index(precedence[:], e) }
