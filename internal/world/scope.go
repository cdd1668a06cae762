package world

// Scope is what a diagnosis looks at, and what it tries besides.
type Scope struct {
	Steps   []string // those of the guide that are planned
	Sources Source

	Network bool // each host is tried, and the clock
	Secret  bool // the client secret is tried, where no token tells
	SMTP    bool // the stored token is tried at submission; nothing is sent
	Contact bool // the shapes of all answers are compared with those that are known
}
