package step

import (
	"encoding/json"
	"slices"

	"wxmail/internal/msg"
)

// Plan is what the steps of a run would change, in order; what hinders them;
// and what the operator should know besides.
type Plan struct {
	Changes   []Change
	Obstacles []*Obstacle
	Notes     []msg.Message
	Kept      []Kept

	step string // whose part is being written
}

// Make asks every step for its part.
func Make[W any](steps []Step[W], world W) *Plan {
	plan := &Plan{Changes: []Change{}}
	for _, s := range steps {
		plan.step = s.ID
		s.Plan(world, plan)
	}
	return plan
}

// Add plans a change of the step being asked.
func (p *Plan) Add(c Change) {
	c.Step = p.step
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
// it planned, and what hindered it, leave the plan for o.
func (p *Plan) HandOver(o *Obstacle) {
	p.Changes = slices.DeleteFunc(p.Changes, func(c Change) bool { return c.Step == p.step })
	p.Obstacles = slices.DeleteFunc(p.Obstacles, func(o *Obstacle) bool { return o.Step == p.step })
	p.Hinder(o)
}

// Note adds a sentence for the operator, once.
func (p *Plan) Note(m msg.Message) { p.Notes = append(p.Notes, m) }

// Kept is an object that a step would change back, and leaves alone because
// somebody else has changed it since.
type Kept struct{ Step, Target string }

// Keep says what the step being asked leaves alone.
func (p *Plan) Keep(target string) { p.Kept = append(p.Kept, Kept{p.step, target}) }

// Empty says that nothing is left to do and nothing stands in the way.
func (p *Plan) Empty() bool { return len(p.Changes) == 0 && len(p.Obstacles) == 0 }

// Stoppers are the obstacles that forbid every write.
func (p *Plan) Stoppers() []*Obstacle {
	var out []*Obstacle
	for _, o := range p.Obstacles {
		if o.Stops {
			out = append(out, o)
		}
	}
	return out
}

// Has says whether a change of that key is planned.
func (p *Plan) Has(key string) bool {
	for _, c := range p.Changes {
		if c.Key == key {
			return true
		}
	}
	return false
}

// Find is the change with that id (Change.ID).
func (p *Plan) Find(id string) (Change, bool) {
	for _, c := range p.Changes {
		if c.ID() == id {
			return c, true
		}
	}
	return Change{}, false
}

// Touches says whether the plan changes anything in a step.
func (p *Plan) Touches(stepID string) bool {
	for _, c := range p.Changes {
		if c.Step == stepID {
			return true
		}
	}
	return false
}

// Hindered is the first obstacle of a step, or nil.
func (p *Plan) Hindered(stepID string) *Obstacle {
	for _, o := range p.Obstacles {
		if o.Step == stepID {
			return o
		}
	}
	return nil
}

// MarshalJSON is the document of `plan --json`.
func (p *Plan) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Changes []Change `json:"changes"`
	}{p.Changes})
}
