package setup

import (
	"context"
	"strings"

	"wxmail/internal/wanted"
)

// revise lets a person change answers who has seen the plan, or what it asks,
// and plans again.
// Nobody signs in anew but those whose account has another name now.
func (w *walk) revise(ctx context.Context) error {
	if err := w.review(ctx, w.course.Asks); err != nil {
		return err
	}
	if err := w.CheckAnswers(w.course.Asks); err != nil {
		return err
	}
	answered, _, err := wanted.Parse(w.Answers)
	if err != nil {
		return err
	}
	was := w.wanted
	w.want(answered)
	tenant := w.tenantID()
	if w.course.Reads(w.facts()) != 0 {
		if err := w.findTenant(ctx); err != nil {
			return err
		}
	}
	w.signOut(was, tenant != w.tenantID())
	if err := w.observeAnew(ctx); err != nil {
		return err
	}
	if err := w.keep(); err != nil {
		return err
	}
	return w.planAndAsk(ctx)
}

// signOut forgets the administrators whom the answers do not name any more.
func (w *walk) signOut(was wanted.Wanted, elsewhere bool) {
	other := func(a, b string) bool { return b != "" && !strings.EqualFold(a, b) }
	may := w.facts().May
	if elsewhere || was.SignInApp != w.wanted.SignInApp || other(may.Directory.Account, w.wanted.Admin) {
		w.directory = nil
	}
	if elsewhere || other(may.Exchange.Account, w.wanted.ExchangeAdmin) {
		w.exchange = nil
	}
}
