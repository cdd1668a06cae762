package setup

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/signin"
	"wxmail/internal/step"
)

// Template ids of the Entra roles that can do the directory's part.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
const (
	globalAdministrator           = "62e90394-69f5-4237-9190-012177145e10"
	cloudApplicationAdministrator = "158c047a-c907-4556-b7ef-446551a6b5f7"
	applicationAdministrator      = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
	applicationDeveloper          = "cf1c38e5-3621-4004-a7cb-879624dced7c"
)

// handed makes a step wait for another person where the one who signed in may
// not look, or may not change what is to be changed. What is in order already
// needs no role.
func handed(s step.Step[*Run]) step.Step[*Run] {
	plan := s.Plan
	s.Plan = func(r *Run, p *step.Plan) {
		if unread := r.unread(s.Reads(r)); unread != nil {
			p.Hinder(unread)
			return
		}
		if !r.Observed.Read.Has(s.Reads(r)) {
			return // an inspection that did not look, or could not
		}
		plan(r, p)
		if o := r.lacking(s.ID); o != nil && isOpen(p, s.ID) && !r.Options.Inspect {
			p.HandOver(o)
		}
	}
	return s
}

// isOpen says whether a step still needs an admin: to write, or to do first
// what it builds on.
func isOpen(p *step.Plan, stepID string) bool {
	first := p.Hindered(stepID)
	return first != nil && first.Code == stepFirst || slices.ContainsFunc(p.Changes, func(c step.Change) bool {
		return c.Step == stepID && written(c.Key) != 0
	})
}

// unread is why one of the sources could not be looked at, or nil.
func (r *Run) unread(sources step.Source) *step.Obstacle {
	for _, source := range []step.Source{Directory, Exchange} {
		var o *step.Obstacle
		if sources.Has(source) && errors.As(r.Observed.Unread[source], &o) {
			same := *o
			return &same
		}
	}
	return nil
}

// lacking is the role that the person who signed in for a step lacks, or nil:
// as far as the token and Exchange tell. Where they do not, only trying tells.
func (r *Run) lacking(stepID string) *step.Obstacle {
	if strings.HasPrefix(stepID, "mailbox.") {
		return r.lackingCmdlets(stepID)
	}
	who := r.admins[signin.Directory]
	enough := []string{globalAdministrator, cloudApplicationAdministrator, applicationAdministrator}
	if stepID != "azure.consent" {
		enough = append(enough, applicationDeveloper)
	}
	if len(who.Roles) == 0 || slices.ContainsFunc(enough, func(role string) bool { return containsFold(who.Roles, role) }) {
		return nil
	}
	return &step.Obstacle{Code: "WX-ROLE-DIRECTORY", Object: who.UPN, Detail: "Cloud Application Administrator", Waiting: true}
}

// lackingCmdlets looks at the cmdlets that this admin may run.
func (r *Run) lackingCmdlets(stepID string) *step.Obstacle {
	wanted := []string{"Set-CASMailbox"}
	if stepID == "mailbox.forward" {
		wanted = []string{"Set-Mailbox", "New-HostedOutboundSpamFilterPolicy", "New-HostedOutboundSpamFilterRule"}
	}
	if rights := r.Observed.Rights; rights != nil {
		return r.exchangeRole(lacking(*rights, wanted...))
	}
	return nil
}

func lacking(rights mailflow.Rights, cmdlets ...string) string {
	return strings.Join(slices.DeleteFunc(cmdlets, rights.May), ", ")
}

// exchangeRole is the obstacle of an admin who may not run cmdlets; nil where
// there are none.
func (r *Run) exchangeRole(cmdlets string) *step.Obstacle {
	if cmdlets == "" {
		return nil
	}
	return &step.Obstacle{Code: "WX-ROLE-EXCHANGE", Object: r.admins[signin.Exchange].UPN, Detail: cmdlets, Waiting: true}
}

// checkExchangeRights asks what this admin may run; who may not even look is
// an obstacle.
func (r *Run) checkExchangeRights(rights mailflow.Rights, err error) error {
	if e := cloudError(err); e != nil && e.Service == microsoft.Exchange { // it refuses to say what an account may do that has no role
		o := r.exchangeRole("Get-Mailbox")
		o.Err = err
		return o
	}
	if err != nil {
		return err
	}
	r.Observed.Rights = &rights
	if o := r.exchangeRole(lacking(rights, "Get-Mailbox", "Get-CASMailbox")); o != nil {
		return o
	}
	return nil
}

// mayNotConsent knows Entra's refusal to let an account consent to what the
// client of the directory sign-in asks for. It does not say who signed in: the
// account asked for lacks the role, or somebody else came. So nothing goes on.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func mayNotConsent(err error) error {
	if !hasCode(err, "AADSTS90094", "AADSTS90095") {
		return err
	}
	e := cloudError(err)
	return &step.Obstacle{Code: "WX-ROLE-CONSENT", Object: cmp.Or(e.Object, "the directory"), Detail: e.Code + " " + e.Message, Stops: true, Err: err}
}
