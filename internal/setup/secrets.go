package setup

import (
	"encoding/json"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/store"
	"wxmail/internal/world"
)

// seenSecret is a client secret as a profile keeps it for later: never its
// value.
type seenSecret struct {
	KeyID   string    `json:"keyId"`
	Label   string    `json:"label"`
	Expires time.Time `json:"expires"`
}

// listed are the client secrets to keep; nil where the directory was not read.
func listed(f guide.Facts) json.RawMessage {
	secrets, known := guide.ListedSecrets(f)
	if !known {
		return nil
	}
	keep := []seenSecret{}
	for _, s := range secrets {
		keep = append(keep, seenSecret{s.KeyID, s.Label, s.End.UTC()})
	}
	raw, _ := json.Marshal(keep) // it is made of texts and times
	return raw
}

// lastListed are the client secrets as a profile last saw them. One that an
// earlier version wrote knows of wxmail's own alone.
func lastListed(data store.Data) (secrets []directory.SecretInfo) {
	if data.Seen == nil {
		return nil
	}
	var kept []seenSecret
	if json.Unmarshal(data.Seen.Secrets, &kept) == nil {
		for _, s := range kept {
			secrets = append(secrets, directory.SecretInfo{KeyID: s.KeyID, Label: s.Label, End: s.Expires})
		}
		return secrets
	}
	if own := LastSeen("", data).Azure.Secret; own.Expires != nil {
		secrets = append(secrets, directory.SecretInfo{KeyID: string(own.KeyID), Label: string(own.Label), End: *own.Expires})
	}
	return secrets
}

// LastFacts are what a profile tells without anybody signing in and without
// its vault: the client secrets as they were last seen.
func LastFacts(data store.Data, now time.Time) guide.Facts {
	f := guide.Facts{Now: now}
	f.Seen.Here.Value = &world.Here{Listed: lastListed(data)}
	return f
}

// warnOfSecrets says which client secrets end soon, and that Webex Connect
// stands still where the last one has ended: whoever sees it may be the only
// one who looks.
func (w *walk) warnOfSecrets() {
	f := w.facts()
	if w.course.Backwards || !f.Wanted.Runs("azure.register") {
		return
	}
	if guide.StandsStill(w.outcomes) {
		w.Operator.Warn(msg.M("warning.stands-still"))
	}
	for _, end := range guide.SecretsOf(f).Ending(guide.WarnDays * 24 * time.Hour) {
		w.Operator.Warn(msg.M("warning.secret-ending", "Secret", end.Name, "End", end.Date()))
	}
}
