package guide

import (
	"encoding/json"
	"reflect"
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// stranger is a value of no thing.
type stranger struct{}

func (stranger) Words() []msg.Message { return nil }

// A value is what a journal keeps of it: it comes back as itself. What older
// versions wrote is still understood.
func TestEveryValueOfEveryThingOutlivesTheJournal(t *testing.T) {
	for key, one := range allTrials(t) {
		if len(one.samples) == 0 {
			t.Errorf("%s: no value is tried", key)
			continue
		}
		for _, sample := range one.samples {
			if back := one.decode(raw(sample)); !reflect.DeepEqual(back, sample) {
				t.Errorf("%s: %#v came back as %#v", key, sample, back)
			}
			if sample.Words() == nil {
				t.Errorf("%s: %#v has no words", key, sample)
			}
		}
		for text, want := range one.legacy {
			same(t, key+" "+text, one.decode(json.RawMessage(text)), want)
		}
		zero := reflect.Zero(reflect.TypeOf(one.samples[0])).Interface()
		for _, text := range []string{"null", "", "[1]", "{", "12"} {
			same(t, key+" "+text, one.decode(json.RawMessage(text)), zero.(step.Value))
		}
	}
}

// words are the ids of what is said.
func words(v step.Value) (all []string) {
	for _, m := range v.Words() {
		all = append(all, m.ID)
	}
	return all
}

func TestWordsSayOnlyWhatIsThere(t *testing.T) {
	for name, test := range map[string]struct {
		value step.Value
		want  []string
	}{
		"a rule of old": {OutboundRule{From: []string{"a"}}, []string{"value.rule-from", "value.rule-state"}},
		"a rule with all": {OutboundRule{Policy: "p", Before: "x"}, []string{"value.rule-from", "value.rule-state", "value.rule-policy",
			"value.rule-before"}},
		"forwarding nowhere": {Forwarding{KeepCopy: true}, []string{"value.forwards-nowhere"}},
		"forwarding":         {Forwarding{ForwardingTo: "a"}, []string{"value.forwards-to", "value.keeps-copy"}},
		"a secret of old":    {Secret{Expires: "2028"}, []string{"value.secret"}},
		"an application":     {Application{}, []string{"value.display-name", "value.redirect-uris", "value.access-tokens", "value.permissions"}},
	} {
		same(t, name, words(test.value), test.want)
	}
	if listed(nil) != "(none)" || listed([]string{"a", "b"}) != "a, b" {
		t.Error("lists are said otherwise")
	}
}
