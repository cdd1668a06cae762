package setup

import (
	"context"

	"wxmail/internal/guide"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Inspection looks and plans, as far as what can be read allows, and goes on
// after a source that cannot be: Facts say why. It asks nobody anything but to
// sign in, and changes nothing by itself.
type Inspection struct {
	walk *walk
	run  Run
}

// NewInspection begins one of these steps. Errors: those of CheckAnswers.
func NewInspection(ctx context.Context, c *Connection, steps []string) (*Inspection, error) {
	i := &Inspection{run: Run{Connection: c, Course: guide.Guide(steps, nil)}}
	i.walk = &walk{}
	var err error
	i.walk.session, err = begin(ctx, c, i.run.Course, false)
	i.walk.plan = step.NewPlan()
	return i, err
}

// Look reads sources, again if they were read before; who has signed in stays
// signed in. A stored refresh token is tried. Errors are those after which
// nothing can be looked at: a tenant that cannot be found, ctx's.
func (i *Inspection) Look(ctx context.Context, sources world.Source) error {
	return i.look(ctx, sources, manner{})
}

// look is Look; of m it takes whom to tell.
func (i *Inspection) look(ctx context.Context, sources world.Source, m manner) error {
	s := i.walk.session
	err := i.findTenant(ctx)
	if sources == world.Held && ctx.Err() == nil {
		err = s.pastTenant(err)
	}
	if err != nil {
		return err
	}
	s.look(func(seen *world.Seen) { forget(seen, sources) })
	m.tolerates, m.refresh, m.inbox = func(error) bool { return true }, s.wanted.Runs("token"), true
	if err := s.visit(ctx, sources, m); err != nil {
		return err
	}
	i.walk.plan = s.course.Plan(i.Facts())
	return nil
}

// findTenant asks whose tenant it is, unless somebody has said so.
func (i *Inspection) findTenant(ctx context.Context) error {
	if i.walk.metadata != nil {
		return nil
	}
	return i.walk.session.findTenant(ctx)
}

// forget makes sources unread.
func forget(seen *world.Seen, sources world.Source) {
	if sources.Has(world.Held) {
		seen.Here.Value = nil
	}
	if sources.Has(world.Directory) && seen.Directory.Err == nil {
		seen.Directory.Value = nil
	}
	if sources.Has(world.Exchange) && seen.Exchange.Err == nil {
		seen.Exchange.Value = nil
	}
}

// Facts are what was seen. Who may change what is left out: an inspection says
// what differs, whoever looks.
func (i *Inspection) Facts() guide.Facts {
	f := i.walk.facts()
	f.May = guide.May{}
	return f
}

// Plan is what was planned last.
func (i *Inspection) Plan() *step.Plan { return i.walk.plan }

// Mend applies those changes of the plan that pick accepts, as Run.Do does:
// shown, agreed to, recorded, read back. The caller holds the profile's lock,
// and the vault is open where secrets are made. It may be repeated after
// another Look.
func (i *Inspection) Mend(ctx context.Context, pick func(step.Change) bool) *Result {
	w := &walk{session: i.walk.session, write: true}
	picked := i.walk.plan.Only(pick)
	w.picks = func(c step.Change) bool { return pick(c) && w.lacks(c) == nil }
	w.plan = i.walk.plan.Only(w.picks)
	if len(w.plan.Changes) > 0 {
		w.problems = w.apply(ctx)
	}
	for _, c := range picked.Changes { // what turned out to be lacking, too
		if o := w.lacks(c); o != nil {
			w.problems = append(w.problems, o)
		}
	}
	return &Result{Facts: w.facts(), Plan: w.plan, Outcomes: w.outcomes, Problems: w.problems}
}

// lacks is what hinders those who signed in to make a change, or nil.
func (w *walk) lacks(c step.Change) *step.Obstacle {
	may := w.facts().May
	return may.Lacks(c.Key)
}
