package guide

import (
	"encoding/json"
	"reflect"
	"testing"

	"wxmail/internal/step"
)

// trial is what the tests of all things need to know of one.
type trial struct {
	key string
	values
	breaks map[string]breaking // what goes wrong with it, by name

	// Why it lacks what others have.
	notUndone   string // an undo leaves it alone
	notMissed   string // no finding asks for it: it is part of mending another
	notDrifting string // nobody but wxmail changes it
}

// values are those that a thing can have, as its journal keeps them.
type values struct {
	decode  func(json.RawMessage) step.Value
	samples []step.Value
	legacy  map[string]step.Value // by what older versions wrote
}

func valuesOf[V step.Value](samples []step.Value, legacy map[string]step.Value) values {
	return values{func(raw json.RawMessage) step.Value { return decode[V](raw) }, samples, legacy}
}

// trials are found as its methods, so that each stands in its thing's own test.
type trials struct{}

// allTrials are those of all things, by key.
func allTrials(t *testing.T) map[string]trial {
	t.Helper()
	all, methods := map[string]trial{}, reflect.ValueOf(trials{})
	for i := range methods.NumMethod() {
		name := methods.Type().Method(i).Name
		make, is := methods.Method(i).Interface().(func() trial)
		if !is {
			t.Fatalf("trials.%s gives no trial", name)
		}
		if one := make(); all[one.key].key == "" {
			all[one.key] = one
		} else {
			t.Errorf("trials.%s tries %s once more", name, one.key)
		}
	}
	return all
}

// A thing that nothing is tried of could forget anything; a trial of no thing
// is of a row that is missing in steps.go.
func TestEveryThingIsTried(t *testing.T) {
	all := allTrials(t)
	for _, thing := range Things() {
		if all[thing.Key].key == "" {
			t.Errorf("%s has no trial: func (trials) …() trial, in its own test", thing.Key)
		}
		delete(all, thing.Key)
	}
	for key := range all {
		t.Errorf("%s is tried, and stands in no step", key)
	}
}

// anyBreak are all that these tests break, by name: of the things, and of what
// belongs to none.
func anyBreak(t *testing.T) map[string]breaking {
	t.Helper()
	all := map[string]breaking{
		"locked": locked, "emptyVault": emptyVault, "emptyJournal": emptyJournal, "noMailbox": noMailbox,
		"noRemoteDomain": noRemoteDomain, "transportRule": transportRule,
		"unreadableRights": roles(), "developer": roles(applicationDeveloper), "reader": roles("reader"),
		"recipientAdmin": cmdlets("Set-Mailbox"),
		"unreadExchange": unreadExchange(roleMissing()), "unreadDirectory": unreadDirectory(roleMissing()),
	}
	for key, one := range allTrials(t) {
		for name, b := range one.breaks {
			if all[name] != nil {
				t.Errorf("%s: another thing has a break %s", key, name)
			}
			all[name] = b
		}
	}
	return all
}
