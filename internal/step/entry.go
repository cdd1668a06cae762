package step

import (
	"encoding/json"
	"time"
)

// Entry is one change as a journal tells it: what was intended and how it
// ended, which is nothing where the run was interrupted.
type Entry struct {
	Run           string // whose changes belong together
	Mailbox       string // that the run was for; "" where it is not known
	Application   string // that the run was for, as the journal names it; "" where it is not known
	Key, Target   string
	Op            Op
	At            time.Time
	Before, After json.RawMessage
	Done          bool
	Refused       bool            // the service said that it did nothing
	Made          json.RawMessage // of what is done
}

// Deed is what a journal knows of one thing that wxmail changed, perhaps
// several times: what was there before the first time, and what it left.
type Deed struct {
	Op            Op // of the first time
	Key, Target   string
	Before, After json.RawMessage
	At            time.Time // of the last time
	Times         int       // how often it was made
	Done          bool
	Made          json.RawMessage // of the last time that it was done
}

// Then is the deed after one more entry of its key. What was made anew is no
// longer what was there before.
func (d Deed) Then(e Entry) Deed {
	if d.Op == "" || d.Op == Update && e.Op == Create {
		d.Op, d.Before = e.Op, e.Before
	}
	d.Key, d.Target, d.After, d.At, d.Done = e.Key, e.Target, e.After, e.At, d.Done || e.Done
	if e.Done {
		d.Times, d.Made = d.Times+1, e.Made
	}
	return d
}
