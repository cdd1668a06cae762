package guide

import (
	"context"
	"net/http"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

// Refusals and failures of services.

// notYet is Graph's answer while a replica does not know an object.
func notYet() error {
	return &microsoft.Error{Service: microsoft.Graph, Status: http.StatusNotFound, Code: "Request_ResourceNotFound"}
}

func refusedByGraph() error {
	return &microsoft.Error{Service: microsoft.Graph, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"}
}

func existsInGraph() error {
	return &microsoft.Error{Service: microsoft.Graph, Status: http.StatusConflict, Code: "Request_MultipleObjectsWithSameKeyValue"}
}

// lostAnswer is a request that may have acted.
func lostAnswer() error {
	return &microsoft.Error{Service: microsoft.Graph, Operation: "PATCH", Err: context.DeadlineExceeded}
}

func byExchange(code string) error {
	return &microsoft.Error{Service: microsoft.Exchange, Status: http.StatusBadRequest, Code: code}
}

// applying makes a change, and holds the verbs that it takes against those
// that are wanted.
func applying(t *testing.T, tn *tenant, c step.Change, want ...call) any {
	t.Helper()
	made, err := apply(tn.hands(), c)
	if err != nil {
		t.Fatalf("%s: %v", c.ID(), err)
	}
	same(t, c.ID(), tn.said(), want)
	return made
}

func apply(h Hands, c step.Change) (any, error) {
	t, _ := ThingOf(c.Key)
	return t.Apply(context.Background(), h, c)
}

func TestMadeKnowsWhatWasSeen(t *testing.T) {
	for name, test := range map[string]struct {
		seen *directory.Snapshot
		want ids
	}{
		"nothing":              {nil, ids{}},
		"a tenant without it":  {&directory.Snapshot{}, ids{}},
		"a living application": {healthy().Seen.Directory.Value, ids{objectID: objectID, appID: clientID, principalID: principalID}},
		"a deleted one":        {healthy(deletedApplication).Seen.Directory.Value, ids{objectID: objectID, appID: clientID}},
		"one that can be used by a sign-in": {healthy(redirectOfOthers).Seen.Directory.Value,
			ids{objectID: objectID, appID: clientID, principalID: principalID, redirectSeen: true, redirectSent: true}},
	} {
		got := NewMade(test.seen).now()
		got.grants, test.want.grants = nil, nil
		if got.objectID != test.want.objectID || got.appID != test.want.appID || got.principalID != test.want.principalID ||
			got.redirectSeen != test.want.redirectSeen || got.redirectSent != test.want.redirectSent {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestMadeTellsTheClientID(t *testing.T) {
	var nothing *Made
	if nothing.AppID() != "" || NewMade(nil).AppID() != "" || NewMade(healthy().Seen.Directory.Value).AppID() != clientID {
		t.Error("another client ID")
	}
}

// The mailbox user would be asked for what is missing, and that consent would
// stay behind.
func TestShownWaitsForTheGrantsOfThisRun(t *testing.T) {
	m := NewMade(nil)
	grants := func(scopes ...string) []directory.Grant {
		return []directory.Grant{{ConsentType: directory.AllPrincipals, ResourceID: graphID, Scopes: scopes}}
	}
	if !m.shown(nil) {
		t.Error("a run that granted nothing waits")
	}
	m.gave(graphID, []string{"openid", "profile"})
	if m.shown(nil) || m.shown(grants("openid")) || !m.shown(grants("profile", "openid", "User.Read")) {
		t.Error("it does not wait for what it granted")
	}
}
