package setup

import (
	"context"
	"slices"
	"strings"

	"wxmail/internal/exchange"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// Part is one change that another admin makes, and the cmdlets that make it.
type Part struct {
	Change  step.Change
	Cmdlets []mailflow.Cmdlet
}

// ExchangeParts plans the Exchange steps for somebody who may not look there:
// as if nothing had been done, so that whoever makes the changes has to look
// first. Nobody signs in. Errors: those of CheckAnswers, and an answer that
// nobody gave.
func (r *Run) ExchangeParts(ctx context.Context) ([]Part, error) {
	if err := r.collect(ctx); err != nil {
		return nil, err
	}
	r.Observed.Read, r.Observed.Exchange = Exchange, untouched(&r.Wanted)
	steps := slices.DeleteFunc(Steps(), func(s step.Step[*Run]) bool { return !strings.HasPrefix(s.ID, "mailbox.") })
	r.plan = step.Make(steps, r)
	var parts []Part
	for _, c := range r.plan.Changes {
		cmdlets, err := r.rehearse(ctx, steps, c)
		if err != nil {
			return nil, err
		}
		parts = append(parts, Part{c, cmdlets})
	}
	return parts, nil
}

// untouched is an organization in which nothing has been done for the mailbox.
func untouched(w *Wanted) *mailflow.Snapshot {
	forwarding := "Automatic"
	if w.ExistingPolicy { // the one in force has to be On, and stays as it is
		forwarding = "On"
	}
	user := func(address string) *mailflow.Mailbox {
		return &mailflow.Mailbox{PrimarySMTPAddress: address, RecipientTypeDetails: "UserMailbox"}
	}
	s := &mailflow.Snapshot{Mailbox: user(w.Mailbox), TenantSMTPAuthDisabled: true,
		OutboundPolicies: []mailflow.OutboundPolicy{{Name: "Default", AutoForwardingMode: forwarding, IsDefault: true}}}
	s.SignIn = s.Mailbox
	if w.Delegate() {
		s.Mailbox.RecipientTypeDetails, s.SignIn = "SharedMailbox", user(w.Login())
	}
	return s
}

// rehearse is what a change would run.
func (r *Run) rehearse(ctx context.Context, steps []step.Step[*Run], c step.Change) ([]mailflow.Cmdlet, error) {
	admin, cmdlets := exchange.Rehearsal()
	r.exchange = admin
	defer func() { r.exchange = nil }()
	i := slices.IndexFunc(steps, func(s step.Step[*Run]) bool { return s.ID == c.Step })
	_, err := steps[i].Apply(ctx, r, c)
	return cmdlets(), err
}
