package world

import (
	"testing"
	"time"
)

// The operator's word is about what they were told, and about nothing later.
func TestTheAssetsTokenIsDueUntilTheOperatorSaysOtherwise(t *testing.T) {
	var none *AssetToken
	first, second := &Token{Expires: now}, &Token{Expires: now.Add(time.Hour)}
	met := none.Met(first, "AADSTS50173", now)
	if none.Due() || !met.Due() || met.Why != "AADSTS50173" || !met.Since.Equal(now) {
		t.Errorf("%+v", met)
	}
	if met.Met(first, "", now.Add(time.Minute)) != met {
		t.Error("one event is told as two")
	}
	if none.Made(none) != nil || met.Made(none) != met {
		t.Error("the operator has answered what nobody has told")
	}
	made := met.Made(met)
	if made.Due() || met.Generated || made.Met(first, "", now).Due() {
		t.Errorf("%+v", made)
	}
	again := made.Met(second, "", now)
	if !again.Due() || !again.Made(made).Due() {
		t.Error("the answer of before counts for what came after")
	}
}
