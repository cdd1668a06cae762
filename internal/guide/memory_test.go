package guide

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/step"
)

func deedKeys(deeds map[string]step.Deed) []string { return slices.Sorted(maps.Keys(deeds)) }

func secretIntended(label string) step.Entry {
	return step.Entry{Key: "azure.secret", Op: step.Create, Target: "WebexConnect", After: raw(Secret{Label: label, Value: "(set)"})}
}

// Only a secret that was intended here and never stored is an orphan: any
// other may be in use by Webex Connect.
func TestOrphansAreSecretsThatWereNeverStored(t *testing.T) {
	entries := []step.Entry{secretIntended("first"), secretIntended("lost"), secretIntended("held")}
	refused := secretIntended("refused")
	refused.Refused = true
	m := Remember(append(entries, refused), []string{"first"}, "held")
	same(t, "orphans", m.Orphans, map[string]bool{"lost": true})
	same(t, "labels", m.Labels, map[string]bool{"first": true, "lost": true, "held": true})
	if !m.Unnoted {
		t.Error("that the held one was never noted is not known")
	}
	if m := Remember(entries, []string{"first", "held"}, "held"); m.Unnoted {
		t.Error("it was noted")
	}
	if m := Remember(entries, nil, ""); len(m.Orphans) != 3 || m.Unnoted {
		t.Errorf("no secret is held: %+v", m)
	}
}

// What was intended may have acted even where no end is recorded; what was
// refused did not.
func TestAnIntentMayHaveActed(t *testing.T) {
	intended := step.Entry{Key: "mailbox.forwarding", Op: step.Create, Target: mailboxAddress,
		After: raw(Forwarding{ForwardingTo: assetAddress})}
	refused := step.Entry{Key: "mailbox.smtp-auth", Op: step.Update, Refused: true}
	m := Remember([]step.Entry{intended, refused}, nil, "")
	same(t, "deeds", deedKeys(m.Deeds), []string{"mailbox.forwarding"})
	if !m.Forwarding[assetAddress] || m.Deeds["mailbox.forwarding"].Done {
		t.Errorf("%+v", m)
	}
}

func undone(op step.Op, key string) step.Entry {
	return step.Entry{Key: step.Undoing(key), Op: op, Done: true, Before: raw(nil), After: raw(nil)}
}

func TestWhatWasUndoneIsForgotten(t *testing.T) {
	all := deedKeys(Remember(setUp(), nil, "").Deeds)
	without := func(keys ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(k string) bool { return slices.Contains(keys, k) })
	}
	interrupted := undone(step.Delete, "mailbox.outbound-rule")
	interrupted.Done = false
	for name, test := range map[string]struct {
		undone step.Entry
		want   []string
	}{
		"one thing":               {undone(step.Update, "mailbox.forwarding"), without("mailbox.forwarding")},
		"an interrupted one":      {interrupted, all},
		"the policy and its rule": {undone(step.Delete, "mailbox.outbound-policy"), without("mailbox.outbound-policy", "mailbox.outbound-rule")},
		"the rule alone":          {undone(step.Delete, "mailbox.outbound-rule"), without("mailbox.outbound-rule")},
		"one of several grants":   {undone(step.Delete, "azure.grant.Microsoft-Graph"), without("azure.grant.Microsoft-Graph")},
		"the token and its proof": {undone(step.Delete, "token.sign-in"), without("token.sign-in", "token.smtp-sign-in")},
		"the application, with all that stood on it": {undone(step.Delete, "azure.application"),
			[]string{"mailbox.forwarding", "mailbox.outbound-policy",
				"mailbox.outbound-rule", "mailbox.smtp-auth", "token.sign-in", "token.smtp-sign-in"}},
		"what was added to an application": {undone(step.Update, "azure.application"), without("azure.application")},
		"what nobody knows":                {undone(step.Delete, "no.such.thing"), all},
	} {
		same(t, name, deedKeys(Remember(append(setUp(), test.undone), nil, "").Deeds), test.want)
	}
}

// Whatever stands on an application goes along when it is removed, and nothing
// else: a thing that forgets what it needs would stay.
func TestTheRemovedApplicationTakesAlongAllThatStandsOnIt(t *testing.T) {
	var entries []step.Entry
	for _, thing := range Things() {
		entries = append(entries, step.Entry{Key: thing.Key, Op: step.Create, Done: true})
	}
	m := Remember(append(entries, undone(step.Delete, "azure.application")), nil, "")
	for _, thing := range Things() {
		_, stays := m.Deeds[thing.Key]
		if goes := strings.HasPrefix(thing.Key, "azure.") || thing.Key == redirectKey; goes == stays {
			t.Errorf("%s: stays %t", thing.Key, stays)
		}
	}
}

// What is done again after an undo is a first time.
func TestAfterAnUndoTheFirstTimeIsAnother(t *testing.T) {
	m := Remember(append(setUp(), undone(step.Update, "mailbox.forwarding"), did(step.Update, "mailbox.forwarding", mailboxAddress,
		Forwarding{ForwardingTo: "crm@fabrikam.example"}, Forwarding{ForwardingTo: assetAddress}, `null`)), nil, "")
	d := left[Forwarding](m.Deeds["mailbox.forwarding"])
	if d.Op != step.Update || d.Before.ForwardingTo != "crm@fabrikam.example" || d.Times != 1 {
		t.Errorf("%+v", d)
	}
}
