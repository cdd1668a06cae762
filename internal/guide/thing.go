package guide

import (
	"context"
	"encoding/json"
	"strings"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Thing is one object or setting that the guide brings into shape: a row of
// the list in steps.go, and a file of this package.
type Thing struct {
	Key     string       // how the keys of its changes begin
	Writes  world.Source // what its changes write to; Held for what stays here
	Needs   []string     // keys of the things it stands on: they stay while it stays
	Right   Right        // who may write it
	Reasons []step.Known // the findings that its changes mend

	// Plan adds what of the thing differs from what is wanted.
	Plan func(Facts, *step.Plan)
	// Apply makes one change, the very one that was shown, and gives what the
	// journal keeps of it.
	Apply func(context.Context, Hands, step.Change) (made any, err error)
	// Undo plans to take back what was done under the key of a deed; nil for
	// what cannot be taken back, or goes along with what it stands on.
	Undo func(Facts, step.Deed, *step.Plan)
	// Learn remembers what a journal's entry teaches besides the deed.
	Learn func(*world.Memory, step.Entry)
	// Forget takes out of the memory what the end of a deed has ended besides.
	Forget func(*world.Memory, step.Entry)
	// Names is the mailbox that an entry of an old journal tells of, or "";
	// nil: it never does.
	Names func(step.Entry) string

	// drifted says whether what a change found is no longer as a deed left it,
	// through nobody's wish but somebody else's; nil: nobody but wxmail changes it.
	drifted func(step.Change, step.Deed) bool
	// shows says how the world shows what a change has made, where the plan
	// does not tell; nil: it does.
	shows func(Facts, step.Change) shown
}

// owns says whether a change of that key is the thing's.
func (t Thing) owns(key string) bool { return key == t.Key || strings.HasPrefix(key, t.Key+".") }

// parts are a thing in terms of its own kind of value.
type parts[V step.Value] struct {
	apply func(context.Context, Hands, Edit[V]) (any, error)
	undo  func(Facts, Left[V], *step.Plan)
	same  func(a, b V) bool // one value shown in two ways; nil: nobody but wxmail changes it
	shows func(Facts, Edit[V]) shown
}

// Edit is a change with its values by their own type.
type Edit[V step.Value] struct {
	step.Change
	Before, After V
}

// Left is a deed with its values by their own type: what was there before
// wxmail came, and what it left.
type Left[V step.Value] struct {
	step.Deed
	Before, After V
}

// of completes a thing by what knows its kind of value.
func of[V step.Value](t Thing, p parts[V]) Thing {
	if p.apply != nil {
		t.Apply = func(ctx context.Context, h Hands, c step.Change) (any, error) {
			edit, err := edited[V](c)
			if err != nil {
				return nil, err
			}
			return p.apply(ctx, h, edit)
		}
	}
	if p.undo != nil {
		t.Undo = func(f Facts, d step.Deed, plan *step.Plan) { p.undo(f, left[V](d), plan) }
	}
	if p.shows != nil {
		t.shows = func(f Facts, c step.Change) shown {
			edit, err := edited[V](c)
			if err != nil {
				return otherwise
			}
			return p.shows(f, edit)
		}
	}
	if p.same != nil {
		t.drifted = func(c step.Change, d step.Deed) bool {
			return strings.EqualFold(c.Target, d.Target) && !asLeft(c, d, p.same)
		}
	}
	return t
}

func edited[V step.Value](c step.Change) (Edit[V], error) {
	before, is := typed[V](c.Before)
	after, was := typed[V](c.After)
	if !is || !was {
		return Edit[V]{}, &step.Obstacle{Code: "WX-INTERNAL", Step: c.Step, Object: c.Key, Detail: "a value of another kind"}
	}
	return Edit[V]{c, before, after}, nil
}

func typed[V step.Value](v step.Value) (value V, ok bool) {
	if v == nil {
		return value, true
	}
	value, ok = v.(V)
	return value, ok
}

func left[V step.Value](d step.Deed) Left[V] {
	return Left[V]{d, decode[V](d.Before), decode[V](d.After)}
}

// worded is a value that older versions kept as its words alone.
type worded interface{ fromWords(string) }

// decode reads a value that a journal keeps. What does not parse tells nothing:
// it is the zero value.
func decode[V step.Value](raw json.RawMessage) (v V) {
	var words string
	if old, is := any(&v).(worded); is && json.Unmarshal(raw, &words) == nil && words != "" {
		old.fromWords(words)
		return v
	}
	if json.Unmarshal(raw, &v) != nil {
		var zero V
		return zero
	}
	return v
}

// asLeft says whether an object stands as wxmail left it.
func asLeft[V step.Value](c step.Change, d step.Deed, same func(a, b V) bool) bool {
	before, is := typed[V](c.Before)
	return is && (c.Before == nil) == (string(d.After) == "null" || len(d.After) == 0) && same(before, decode[V](d.After))
}

// shown is how the world shows what a change has made.
type shown int

const (
	asMade shown = iota
	asBefore
	otherwise
)
