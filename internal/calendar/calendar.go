// Package calendar writes reminders as a file that calendars import: RFC 5545.
package calendar

import (
	"fmt"
	"io"
	"slices"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Entry is one moment to be reminded of.
type Entry struct {
	ID          string // the same whenever the same thing is written: an import replaces it then
	Title, Text string
	At          time.Time
	Link        string // "" for none
	Days        []int  // so many days before it there is an alarm
}

// Write writes entries with their alarms, as of now. Lines are folded at 75
// octets and end in CRLF, as the RFC asks.
func Write(w io.Writer, product string, entries []Entry, now time.Time) error {
	cal := ics.NewCalendarFor(product)
	cal.SetMethod(ics.MethodPublish)
	for _, e := range entries {
		e.add(cal, now)
	}
	return cal.SerializeTo(w, ics.WithNewLine("\r\n"))
}

// add puts the entry into a calendar: a moment without an end, which keeps
// nobody's time busy.
func (e Entry) add(cal *ics.Calendar, now time.Time) {
	event := cal.AddEvent(e.ID)
	event.SetDtStampTime(now)
	event.SetStartAt(e.At)
	event.SetSummary(e.Title)
	event.SetDescription(e.Text)
	event.SetTimeTransparency(ics.TransparencyTransparent)
	if e.Link != "" {
		event.SetURL(e.Link)
	}
	days := slices.Clone(e.Days)
	slices.Sort(days)
	for _, before := range slices.Compact(days) {
		alarm := event.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger(fmt.Sprintf("-P%dD", before))
		alarm.SetDescription(e.Title)
	}
}
