package setup_test

import (
	"os"
	"slices"
	"time"

	"wxmail/internal/store"
)

// records are those of the journal.
func (o *office) records() []store.Record {
	o.t.Helper()
	records, err := o.profile.Journal(time.Now).Records()
	must(o.t, err)
	return records
}

// notes are what the journal notes, in order.
func (o *office) notes() (targets []string) {
	o.t.Helper()
	for _, r := range o.records() {
		if r.Kind == store.Note {
			targets = append(targets, r.Target)
		}
	}
	return targets
}

// intent is the number of the last intent of that key.
func (o *office) intent(key string) (seq int64) {
	o.t.Helper()
	for _, r := range o.records() {
		if r.Kind == store.Intend && r.Key == key {
			seq = r.Seq
		}
	}
	return seq
}

// withoutNotes makes the journal that of runs that were killed before they
// noted anything.
func (o *office) withoutNotes() {
	o.t.Helper()
	o.rewrite(func(r store.Record) bool { return r.Kind != store.Note })
}

// rewrite writes the journal again with those records that keep accepts.
func (o *office) rewrite(keep func(store.Record) bool) {
	o.t.Helper()
	records := slices.DeleteFunc(o.records(), func(r store.Record) bool { return !keep(r) })
	must(o.t, os.Remove(o.inProfile("journal.jsonl")))
	at := map[int64]int64{}
	for _, r := range records {
		journal := o.profile.Journal(func() time.Time { return r.At })
		var err error
		switch r.Kind {
		case store.Intend:
			at[r.Seq], err = journal.Intend(r)
		case store.Note:
			_, err = journal.Note(r)
		case store.Done:
			err = journal.Done(at[r.Seq], r.Made)
		case store.Failed:
			err = journal.Failed(at[r.Seq], r.Made)
		}
		must(o.t, err)
	}
}
