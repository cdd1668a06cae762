package ui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"wxmail/internal/msg"
	"wxmail/internal/visible"
)

// show of a question is the prompt itself.
func (Asked) show(*Terminal) {}

// show of a result belongs to the command.
func (Result) show(*Terminal) {}

// show writes a sign-in in one piece: what is done beside it comes below.
func (e SignIn) show(t *Terminal) {
	lines := []string{"", t.paint(bold(), apart(t.text(e.Head), prose(t.options.Err, defaultWidth)))}
	if e.Code != "" {
		lines = append(lines, t.paint(bold(), t.wrap(t.text(msg.M("sign-in.code", "Code", string(e.Code))), "")))
	}
	lines = append(lines, visible.Line(cmp.Or(e.Address, e.URL)))
	if !t.options.Quiet {
		for _, hint := range e.Hints {
			lines = append(lines, t.wrap(t.text(hint), ""))
		}
	}
	if e.Command != "" {
		lines = append(lines, visible.Line(e.Command))
	}
	t.print(strings.Join(lines, "\n")) // even where quiet: without it nothing goes on
}

func (e Opened) show(t *Terminal) {
	block := "\n" + t.wrap(t.text(msg.M("web.address")), "") + "\n" + visible.Line(e.Address)
	if e.Tunnel != "" {
		block += "\n" + t.wrap(t.text(msg.M("web.tunnel")), "") + "\n" + visible.Line(string(e.Tunnel))
	}
	if e.Code != "" {
		block += "\n" + t.paint(bold(), t.wrap(t.text(msg.M("web.code", "Code", string(e.Code))), ""))
	}
	t.print(block) // even where quiet: without it nothing goes on
}

func (e Applied) show(t *Terminal) {
	state := e.State
	if e.Error != nil && e.Error.Waits {
		state = Waiting
	}
	text := t.Doing(e.Op, e.Key, e.Target)
	if t.options.Verbose {
		text += " (" + name(e.Key) + ")"
	}
	t.Progress(state, strings.Join(append([]string{text}, t.lines(oneOf(t, e.Key, e.Value))...), "\n"))
}

// show says a wait once, not at every poll.
func (e Wait) show(t *Terminal) {
	text := visible.Line(e.For)
	if !e.Text.IsZero() {
		text = t.text(e.Text)
	}
	t.mu.Lock()
	again := t.waiting == text
	t.waiting = text
	t.mu.Unlock()
	if !again {
		t.Progress(Waiting, text)
	}
}

func (e Warning) show(t *Terminal) { t.Progress(Alert, t.text(e.Message)) }

// Failure writes an error to standard error: what failed or waits, then what mends it
// and where to read more. The words fix and more are the same in every
// language, so that they can be searched for.
func (t *Terminal) Failure(e ErrorInfo) {
	state := State(Failed)
	if e.Waits {
		state = Waiting
	}
	t.line(state, t.text(e.Message))
	if !e.Fix.IsZero() {
		t.print(t.wrap("fix: "+t.text(e.Fix), "  "))
	}
	more := e.Code
	if e.RequestID != "" {
		more = t.text(msg.M("more.request", "Code", e.Code, "ID", name(string(e.RequestID))))
	}
	t.print(t.wrap("more: "+more, "  "))
}

func (e Plan) show(t *Terminal) {
	if !t.options.Quiet {
		t.print("\n" + t.plan(e, prose(t.options.Err, defaultWidth)))
	}
}

// PrintPlan writes a plan to standard output, as the result that it is there.
func (t *Terminal) PrintPlan(p Plan) { t.Print(t.plan(p, prose(t.options.Out, 0))) }

// plan shows changes as a diff, grouped by step.
func (t *Terminal) plan(p Plan, width int) string {
	if len(p.Changes) == 0 {
		return wrap(t.text(msg.M("plan.empty")), "", width)
	}
	blocks := []string{wrap(t.title(p.Changes), "", width)}
	step := ""
	for _, c := range p.Changes {
		if c.Step != step {
			step = c.Step
			blocks = append(blocks, t.step(step, width))
		}
		blocks = append(blocks, t.change(c, width, p.keyless)...)
	}
	for _, waits := range p.Waiting {
		blocks = append(blocks, t.step(waits.Step, width), t.paint(State(Waiting).look().style, hang("  … ", t.text(waits.Why), width)))
	}
	return strings.Join(blocks, "\n")
}

