package setup

import (
	"encoding/json"
	"maps"
	"strings"
	"time"

	"wxmail/internal/step"
	"wxmail/internal/store"
)

// noteStored is the key of the note that a secret reached the vault.
const noteStored = "azure.secret.stored"

// entry is one change as the journal tells it: what was intended and how it
// ended, which is nothing when the run was interrupted.
type entry struct {
	store.Record
	done, refused bool
	made          json.RawMessage
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
		case store.Failed:
			if i, ok := at[rec.Seq]; ok {
				out[i].refused = true
			}
		}
	}
	return out
}

// remember reads what the journal knows: which things are ours.
func remember(records []store.Record, vaultLabel string) Memory {
	m := Memory{Orphans: map[string]bool{}, Labels: map[string]bool{}, Forwarding: map[string]bool{}, Deeds: map[string]Deed{}}
	for _, e := range entries(records) {
		if !e.refused {
			m.take(e)
		}
	}
	for _, rec := range records {
		if rec.Kind == store.Note && rec.Key == noteStored {
			delete(m.Orphans, rec.Target)
		}
	}
	m.Unnoted = m.Orphans[vaultLabel]
	delete(m.Orphans, vaultLabel)
	return m
}

// take learns from one change. What was intended may have acted even where
// no end is recorded.
func (m *Memory) take(e entry) {
	if undone, ok := strings.CutPrefix(e.Key, undoPrefix); ok {
		if e.done {
			m.forget(undone, step.Op(e.Op))
		}
		return
	}
	m.Deeds[e.Key] = m.Deeds[e.Key].then(e)
	switch e.Key {
	case "azure.secret", "azure.secret-rotated":
		var after SecretView
		if json.Unmarshal(e.After, &after) == nil && after.Label != "" {
			m.Orphans[after.Label], m.Labels[after.Label] = true, true
		}
	case "azure.application":
		var after ApplicationView
		if json.Unmarshal(e.After, &after) == nil && contains(after.RedirectURIs, TemporaryRedirect) && !beforeHad(e) {
			m.TemporaryRedirect = true
		}
	case "token.redirect-uri":
		var made removal
		switch {
		case e.Op == string(step.Create):
			m.TemporaryRedirect = true
		case e.done && json.Unmarshal(e.made, &made) == nil && made.Gone:
			m.TemporaryRedirect = false
		}
	case "mailbox.forwarding":
		var after ForwardingView
		if json.Unmarshal(e.After, &after) == nil {
			m.Forwarding[strings.ToLower(after.ForwardingTo)] = true
		}
	}
}

// forget drops what was undone, and what went along with it.
func (m *Memory) forget(key string, op step.Op) {
	along := key
	switch {
	case key == "azure.application" && op == step.Delete:
		along = "azure."
	case key == "token.sign-in":
		along = "token."
	}
	maps.DeleteFunc(m.Deeds, func(k string, _ Deed) bool { return strings.HasPrefix(k, along) })
}

// Deed is what this journal knows of one thing that wxmail changed, perhaps
// several times: what was there before the first time, and what it left.
type Deed struct {
	Op            step.Op // of the first time
	Target        string
	Before, After json.RawMessage
	At            time.Time // of the last time
	Times         int       // how often it was made
	Done          bool
}

func (d Deed) then(e entry) Deed {
	if d.Op == "" {
		d.Op, d.Before = step.Op(e.Op), e.Before
	}
	d.Target, d.After, d.At, d.Done = e.Target, e.After, e.At, d.Done || e.done
	if e.done {
		d.Times++
	}
	return d
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

// Failed implements step.Recorder. Only a refusal ends an intent: after any
// other failure the change may have been made all the same. A cause may quote
// what a service said, so the journal keeps its code only.
func (r recorder) Failed(entry int64, cause error) error {
	e := cloudError(cause)
	if e == nil || !e.Refused() {
		return nil
	}
	raw, err := json.Marshal(e.Code)
	if err != nil {
		return err
	}
	return r.journal.Failed(entry, raw)
}
