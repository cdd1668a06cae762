package cli

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/doctor"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/setup"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
)

// diagnosis is one doctor: its flags, and what it works on.
type diagnosis struct {
	program *program
	only    []string
	contact bool // compare the shapes of answers, and nothing else
	days    int
	fix     bool
	ics     string // file for calendar entries, "" for none

	session     *session
	areas       []doctor.Area
	examination *setup.Examination
}

func doctorCommand(p *program) *cobra.Command {
	d := &diagnosis{program: p}
	cmd := queryCommand(&cobra.Command{
		Use: "doctor", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return d.do(cmd) },
	})
	askAll(p, cmd)
	f := cmd.Flags()
	f.Var(texts{&d.only, "{AREA|CODE}"}, "only", "")
	f.BoolVar(&d.contact, "contact", false, "")
	f.IntVar(&d.days, "days", guide.WarnDays, "")
	f.Var(text{&d.ics, "FILE"}, "ics", "")
	f.BoolVar(&d.fix, changesFlag, false, "")
	return cmd
}

func (d *diagnosis) do(cmd *cobra.Command) (err error) {
	if d.areas, err = d.chosen(); err != nil {
		return err
	}
	// A run that looks does without the profile where another run has it; one
	// that shall mend something does not.
	if d.session, err = d.program.start(cmd, need{line: true, look: !d.fix, hold: d.fix, vault: d.fix}); err != nil {
		return err
	}
	defer d.session.close()
	ctx := cmd.Context()
	if d.examination, err = setup.NewExamination(ctx, d.session.Connection, doctor.ScopeOf(d.areas...)); err != nil {
		return d.session.withoutProfile(err)
	}
	findings, err := d.examine(ctx)
	if err != nil {
		return err
	}
	if d.fix {
		return d.mend(ctx, findings)
	}
	return d.report(findings)
}

// withoutProfile is the error of a look that lacks answers: a scheduler that
// runs as somebody else finds no profile, and need not know of questions.
func (s *session) withoutProfile(err error) error {
	if missing := (*wanted.MissingAnswers)(nil); errors.As(err, &missing) && !s.Profile.Exists() {
		_, _, questions := missing.Fact()
		name := s.Profile.Name()
		return &unknownProfile{"WX-NO-PROFILE", questions, name, store.Home(s.program.env), s.program.nearProfile(name)}
	}
	return err
}

// chosen are the areas that --only names, by itself or by a code.
func (d *diagnosis) chosen() (areas []doctor.Area, err error) {
	if d.days < 0 {
		return nil, misused("--days", msg.M("usage.days"))
	}
	if d.contact {
		d.only = append(d.only, string(doctor.Contact))
	}
	for _, name := range d.only {
		area := doctor.Area(name)
		if of, known := doctor.AreaOf(strings.ToUpper(name)); known {
			area = of
		}
		if !slices.Contains(doctor.Areas(), area) {
			return nil, unknownArea(name)
		}
		areas = append(areas, area)
	}
	if d.ics != "" && len(areas) > 0 && !slices.Contains(areas, doctor.SecretExpiry) {
		return nil, misused("--ics", msg.M("usage.ics-area"))
	}
	return areas, nil
}

func unknownArea(name string) error {
	return mistyped("--only "+name, msg.M("usage.unknown-area", "Known", areaNames(nil)), near.Word(name, foundNames()),
		"wxmail doctor --help")
}

// foundNames are the areas of doctor, then the codes of its findings.
func foundNames() (names []string) {
	for _, a := range doctor.Areas() {
		names = append(names, string(a))
	}
	for _, known := range doctor.Codes() {
		names = append(names, known.Code)
	}
	return names
}

// wants says whether a finding is asked for.
func (d *diagnosis) wants(f doctor.Finding) bool {
	return d.only == nil || slices.ContainsFunc(d.only, func(name string) bool {
		return strings.EqualFold(name, f.Code) || slices.Contains(doctor.Areas(), doctor.Area(name))
	})
}

// judging are the options of a judgement.
func (s *session) judging(areas []doctor.Area, days int) doctor.Options {
	return doctor.Options{Areas: areas, Days: days, Link: s.Link, Code: func(err error) string { return advice.Explain(err).Code }}
}

// examine looks. What was found of everything is kept for the support bundle.
func (d *diagnosis) examine(ctx context.Context) ([]doctor.Finding, error) {
	x := d.examination
	if err := x.Look(ctx); err != nil {
		return nil, err
	}
	all := doctor.Judge(x.Facts(), x.Plan(), x.Probed(), d.session.judging(d.areas, d.days))
	if err := d.keep(all); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(f doctor.Finding) bool { return !d.wants(f) }), nil
}

// keep keeps what was found for the support bundle, where everything was looked
// at, or the shapes of answers were; and what it tells of the asset's token.
// Only the run that holds the profile does.
func (d *diagnosis) keep(all []doctor.Finding) error {
	s, f := d.session, d.examination.Facts()
	if s.lock == nil {
		return nil
	}
	if err := setup.KeepAssetToken(s.Profile, f); err != nil {
		return err
	}
	switch {
	case d.only == nil:
		return setup.KeepFindings(s.Profile, f, documented(all), s.Cloud.Now())
	case slices.Equal(d.areas, []doctor.Area{doctor.Contact}):
		return setup.KeepContact(s.Profile, documented(all), s.Cloud.Now())
	}
	return nil
}

