package step

import (
	"slices"
	"strings"
	"time"

	"wxmail/internal/msg"
)

// Op is what a Change does to its target.
type Op string

// The three operations.
const (
	Create Op = "create"
	Update Op = "update"
	Delete Op = "delete"
)

// Value is how a thing stands, before a change or after it: typed, so that it
// can be applied, journaled, compared and taken back; its words come from the
// catalogue. A secret never stands in one; it is written as "(set)".
type Value interface {
	// Words say the value, a line each; what two values have in common is
	// said in the same words.
	Words() []msg.Message
}

// Change is one difference between what is and what is wanted, as data: it is
// shown before it is applied, it is what is applied, it is recorded while it
// is applied, and looked for again afterwards.
type Change struct {
	Step   string      `json:"step"`
	Key    string      `json:"key"` // stable: "azure.application", "mailbox.forwarding"
	Op     Op          `json:"op"`
	Target string      `json:"target"` // the object, by a name that a person knows
	Before Value       `json:"before"` // nil: nothing was there, or it does not matter
	After  Value       `json:"after"`
	Risk   msg.Message `json:"risk"` // what to think of before agreeing; null if nothing
	Ours   bool        `json:"ours"` // wxmail made the object, or makes it now

	// Why are the findings that the change mends; none for what was simply
	// never done.
	Why []Reason `json:"-"`
	// Drift is when wxmail had made this change before, where somebody has
	// altered the object since; zero for work that was not done yet.
	Drift time.Time `json:"-"`

	// Needs are the keys of changes in the same plan that must have
	// succeeded first; Follows those that must have ended, however. What has
	// neither starts at once, beside the others.
	Needs   []string `json:"-"`
	Follows []string `json:"-"`
	// Finally marks a change that takes back a temporary one: it is applied
	// even when the run was interrupted meanwhile.
	Finally bool `json:"-"`
	// Last marks a change that others feel: it is made when all the rest has
	// ended. Where what it needs did not succeed, it waits.
	Last bool `json:"-"`
	// Asks is the question that has to be answered once all else is done, and
	// before this change is made; "" for none.
	Asks string `json:"-"`
}

// ID tells a change from the others of its plan; a temporary thing is created
// and deleted under one key.
func (c Change) ID() string { return c.Key + "/" + string(c.Op) }

// Sentence is the change in the plain words of a log.
func (c Change) Sentence() string {
	return strings.Join([]string{string(c.Op), c.Key, "of", c.Target}, " ")
}

// Told is the change of a Sentence, by its operation, key and target; false for
// any other text.
func Told(sentence string) (Change, bool) {
	words := strings.SplitN(sentence, " ", 4)
	ops := []Op{Create, Update, Delete}
	if len(words) < 4 || !slices.Contains(ops, Op(words[0])) || words[2] != "of" {
		return Change{}, false
	}
	return Change{Op: Op(words[0]), Key: words[1], Target: words[3]}, true
}

// undoPrefix marks the keys of changes that take other changes back.
const undoPrefix = "undo."

// Undoing is the key of the change that takes back what was done under a key.
func Undoing(key string) string { return undoPrefix + key }

// Undoes gives the key whose change is taken back under a key, or false.
func Undoes(key string) (string, bool) { return strings.CutPrefix(key, undoPrefix) }
