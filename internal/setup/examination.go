package setup

import (
	"context"
	"errors"
	"sync"

	"wxmail/internal/cloud"
	"wxmail/internal/contact"
	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/submit"
	"wxmail/internal/world"
)

// Examination is an inspection that also tries what works: it gathers what
// package doctor judges. It asks nobody anything but to sign in, and changes
// nothing by itself.
type Examination struct {
	cloud      *cloud.Endpoints
	scope      world.Scope
	operator   Operator
	inspection *Inspection // nil where only hosts are tried
	probed     world.Probed
	shapes     contact.Log
}

// NewExamination begins one. Nobody is asked anything, and nothing is sent.
// Errors: those of CheckAnswers, where more than hosts is to be looked at.
func NewExamination(ctx context.Context, c *Connection, scope world.Scope) (*Examination, error) {
	x := &Examination{cloud: c.Cloud, scope: scope, operator: c.Operator}
	if scope.Sources == 0 {
		return x, nil
	}
	if scope.Contact {
		c.Cloud.SetWitness(func(a cloud.Answered) { x.shapes.Take(a.Name, a.Body) })
	}
	var err error
	x.inspection, err = NewInspection(ctx, c, scope.Steps)
	return x, err
}

// Look looks and tries. Whose tenant it is is asked beside the attempts at
// hosts; then the administrators sign in, but for hosts that do not answer, and
// beside that what is local is read and tried. It may be repeated: who has
// signed in stays signed in. Errors are those of Inspection.Look but a
// service's refusal to say whose tenant it is, which Probed has.
func (x *Examination) Look(ctx context.Context) error {
	x.probed = world.Probed{}
	err := x.begin(ctx)
	if errors.Is(err, errSilent) {
		x.forget()
		return ctx.Err()
	}
	if err != nil || x.inspection == nil {
		return err
	}
	sources := x.answering(x.scope.Sources)
	if x.probed.Tenant != nil {
		sources = world.Held
	}
	tried := func() {}
	err = x.inspection.look(ctx, sources, manner{looked: x.operator.Looked, tried: func() { tried = x.try(ctx) }})
	tried()
	return x.ofTenant(ctx, err)
}

// forget drops what an earlier look read of this computer: where Entra ID is
// silent, nothing was looked at.
func (x *Examination) forget() {
	if x.inspection != nil {
		x.inspection.walk.look(func(seen *world.Seen) { forget(seen, world.Held) })
		x.inspection.walk.plan = step.NewPlan()
	}
}

// errSilent ends a look that Entra ID does not answer.
var errSilent = errors.New("entra does not answer")

// begin tries the hosts, and finds the tenant where somebody is to sign in to
// it. The error is errSilent where nobody can sign in.
func (x *Examination) begin(ctx context.Context) error {
	work, end := newGroup(ctx)
	defer end()
	if x.scope.Network {
		work.start(x.reach)
	}
	if x.scope.Sources&^world.Held != 0 {
		work.start(func(ctx context.Context) error { return x.ofTenant(ctx, x.inspection.findTenant(ctx)) })
	}
	return work.wait()
}

// ofTenant is what is left of an error: that the tenant cannot be found is
// what was seen.
func (x *Examination) ofTenant(ctx context.Context, err error) error {
	if microsoft.Of(err) != nil && ctx.Err() == nil {
		x.probed.Tenant, err = err, nil
	}
	return err
}

// reach tries each host, side by side, and learns how far the clock is off.
func (x *Examination) reach(ctx context.Context) error {
	defer x.operator.Begin(Work{What: msg.M("work.reach")})()
	var submission cloud.Reached
	var trying sync.WaitGroup
	trying.Go(func() { submission = submit.Reach(ctx, x.cloud) })
	reached := x.cloud.Reach(ctx)
	trying.Wait()
	for _, r := range append(reached, submission) {
		if r.Err != nil {
			x.probed.Hosts = append(x.probed.Hosts, world.Host{Service: string(r.Service), Host: r.Host, Via: r.Via, At: r.At,
				Stage: string(r.Stage), Err: r.Err})
		}
	}
	x.operator.Looked("network", nil)
	if skew, known := x.cloud.ClockSkew(); known && x.cloud.MaxClockSkew > 0 && skew.Abs() > x.cloud.MaxClockSkew {
		x.probed.Skew = skew
	}
	if x.probed.Silent(string(microsoft.Entra)) {
		return errSilent
	}
	return nil
}

// answering are those of the sources whose hosts answer.
func (x *Examination) answering(sources world.Source) world.Source {
	if x.probed.Silent(string(microsoft.Graph)) {
		sources &^= world.Directory
	}
	if x.probed.Silent(string(microsoft.Exchange)) {
		sources &^= world.Exchange
	}
	return sources
}

// try signs in over SMTP with a token that was just refreshed, and sends
// nothing; where there is none and nothing was said of it, it tries the client
// secret. wait waits for both.
func (x *Examination) try(ctx context.Context) (wait func()) {
	f := x.Facts()
	here, tenant := f.Seen.Local(), f.Seen.TenantID
	var trying sync.WaitGroup
	switch {
	case here.Refreshed && x.scope.SMTP && !x.probed.Silent(string(microsoft.SMTP)):
		trying.Go(func() {
			x.probed.SMTP = submit.Probe(ctx, x.cloud, here.Token.Account, here.Token.Access)
			x.operator.Looked("token", nil)
		})
	case !here.Refreshed && here.RefreshErr == nil && here.Secret != nil && x.scope.Secret && tenant != "":
		trying.Go(func() {
			x.probed.Secret = signin.ProveSecret(ctx, x.cloud, tenant, here.Secret.ClientID, here.Secret.Value)
		})
	}
	return trying.Wait
}

// Facts are what was seen, as Inspection.Facts.
func (x *Examination) Facts() guide.Facts {
	if x.inspection == nil {
		return guide.Facts{}
	}
	return x.inspection.Facts()
}

// Plan is what would change, as far as it could be looked at.
func (x *Examination) Plan() *step.Plan {
	if x.inspection == nil {
		return step.NewPlan()
	}
	return x.inspection.Plan()
}

// Probed is what was tried.
func (x *Examination) Probed() world.Probed {
	probed := x.probed
	probed.Contact = contact.Compare(contact.Known(), x.shapes.Shapes())
	return probed
}

// Shapes are those of the answers that were compared.
func (x *Examination) Shapes() contact.Shapes { return x.shapes.Shapes() }

// Mend is Inspection.Mend. Sources have been looked at.
func (x *Examination) Mend(ctx context.Context, pick func(step.Change) bool) *Result {
	return x.inspection.Mend(ctx, pick)
}

// Link is the address of a portal's page in this cloud, "" for none.
func (c *Connection) Link(p step.Page) string {
	origin := map[step.Portal]string{step.EntraPortal: c.Cloud.EntraPortal, step.AdminPortal: c.Cloud.AdminPortal,
		step.DefenderPortal: c.Cloud.DefenderPortal}[p.Portal]
	if origin == "" {
		return ""
	}
	return origin + p.Path
}
