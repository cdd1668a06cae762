package guide

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

// A thing that cannot be planned or made would end every test by a panic: that
// is said before.
func TestMain(m *testing.M) {
	for _, thing := range Things() {
		if thing.Plan == nil || thing.Apply == nil {
			fmt.Printf("%s: its Plan or its apply is missing\n", thing.Key)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// Who adds a thing and forgets a part is told which.
func TestEveryThingHasAllItsParts(t *testing.T) {
	all := allTrials(t)
	for _, thing := range Things() {
		tried := all[thing.Key]
		for part, is := range map[string]bool{
			"Key":                            thing.Key != "",
			"Writes":                         slices.Contains([]world.Source{world.Held, world.Directory, world.Exchange}, thing.Writes),
			"Right, for what it writes":      (len(thing.Right.Roles)+len(thing.Right.Cmdlets) > 0) == (thing.Writes != world.Held),
			"undo, or why it is not undone":  (thing.Undo != nil) != (tried.notUndone != ""),
			"Reasons, or why there are none": (len(thing.Reasons) > 0) != (tried.notMissed != ""),
			"same, or why it does not drift": (thing.drifted != nil) != (tried.notDrifting != ""),
		} {
			if !is {
				t.Errorf("%s: its %s", thing.Key, part)
			}
		}
	}
}

func TestEveryKeyBelongsToOneThing(t *testing.T) {
	for i, one := range Things() {
		for j, other := range Things() {
			if i != j && (one.owns(other.Key) || one.owns(other.Key+".part")) {
				t.Errorf("%s owns %s", one.Key, other.Key)
			}
		}
	}
}

func TestEveryThingStandsOnThings(t *testing.T) {
	for _, one := range Things() {
		for _, key := range one.Needs {
			below, _ := ThingOf(key)
			if below.Key != key || slices.Contains(below.Needs, one.Key) {
				t.Errorf("%s needs %s, which is no thing, or needs it", one.Key, key)
			}
		}
	}
}

func TestEveryReasonIsAnswered(t *testing.T) {
	of := map[string]string{}
	for _, thing := range Things() {
		for _, known := range thing.Reasons {
			if other := of[known.Code]; other != "" {
				t.Errorf("%s is a reason of %s and of %s", known.Code, other, thing.Key)
			}
			of[known.Code] = thing.Key
			if !strings.HasPrefix(known.Code, "WX-") || known.Severity == "" || known.Exit == 0 {
				t.Errorf("%s: %+v", thing.Key, known)
			}
		}
	}
}

// apart are those after which other breaks find nothing to break.
var apart = []string{"mayNotSendAs", "unreadExchange", "unreadDirectory", "noApplication", "deletedApplication", "noMailbox", "noPolicy",
	"noRule", "locked", "emptyVault", "noToken", "secretGone"}

// anyTenant is one in which some things are broken, and their names.
func anyTenant(random *rand.Rand, breaks map[string]breaking) (Facts, []string) {
	names := slices.DeleteFunc(sortedKeys(breaks), func(string) bool { return random.IntN(8) > 0 })
	slices.SortStableFunc(names, func(a, b string) int { return slices.Index(apart, a) - slices.Index(apart, b) })
	f, done := healthy(), []string{}
	for _, name := range names {
		if breakable(&f, breaks[name]) {
			done = append(done, name)
		}
	}
	return f, done
}

// breakable breaks a thing, where it is still there to be broken.
func breakable(f *Facts, b breaking) (is bool) {
	defer func() { is = recover() == nil }()
	b(f)
	return true
}

// seeded is chance that can be had again: SEED=1 go test -run TestAny.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// Whatever is broken: a plan ends, says nothing that nobody knows, and is the
// same again.
func TestAnyPlanIsMadeOfWhatIsKnown(t *testing.T) {
	random, breaks := seeded(t), anyBreak(t)
	for range 150 {
		f, names := anyTenant(random, breaks)
		for course, p := range map[string]*step.Plan{"setup": Guide(nil, nil).Plan(f), "undo": undoOf(f), "rotation": Rotation().Plan(f),
			"finish": Finish("").Plan(f)} {
			for _, c := range slices.Concat(p.Changes, p.Withheld) {
				for _, problem := range problemsOf(c) {
					t.Errorf("%s of %v: %s: %s", course, names, c.ID(), problem)
				}
			}
			if repeated := idsOf(p.Changes); len(slices.Compact(sorted(repeated))) != len(repeated) {
				t.Errorf("%s of %v: a change is planned twice: %v", course, names, repeated)
			}
		}
		same(t, "planned again", outlineOf(Guide(nil, nil).Plan(f)), outlineOf(Guide(nil, nil).Plan(f)))
		if t.Failed() {
			return
		}
	}
}

// A reason that no plan ever has is a finding that nobody gets.
func TestEveryReasonIsFound(t *testing.T) {
	found := map[string]bool{}
	for _, b := range anyBreak(t) {
		p := Guide(nil, nil).Plan(healthy(b))
		for _, c := range slices.Concat(p.Changes, p.Withheld) {
			for _, why := range c.Why {
				found[why.Code] = true
			}
		}
	}
	for _, thing := range Things() {
		for _, known := range thing.Reasons {
			if !found[known.Code] {
				t.Errorf("%s: no plan ever has the reason %s", thing.Key, known.Code)
			}
		}
	}
}

func idsOf(changes []step.Change) (all []string) {
	for _, c := range changes {
		all = append(all, c.ID())
	}
	return all
}

// problemsOf are what no change of any plan may be.
func problemsOf(c step.Change) (problems []string) {
	thing, known := ThingOf(c.Key)
	if !known {
		return []string{"nothing owns it"}
	}
	if incomplete(c) {
		problems = append(problems, "it is incomplete")
	}
	for _, why := range c.Why {
		if !gives(thing, why.Code) || why.Object == "" || why.Evidence == "" {
			problems = append(problems, "its reason "+why.Code)
		}
	}
	for _, key := range slices.Concat(c.Needs, c.Follows) {
		if _, known := ThingOf(key); !known {
			problems = append(problems, "it waits for "+key)
		}
	}
	return problems
}

func incomplete(c step.Change) bool {
	if c.Step == "" || c.Target == "" {
		return true
	}
	switch c.Op {
	case step.Create:
		return c.After == nil
	case step.Delete:
		return c.Before == nil || c.After != nil
	}
	return c.Before == nil || c.After == nil
}

// gives says whether a code is a reason of a thing, or of one that it stands
// on: a rule is missing because the policy must not act.
func gives(t Thing, code string) bool {
	of := func(t Thing) bool {
		return slices.ContainsFunc(t.Reasons, func(k step.Known) bool { return k.Code == code })
	}
	return of(t) || slices.ContainsFunc(t.Needs, func(key string) bool {
		below, _ := ThingOf(key)
		return of(below)
	})
}

// A change of one thing's key with another's value was never planned.
func TestAValueOfAnotherKindIsRefused(t *testing.T) {
	for _, thing := range Things() {
		for _, c := range []step.Change{{Key: thing.Key, Step: "s", Before: stranger{}}, {Key: thing.Key, Step: "s", After: stranger{}}} {
			_, err := thing.Apply(context.Background(), Hands{}, c)
			var o *step.Obstacle
			if !errors.As(err, &o) || o.Code != "WX-INTERNAL" || o.Object != thing.Key || o.Step != "s" {
				t.Errorf("%s: %v", thing.Key, err)
			}
			if thing.shows != nil && thing.shows(healthy(), c) != otherwise {
				t.Errorf("%s: it is shown", thing.Key)
			}
		}
		strange, deed := step.Change{Target: "it", Before: stranger{}}, step.Deed{Target: "it", After: json.RawMessage("null")}
		if thing.drifted != nil && !thing.drifted(strange, deed) {
			t.Errorf("%s: drift", thing.Key)
		}
	}
}

// What was there no more when wxmail had gone, and is not there, is as it was
// left, however the journal writes it.
func TestNothingIsLeftAsNothing(t *testing.T) {
	for _, thing := range Things() {
		for _, after := range []json.RawMessage{nil, json.RawMessage("null")} {
			if thing.drifted != nil && thing.drifted(step.Change{Target: "it"}, step.Deed{Target: "IT", After: after}) {
				t.Errorf("%s, %q: it has drifted", thing.Key, after)
			}
		}
	}
}
