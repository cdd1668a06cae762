package setup

import (
	"encoding/json"

	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/world"
)

// noteStored is the key of the note that a secret reached the vault.
const noteStored = "azure.secret.stored"

// entries pairs intents with their ends, in order, and gives the labels of
// the secrets that were stored.
func entries(records []store.Record) (all []step.Entry, stored []string) {
	at := map[int64]int{}
	for _, rec := range records {
		i, begun := at[rec.Seq]
		switch {
		case rec.Kind == store.Intend:
			at[rec.Seq] = len(all)
			all = append(all, step.Entry{Run: rec.Run, Mailbox: rec.Mailbox, Application: rec.Application, Key: rec.Key, Target: rec.Target,
				Op: step.Op(rec.Op), At: rec.At, Before: rec.Before, After: rec.After})
		case rec.Kind == store.Done && begun:
			all[i].Done, all[i].Made = true, rec.Made
		case rec.Kind == store.Failed && begun:
			all[i].Refused = true
		case rec.Kind == store.Note && rec.Key == noteStored:
			stored = append(stored, rec.Target)
		}
	}
	return all, stored
}

// remember reads what the journal knows of this mailbox and of others, with the
// secret that the vault holds.
func (s *session) remember(here *world.Here) error {
	here.Memory = world.NewMemory()
	records, err := s.Journal.Records()
	if err != nil {
		return err
	}
	label := ""
	if here.Secret != nil {
		label = here.Secret.Label
	}
	all, stored := entries(records)
	own, apart := guide.Apart(s.wanted.Mailbox, all)
	own, here.Aside = guide.Aside(s.wanted.Application, own)
	here.Memory = guide.Remember(own, stored, label)
	if !s.TakesApart {
		here.Apart = apart
	}
	return nil
}

func (s *session) noteStored(label string) error {
	_, err := s.Journal.Note(store.Record{Run: s.id, Step: "azure.register", Key: noteStored, Target: label})
	return err
}

// recorder writes the journal of one run.
type recorder struct {
	journal              *store.Journal
	run                  string
	mailbox, application string
}

// Intend implements step.Recorder.
func (r recorder) Intend(c step.Change) (int64, error) {
	before, err := json.Marshal(c.Before)
	if err != nil {
		return 0, err
	}
	after, err := json.Marshal(c.After)
	if err != nil {
		return 0, err
	}
	return r.journal.Intend(store.Record{Run: r.run, Mailbox: r.mailbox, Application: r.application, Step: c.Step, Key: c.Key,
		Op: string(c.Op), Target: c.Target, Before: before, After: after})
}

// Done implements step.Recorder.
func (r recorder) Done(entry int64, made any) error {
	raw, err := json.Marshal(made)
	if err != nil {
		return err
	}
	return r.journal.Done(entry, raw)
}

// Failed implements step.Recorder. Only a refusal ends an intent: after any
// other failure the change may have been made all the same. A cause may quote
// what a service said, so the journal keeps its code only.
func (r recorder) Failed(entry int64, cause error) error {
	e := microsoft.Of(cause)
	if e == nil || !e.Refused() {
		return nil
	}
	raw, err := json.Marshal(e.Code)
	if err != nil {
		return err
	}
	return r.journal.Failed(entry, raw)
}
