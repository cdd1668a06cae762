package graph_test

import (
	"errors"
	"testing"

	"wxmail/internal/directory"
)

// An answer that makes no sense says so under its own code.
func TestFactOfAnUnusableAnswer(t *testing.T) {
	says := world()
	says["GET /policies/defaultAppManagementPolicy"] = ok(`{}`)
	got, err := open(t, &fake{says: always(says)}).Read(t.Context(), everything)
	if err != nil {
		t.Fatal(err)
	}
	var fact interface {
		Fact() (code, object, detail string)
	}
	if !errors.As(got.Unreadable[directory.PartSecretPolicy], &fact) {
		t.Fatalf("%v has none", got.Unreadable[directory.PartSecretPolicy])
	}
	if code, object, detail := fact.Fact(); code != "WX-ANSWER-SHAPE" || object != "" || detail != "no isEnabled" {
		t.Errorf("%s, %q, %q", code, object, detail)
	}
}
