// Package doctor says what is wrong with a connection between a mailbox and
// Webex Connect. It is pure: it judges what was seen, planned and tried, and
// looks at nothing itself.
//
// Most findings are the reasons of the plan's changes; what no plan knows is
// looked for in tables: network.go, directory.go, exchange.go, secret.go and
// token.go. Words and fix of a finding stand under its code in the catalogue.
package doctor

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Finding is one thing found, as a typed fact. As an error it is explained by
// its code, as obstacles of package step are.
type Finding struct {
	Code     string // "WX-…"
	Severity step.Severity
	Step     string    // of the guide; "" where it belongs to none
	Object   string    // the mailbox, rule, host or secret concerned
	Detail   string    // what the words need besides: an address, a day
	Dated    bool      // Detail is a day, as ISO 8601 writes it
	Evidence string    // what was read, in Microsoft's names
	Page     step.Page // where in a portal a person mends it
	Link     string    // the same as an address, "" for none
	Err      error     // the service's refusal where there was one
	Asks     string    // the question whose answer decides what mends it; "" where that is plain

	// Changes are the keys of the plan's changes that mend it: those that it
	// is the reason of, what they need, and what follows from them.
	Changes []string
}

// Error names the code and the object.
func (f *Finding) Error() string { return f.Code + " " + f.Object }

// Unwrap gives the service's refusal.
func (f *Finding) Unwrap() error { return f.Err }

// Fact is the code, what it is about, and what its words need besides.
func (f *Finding) Fact() (code, object, detail string) { return f.Code, f.Object, f.Detail }

// Where is the address of the page where a person mends it, "" for none.
func (f *Finding) Where() string { return f.Link }

// Mends says whether a planned change mends the finding.
func (f *Finding) Mends(c step.Change) bool { return slices.Contains(f.Changes, c.Key) }

// Errors are the findings as errors.
func Errors(findings []Finding) (errs []error) {
	for i := range findings {
		errs = append(errs, &findings[i])
	}
	return errs
}

// Options say what is judged, and how it is told.
type Options struct {
	Areas []Area // what was looked at; none: all
	Days  int    // a secret that ends within so many days is a finding
	// Code is the code under which an error is explained that brings none.
	Code func(error) string
	// Link is the address of a portal's page; nil: there are no links.
	Link func(step.Page) string
}

func (o Options) asks(a Area) bool {
	return len(o.Areas) == 0 && slices.Contains(Usual(), a) || slices.Contains(o.Areas, a)
}

// compares says whether nothing but the shapes of answers is asked for: what
// setup would change is then no finding.
func (o Options) compares() bool { return slices.Equal(o.Areas, []Area{Contact}) }

// Judge makes findings of what was seen, planned and tried: the worst first,
// else in the order of Codes, each once. What was not looked at is not judged.
// The plan is that of the same facts; its findings are the reasons of its
// changes, also of those that are withheld.
func Judge(f guide.Facts, plan *step.Plan, p world.Probed, o Options) []Finding {
	j := &judgement{subject: subject{f, plan, time.Duration(o.Days) * 24 * time.Hour}, Options: o, probed: p}
	if o.asks(Network) {
		j.network()
	}
	if p.Tenant != nil && !p.Silent(string(microsoft.Entra)) {
		j.add(j.failed(p.Tenant, ""))
	}
	if o.asks(Contact) {
		j.contact()
	}
	if !o.compares() {
		j.reasons()
	}
	j.checks()
	j.unread()
	j.obstacles()
	j.refused()
	if !o.compares() {
		j.pending()
	}
	return j.concluded()
}

// judgement is one Judge.
type judgement struct {
	subject
	Options
	probed   world.Probed
	findings []Finding
}

// subject is what checks look at.
type subject struct {
	guide.Facts
	plan *step.Plan
	days time.Duration
}

