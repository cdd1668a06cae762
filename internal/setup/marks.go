package setup

import (
	"encoding/json"

	"wxmail/internal/guide"
	"wxmail/internal/store"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// takeSeen keeps what these facts tell of the tenant, to be shown offline:
// what was not looked at stays as it was.
func takeSeen(seen *store.Seen, f guide.Facts) {
	if secrets := listed(f); secrets != nil {
		seen.Secrets = secrets
	}
	if f.Seen.Read().Has(world.Held | world.Directory | world.Exchange) {
		seen.Marked, _ = json.Marshal(guide.Marks(f)) // it is made of texts
	}
}

// Marked is what bore wxmail's mark and was not known to the journal when the
// tenant was last looked at whole.
func (c *Connection) Marked() (marks []guide.Mark) {
	if c.Data.Seen != nil {
		_ = json.Unmarshal(c.Data.Seen.Marked, &marks) // what does not parse tells of none
	}
	return marks
}

// LostSecret is the label of a client secret that wxmail made for the profile
// though its journal knows of nothing, or "".
func (c *Connection) LostSecret() (string, error) {
	records, err := c.Journal.Records()
	if err != nil {
		return "", err
	}
	all, stored := entries(records)
	w, _, err := wanted.Parse(c.Answers)
	f := LastFacts(c.Data, c.Cloud.Now())
	f.Wanted, f.Seen.Here.Value.Memory = w, guide.Remember(all, stored, "")
	return guide.LostSecret(f), err
}
