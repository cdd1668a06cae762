// Package doctor says what is wrong with a connection between a mailbox and
// Webex Connect, and what mends it: what setup observes, judged. It asks
// nothing, changes nothing, and goes on where something cannot be looked at.
//
// What is known stands in tables: network.go, directory.go, exchange.go,
// secret.go and token.go, each in the order in which mail passes. The words and
// the fix of a finding stand under its code in the one table of package cli.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"wxmail/internal/microsoft"
	"wxmail/internal/setup"
	"wxmail/internal/step"
	"wxmail/internal/submit"
)

// Severity says how bad a finding is.
type Severity string

// The severities. With Info alone a connection is in order.
const (
	Error   Severity = "error"   // mail stops, or never began
	Warning Severity = "warning" // mail goes, and will not for ever; or nobody can tell
	Info    Severity = "info"    // worth knowing
)

// Finding is one thing found, as a typed fact. As an error it is explained by
// its code, as obstacles of package step are.
type Finding struct {
	Code     string // "WX-…"
	Severity Severity
	Step     string // of the guide; "" where it belongs to none
	Object   string // the mailbox, rule, host or secret concerned
	Detail   string // what the words need besides: an address, a date
	Evidence string // what was read, in Microsoft's names
	Link     string // the page of a portal where a person mends it, "" for none
	Err      error  // the service's refusal where there was one

	mends []string // the keys of the plan's changes that mend it, by how they begin
}

// Error names the code and the object.
func (f *Finding) Error() string { return f.Code + " " + f.Object }

// Unwrap gives the service's refusal.
func (f *Finding) Unwrap() error { return f.Err }

// Mends says whether a planned change mends the finding.
func (f *Finding) Mends(c step.Change) bool { return begins(c.Key, f.mends) }

// Options say what is looked at.
type Options struct {
	Areas []Area // none: all
	Days  int    // a secret that ends within so many days is a finding
	// Code is the code under which an error of a service, or an obstacle, is
	// explained.
	Code func(error) string
}

// Examine looks at a connection. The run has not been made to do anything yet,
// or has been examined before; its steps are chosen here. The findings come
// with the worst first. Errors are those of setup.Run.Inspect: without answers,
// or where the run was interrupted, nothing can be said. It may be repeated.
func Examine(ctx context.Context, r *setup.Run, o Options) ([]Finding, error) {
	if len(o.Areas) == 0 {
		o.Areas = Areas()
	}
	e := &examination{run: r, Options: o}
	if e.looksAt(Network) {
		e.network(ctx)
	}
	if err := e.inspect(ctx); err != nil {
		return nil, err
	}
	e.judge()
	return e.concluded(), ctx.Err()
}

// examination is one Examine.
type examination struct {
	Options
	run      *setup.Run
	sends    bool                // a message will be sent, which proves more than a sign-in
	silent   []microsoft.Service // hosts that do not answer
	probed   error               // how the SMTP sign-in with the stored token ended
	proved   error               // how the client secret was taken
	findings []Finding
}

func (e *examination) looksAt(a Area) bool { return slices.Contains(e.Areas, a) }

func (e *examination) add(f Finding) { e.findings = append(e.findings, f) }

// inspect has the run look at what the areas need. What is local comes first:
// with the token that it brings SMTP is tried while the admins sign in.
func (e *examination) inspect(ctx context.Context) error {
	sources, steps := e.needs()
	if steps == nil || slices.Contains(e.silent, microsoft.Entra) {
		return nil
	}
	e.run.Options.Steps = steps
	first := sources
	if e.looksAt(Token) {
		first = setup.Held
	}
	if err := e.look(ctx, first); err != nil || e.run.Plan() == nil {
		return err
	}
	defer e.probe(ctx)()
	e.prove(ctx)
	if rest := sources &^ first; rest != 0 {
		return e.look(ctx, rest)
	}
	return nil
}

// look inspects. That the tenant cannot be found is a finding.
func (e *examination) look(ctx context.Context, sources step.Source) error {
	err := e.run.Inspect(ctx, sources)
	var refused *microsoft.Error
	if errors.As(err, &refused) && ctx.Err() == nil {
		e.add(e.failed(err, ""))
		return nil
	}
	return err
}

// needs are the sources and steps of the areas, without hosts that are silent.
func (e *examination) needs() (sources step.Source, steps []string) {
	for _, a := range e.Areas {
		sources |= a.sources()
		steps = append(steps, a.steps()...)
	}
	if slices.Contains(e.silent, microsoft.Graph) {
		sources &^= setup.Directory
	}
	if slices.Contains(e.silent, microsoft.Exchange) {
		sources &^= setup.Exchange
	}
	return sources, steps
}

