package setup

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/exchange"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

// readBack looks at the world again: what was applied must be found, so the
// second plan of these changes must be empty. A replica may lag, so it looks
// until it is, or until the time for settling is over.
func (r *Run) readBack(ctx context.Context, result *Result) []error {
	applied := map[string]step.Change{}
	for _, o := range result.Outcomes {
		if o.State == step.Done {
			applied[o.Change.ID()] = o.Change
		}
	}
	var left []step.Change
	err := r.Cloud.Settle(ctx, "what was changed to be read back", func(ctx context.Context) (bool, error) {
		if err := r.observeAgain(ctx, applied); err != nil {
			return false, err
		}
		r.plan = r.makePlan()
		left = r.stillPlanned(applied)
		return len(left) == 0, nil
	})
	result.Plan = r.plan
	var late *microsoft.NotSettled
	if !errors.As(err, &late) {
		return join(err)
	}
	for _, c := range left {
		if !reflect.DeepEqual(c.Before, applied[c.ID()].Before) {
			return []error{&step.Obstacle{Code: "WX-READ-BACK", Step: c.Step, Object: c.Target, Detail: c.Key}}
		}
	}
	return []error{err}
}

func join(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}

// stillPlanned are the changes that were applied and are planned again. A
// temporary change that was taken back belongs to every sign-in: what counts
// is whether the redirect URI is there.
func (r *Run) stillPlanned(applied map[string]step.Change) []step.Change {
	var out []step.Change
	for _, c := range r.plan.Changes {
		_, was := applied[c.ID()]
		if undo := applied[c.Key+"/"+string(step.Delete)]; undo.Finally {
			was = c.Finally && r.showsTemporaryRedirect()
		}
		if was {
			out = append(out, c)
		}
	}
	return out
}

// showsTemporaryRedirect says whether the application was last read with it.
func (r *Run) showsTemporaryRedirect() bool {
	app := r.Observed.Application()
	return app != nil && contains(app.RedirectURIs, TemporaryRedirect)
}

// observeAgain reads what this run has written to.
func (r *Run) observeAgain(ctx context.Context, applied map[string]step.Change) error {
	o := &r.Observed
	records, err := r.Journal.Records()
	if err != nil {
		return err
	}
	if !r.Options.Undo { // an undoing is read back against what it knew
		o.Memory = remember(records, r.heldSecret().Label)
	}
	touched := r.touched(applied)
	o.Now = r.Cloud.Now()
	if touched.Has(Directory) {
		if err := r.observeDirectory(ctx); err != nil {
			return err
		}
	}
	if touched.Has(Exchange) {
		o.Exchange, err = r.exchange.Read(ctx, exchange.ReadQuery{Mailbox: r.Wanted.Mailbox, SignInAs: r.Wanted.Login(), Before: o.Exchange})
	}
	return err
}

// touched are the sources that the applied changes wrote to.
func (r *Run) touched(applied map[string]step.Change) step.Source {
	var all step.Source
	for _, c := range applied {
		all |= written(c.Key)
	}
	return all & r.Observed.Read
}

// written is the source that a change of that key writes to; none for what
// stays here.
func written(key string) step.Source {
	switch key := strings.TrimPrefix(key, undoPrefix); {
	case strings.HasPrefix(key, "azure."), key == "token.redirect-uri":
		return Directory
	case strings.HasPrefix(key, "mailbox."), strings.HasPrefix(key, "exchange."):
		return Exchange
	}
	return 0
}

// noteRedirectSeen remembers that a replica has shown the temporary redirect
// URI, so that its absence later means that it is gone.
func (r *Run) noteRedirectSeen(seen *directory.Snapshot) {
	if seen.Application == nil || !contains(seen.Application.RedirectURIs, TemporaryRedirect) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.redirectSeen = true
}

// noteRedirectSent remembers a write that brought the temporary redirect URI,
// or may have: one that Microsoft refused did not.
func (r *Run) noteRedirectSent(uris []string, err error) {
	if e := cloudError(err); !contains(uris, TemporaryRedirect) || e != nil && e.Refused() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.redirectSent = true
}

// redirectThere says whether the temporary redirect URI may stand in the
// application: it was read there, or this run sent it.
func (r *Run) redirectThere() bool {
	if r.showsTemporaryRedirect() {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.redirectSent
}

// redirectGone says whether an application without the redirect URI is to be
// believed: only once a replica has shown it.
func (r *Run) redirectGone() bool {
	if r.showsTemporaryRedirect() {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.redirectSeen
}
