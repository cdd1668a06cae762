package step

import (
	"encoding/json"
	"slices"
	"time"

	"wxmail/internal/msg"
)

// Plan is what the steps of a run would change, in order; what hinders them;
// and what the operator should know besides.
type Plan struct {
	Changes   []Change
	Withheld  []Change // what would change, were its step not hindered
	Obstacles []*Obstacle
	Notes     []msg.Message
	Warnings  []msg.Message
	Kept      []Kept

	asks []Ask
	step string // whose part is being written
}

// NewPlan is an empty one.
func NewPlan() *Plan { return &Plan{Changes: []Change{}} }

// Begin says whose part is written from now on.
func (p *Plan) Begin(stepID string) { p.step = stepID }

// Add plans a change of the step being asked; where something hinders the
// step, the change is withheld.
func (p *Plan) Add(c Change) {
	c.Step = p.step
	if p.Hindered(p.step) != nil {
		p.Withheld = append(p.Withheld, c)
		return
	}
	p.Changes = append(p.Changes, c)
}

// Hinder says why the step being asked cannot be finished now. What an
// earlier step said already is not said again.
func (p *Plan) Hinder(o *Obstacle) {
	for _, said := range p.Obstacles {
		if said.Code == o.Code && said.Object == o.Object {
			o.Repeats = true
		}
	}
	o.Step = p.step
	p.Obstacles = append(p.Obstacles, o)
	if o.Question != "" {
		p.Offer(Ask{Question: o.Question, About: o.Tells})
	}
}

// HandOver says that another person has to finish the step being asked: what
// it planned is withheld, and what hindered it gives way to o.
func (p *Plan) HandOver(o *Obstacle) {
	own := func(c Change) bool { return c.Step == p.step }
	at := slices.IndexFunc(p.Withheld, own)
	if at < 0 {
		at = len(p.Withheld)
	}
	p.Withheld = slices.Insert(p.Withheld, at, p.Of(p.step)...)
	p.Changes = slices.DeleteFunc(p.Changes, own)
	p.Obstacles = slices.DeleteFunc(p.Obstacles, func(o *Obstacle) bool { return o.Step == p.step })
	p.asks = slices.DeleteFunc(p.asks, func(a Ask) bool { return a.Step == p.step })
	p.Hinder(o)
}

// Withhold holds one planned change back, and says why: the step that it
// belongs to is begun again for that.
func (p *Plan) Withhold(c Change, o *Obstacle) {
	p.Changes = slices.DeleteFunc(p.Changes, func(other Change) bool { return other.ID() == c.ID() })
	p.Withheld = append(p.Withheld, c)
	p.Begin(c.Step)
	p.Hinder(o)
}

// Note adds a sentence for the operator.
func (p *Plan) Note(m msg.Message) { p.Notes = append(p.Notes, m) }

// Warn adds a sentence that deserves a second look.
func (p *Plan) Warn(m msg.Message) { p.Warnings = append(p.Warnings, m) }

// Ask is a question that the world raises, for a person where one is there: an
// obstacle's, or one that nothing waits for.
type Ask struct {
	Step       string // that raised it
	Question   string
	Suggestion string        // what goes on without an answer; "": as the question itself says
	Choices    []string      // where only the world knows them
	Labels     []msg.Message // of the Choices, as a person knows them
	About      []msg.Message // what to know before one answers
}

// Offer puts a question that nothing waits for.
func (p *Plan) Offer(a Ask) {
	a.Step = p.step
	p.asks = append(p.asks, a)
}

// Kept is an object that an undo leaves alone, and why.
type Kept struct {
	Step, Key, Target string
	Because           msg.Message
}

// Named is what is kept, as a person knows it. Texts for things are those of
// their keys, less what tells one of several from the others.
func (k Kept) Named() msg.Message { return msg.M("change."+k.Key, "Target", k.Target) }

// Keep says what the step being asked leaves alone, under the key of the
// change that it does not take back.
func (p *Plan) Keep(key, target string, because msg.Message) {
	p.Kept = append(p.Kept, Kept{p.step, key, target, because})
}

// Keeps is what an undo leaves alone under a key, or nil.
func (p *Plan) Keeps(key string) *Kept {
	if i := slices.IndexFunc(p.Kept, func(k Kept) bool { return k.Key == key }); i >= 0 {
		return &p.Kept[i]
	}
	return nil
}

// Stoppers are the obstacles that forbid every write.
func (p *Plan) Stoppers() []*Obstacle {
	return slices.DeleteFunc(slices.Clone(p.Obstacles), func(o *Obstacle) bool { return !o.Stops })
}

// Has says whether a change of that key is planned.
func (p *Plan) Has(key string) bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Key == key })
}

// Find is the first change of that key, or nil.
func (p *Plan) Find(key string) *Change {
	if i := slices.IndexFunc(p.Changes, func(c Change) bool { return c.Key == key }); i >= 0 {
		return &p.Changes[i]
	}
	return nil
}

// Of are the changes of a step.
func (p *Plan) Of(stepID string) []Change {
	return slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return c.Step != stepID })
}

// Hindered is the first obstacle of a step, or nil.
func (p *Plan) Hindered(stepID string) *Obstacle {
	if i := slices.IndexFunc(p.Obstacles, func(o *Obstacle) bool { return o.Step == stepID }); i >= 0 {
		return p.Obstacles[i]
	}
	return nil
}

// Asks are the questions that a person may answer now, in the plan's order.
// Where something stops the run that no answer removes, nothing is offered.
func (p *Plan) Asks() []Ask {
	stopped := slices.ContainsFunc(p.Stoppers(), func(o *Obstacle) bool { return o.Question == "" })
	return slices.DeleteFunc(slices.Clone(p.asks), func(a Ask) bool {
		return stopped && !slices.ContainsFunc(p.Obstacles, func(o *Obstacle) bool { return o.Question == a.Question })
	})
}

// Drifted says whether somebody has changed what wxmail set in a step.
func (p *Plan) Drifted(stepID string) bool {
	return slices.ContainsFunc(p.Of(stepID), func(c Change) bool { return !c.Drift.Equal(time.Time{}) })
}

// Only is the plan with those of its changes that pick accepts.
func (p *Plan) Only(pick func(Change) bool) *Plan {
	chosen := *p
	chosen.Changes = slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return !pick(c) })
	return &chosen
}

// MarshalJSON is the document of `plan --json`.
func (p *Plan) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Changes []Change `json:"changes"`
	}{p.Changes})
}