// mend applies what mends the findings, and looks again.
func (d *diagnosis) mend(ctx context.Context, findings []doctor.Finding) error {
	p := d.program
	for _, f := range findings {
		p.ui.Say(msg.M("doctor.found", "Code", f.Code, "What", advice.Explain(&f).What))
	}
	result := d.examination.Mend(ctx, func(c step.Change) bool { return mends(findings, c) })
	if len(result.Problems) > 0 {
		return p.finish(result.Problems, ui.Result{Findings: documented(findings)})
	}
	left, err := d.examine(ctx)
	if err != nil {
		return err
	}
	return d.report(left)
}

// mends says whether a change mends one of the findings, and waits for nobody's
// choice: what one of several answers would make is made by setup, which asks.
func mends(findings []doctor.Finding, c step.Change) (mends bool) {
	for _, f := range findings {
		if f.Mends(c) && f.Asks != "" {
			return false
		}
		mends = mends || f.Mends(c)
	}
	return mends
}

// report shows findings and gives the command's end.
func (d *diagnosis) report(findings []doctor.Finding) error {
	if err := d.remind(); err != nil {
		return err
	}
	p, exit := d.program, exitOf(findings)
	switch {
	case p.flags.json && d.fix:
		p.ui.Event(ui.Result{Exit: int(exit), Findings: documented(findings)})
	case p.flags.json:
		if err := p.ui.Document(findingsDocument{documented(findings)}); err != nil {
			return err
		}
	default:
		p.ui.Say(msg.Message{}) // what was said on the way ends here
		showFindings(p, findings, d.areas)
		if slices.Contains(d.areas, doctor.Contact) {
			p.ui.Sentence(p.ui.Catalogue().Text("doctor.compared", "Count", len(d.examination.Shapes())))
		}
	}
	if exit == advice.OK {
		return nil
	}
	return &ended{exit}
}

// exitOf: what is only worth knowing is no fault.
func exitOf(findings []doctor.Finding) advice.Exit {
	if slices.ContainsFunc(findings, func(f doctor.Finding) bool { return f.Severity != step.Info }) {
		return advice.Differences
	}
	return advice.OK
}

// findingsDocument is the document of `doctor --json`.
type findingsDocument struct {
	Findings []findingRow `json:"findings"`
}

// findingRow is one finding as scripts see it.
type findingRow struct {
	Code     string       `json:"code"`
	Severity string       `json:"severity"`
	Step     msg.Nullable `json:"step"`
	Object   msg.Nullable `json:"object"`
	Cause    msg.Message  `json:"cause"`
	Evidence msg.Nullable `json:"evidence"`
	Fix      msg.Message  `json:"fix"`
}

func documented(findings []doctor.Finding) []findingRow {
	rows := []findingRow{}
	for _, f := range findings {
		e := advice.Explain(&f)
		rows = append(rows, findingRow{f.Code, string(f.Severity), msg.Nullable(f.Step), msg.Nullable(f.Object), e.What,
			msg.Nullable(f.Evidence), e.Fix})
	}
	return rows
}

func areaNames(areas []doctor.Area) string {
	if len(areas) == 0 {
		areas = doctor.Areas()
	}
	var names []string
	for _, a := range areas {
		names = append(names, string(a))
	}
	return strings.Join(names, ", ")
}

// maxAlike is how many findings of one code a person is shown: somebody may
// have a thousand rules.
const maxAlike = 10

func showFindings(p *program, findings []doctor.Finding, areas []doctor.Area) {
	count, alike := map[step.Severity]int{}, map[string]int{}
	for _, f := range findings {
		count[f.Severity]++
		if alike[f.Code]++; alike[f.Code] > maxAlike {
			continue
		}
		e := advice.Explain(&f)
		p.ui.Finding(ui.Finding{State: stateOfSeverity(f.Severity), Code: f.Code, Cause: e.What, Evidence: f.Evidence, Fix: e.Fix})
	}
	for _, code := range slices.Sorted(maps.Keys(alike)) {
		if more := alike[code] - maxAlike; more > 0 {
			p.ui.Sentence(p.ui.Catalogue().Text("doctor.more", "Count", more, "Code", code) + "\n")
		}
	}
	if exitOf(findings) == advice.OK {
		if len(areas) == 0 {
			areas = doctor.Usual()
		}
		p.ui.Sentence(p.ui.Catalogue().Text("doctor.healthy", "Areas", areaNames(areas)))
		return
	}
	p.ui.Sentence(p.ui.Catalogue().Text("doctor.counted", "Errors", count[step.Error], "Warnings", count[step.Warning],
		"Infos", count[step.Info]))
}

func stateOfSeverity(s step.Severity) ui.State {
	switch s {
	case step.Error:
		return ui.Failed
	case step.Warning:
		return ui.Alert
	}
	return ui.Note
}
