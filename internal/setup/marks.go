package setup

import (
	"encoding/json"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
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
	if f.Seen.Read().Has(world.Held | world.Exchange) {
		seen.Earlier = guide.Earlier(f)
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

// Earlier says what the journal knows to stand for accounts that signed in for
// the mailbox before, as Exchange told them apart when it was last read.
func (c *Connection) Earlier() ([]msg.Message, error) {
	records, err := c.Journal.Records()
	if err != nil || c.Data.Seen == nil {
		return nil, err
	}
	all, _ := entries(records)
	own, _ := guide.Apart(ownMailbox(c.Data), all)
	f := LastFacts(c.Data, c.Cloud.Now())
	f.Seen.Here.Value.Memory, f.Seen.Here.Value.Neighbours = guide.Remember(own, nil, ""), known(c.neighbours())
	return guide.TellEarlier(f, c.Data.Seen.Earlier), nil
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
