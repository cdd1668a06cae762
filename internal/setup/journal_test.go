package setup

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/store"
)

func TestIntentsAndTheirEndsArePaired(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	before, after, made := json.RawMessage(`"before"`), json.RawMessage(`"after"`), json.RawMessage(`{"id":"x"}`)
	all, stored := entries([]store.Record{
		{Seq: 1, Kind: store.Intend, Key: "azure.application", Op: "create", Target: "WebexConnect", At: at, Before: before, After: after},
		{Seq: 2, Kind: store.Intend, Key: "azure.secret"},
		{Seq: 2, Kind: store.Failed, Made: json.RawMessage(`"Code"`)},
		{Seq: 1, Kind: store.Done, At: at.Add(time.Second), Made: made},
		{Seq: 3, Kind: store.Note, Key: "azure.secret.stored", Target: "a label"},
		{Seq: 4, Kind: store.Note, Key: "another note", Target: "of something"},
		{Seq: 5, Kind: store.Intend, Key: "mailbox.forwarding"},
		{Seq: 9, Kind: store.Done}, // of nothing
		{Seq: 9, Kind: store.Failed},
	})
	want := []step.Entry{
		{Key: "azure.application", Target: "WebexConnect", Op: step.Create, At: at, Before: before, After: after, Done: true, Made: made},
		{Key: "azure.secret", Refused: true},
		{Key: "mailbox.forwarding"}, // it was interrupted: it may have acted
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a label"}, stored); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

// written gives a journal in an empty folder, and what is in it.
func written(t *testing.T) (*store.Journal, func() []store.Record) {
	t.Helper()
	home, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	profile, err := home.Profile("default")
	if err != nil {
		t.Fatal(err)
	}
	journal := profile.Journal(time.Now)
	return journal, func() []store.Record {
		records, err := journal.Records()
		if err != nil {
			t.Fatal(err)
		}
		return records
	}
}

// Only a refusal ends an intent, and of what a service said the journal keeps
// the code.
func TestOnlyARefusalEndsAnIntent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cause error
		made  string // of the end; "" where there is none
	}{
		"a refusal":              {&microsoft.Error{Status: 403, Code: "Denied", Message: "of a secret"}, `"Denied"`},
		"no answer":              {&microsoft.Error{Status: 0}, ""},
		"an answer in doubt":     {&microsoft.Error{Status: 400, Doubted: true}, ""},
		"a failure of the other": {&microsoft.Error{Status: 503}, ""},
		"a failure of our own":   {errors.New("disk full"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			journal, records := written(t)
			r := recorder{journal, "run", "support@contoso.example", "own"}
			entry, err := r.Intend(step.Change{Key: "mailbox.forwarding", After: guide.Forwarding{ForwardingTo: "x"}})
			if err == nil {
				err = r.Failed(entry, test.cause)
			}
			if err != nil {
				t.Fatal(err)
			}
			all := records()
			if ended := len(all) == 2; ended != (test.made != "") || ended && string(all[1].Made) != test.made {
				t.Errorf("records: %+v", all)
			}
		})
	}
}

func TestWhatDoesNotMarshalIsNotRecorded(t *testing.T) {
	t.Parallel()
	journal, records := written(t)
	r := recorder{journal, "run", "support@contoso.example", "own"}
	if err := r.Done(1, func() {}); err == nil {
		t.Error("it was recorded as made")
	}
	if all := records(); len(all) > 0 {
		t.Errorf("records: %+v", all)
	}
}