// probe signs in over SMTP with the token that was just refreshed, and sends
// nothing. Its end waits for it.
func (e *examination) probe(ctx context.Context) (end func()) {
	held := e.run.Observed.Vault
	if e.sends || !e.looksAt(Token) || !held.Refreshed || slices.Contains(e.silent, microsoft.SMTP) {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.probed = submit.Probe(ctx, e.run.Cloud, e.run.Wanted.Login(), held.Token.Access)
	}()
	return func() { <-done }
}

// judge makes findings of what was read.
func (e *examination) judge() {
	if e.run.Plan() == nil {
		return
	}
	e.run.Observed.Now = e.run.Cloud.Now()
	s := &subject{run: e.run, Observed: &e.run.Observed, wanted: &e.run.Wanted, days: time.Duration(e.Days) * 24 * time.Hour}
	for _, a := range e.Areas {
		for _, c := range a.checks() {
			for _, f := range c.find(s) {
				f.Code, f.Severity, f.Step, f.mends = c.code, c.severity, c.step, c.mends
				e.add(f)
			}
		}
	}
	e.unread()
	e.obstacles()
	e.token()
	e.secret()
	e.pending()
}

// failed is a finding of an error.
func (e *examination) failed(err error, stepID string) Finding {
	f := Finding{Code: e.Code(err), Severity: Error, Step: stepID, Err: err}
	var refused *microsoft.Error
	var o *step.Obstacle
	switch {
	case errors.As(err, &o):
		f.Object, f.Detail, f.Evidence = o.Object, o.Detail, read(o)
	case errors.As(err, &refused):
		said := strings.TrimSpace(refused.Code + " " + refused.Message)
		f.Object, f.Detail, f.Evidence = cmp.Or(refused.Object, refused.Operation), cmp.Or(said, refused.Error()), refused.Error()
	}
	return f
}

// unread says which sources could not be looked at, and why.
func (e *examination) unread() {
	directory := e.run.Observed.Directory
	for _, source := range []step.Source{setup.Directory, setup.Exchange} {
		if source == setup.Exchange && directory != nil && directory.Exchange == nil {
			continue // there is none
		}
		if err := e.run.Observed.Unread[source]; err != nil {
			f := e.failed(err, map[step.Source]string{setup.Directory: "azure.register", setup.Exchange: "mailbox.smtp"}[source])
			f.Severity = Warning // what is there may be in order
			e.add(f)
		}
	}
}

// obstacles adds what hinders setup.
func (e *examination) obstacles() {
	for _, o := range e.run.Plan().Obstacles {
		if !o.Repeats && o.Code != "WX-STEP-FIRST" && !e.tellsOf(o.Code) && !e.tellsOf(explains[o.Code]...) {
			f := e.failed(o, o.Step)
			f.mends = stepPrefixes[o.Step]
			e.add(f)
		}
	}
}

// pending adds what setup would still change: findings agree with the plan,
// whatever the tables know.
func (e *examination) pending() {
	for _, c := range e.run.Plan().Changes {
		if c.Step == "token" && e.tellsOf(deadTokens()...) {
			continue // it comes after what is told already
		}
		if !slices.ContainsFunc(e.findings, func(f Finding) bool { return f.Mends(c) }) {
			e.add(Finding{Code: "WX-PENDING", Severity: Warning, Step: c.Step, Object: c.Target, Detail: c.Key, Evidence: "plan: " + c.Sentence(),
				mends: []string{c.Key}})
		}
	}
}

// explains are the findings that say the same as an obstacle, and more.
var explains = map[string][]string{
	"WX-FORWARDING-FOREIGN": {"WX-FORWARDING-CHANGED", "WX-FORWARDING-SHADOWED"},
}

// tellsOf says whether there is a finding of one of the codes.
func (e *examination) tellsOf(codes ...string) bool {
	return slices.ContainsFunc(e.findings, func(f Finding) bool { return slices.Contains(codes, f.Code) })
}

// concluded is each finding once, the worst first, else in the order of the
// tables.
func (e *examination) concluded() []Finding {
	var out []Finding
	for _, severity := range []Severity{Error, Warning, Info} {
		for _, f := range e.findings {
			same := func(g Finding) bool { return g.Code == f.Code && g.Object == f.Object }
			if f.Severity == severity && !slices.ContainsFunc(out, same) {
				out = append(out, f)
			}
		}
	}
	return out
}
