package guide

import (
	"errors"
	"slices"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func (trials) TemporaryRedirect() trial {
	return trial{key: "token.redirect-uri", notUndone: "is taken back by the run that brought it, or the next",
		notDrifting: "is there while somebody signs in",
		values: valuesOf[RedirectURI]([]step.Value{RedirectURI(TemporaryRedirect)},
			map[string]step.Value{`"http://localhost"`: RedirectURI(TemporaryRedirect)}),
		breaks: map[string]breaking{"redirectLeft": redirectLeft, "redirectOfOthers": redirectOfOthers}}
}

// redirects are the changes of a plan that bring the temporary redirect URI or
// take it back, in order.
func redirects(p *step.Plan) (all []string) {
	for _, c := range p.Changes {
		after, _ := c.After.(Application)
		switch {
		case slices.Contains(after.RedirectURIs, TemporaryRedirect):
			all = append(all, "with the application")
		case c.Key == redirectKey:
			all = append(all, string(c.Op))
		}
	}
	return all
}

func TestTheTemporaryRedirectComesAndGoesWithTheSignIn(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts Facts
		want  []string
	}{
		{"nobody signs in", healthy(), nil},
		{"nobody signs in, and the application is written", healthy(implicitOff), nil},
		{"the application is made", untouched(), []string{"create", "delete"}},
		{"the application is written anyway", healthy(implicitOff, noToken), []string{"create", "delete"}},
		{"the application is in order", healthy(noToken), []string{"create", "delete"}},
		{"the application is restored in order", healthy(noToken, deletedApplication), []string{"create", "delete"}},
		{"somebody has it there", healthy(noToken, redirectOfOthers), nil},
		{"an earlier run left it there", healthy(noToken, redirectLeft), []string{"delete"}},
		{"an earlier run left it, and nobody signs in", healthy(redirectLeft), []string{"delete"}},
		{"an earlier run left it, and the vault does not open", healthy(redirectLeft, locked), []string{"delete"}},
		{"somebody removed it meanwhile", healthy(func(f *Facts) { memory(f).TemporaryRedirect = true }), nil},
		{"the sign-in is not part of the run", func() Facts {
			f := untouched()
			f.Wanted.Run.Steps = []string{"azure.register"}
			return f
		}(), nil},
		{"the vault does not open", healthy(implicitOff, locked), nil},
		{"no secret can be made", healthy(implicitOff, noToken, secretsBlocked, secretGone), nil},
		{"somebody else has to consent first", healthy(implicitOff, noToken, noGrants, roles(applicationDeveloper)), nil},
		{"somebody else would have to, and has", healthy(implicitOff, noToken, roles(applicationDeveloper)),
			[]string{"create", "delete"}},
	} {
		steps := test.facts.Wanted.Run.Steps
		same(t, test.name, redirects(Guide(steps, nil).Plan(test.facts)), test.want)
	}
}

// The sign-in cannot be made, and what was left behind goes all the same; that
// it was left is told once.
func TestWhatWasLeftBehindIsRemovedThoughTheSignInIsHindered(t *testing.T) {
	f := healthy(noToken, redirectLeft, secretsBlocked, secretGone)
	same(t, "plan", outlineOf(Guide(nil, nil).Plan(f)), outline{
		Changes:   []string{"token.redirect-uri/delete WX-REDIRECT-URI-LEFT"},
		Withheld:  []string{"azure.secret/create WX-SECRET-GONE", "token.sign-in/create"},
		Obstacles: []string{"azure.register WX-SECRETS-BLOCKED", "token WX-SECRETS-BLOCKED, repeats"}})
	c := planned(t, healthy(noToken, redirectLeft), "token.redirect-uri/delete")
	if !c.Finally || len(c.Why) != 1 || c.Why[0].Code != "WX-REDIRECT-URI-LEFT" || c.Why[0].Object != TemporaryRedirect {
		t.Errorf("%+v", c)
	}
	same(t, "it follows the sign-in", c.Follows, []string{"token.sign-in"})
}

func TestTheTemporaryRedirectIsAddedToWhatIsThere(t *testing.T) {
	f := healthy(noToken, otherURI)
	c := planned(t, f, "token.redirect-uri/create")
	if c.Risk.ID != "risk.temporary-redirect" || c.Target != "WebexConnect" {
		t.Errorf("%+v", c)
	}
	patch := directory.ApplicationPatch{RedirectURIs: []string{callbackURL, "https://crm.example/cb", TemporaryRedirect}}
	tn := tenantOf(f)
	h := tn.hands()
	if _, err := apply(h, c); err != nil {
		t.Fatal(err)
	}
	same(t, "calls", tn.said(), []call{called("UpdateApplication", objectID, patch)})
	if !h.Made.now().redirectSent {
		t.Error("the run does not know that it may be there")
	}
}

// A replica that does not show the application yet, or does not know it, is
// waited for.
func TestAddingWaitsForTheApplication(t *testing.T) {
	f := healthy(noToken)
	c := planned(t, f, "token.redirect-uri/create")
	tn := tenantOf(f).refuse("UpdateApplication", notYet())
	tn.hidden = 2
	if _, err := apply(tn.hands(), c); err != nil || len(tn.said()) != 2 {
		t.Errorf("%v: %v", err, tn.said())
	}
	tn = tenantOf(f)
	tn.hidden = 99
	if _, err := apply(tn.hands(), c); err == nil {
		t.Error("nothing was written, and it is called done")
	}
	tn = tenantOf(f).refuse("Look", refusedByGraph())
	if _, err := apply(tn.hands(), c); err == nil {
		t.Error("nobody could look, and it is called done")
	}
}

