package microsoft

// Cause is why a request came to nothing where the service itself refused
// nothing. It stands below an Error, whose Code, where there is one, says
// more. Each is made once and compared by errors.Is; it is never changed.
type Cause struct{ code, text string }

// NewCause makes a cause: the code of the advice, and a fact in English.
func NewCause(code, text string) *Cause { return &Cause{code, text} }

func (c *Cause) Error() string { return c.text }

// Fact gives the code of the advice; what it is about stands in the Error
// above.
func (c *Cause) Fact() (code, object, detail string) { return c.code, "", c.text }
