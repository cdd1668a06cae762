package calendar

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
)

func entry() Entry {
	return Entry{ID: "key-1@wxmail", Title: "Das Geheimnis; „Büro, Süd“ endet",
		At:   time.Date(2026, 12, 2, 10, 15, 0, 0, time.FixedZone("", 3600)),
		Link: "https://entra.example/#view", Days: []int{30, 7, 1, 7},
		Text: "Line one, line two;\nback\\slash " + strings.Repeat("ä", 100) + strings.Repeat("秘密", 50)}
}

func written(t *testing.T, entries ...Entry) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, "wxmail", entries, time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What another reads is what was written.
func TestItIsReadBack(t *testing.T) {
	want := entry()
	cal, err := ics.ParseCalendar(strings.NewReader(written(t, want, Entry{ID: "key-2", Title: "Another", At: want.At})))
	if err != nil || len(cal.Events()) != 2 {
		t.Fatalf("%v, %v", cal, err)
	}
	event := cal.Events()[0]
	at, err := event.GetStartAt()
	if err != nil || !at.Equal(want.At) {
		t.Errorf("at %v, %v", at, err)
	}
	for property, text := range map[ics.ComponentProperty]string{
		ics.ComponentPropertyUniqueId: want.ID, ics.ComponentPropertySummary: want.Title,
		ics.ComponentPropertyDescription: want.Text, ics.ComponentPropertyUrl: want.Link, ics.ComponentPropertyDtstamp: "20261127T090000Z"} {
		if got := ics.FromText(event.GetProperty(property).Value); got != text {
			t.Errorf("%s: %q, want %q", property, got, text)
		}
	}
	var alarms []string
	for _, a := range event.Alarms() {
		alarms = append(alarms, a.GetProperty(ics.ComponentPropertyTrigger).Value+" "+a.GetProperty(ics.ComponentPropertyAction).Value)
	}
	if got := strings.Join(alarms, ", "); got != "-P1D DISPLAY, -P7D DISPLAY, -P30D DISPLAY" {
		t.Errorf("alarms: %s", got)
	}
}

// Each rule of RFC 5545 that readers insist on, looked at in the bytes.
func TestTheFormIsThatOfTheRFC(t *testing.T) {
	text := written(t, entry())
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
		t.Errorf("a line does not end in CRLF:\n%q", text)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || line == "" {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	unfolded := strings.ReplaceAll(text, "\r\n ", "")
	for _, want := range []string{"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:", "UID:key-1@wxmail\r\n", "DTSTAMP:20261127T090000Z\r\n",
		"DTSTART:20261202T091500Z\r\n", `SUMMARY:Das Geheimnis\; „Büro\, Süd“ endet` + "\r\n", `DESCRIPTION:Line one\, line two\;\nback\\slash ä`,
		"TRANSP:TRANSPARENT\r\n", "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\nDESCRIPTION:"} {
		if !strings.Contains(unfolded, want) {
			t.Errorf("no %q in\n%s", want, unfolded)
		}
	}
}
