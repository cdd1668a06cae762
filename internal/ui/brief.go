package ui

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"wxmail/internal/msg"
	"wxmail/internal/visible"
)

// ShowBrief shows a plan to somebody who is about to be asked to agree to it,
// even where Quiet: a line a change or, whole, what each thing is before and
// after. Last, so that nothing that matters has scrolled away, come how many
// there are in each portal and every warning.
func (t *Terminal) ShowBrief(p Plan, whole bool) {
	b := brief{t, prose(t.options.Err, defaultWidth)}
	p.keyless = !t.options.Verbose
	lines := b.changes(p.Changes)
	if whole {
		lines = []string{t.plan(p, b.width)}
	}
	t.print("\n" + strings.Join(append(lines, b.totals(p)...), "\n"))
}

// brief shows plans to a person.
type brief struct {
	*Terminal
	width int
}

func (b brief) changes(changes []Change) []string {
	lines, step := []string{wrap(b.title(changes), "", b.width)}, ""
	for _, c := range changes {
		if c.Step != step {
			step = c.Step
			lines = append(lines, b.paint(bold(), wrap(b.text(msg.Step(step)), "", b.width)))
		}
		lead, style := sign(c.Op)
		line := b.paint(style, hang("  "+lead+" ", b.Doing(c.Op, c.Key, c.Target), b.width))
		if b.options.Verbose {
			line += b.paint(faint(), "  "+name(c.Key))
		}
		lines = append(lines, line)
		for _, which := range b.lines(oneOf(b.Terminal, c.Key, c.value())) {
			lines = append(lines, b.paint(faint(), hang("      ", which, b.width)))
		}
	}
	return lines
}

// totals are how many changes there are in each portal, what is left out, what
// waits, and the warnings.
func (b brief) totals(p Plan) []string {
	lines := []string{"\n" + b.paint(bold(), wrap(strings.Join(b.portals(p.Changes), ", "), "", b.width))}
	for _, left := range p.Left {
		text := b.text(msg.M("plan.left-out", "Step", msg.Step(left.Step), "Why", left.Why))
		lines = append(lines, b.paint(State(Skipped).look().style, hang("- ", text, b.width)))
	}
	for _, waits := range p.Waiting {
		text := b.text(msg.M("plan.waits", "Step", msg.Step(waits.Step), "Why", waits.Why))
		lines = append(lines, b.paint(State(Waiting).look().style, hang(Waiting.glyph(b.Terminal)+" ", text, b.width)))
	}
	for _, warning := range b.warnings(p.Changes) {
		lines = append(lines, b.paint(State(Alert).look().style, hang("! ", warning, b.width)))
	}
	return lines
}

// portals count the changes by the place where they are made.
func (b brief) portals(changes []Change) (counts []string) {
	for _, portal := range []string{"directory", "exchange", "here"} {
		in := len(slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Portal != portal }))
		if in > 0 {
			counts = append(counts, b.text(msg.M("portal."+portal, "Count", in)))
		}
	}
	return counts
}

// warnings are what to think of before agreeing, in brief, each once.
func (b brief) warnings(changes []Change) (all []string) {
	for _, c := range changes {
		if !c.Risk.IsZero() {
			all = append(all, b.text(b.short(c.Risk)))
		}
		words := c.Target
		for _, d := range differences(b.lines(c.Was), b.lines(c.Is)) {
			words += "\n" + d.text
		}
		for _, l := range visible.LookAlikes(words) {
			all = append(all, b.text(msg.M("plan.look-alike", "Word", name(l.Word), "Scripts", msg.And(l.Scripts...))))
		}
	}
	return slices.Compact(all)
}

// short is the short form of a sentence that has one.
func (b brief) short(m msg.Message) msg.Message {
	if short := m.As("brief." + m.ID); b.options.Catalogue.Has(short.ID) {
		return short
	}
	return m
}

// sign is the sign of an operation, and its colour.
func sign(op string) (sign string, style lipgloss.Style) {
	switch op {
	case "create":
		return "+", State(Changed).look().style
	case "delete":
		return "-", State(Failed).look().style
	}
	return "~", State(Alert).look().style
}
