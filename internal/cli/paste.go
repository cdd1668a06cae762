package cli

import (
	"context"
	"strings"
	"time"

	"wxmail/internal/clipboard"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/sheet"
	"wxmail/internal/ui"
	"wxmail/internal/webex"
)

// clipboard is the person's: over SSH that is the terminal's. What is secret
// is taken back however the process ends.
func (s *session) clipboard() *clipboard.Clipboard {
	p := s.program
	c := &clipboard.Clipboard{System: clipboard.Platform(), Terminal: func(v secret.Value) bool { return ui.Clip(p.ui, v) },
		Remote: p.env("SSH_CONNECTION") != "" || p.env("SSH_TTY") != ""}
	p.leavings.add(func() { c.Clear() })
	return c
}

// copyOne copies one value. A secret in this computer's clipboard is waited
// for until it is taken back.
func (s *session) copyOne(ctx context.Context, f webex.Field) error {
	p, clip := s.program, s.clipboard()
	if f.Value == nil {
		return p.refuseCopy(msg.M("paste.unknown", "Label", f.Label))
	}
	switch way := clip.Copy(ctx, secret.New(f.Text()), f.Secret); {
	case way == clipboard.Nowhere:
		return p.refuseCopy(msg.M("paste.nowhere", "Label", f.Label))
	case way == clipboard.Terminal:
		p.ui.Say(msg.M("paste.sent", "Label", f.Label))
		return nil
	case !f.Secret:
		p.ui.Say(msg.M("paste.copied", "Label", f.Label))
		return nil
	}
	p.ui.Say(msg.M("paste.stays", "Label", f.Label, "Seconds", int(clipboard.Stay.Seconds())))
	stay := time.NewTimer(clipboard.Stay)
	defer stay.Stop()
	select {
	case <-stay.C:
	case <-ctx.Done():
	}
	clip.Clear()
	return ctx.Err()
}

// tour is a person's way through the form: one value after the other is in the
// clipboard, and what is not pasted is told where it stands in the form.
type tour struct {
	*session
	clip   *clipboard.Clipboard
	list   *checklist
	fields []webex.Field
	stops  []int // those of the fields that are pasted
	at     int   // of the stops
}

// walkForm goes through the form with a person, to its end or until they leave.
func (s *session) walkForm(ctx context.Context, sum *setup.Summary, fields []webex.Field) error {
	t := &tour{session: s, clip: s.clipboard(), list: s.checklist(sum, fields), fields: fields}
	defer t.clip.Clear()
	for i, f := range fields {
		if f.Entry() == webex.Pasted {
			t.stops = append(t.stops, i)
		}
	}
	s.program.ui.Say(msg.M("paste.begin"))
	t.resume()
	for t.at < len(t.stops) {
		if left, err := t.stop(ctx); left || err != nil {
			return err
		}
	}
	t.tell(len(t.stops))
	s.program.showClicks(fields)
	return nil
}

// resume begins where the person left last time.
func (t *tour) resume() {
	for i, at := range t.stops {
		if !t.list.ticked(t.fields[at].Label) {
			t.at = i
			break
		}
	}
	if t.at > 0 {
		t.program.ui.Say(msg.M("paste.resumed", "Label", t.fields[t.stops[t.at]].Label))
	}
}

// stop is one value: it is copied, and the person says what is next.
func (t *tour) stop(ctx context.Context) (left bool, err error) {
	f := t.fields[t.stops[t.at]]
	t.tell(t.at)
	way := t.clip.Copy(ctx, secret.New(f.Text()), f.Secret)
	answer, err := t.program.ui.Ask(ctx, ui.Question{ID: "paste.stop", Kind: ui.Text, Exact: true, Prompt: msg.M("paste.stop-"+string(way),
		"Number", t.at+1, "Count", len(t.stops), "Label", f.Label)})
	if err != nil {
		return false, err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "":
		t.at++
		return false, t.list.tick(f.Label, true)
	case "b":
		t.at = max(0, t.at-1)
	case "s":
		t.program.ui.Say(msg.M("paste.shown", "Label", f.Label, "Value", f.Text()))
	case "q":
		return true, nil
	default:
		t.compare(f, answer)
	}
	return false, nil
}

// tell says what to do with the fields between the stop before and this one.
func (t *tour) tell(stop int) {
	from, to := 0, len(t.fields)
	if stop > 0 {
		from = t.stops[stop-1] + 1
	}
	if stop < len(t.stops) {
		to = t.stops[stop]
	}
	for _, f := range t.fields[from:to] {
		switch f.Entry() {
		case webex.Generated: // the clicks say so
		case webex.Ticked:
			t.program.ui.Say(msg.M("paste.tick-"+f.Text(), "Label", f.Label))
		case webex.LeftEmpty, webex.NotKnown:
			t.program.ui.Say(msg.M("paste."+string(f.Entry()), "Label", f.Label))
		default:
			t.program.ui.Say(msg.M("paste."+string(f.Entry()), "Label", f.Label, "Value", f.Text()))
		}
	}
}

// compare judges what the person has pasted back, of this field first.
func (t *tour) compare(f webex.Field, pasted string) {
	for _, c := range webex.Compare(append([]webex.Field{f}, t.fields...), pasted) {
		state := ui.Alert
		if c.Verdict == webex.Same {
			state = ui.Done
		}
		t.program.ui.Progress(state, t.program.ui.Catalogue().Say(sheet.Sentence(c)))
	}
}
