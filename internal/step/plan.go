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
	Kept      []Kept
	Offers    []Offer

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

// Offer is a question that nothing waits for: where nobody answers it, all goes
// on without.
type Offer struct {
	Question string
	About    msg.Message // what it is about
}

// Offer puts a question to whoever is there.
func (p *Plan) Offer(o Offer) { p.Offers = append(p.Offers, o) }

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

// Question is the first question whose answer would remove an obstacle; where
// nothing stops the run, the first that is offered; else "".
func (p *Plan) Question() string {
	for _, o := range p.Obstacles {
		if o.Question != "" {
			return o.Question
		}
	}
	if len(p.Offers) > 0 && len(p.Stoppers()) == 0 {
		return p.Offers[0].Question
	}
	return ""
}

// About is what an offered question is about; zero for any other.
func (p *Plan) About(question string) msg.Message {
	if i := slices.IndexFunc(p.Offers, func(o Offer) bool { return o.Question == question }); i >= 0 {
		return p.Offers[i].About
	}
	return msg.Message{}
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
