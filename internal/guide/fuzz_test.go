package guide

import (
	"encoding/json"
	"testing"

	"wxmail/internal/step"
)

// A journal's values are read by those who wrote none of them: whatever they
// are, remembering and planning to take back end well, and what is planned is
// of wxmail's own keys.
func FuzzRemember(f *testing.F) {
	for _, e := range setUp() {
		f.Add(e.Key, string(e.Op), e.Target, string(e.Before), string(e.After), string(e.Made))
	}
	f.Add("undo.azure.application", "delete", "", "[", "null", `{"objectId":1}`)
	f.Fuzz(func(t *testing.T, key, op, target, before, after, made string) {
		e := step.Entry{Key: key, Op: step.Op(op), Target: target, At: today(), Done: true, Before: json.RawMessage(before),
			After: json.RawMessage(after), Made: json.RawMessage(made)}
		facts := healthy(journal(append(setUp(), e)...), answer("undo.confirm", "default"))
		_, _ = Apart(mailboxAddress, []step.Entry{e})
		_, _ = Aside("", []step.Entry{e})
		for _, c := range undoOf(facts).Changes {
			if undone, is := step.Undoes(c.Key); !is {
				t.Errorf("%s is no taking back", c.Key)
			} else if _, known := ThingOf(undone); !known {
				t.Errorf("%s is nobody's", c.Key)
			}
		}
		_ = Guide(nil, nil).Plan(facts)
		_ = Marks(facts)
	})
}
