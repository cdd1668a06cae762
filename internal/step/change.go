package step

import (
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

// Change is one difference between what is and what is wanted, as data: it is
// shown before it is applied, recorded while it is applied, and looked for
// again afterwards.
//
// Before and After hold what a person can read: strings, numbers, booleans,
// lists of them, or nil for "nothing". A secret never stands in them; it is
// written as "(set)".
type Change struct {
	Step   string      `json:"step"`
	Key    string      `json:"key"` // stable: "azure.application", "mailbox.forwarding"
	Op     Op          `json:"op"`
	Target string      `json:"target"` // the object, by a name that a person knows
	Before any         `json:"before"`
	After  any         `json:"after"`
	Risk   msg.Message `json:"risk"` // what to think of before agreeing; null if nothing
	Ours   bool        `json:"ours"` // wxmail made the object, or makes it now

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
	// Facts are what Apply must know and a person need not read; they are
	// journaled with the intent, so they hold no secret.
	Facts map[string]string `json:"-"`
}

// ID tells a change from the others of its plan; a temporary thing is created
// and deleted under one key.
func (c Change) ID() string { return c.Key + "/" + string(c.Op) }

// Sentence is the change in the plain words of a log.
func (c Change) Sentence() string {
	return strings.Join([]string{string(c.Op), c.Key, "of", c.Target}, " ")
}
