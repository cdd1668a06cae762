package setup

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"wxmail/internal/step"
)

// makePlan plans the steps of this run, and tells what somebody changed since
// wxmail set it from what was never done.
func (r *Run) makePlan() *step.Plan {
	plan := step.Make(r.steps, r)
	for i := range plan.Changes {
		plan.Changes[i].Drift = r.drift(plan.Changes[i])
	}
	return plan
}

// drift is when wxmail made a change that is planned again, because the object
// is no longer as wxmail left it; zero where it is, and other answers ask for
// something else now. A secret that ended and a token that died are nobody's
// doing.
func (r *Run) drift(c step.Change) time.Time {
	deed, did := r.deed(c.Key)
	lives := strings.HasPrefix(c.Key, "azure.secret") || c.Key == "token.redirect-uri"
	if !did || !deed.Done || lives || written(c.Key) == 0 || wished(c, deed) || asLeft(c, deed) {
		return time.Time{}
	}
	return deed.At
}

// wished says whether a change is about another object than before, or gives
// it to somebody else: the answers have changed.
func wished(c step.Change, deed Deed) bool {
	to := c.Key == "mailbox.send-as" && view[string](deed.After) != c.After
	return to || !strings.EqualFold(deed.Target, c.Target)
}

// asLeft says whether an object stands as wxmail left it.
func asLeft(c step.Change, deed Deed) bool {
	if before, is := c.Before.(ApplicationView); is {
		return sameView(before, view[ApplicationView](deed.After))
	}
	before, err := json.Marshal(c.Before)
	return err == nil && bytes.Equal(before, deed.After)
}

// sameView compares applications but for the redirect URI that wxmail itself
// takes away again.
func sameView(a, b ApplicationView) bool {
	return sameStrings(without(a.RedirectURIs, TemporaryRedirect), without(b.RedirectURIs, TemporaryRedirect)) &&
		a.ImplicitAccessTokens == b.ImplicitAccessTokens && sameStrings(a.Permissions, b.Permissions)
}