// add takes in a finding; one that is told already only takes its changes.
func (j *judgement) add(f Finding) {
	for i := range j.findings {
		if told := &j.findings[i]; told.Code == f.Code && told.Object == f.Object {
			told.Changes = slices.Concat(told.Changes, f.Changes)
			return
		}
	}
	j.findings = append(j.findings, f)
}

// tells says whether there is a finding of one of the codes.
func (j *judgement) tells(codes ...string) bool {
	return slices.ContainsFunc(j.findings, func(f Finding) bool { return slices.Contains(codes, f.Code) })
}

// checks adds what the tables of the areas find.
func (j *judgement) checks() {
	for _, a := range Areas() {
		if !j.asks(a) {
			continue
		}
		for _, c := range a.checks() {
			for _, f := range c.find(j.subject) {
				f.Code, f.Severity, f.Step = c.code, c.severity, c.step
				j.add(f)
			}
		}
	}
}

// unread says which sources could not be looked at, and why. What is there may
// be in order.
func (j *judgement) unread() {
	seen := &j.Seen
	if seen.Directory.Err != nil {
		j.warn(seen.Directory.Err, "azure.register")
	}
	if none := seen.Directory.Value != nil && seen.Tenant().Exchange == nil; seen.Exchange.Err != nil && !none {
		j.warn(seen.Exchange.Err, "mailbox.smtp")
	}
}

// warn adds an error that leaves something unknown.
func (j *judgement) warn(err error, stepID string) {
	f := j.failed(err, stepID)
	f.Severity = step.Warning
	j.add(f)
}

// obstacles adds what hinders setup and is not said as the reason of a change.
func (j *judgement) obstacles() {
	for _, o := range j.plan.Obstacles {
		if !o.Repeats && o.Code != "WX-STEP-FIRST" && !j.explains(o.About) {
			j.add(j.failed(o, o.Step))
		}
	}
}

// explains says whether a change of that key has a reason.
func (j *judgement) explains(key string) bool {
	return slices.ContainsFunc(slices.Concat(j.plan.Changes, j.plan.Withheld), func(c step.Change) bool {
		return c.Key == key && len(c.Why) > 0
	})
}

// failed is the finding of an error.
func (o Options) failed(err error, stepID string) Finding {
	f := Finding{Severity: step.Error, Step: stepID, Err: err}
	var met *step.Obstacle
	var coded interface {
		Fact() (code, object, detail string)
	}
	switch e := microsoft.Of(err); {
	case errors.As(err, &met):
		f.Code, f.Object, f.Detail, f.Evidence = met.Code, met.Object, met.Detail, evidenceOf(met)
	case e != nil:
		said := strings.TrimSpace(e.Code + " " + e.Message)
		f.Code, f.Object, f.Detail, f.Evidence = o.Code(err), cmp.Or(e.Object, e.Operation), cmp.Or(said, e.Error()), e.Error()
	case errors.As(err, &coded):
		f.Code, f.Object, f.Detail = coded.Fact()
		f.Evidence = err.Error()
	default:
		f.Code, f.Evidence = o.Code(err), err.Error()
	}
	return f
}

// evidenceOf is what was read where an obstacle was met.
func evidenceOf(o *step.Obstacle) string {
	if o.Evidence == "" || o.Detail == "" {
		return cmp.Or(o.Evidence, o.Detail)
	}
	return o.Evidence + " (" + o.Detail + ")"
}

// concluded is what was found, the worst first, with its links.
func (j *judgement) concluded() []Finding {
	order := map[string]int{}
	all := Codes()
	for i, known := range all {
		order[known.Code] = i - len(all) // what is not listed comes last
	}
	severities := []step.Severity{step.Error, step.Warning, step.Info}
	slices.SortStableFunc(j.findings, func(a, b Finding) int {
		return cmp.Or(slices.Index(severities, a.Severity)-slices.Index(severities, b.Severity), order[a.Code]-order[b.Code])
	})
	for i := range j.findings {
		if f := &j.findings[i]; j.Link != nil && f.Page != (step.Page{}) {
			f.Link = j.Link(f.Page)
		}
	}
	return j.findings
}
