package cli

import (
	"bytes"
	"cmp"
	"time"

	"wxmail/internal/calendar"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
)

// remind writes the calendar entries that were asked for. Where no end is
// known there is no file, since an empty one would look as if all were well.
func (d *diagnosis) remind() error {
	if d.ics == "" {
		return nil
	}
	p, f := d.program, d.examination.Facts()
	var entries []calendar.Entry
	for _, end := range guide.SecretsOf(f).InUse() {
		entries = append(entries, d.reminder(f, end))
	}
	if len(entries) == 0 {
		p.ui.Warn(msg.M("doctor.no-ics", "File", d.ics))
		return nil
	}
	var file bytes.Buffer
	if err := calendar.Write(&file, "wxmail", entries, d.session.Cloud.Now()); err != nil {
		return err
	}
	if err := p.writeFile(d.ics, file.Bytes()); err != nil {
		return err
	}
	p.ui.Say(msg.M("doctor.ics", "File", d.ics, "Count", len(entries)))
	return nil
}

// reminder is the entry of one client secret, with an alarm when doctor begins
// to warn, and two more.
func (d *diagnosis) reminder(f guide.Facts, end guide.End) calendar.Entry {
	text, seen := d.program.ui.Catalogue().Text, setup.LastSeen(d.session.Profile.Name(), d.session.Data)
	return calendar.Entry{
		ID:    cmp.Or(end.KeyID, end.Name) + "@wxmail",
		Title: text("calendar.title", "Application", cmp.Or(string(seen.Azure.AppName), f.Wanted.AppName), "Mailbox", f.Wanted.Mailbox),
		Text:  text("calendar.text", "Secret", end.Name, "End", end.At.UTC().Format(time.RFC3339)),
		At:    end.At,
		Days:  []int{1, 7, max(d.days, 1)},
	}
}
