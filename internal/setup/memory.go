package setup

import (
	"encoding/json"
	"strings"

	"wxmail/internal/step"
	"wxmail/internal/store"
)

// noteStored is the key of the note that a secret reached the vault.
const noteStored = "azure.secret.stored"

// entry is one change as the journal tells it: what was intended and how it
// ended, which is nothing when the run was interrupted.
type entry struct {
	store.Record
	done bool
	made json.RawMessage
}

// entries pairs intents with their ends, in order.
func entries(records []store.Record) []entry {
	var out []entry
	at := map[int64]int{}
	for _, rec := range records {
		switch rec.Kind {
		case store.Intend:
			at[rec.Seq] = len(out)
			out = append(out, entry{Record: rec})
		case store.Done:
			if i, ok := at[rec.Seq]; ok {
				out[i].done, out[i].made = true, rec.Made
			}
		}
	}
	return out
}

// remember reads what the journal knows: which things are ours.
func remember(records []store.Record, vaultLabel string) Memory {
	m := Memory{Orphans: map[string]bool{}, Forwarding: map[string]bool{}, Applied: map[string]bool{}}
	for _, e := range entries(records) {
		m.take(e)
	}
	for _, rec := range records {
		if rec.Kind == store.Note && rec.Key == noteStored {
			delete(m.Orphans, rec.Target)
		}
	}
	delete(m.Orphans, vaultLabel)
	return m
}

// take learns from one change. What was intended may have acted even where
// no end is recorded.
func (m *Memory) take(e entry) {
	m.Applied[e.Key] = m.Applied[e.Key] || e.done
	switch e.Key {
	case "azure.secret":
		var after SecretView
		if json.Unmarshal(e.After, &after) == nil && after.Label != "" {
			m.Orphans[after.Label] = true
		}
	case "azure.application":
		var after ApplicationView
		if json.Unmarshal(e.After, &after) == nil && contains(after.RedirectURIs, TemporaryRedirect) && !beforeHad(e) {
			m.TemporaryRedirect = true
		}
	case "token.redirect-uri":
		if e.Op == string(step.Create) || e.done {
			m.TemporaryRedirect = e.Op == string(step.Create)
		}
	case "mailbox.forwarding":
		var after ForwardingView
		if json.Unmarshal(e.After, &after) == nil {
			m.Forwarding[strings.ToLower(after.ForwardingTo)] = true
		}
	}
}

// beforeHad: a temporary redirect URI that was there before us is not ours.
func beforeHad(e entry) bool {
	var before ApplicationView
	return json.Unmarshal(e.Before, &before) == nil && contains(before.RedirectURIs, TemporaryRedirect)
}

func contains(list []string, item string) bool { return len(without(list, item)) < len(list) }

// recorder writes the journal of one run.
type recorder struct {
	journal *store.Journal
	run     string
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
	seq, err := r.journal.Intend(store.Record{Run: r.run, Step: c.Step, Key: c.Key, Op: string(c.Op), Target: c.Target,
		Before: before, After: after})
	return seq, err
}

// Done implements step.Recorder.
func (r recorder) Done(entry int64, made any) error {
	raw, err := json.Marshal(made)
	if err != nil {
		return err
	}
	return r.journal.Done(entry, raw)
}

// Failed implements step.Recorder. A cause may quote what a service said, so
// the journal keeps its kind only.
func (r recorder) Failed(entry int64, cause error) error {
	why := "failed"
	if e := cloudError(cause); e != nil {
		why = e.Code
	}
	raw, err := json.Marshal(why)
	if err != nil {
		return err
	}
	return r.journal.Failed(entry, raw)
}
