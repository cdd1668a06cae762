package guide

import (
	"slices"
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func neighbour(callback, clientID string) breaking {
	return func(f *Facts) {
		f.Seen.Here.Value.Neighbours = []world.Neighbour{{CallbackURL: callback, ClientID: clientID}}
	}
}

// Of several Call Back URLs the old one of ours goes once the asset has moved;
// until then it is told, and a person is asked. What others gave stays.
func TestAnOldCallbackGoesOnceTheAssetHasMoved(t *testing.T) {
	foreign := func(f *Facts) { delete(memory(f).RedirectURIs, oldCallback) }
	for name, test := range map[string]struct {
		facts           Facts
		goes, asks, why bool
	}{
		"there is none":                 {facts: healthy(callbackReplaced)},
		"it may still be in use":        {facts: healthy(movedCallback), asks: true, why: true},
		"the asset has not moved":       {facts: healthy(movedCallback, func(f *Facts) { f.Wanted.OldCallbackReplaced = new(bool) }), why: true},
		"the asset has moved":           {facts: healthy(movedCallback, callbackReplaced), goes: true, why: true},
		"it is somebody's":              {facts: healthy(movedCallback, callbackReplaced, foreign)},
		"another profile uses it":       {facts: healthy(movedCallback, callbackReplaced, neighbour(oldCallback, clientID))},
		"another profile may use it":    {facts: healthy(movedCallback, callbackReplaced, neighbour(oldCallback, ""))},
		"another's application uses it": {facts: healthy(movedCallback, callbackReplaced, neighbour(oldCallback, "x")), goes: true, why: true},
	} {
		p := Guide(nil, nil).Plan(test.facts)
		same(t, name+": asked", firstQuestion(p) == "azure.old-callback-replaced", test.asks)
		same(t, name+": told", len(WhyOldCallback(test.facts)) == 1, test.why)
		c := p.Find("azure.application")
		same(t, name+": changes", c != nil, test.goes)
		if c != nil {
			same(t, name, c.After.(Application).RedirectURIs, []string{callbackURL})
			same(t, name, c.Why[0].Code, "WX-CALLBACK-OLD")
		}
		noted := slices.ContainsFunc(p.Notes, func(m msg.Message) bool { return m.ID == "note.old-callback" })
		same(t, name+": noted", noted, test.why && !test.goes)
	}
}

// While the new one is not in the application, the asset cannot have moved: what
// the operator says changes nothing yet.
func TestBothCallbacksStayInTheRunThatAddsOne(t *testing.T) {
	f := healthy(callbackReplaced)
	f.Wanted.CallbackURL = oldCallback
	c := planned(t, f, "azure.application/update")
	same(t, "after", sorted(c.After.(Application).RedirectURIs), []string{oldCallback, callbackURL})
	same(t, "found", WhyOldCallback(f), []step.Reason(nil))
	if p := Guide(nil, nil).Plan(f); firstQuestion(p) == "azure.old-callback-replaced" || len(p.Notes) != 1 {
		t.Errorf("%+v", p)
	}
}

// What wxmail has taken out, and somebody puts in again, is somebody's.
func TestARetiredCallbackIsOursNoMore(t *testing.T) {
	both, one := Application{RedirectURIs: []string{oldCallback, callbackURL}}, Application{RedirectURIs: []string{callbackURL}}
	for name, test := range map[string]struct {
		entry step.Entry
		ours  bool
	}{
		"retired":        {did(step.Update, "azure.application", "X", both, one, `{}`), false},
		"taken back":     {did(step.Update, "undo.azure.application", "X", both, one, `{}`), false},
		"may be retired": {step.Entry{Key: "azure.application", Op: step.Update, Before: raw(both), After: raw(one)}, true},
	} {
		m := remember([]step.Entry{did(step.Create, "azure.application", "X", nil, both, `{}`), test.entry})
		same(t, name, m.RedirectURIs[oldCallback], test.ours)
	}
}

// firstQuestion is the first that a person may answer now, or "".
func firstQuestion(p *step.Plan) string {
	for _, a := range p.Asks() {
		return a.Question
	}
	return ""
}