func (t *Terminal) step(id string, width int) string {
	return "\n" + t.paint(bold(), wrap(t.text(msg.Step(id)), "", width))
}

// title counts the changes, and those that mend what somebody undid.
func (t *Terminal) title(changes []Change) string {
	mended := len(slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Drift.IsZero() }))
	if mended > 0 {
		return t.text(msg.M("plan.title-drift", "Count", len(changes), "Mended", mended))
	}
	return t.text(msg.M("plan.title", "Count", len(changes)))
}

func (t *Terminal) change(c Change, width int, keyless bool) []string {
	op, style := sign(c.Op)
	lead, head, key := "  "+op+" ", t.Doing(c.Op, c.Key, c.Target), "  "+name(c.Key)
	switch {
	case keyless:
		key = ""
	case width > 0 && lipgloss.Width(lead+head+key) > width:
		key = "\n      " + name(c.Key)
	}
	lines := []string{t.paint(style, hang(lead, head, width)) + t.paint(faint(), key)}
	words := c.Target
	for _, d := range differences(t.lines(c.Was), t.lines(c.Is)) {
		lines = append(lines, t.paint(d.style(), hang("      "+d.sign+" ", d.text, width)))
		words += "\n" + d.text
	}
	for _, l := range visible.LookAlikes(words) {
		warning := t.text(msg.M("plan.look-alike", "Word", name(l.Word), "Scripts", msg.And(l.Scripts...)))
		lines = append(lines, t.paint(State(Alert).look().style, hang("      ! ", warning, width)))
	}
	if !c.Drift.IsZero() {
		lines = append(lines, t.paint(faint(), hang("      ", t.text(c.Drift), width)))
	}
	if !c.Risk.IsZero() {
		lines = append(lines, t.paint(State(Alert).look().style, hang("      ! ", t.text(c.Risk), width)))
	}
	return lines
}

// Doing names what a change does: "create client secret of WebexConnect".
func (t *Terminal) Doing(op, key, target string) string {
	return t.text(msg.M("plan."+op, "Thing", t.Thing(key, target)))
}

// Thing names what a change is about: "client secret of WebexConnect". A key
// that ends in a name of its own, as azure.grant.X does, is known by its
// beginning; one that takes something back, by what follows undo.
func (t *Terminal) Thing(key, target string) string {
	id, _ := known(t, key)
	if id == "" {
		return name(target)
	}
	return t.text(msg.M(id, "Target", name(target)))
}

// known is the text of a key, "" for none, and whether the key has a name of its
// own behind what is known.
func known(t *Terminal, key string) (id string, named bool) {
	key = strings.TrimPrefix(key, "undo.")
	for known := key; known != ""; known = known[:max(0, strings.LastIndex(known, "."))] {
		if id := "change." + known; t.options.Catalogue.Has(id) {
			return id, known != key
		}
	}
	return "", false
}

// oneOf is the first of the words of a value where the key alone tells which of
// several things it is.
func oneOf(t *Terminal, key string, words []msg.Message) []msg.Message {
	if _, named := known(t, key); named {
		return words[:min(1, len(words))]
	}
	return nil
}

// difference is one line of a diff.
type difference struct{ sign, text string }

func (d difference) style() lipgloss.Style {
	if d.sign == "-" {
		return State(Failed).look().style
	}
	return State(Changed).look().style
}

// differences are the lines that only one of two values has.
func differences(was, is []string) (out []difference) {
	for _, line := range was {
		if !slices.Contains(is, line) {
			out = append(out, difference{"-", line})
		}
	}
	for _, line := range is {
		if !slices.Contains(was, line) {
			out = append(out, difference{"+", line})
		}
	}
	return out
}

func (t *Terminal) lines(words []msg.Message) (lines []string) {
	for _, m := range words {
		lines = append(lines, t.text(m))
	}
	return lines
}
