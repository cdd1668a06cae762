package step

import (
	"encoding/json"
	"testing"
	"time"
)

// What was there before the first time, and what the last time left.
func TestADeedTellsOfTheFirstBeforeAndTheLastAfter(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 11, 27, hour, 0, 0, 0, time.UTC) }
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	d := Deed{}.
		Then(Entry{Key: "k", Target: "t", Op: Create, At: at(1), Before: raw("null"), After: raw("1"), Done: true, Made: raw(`"id"`)}).
		Then(Entry{Key: "k", Target: "t2", Op: Update, At: at(2), Before: raw("0"), After: raw("2"), Done: true, Made: raw(`"id2"`)}).
		Then(Entry{Key: "k", Target: "t2", Op: Update, At: at(3), Before: raw("2"), After: raw("3")})
	same(t, "deed", d, Deed{Op: Create, Key: "k", Target: "t2", Before: raw("null"), After: raw("3"), At: at(3), Times: 2, Done: true,
		Made: raw(`"id2"`)})

	anew := Deed{}.
		Then(Entry{Key: "k", Op: Update, Before: raw("0"), After: raw("1"), Done: true}).
		Then(Entry{Key: "k", Op: Create, Before: raw("null"), After: raw("2"), Done: true})
	same(t, "made anew", anew, Deed{Op: Create, Key: "k", Before: raw("null"), After: raw("2"), Times: 2, Done: true})

	interrupted := Deed{}.Then(Entry{Key: "k", Op: Create, After: raw("1")})
	if interrupted.Done || interrupted.Times != 0 || interrupted.Op != Create {
		t.Errorf("what no end is recorded of: %+v", interrupted)
	}
}
