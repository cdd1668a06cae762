package handoff

import (
	_ "embed"
	"errors"
	"strings"
	"text/template"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

//go:embed exchange.ps1.tmpl
var exchangeScript string

// Script is what the Exchange script is made of.
type Script struct {
	Catalogue   *msg.Catalogue                 // of its comments and of what it says; nil: English
	Fold        func(lead, text string) string // breaks a comment into lines, each after lead; nil: it stays one
	Version     string
	Environment string // of Connect-ExchangeOnline, "" in the public cloud
	Wanted      wanted.Wanted
	Seen        *mailflow.Snapshot           // of which the plan was made: Untouched, or what came back
	Plan        *step.Plan                   // of Plan, with no obstacle that forbids every write
	Cmdlets     map[string][]mailflow.Cmdlet // of each change of the plan, by its key
}

// Exchange writes the script. It looks, and changes nothing unless it sees what
// the plan was made of, or what it has changed itself before; then it makes the
// plan's changes in order. It may be run again at any time. It holds no secret, and
// quotes every text that comes from a tenant. In English it is ASCII; else it
// belongs into a file that begins with Mark. A plan without changes gives a script
// that only compares. Errors: a change that is none of the Exchange steps, or that
// has no cmdlets.
func Exchange(s Script) (string, error) {
	s.Seen = asked(s.Wanted, s.Seen)
	if s.Seen.Mailbox == nil || s.Seen.SignIn == nil {
		return "", errors.New("a script is for mailboxes that are there")
	}
	edits, err := s.edits()
	if err != nil {
		return "", err
	}
	page, err := template.New("exchange").Funcs(s.functions()).Parse(exchangeScript)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = page.Execute(&out, s.page(edits))
	return out.String(), err
}

func (s Script) functions() template.FuncMap {
	return template.FuncMap{"value": mailflow.PowerShell, "stages": stages, "pipe": pipe, "choices": choices,
		"say": s.say, "quoted": s.quoted, "about": s.about, "help": s.help, "note": s.note, "part": s.part}
}

// page is what the template shows. Its texts are PowerShell already, but for
// those that it quotes itself.
type page struct {
	Version, Environment, Mailbox, File string
	ForwardingTo                        string // where the script makes the mailbox forward to, "" where it does not
	Sections                            []line
	Guard, Edits                        []block
}

// line is a section: its name, and how it is read.
type line struct {
	Name string
	Look []string // in stages
}

// block is a comparison, or an edit.
type block struct {
	Key    string // of the change
	What   string
	Look   []string // in stages
	Wanted []string
	Run    []string
}

func (s Script) page(edits []edit) page {
	p := page{Version: s.Version, Environment: s.Environment, Mailbox: s.Wanted.Mailbox, File: seenFile}
	if s.Plan.Has("mailbox.forwarding") {
		p.ForwardingTo = s.Wanted.ForwardingAddress
	}
	for _, section := range sectionsFor(s.Wanted) {
		p.Sections = append(p.Sections, line{section.name, section.pipeline(section.read)})
	}
	for _, c := range s.guard() {
		look := append([]string{"$seen." + c.view.section}, c.view.pipeline()...)
		p.Guard = append(p.Guard, block{What: c.what, Look: look, Wanted: distinct(c.expected)})
	}
	for _, e := range edits {
		p.Edits = append(p.Edits, e.block())
	}
	return p
}

func (e edit) block() block {
	b := block{Key: e.key, What: e.what, Look: append(e.from.pipeline(e.view.needs()), e.view.pipeline()...), Wanted: distinct(e.wanted)}
	for _, cmdlet := range e.run {
		b.Run = append(b.Run, cmdlet.PowerShell())
	}
	if e.warn != "" {
		b.Run = append(b.Run, "Write-Warning "+e.warn)
	}
	return b
}

// short is how long a line of the script may be before it is cut.
const short = 100

// stages are those of a pipeline between brackets: on one line where they have
// room, else a line each.
func stages(indent int, all []string) string {
	if one := strings.Join(all, " | "); len(one) <= short && !strings.Contains(one, "\n") {
		return one
	}
	begin := "\n" + strings.Repeat(" ", indent)
	return begin + "    " + strings.Join(all, " |"+begin+"    ") + begin
}

// pipe are the stages of a pipeline that stands alone.
func pipe(all []string) string { return strings.TrimSpace(stages(8, all)) }

// choices are several texts, a line each where they have no room on one.
func choices(all []string) string {
	quoted := make([]string, len(all))
	for i, text := range all {
		quoted[i] = mailflow.PowerShell(text)
	}
	if one := strings.Join(quoted, ", "); len(one) <= short {
		return one
	}
	return strings.Join(quoted, ",\n        ")
}
