package step

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wxmail/internal/msg"
)

// word is a value for tests.
type word string

func (w word) Words() []msg.Message { return nil }

// ids are changes by what tells them apart.
func ids(changes []Change) (all []string) {
	for _, c := range changes {
		all = append(all, c.Step+" "+c.ID())
	}
	return all
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateErrors()); diff != "" {
		t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

func TestAddTellsWhoseStepAChangeIs(t *testing.T) {
	p := NewPlan()
	p.Begin("one")
	p.Add(Change{Key: "a", Op: Create})
	p.Begin("two")
	p.Add(Change{Key: "b", Op: Update})
	same(t, "changes", ids(p.Changes), []string{"one a/create", "two b/update"})
	same(t, "those of a step", ids(p.Of("two")), []string{"two b/update"})
}

func TestAddWithholdsAfterHinderInTheSameStepOnly(t *testing.T) {
	p := NewPlan()
	p.Begin("one")
	p.Add(Change{Key: "before", Op: Create})
	p.Hinder(&Obstacle{Code: "WX-X"})
	p.Add(Change{Key: "after", Op: Create})
	p.Begin("two")
	p.Add(Change{Key: "elsewhere", Op: Create})
	same(t, "changes", ids(p.Changes), []string{"one before/create", "two elsewhere/create"})
	same(t, "withheld", ids(p.Withheld), []string{"one after/create"})
}

func TestHinderSaysWhatWasSaidBeforeAsRepeated(t *testing.T) {
	p := NewPlan()
	for _, o := range []struct {
		step, code, object string
		repeats            bool
	}{
		{"one", "WX-X", "a", false},
		{"two", "WX-X", "a", true},
		{"two", "WX-X", "b", false},
		{"three", "WX-Y", "a", false},
	} {
		p.Begin(o.step)
		p.Hinder(&Obstacle{Code: o.code, Object: o.object})
		if got := p.Obstacles[len(p.Obstacles)-1]; got.Repeats != o.repeats || got.Step != o.step {
			t.Errorf("%v: %+v", o, got)
		}
	}
	if first := p.Hindered("two"); first == nil || first.Object != "a" {
		t.Errorf("the first obstacle of a step: %v", first)
	}
	if p.Hindered("four") != nil {
		t.Error("a step that nothing hinders is hindered")
	}
}

// Another person finishes the step: nothing of it is left to be applied, and
// only that person's lack is told. What they will do stays known.
func TestHandOverWithholdsAllOfTheStep(t *testing.T) {
	p := NewPlan()
	p.Begin("one")
	p.Hinder(&Obstacle{Code: "WX-OTHER"})
	p.Add(Change{Key: "kept back", Op: Create})
	p.Begin("two")
	p.Add(Change{Key: "a", Op: Create})
	p.Hinder(&Obstacle{Code: "WX-ASKS", Question: "q", Stops: true})
	p.Add(Change{Key: "b", Op: Create})
	p.HandOver(&Obstacle{Code: "WX-ROLE", Waiting: true})
	p.Begin("three")
	p.Add(Change{Key: "c", Op: Create})

	same(t, "changes", ids(p.Changes), []string{"three c/create"})
	same(t, "withheld, in order", ids(p.Withheld), []string{"one kept back/create", "two a/create", "two b/create"})
	if o := p.Hindered("two"); o == nil || o.Code != "WX-ROLE" || len(p.Obstacles) != 2 || firstQuestion(p) != "" || len(p.Stoppers()) != 0 {
		t.Errorf("obstacles %v", p.Obstacles)
	}
}

func TestHandOverOfAStepThatWithheldNothing(t *testing.T) {
	p := NewPlan()
	p.Begin("one")
	p.Hinder(&Obstacle{Code: "WX-X"})
	p.Add(Change{Key: "a", Op: Create})
	p.Begin("two")
	p.Add(Change{Key: "b", Op: Create})
	p.HandOver(&Obstacle{Code: "WX-ROLE"})
	same(t, "withheld", ids(p.Withheld), []string{"one a/create", "two b/create"})
}

func TestQuestionIsTheFirstOfAllObstacles(t *testing.T) {
	p := NewPlan()
	p.Hinder(&Obstacle{Code: "WX-A"})
	p.Hinder(&Obstacle{Code: "WX-B", Question: "b", Stops: true})
	p.Hinder(&Obstacle{Code: "WX-C", Question: "c"})
	if q := firstQuestion(p); q != "b" {
		t.Errorf("question %q", q)
	}
	if s := p.Stoppers(); len(s) != 1 || s[0].Code != "WX-B" {
		t.Errorf("stoppers %v", s)
	}
}

func TestKeepTellsWhyUnderTheKeyOfWhatIsNotTakenBack(t *testing.T) {
	p := NewPlan()
	p.Begin("one")
	p.Keep("a", "the thing", msg.M("kept.changed"))
	k := p.Keeps("a")
	if k == nil || k.Step != "one" || k.Target != "the thing" || k.Because.ID != "kept.changed" {
		t.Errorf("%+v", k)
	}
	if named := k.Named(); named.ID != "change.a" {
		t.Errorf("it is named %v", named)
	}
	if p.Keeps("b") != nil {
		t.Error("what nobody keeps is kept")
	}
}

func TestPlansAreFoundByKey(t *testing.T) {
	p := NewPlan()
	p.Add(Change{Key: "a", Op: Create})
	p.Add(Change{Key: "a", Op: Delete})
	if !p.Has("a") || p.Has("b") || p.Find("b") != nil {
		t.Error("has and find disagree with the plan")
	}
	p.Find("a").Target = "the first, not a copy"
	if p.Changes[0].Target == "" || p.Changes[1].Target != "" {
		t.Errorf("%+v", p.Changes)
	}
	p.Note(msg.M("note.x"))
	if len(p.Notes) != 1 {
		t.Error("a note is lost")
	}
}

func TestOnlyIsAPlanOfItsOwn(t *testing.T) {
	p := NewPlan()
	p.Add(Change{Key: "a"})
	p.Add(Change{Key: "b"})
	p.Hinder(&Obstacle{Code: "WX-X"})
	chosen := p.Only(func(c Change) bool { return c.Key == "b" })
	if len(chosen.Changes) != 1 || chosen.Changes[0].Key != "b" || len(p.Changes) != 2 || len(chosen.Obstacles) != 1 {
		t.Errorf("%v of %v", chosen.Changes, p.Changes)
	}
}

func TestDriftedIsAboutOneStep(t *testing.T) {
	p := NewPlan()
	p.Begin("one")
	p.Add(Change{Key: "a", Drift: time.Unix(1, 0)})
	p.Begin("two")
	p.Add(Change{Key: "b"})
	if !p.Drifted("one") || p.Drifted("two") {
		t.Error("drift is told of the wrong step")
	}
}

func TestAPlanMarshalsWhatItShows(t *testing.T) {
	p := NewPlan()
	raw, err := json.Marshal(p)
	if err != nil || string(raw) != `{"changes":[]}` {
		t.Errorf("an empty plan: %s %v", raw, err)
	}
	p.Begin("one")
	p.Add(Change{Key: "a", Op: Update, Target: "it", Before: word("old"), After: word("new"), Needs: []string{"b"}, Drift: time.Unix(1, 0),
		Why: []Reason{{Code: "WX-X"}}})
	raw, err = json.Marshal(p)
	const want = `{"changes":[{"step":"one","key":"a","op":"update","target":"it","before":"old","after":"new","risk":null,"ours":false}]}`
	if err != nil || string(raw) != want {
		t.Errorf("%s %v", raw, err)
	}
}

func TestChangesAreToldApart(t *testing.T) {
	c := Change{Key: "token.redirect-uri", Op: Delete, Target: "WebexConnect"}
	if c.ID() != "token.redirect-uri/delete" || c.Sentence() != "delete token.redirect-uri of WebexConnect" {
		t.Errorf("%s, %s", c.ID(), c.Sentence())
	}
	c.Target = "mail of Contoso"
	if told, is := Told(c.Sentence()); !is || told.ID() != c.ID() || told.Target != c.Target {
		t.Errorf("told: %+v %v", told, is)
	}
	for _, other := range []string{"", "WX-X it: so", "delete a", "delete all that is", "WX-X a of b"} {
		if told, is := Told(other); is {
			t.Errorf("%q: %+v", other, told)
		}
	}
	if key, is := Undoes(Undoing("a.b")); key != "a.b" || !is {
		t.Errorf("undoing undone: %s %v", key, is)
	}
	if key, is := Undoes("a.b"); key != "a.b" || is {
		t.Errorf("what undoes nothing: %s %v", key, is)
	}
}

func TestObstaclesAreFacts(t *testing.T) {
	cause := errors.New("403")
	o := &Obstacle{Code: "WX-X", Step: "one", Object: "it", Detail: "so", Question: "q", Stops: true, Waiting: true, Repeats: true, Err: cause}
	if o.Error() != "WX-X it: so" || (&Obstacle{Code: "WX-Y"}).Error() != "WX-Y" {
		t.Errorf("%s", o)
	}
	if !errors.Is(o, cause) {
		t.Error("the refusal is lost")
	}
	if code, object, detail := o.Fact(); code != "WX-X" || object != "it" || detail != "so" {
		t.Errorf("%s %s %s", code, object, detail)
	}
	same(t, "a later step meets it without asking again", *o.Again(),
		Obstacle{Code: "WX-X", Object: "it", Detail: "so", Stops: true, Waiting: true, Err: cause})
}

// firstQuestion is the first that a person may answer now, or "".
func firstQuestion(p *Plan) string {
	for _, a := range p.Asks() {
		return a.Question
	}
	return ""
}
