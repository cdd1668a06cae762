package ui

import (
	"bytes"
	"encoding/json"
	"time"

	"wxmail/internal/msg"
)

// Event is something that happened in a run, as data. Its JSON form is a
// contract: scripts read it.
type Event interface {
	name() string
	show(*Terminal)
}

// Sink takes events as they happen. It may be called from many goroutines.
type Sink interface{ Event(Event) }

// Time is a moment in JSON as RFC 3339 in UTC, to the second; null if zero.
type Time time.Time

// MarshalJSON gives null for the zero time.
func (t Time) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(time.Time(t).UTC().Format(time.RFC3339))
}

// Asked is a question put to a person.
type Asked struct {
	ID      string       `json:"id"`
	Kind    Kind         `json:"kind"`
	Prompt  msg.Message  `json:"prompt"`
	Help    msg.Message  `json:"help"`
	Default msg.Nullable `json:"default"`
	Choices []Choice     `json:"choices"`
}

// SignIn asks a person to sign in somewhere.
type SignIn struct {
	Role    string       `json:"role"`    // directory, exchange or mailbox
	Account msg.Nullable `json:"account"` // null: whoever signs in
	URL     string       `json:"url"`
	Code    msg.Nullable `json:"code"` // to be typed there; null in a browser flow

	Head    msg.Message   `json:"-"` // which sign-in it is, for a person
	Address string        `json:"-"` // where a person begins; "" for URL
	Hints   []msg.Message `json:"-"` // what can be done meanwhile
	Command string        `json:"-"` // to be copied whole; "" for none
}

// Opened is a page that wxmail shows on this computer.
type Opened struct {
	Address string       `json:"address"` // leads there once
	Code    msg.Nullable `json:"code"`    // asked for by a browser that was opened otherwise; null where none was
	Tunnel  msg.Nullable `json:"tunnel"`  // the command that brings the page to the computer of the browser; null where it is this one
}

// Change is one planned change, as a person and a script see it. Before and
// After are anything that marshals; a secret is "(set)".
type Change struct {
	Step   string        `json:"step"`
	Key    string        `json:"key"`
	Op     string        `json:"op"` // create, update or delete
	Target string        `json:"target"`
	Before any           `json:"before"`
	After  any           `json:"after"`
	Risk   msg.Message   `json:"risk"`
	Ours   bool          `json:"ours"`
	Was    []msg.Message `json:"-"` // Before in words, a line each
	Is     []msg.Message `json:"-"` // After likewise
	Drift  msg.Message   `json:"-"` // that somebody undid what had been done; zero for new work
	Portal string        `json:"-"` // where it is made: directory, exchange or here
}

// value is what is made or, where it is deleted, what was there.
func (c Change) value() []msg.Message {
	if len(c.Is) > 0 {
		return c.Is
	}
	return c.Was
}

// Plan is what a run is about to change, and which steps wait for somebody
// else meanwhile.
type Plan struct {
	Changes []Change `json:"changes"`
	Waiting []Waits  `json:"waiting,omitempty"`
	Left    []Waits  `json:"-"` // steps that an answer leaves out

	keyless bool // shown without the keys of the changes
}

// Waits is a step that somebody else has to finish.
type Waits struct {
	Step string      `json:"step"`
	Why  msg.Message `json:"why"`
}

// Applied is how one change ended.
type Applied struct {
	Step   string     `json:"step"`
	Key    string     `json:"key"`
	Op     string     `json:"op"`
	Target string     `json:"target"`
	State  State      `json:"state"` // done, failed or skipped
	Error  *ErrorInfo `json:"error"`

	Value []msg.Message `json:"-"` // what was made or taken away, in words
}

// Wait is something that the run waits for.
type Wait struct {
	For   string `json:"for"` // a fact in English: "graph: throttled"
	Since Time   `json:"since"`

	Text msg.Message `json:"-"` // the same for a person; For where zero
}

// Warning is something to know that stops nothing.
type Warning struct {
	Code    msg.Nullable `json:"code"`
	Message msg.Message  `json:"message"`
}

// ErrorInfo is why a run failed.
type ErrorInfo struct {
	Code      string       `json:"code"` // "WX-…"
	Operation msg.Nullable `json:"operation"`
	Object    msg.Nullable `json:"object"`
	Message   msg.Message  `json:"message"`
	Fix       msg.Message  `json:"fix"`
	RequestID msg.Nullable `json:"requestId"`

	Waits bool `json:"-"` // all is in order on our side: it is shown as waiting
}

// Result ends a run. It is shown in words by whoever knows the command.
type Result struct {
	Exit   int        `json:"exit"`
	Error  *ErrorInfo `json:"error,omitempty"`
	Values any        `json:"values,omitempty"` // setup: the document of `values`
	Made   any        `json:"made,omitempty"`   // of a step: what it made or found made, as `summary` has it
	Demo   any        `json:"demo,omitempty"`

	Findings any `json:"findings,omitempty"` // doctor --fix: those that are left; where mending failed, those that it was for
	Verified any `json:"verified,omitempty"` // verify
	Undone   any `json:"undone,omitempty"`   // undo: what was taken back, kept and left
}

func (Asked) name() string   { return "question" }
func (SignIn) name() string  { return "sign-in" }
func (Opened) name() string  { return "page" }
func (Plan) name() string    { return "plan" }
func (Applied) name() string { return "change" }
func (Wait) name() string    { return "wait" }
func (Warning) name() string { return "warning" }
func (Result) name() string  { return "result" }

// Event shows an event: one line of JSON on standard output, or words on
// standard error.
func (t *Terminal) Event(e Event) {
	if !t.options.JSON {
		e.show(t)
		return
	}
	raw, err := encode(e)
	if err != nil { // a programming error: say that something happened
		raw, _ = encode(Warning{Message: msg.M(err.Error())})
	}
	t.exit.document(t.options.Out, raw)
}

// encode puts the event's name before its own keys.
func encode(e Event) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // URLs stay as they are
	if err := encoder.Encode(e); err != nil {
		return nil, err
	}
	return append([]byte(`{"event":"`+e.name()+`",`), out.Bytes()[1:]...), nil
}