func TestTheTemporaryRedirectIsTakenBack(t *testing.T) {
	removal := planned(t, healthy(noToken), "token.redirect-uri/delete")
	write := called("UpdateApplication", objectID, directory.ApplicationPatch{RedirectURIs: []string{callbackURL}})
	type state struct {
		facts  Facts
		hidden int
		made   func(*ids)
		refuse []error
	}
	for name, test := range map[string]struct {
		state
		calls []call
		gone  bool
		fails bool
	}{
		"nobody sent it":    {state{facts: healthy()}, nil, true, false},
		"it is there":       {state{facts: healthy(redirectLeft)}, []call{write}, true, false},
		"it is there, late": {state{facts: healthy(redirectLeft), hidden: 2}, []call{write}, true, false},
		"it was seen, and is gone": {state{facts: healthy(), made: func(is *ids) { is.redirectSent, is.redirectSeen = true, true }}, nil,
			true, false},
		"it was sent, and never seen":  {state{facts: healthy(), made: func(is *ids) { is.redirectSent = true }}, nil, false, true},
		"the application was not made": {state{facts: untouched(), made: func(is *ids) { is.redirectSent = true }}, nil, false, false},
		"the application is not shown": {state{facts: healthy(redirectLeft), hidden: 99}, nil, false, true},
		"Microsoft refuses":            {state{facts: healthy(redirectLeft), refuse: []error{refusedByGraph()}}, []call{write}, false, true},
	} {
		tn := tenantOf(test.facts).refuse("UpdateApplication", test.refuse...)
		h := tn.hands()
		tn.hidden = test.hidden
		if test.made != nil {
			h.Made.note(test.made)
		}
		made, err := apply(h, removal)
		if (err != nil && !errors.Is(err, step.ErrNothingToDo)) != test.fails || gone(raw(made)) != test.gone {
			t.Errorf("%s: %v %v", name, made, err)
		}
		same(t, name, tn.said(), test.calls)
	}
	tn := tenantOf(healthy(redirectLeft)).refuse("Look", refusedByGraph())
	if made, err := apply(tn.hands(), removal); err == nil || gone(raw(made)) {
		t.Errorf("nobody could look: %v %v", made, err)
	}
}

// A write that Microsoft refused brought nothing; one whose answer was lost
// may have.
func TestWhatMayHaveBeenSentIsRemembered(t *testing.T) {
	for name, test := range map[string]struct {
		uris []string
		err  error
		sent bool
	}{
		"it was written":      {[]string{TemporaryRedirect}, nil, true},
		"another was written": {[]string{callbackURL}, nil, false},
		"it was refused":      {[]string{TemporaryRedirect}, refusedByGraph(), false},
		"the answer was lost": {[]string{TemporaryRedirect}, lostAnswer(), true},
		"nobody knows":        {[]string{TemporaryRedirect}, errors.New("disk full"), true},
	} {
		m := NewMade(nil)
		m.sent(test.uris, test.err)
		if m.now().redirectSent != test.sent {
			t.Errorf("%s: sent %v", name, !test.sent)
		}
	}
}

func TestWhatTheJournalTeachesOfTheTemporaryRedirect(t *testing.T) {
	added := step.Entry{Key: redirectKey, Op: step.Create, After: raw(RedirectURI(TemporaryRedirect))}
	removed := func(made string, done bool) step.Entry {
		return step.Entry{Key: redirectKey, Op: step.Delete, Done: done, Made: []byte(made)}
	}
	for name, test := range map[string]struct {
		entries []step.Entry
		ours    bool
	}{
		"nothing":                      {nil, false},
		"it may have been added":       {[]step.Entry{added}, true},
		"it was removed":               {[]step.Entry{added, removed(`{"gone":true}`, true)}, false},
		"its removal was not believed": {[]step.Entry{added, removed(`{"gone":false}`, true)}, true},
		"its removal did not end":      {[]step.Entry{added, removed(`{"gone":true}`, false)}, true},
		"its removal makes no sense":   {[]step.Entry{added, removed(`1`, true)}, true},
		"its adding was refused":       {[]step.Entry{{Key: redirectKey, Op: step.Create, Refused: true}}, false},
		"it was added again":           {[]step.Entry{added, removed(`{"gone":true}`, true), added}, true},
	} {
		if m := Remember(test.entries, nil, ""); m.TemporaryRedirect != test.ours {
			t.Errorf("%s: ours %v", name, !test.ours)
		}
	}
}

func TestReadsForToken(t *testing.T) {
	const both = world.Held | world.Directory
	for name, test := range map[string]struct {
		facts Facts
		want  world.Source
	}{
		"nothing is known yet":                      {healthy(func(f *Facts) { f.Seen.Here.Value = nil }), world.Held},
		"a token that refreshes needs nobody":       {healthy(), world.Held},
		"but for what was left behind":              {healthy(redirectLeft), both},
		"a token that does not needs the directory": {healthy(notRefreshed), both},
	} {
		if got := readsForToken(test.facts); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
