package guide

import (
	"errors"
	"slices"
	"time"

	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Course is what a run goes through: the guide or a part of it, the guide
// backwards, or a rotation of the client secret.
type Course struct {
	Steps []string // their ids, in order
	Asks  []string // the questions that they ask

	// Secrets says that the run makes or needs secrets, so that the vault must
	// open before anybody signs in.
	Secrets bool
	// Backwards says that the course takes back.
	Backwards bool
	// Reads are the sources that the course needs, as far as is known by now.
	Reads func(Facts) world.Source
	// Plan is the difference between what the world holds and what is wanted.
	Plan func(Facts) *step.Plan
}

// Guide is the guide, or those of its steps that are in only (nil: all) and
// not in skip.
func Guide(only, skip []string) Course {
	steps := slices.DeleteFunc(Steps(), func(s Step) bool {
		return len(only) > 0 && !slices.Contains(only, s.ID) || slices.Contains(skip, s.ID)
	})
	c := courseOf(steps)
	c.Plan = func(f Facts) *step.Plan {
		p := step.NewPlan()
		for _, s := range steps {
			s.plan(f, p)
		}
		goLive(f, p)
		for i := range p.Changes {
			p.Changes[i].Drift = f.drift(p.Changes[i])
		}
		return p
	}
	return c
}

// Rotation begins to replace the client secret without a moment in which mail
// stops: a second secret beside the old one, whoever made that.
func Rotation() Course { return rotation(orphanedSecret(), rotatedSecret()) }

// Finish ends a rotation, once the operator says that Webex Connect has the
// new secret: the end of the old one, or of the one with that id.
func Finish(keyID string) Course { return rotation(oldSecret(keyID)) }

func rotation(things ...Thing) Course {
	s := Step{ID: "azure.rotate-secret", Asks: []string{"webex.email-id", "azure.admin"}, Reads: readsFor(world.Directory), Things: things}
	c := courseOf([]Step{s})
	c.Secrets = true
	c.Plan = func(f Facts) *step.Plan {
		p := step.NewPlan()
		s.plan(f, p)
		tellKept(p)
		return p
	}
	return c
}

func courseOf(steps []Step) Course {
	c := Course{}
	for _, s := range steps {
		c.Steps = append(c.Steps, s.ID)
		c.Asks = union(c.Asks, s.Asks...)
	}
	c.Secrets = slices.Contains(c.Steps, "azure.register") || slices.Contains(c.Steps, "token")
	c.Reads = func(f Facts) (all world.Source) {
		for _, s := range steps {
			all |= s.Reads(f)
		}
		return all
	}
	return c
}

// plan adds what of the step differs. It waits for another person where the
// one who signed in may not look, or may not change what is to be changed:
// what is in order already needs no right.
func (s Step) plan(f Facts, p *step.Plan) {
	p.Begin(s.ID)
	reads := s.Reads(f)
	var unread *step.Obstacle
	if err := f.Seen.Unread(reads); errors.As(err, &unread) {
		p.Hinder(unread.Again())
		return
	}
	if !f.Seen.Read().Has(reads) {
		return // an inspection that did not look, or could not
	}
	if o := s.unseen(f); o != nil {
		p.Hinder(o)
		return
	}
	for _, hinder := range s.Hinder {
		if p.Hindered(s.ID) == nil {
			hinder(f, p)
		}
	}
	for _, t := range s.Things {
		t.Plan(f, p)
	}
	if o := s.lacking(f, p); o != nil {
		p.HandOver(o)
	}
	s.warnUnseen(f, p)
}

// unseen is why the step cannot be judged although its sources were read, or
// nil.
func (s Step) unseen(f Facts) *step.Obstacle {
	if s.Sees == nil {
		return nil
	}
	return s.Sees(f)
}

// lacking is the right that whoever signed in lacks for what the step would
// change, or for what has to come before it, or nil.
func (s Step) lacking(f Facts, p *step.Plan) *step.Obstacle {
	first := p.Hindered(s.ID)
	waits := first != nil && first.Code == codeStepFirst
	for _, t := range s.Things {
		open := waits || slices.ContainsFunc(p.Of(s.ID), func(c step.Change) bool { return t.owns(c.Key) })
		if o := f.May.lacks(t.Right); open && o != nil {
			return o
		}
	}
	return nil
}

// Undo is the guide backwards: it takes back what the journal says that
// wxmail did, of one step or of all, and leaves alone what somebody has
// changed since, and what that stands on.
func Undo(only []string) Course {
	steps := slices.DeleteFunc(Steps(), func(s Step) bool { return len(only) > 0 && !slices.Contains(only, s.ID) })
	slices.Reverse(steps)
	for i := range steps {
		if steps[i].ID == "azure.register" {
			steps[i].Things = append(steps[i].Things, rotatedSecret()) // a rotation's belongs to the application as well
		}
	}
	c := courseOf(steps)
	c.Asks, c.Backwards = []string{"webex.email-id"}, true
	c.Reads = func(f Facts) world.Source { return undoReads(f, steps) }
	c.Plan = func(f Facts) *step.Plan { return undoPlan(f, steps, len(only) == 0) }
	return c
}

// undoReads: the journal comes first; where it knows of nothing to take back,
// nobody signs in, unless it was lost: then marks tell what there is.
func undoReads(f Facts, steps []Step) world.Source {
	all, lost := world.Held, LostSecret(f) != ""
	for _, s := range steps {
		for _, t := range s.Things {
			if t.Undo != nil && (lost || len(f.deedsOf(t)) > 0) {
				all |= t.Writes
			}
		}
	}
	return all
}

// deedsOf are what the journal knows of a thing, by key.
func (f Facts) deedsOf(t Thing) (deeds []step.Deed) {
	for _, d := range f.Seen.Local().Memory.Deeds {
		if t.owns(d.Key) {
			deeds = append(deeds, d)
		}
	}
	slices.SortFunc(deeds, func(a, b step.Deed) int { return a.At.Compare(b.At) })
	return deeds
}

func undoPlan(f Facts, steps []Step, all bool) *step.Plan {
	p := step.NewPlan()
	for _, s := range steps {
		s.undo(f, p)
	}
	confirmUndo(f, p, all)
	hinderLostJournal(f, steps, p)
	for _, planned := range [][]step.Change{p.Changes, p.Withheld} {
		for i := range planned {
			planned[i] = backwards(planned[i])
		}
	}
	tellKept(p)
	return p
}

// tellKept says on the screen what a plan leaves alone.
func tellKept(p *step.Plan) {
	for _, k := range p.Kept {
		p.Note(msg.M("kept.note", "What", k.Named(), "Because", k.Because))
	}
}

// undo plans to take back what was done in the step. Like a plan forwards, it
// waits for another person where whoever signed in may not look, or may not
// write.
func (s Step) undo(f Facts, p *step.Plan) {
	p.Begin(s.ID)
	var unread *step.Obstacle
	if err := f.Seen.Unread(undoReads(f, []Step{s})); errors.As(err, &unread) {
		p.Hinder(unread.Again())
		return
	}
	if o := s.unseen(f); o != nil && undoReads(f, []Step{s}) != world.Held {
		p.Hinder(o)
		return
	}
	things := slices.Clone(s.Things)
	slices.Reverse(things)
	for _, t := range things {
		undoThing(f, t, p)
	}
	if o := s.lacking(f, p); o != nil {
		p.HandOver(o)
	}
	s.warnUnseen(f, p)
}

// undoThing plans to take a thing back, unless something that stays stands on
// it.
func undoThing(f Facts, t Thing, p *step.Plan) {
	deeds := f.deedsOf(t)
	if t.Undo == nil || len(deeds) == 0 || !f.Seen.Read().Has(t.Writes) {
		return
	}
	if above := standsOn(p, t); above != nil {
		p.Keep(t.Key, deeds[0].Target, msg.M("kept.stands-on", "Above", above.Named()))
		return
	}
	before := len(p.Changes)
	for _, d := range deeds {
		t.Undo(f, d, p)
	}
	p.Changes = once(p.Changes, before)
}

// standsOn is what an undo keeps and what needs a thing, or nil.
func standsOn(p *step.Plan, t Thing) *step.Kept {
	for i, k := range p.Kept {
		above, _ := ThingOf(k.Key)
		if slices.Contains(above.Needs, t.Key) {
			return &p.Kept[i]
		}
	}
	return nil
}

// once drops changes from an index on that are planned already.
func once(changes []step.Change, from int) []step.Change {
	out := slices.Clone(changes[:from])
	for _, c := range changes[from:] {
		if !slices.ContainsFunc(out, func(o step.Change) bool { return o.ID() == c.ID() }) {
			out = append(out, c)
		}
	}
	return out
}

// confirmUndo asks for the profile's name before everything is removed, or
// the application.
func confirmUndo(f Facts, p *step.Plan, all bool) {
	p.Begin("azure.register")
	if f.Wanted.UndoConfirm == f.Wanted.Run.Profile || f.Seen.Tenant().Application == nil && !all || len(p.Changes) == 0 {
		return
	}
	if all || len(p.Of("azure.register")) > 0 {
		p.Hinder(&step.Obstacle{Code: "WX-UNDO-CONFIRM", Object: f.Wanted.Run.Profile, Question: "undo.confirm", Stops: true,
			Tells: []msg.Message{msg.M("tells.undo-confirm", "Profile", f.Wanted.Run.Profile)}})
	}
}

// hinderLostJournal: what wxmail made still stands in the tenant, and an undo
// that takes nothing back must not pass for a whole one.
func hinderLostJournal(f Facts, steps []Step, p *step.Plan) {
	label := LostSecret(f)
	if label == "" || len(Marks(f)) == 0 {
		return
	}
	if p.Begin(steps[0].ID); f.Wanted.Runs("azure.register") {
		p.Begin("azure.register")
	}
	p.Hinder(&step.Obstacle{Code: "WX-JOURNAL-LOST", Object: f.Wanted.UniqueName(), Detail: label})
}

// backwards is a change as one that takes another back.
func backwards(c step.Change) step.Change {
	c.Key = step.Undoing(c.Key)
	c.Needs = slices.Clone(c.Needs)
	for i, key := range c.Needs {
		c.Needs[i] = step.Undoing(key)
	}
	return c
}

// Lacks is what hinders these people to make a change of that key, or nil.
func (m May) Lacks(key string) *step.Obstacle {
	t, known := ThingOf(key)
	if !known {
		return nil
	}
	return m.lacks(t.Right)
}

// drift is when wxmail made a change that is planned again because somebody
// has altered the object since; zero where nobody has.
func (f Facts) drift(c step.Change) time.Time {
	d, did := f.deed(c.Key)
	t, known := ThingOf(c.Key)
	if !did || !d.Done || !known || t.drifted == nil || !t.drifted(c, d) {
		return time.Time{}
	}
	return d.At
}
