package guide

import (
	"slices"
	"testing"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

// A person who was told before is asked; nobody is held up by it, and no
// answer is guessed.
func TestWhetherTheAssetHasANewTokenIsAskedOnceItWasTold(t *testing.T) {
	due := func(f *Facts) { f.Seen.Local().AssetToken = &world.AssetToken{Since: today(), Why: "AADSTS50173"} }
	dead := func(f *Facts) { f.Seen.Local().Refreshed, f.Seen.Local().RefreshErr = false, roleMissing() }
	for name, test := range map[string]struct {
		facts Facts
		asked bool
	}{
		"it is due":                  {healthy(due), true},
		"it was never due":           {healthy(), false},
		"it was said":                {healthy(due, answer("webex.token-generated", "false")), false},
		"it has just ended":          {healthy(due, dead), false},
		"it was made":                {healthy(due, func(f *Facts) { f.Seen.Local().AssetToken.Generated = true }), false},
		"nothing was ever signed in": {untouched(), false},
	} {
		p := Guide(nil, nil).Plan(test.facts)
		i := slices.IndexFunc(p.Asks(), func(a step.Ask) bool { return a.Question == "webex.token-generated" })
		if (i >= 0) != test.asked || len(p.Stoppers()) > 0 {
			t.Errorf("%s: asked %v", name, p.Asks())
		}
		if i >= 0 && (p.Asks()[i].Suggestion != "false" || len(p.Asks()[i].About) != 1) {
			t.Errorf("%s: %+v", name, p.Asks()[i])
		}
	}
}
