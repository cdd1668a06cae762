package cli

import (
	"maps"
	"sync"

	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/webex"
)

// checklist is what a person has ticked off of the form and of the clicks after
// it. A value that has changed since is to be pasted again.
type checklist struct {
	profile *store.Profile
	marks   map[string]string // what a line is remembered by: its value, or the key ID of a secret

	mu   sync.Mutex
	kept store.Pasted
}

func (s *session) checklist(sum *setup.Summary, fields []webex.Field) *checklist {
	c := &checklist{profile: s.Profile, marks: map[string]string{}, kept: s.Profile.Pasted()}
	for _, f := range fields {
		switch {
		case f.Entry() == webex.Generated:
		case f.Secret:
			c.marks[f.Label] = string(sum.Azure.Secret.KeyID)
		default:
			c.marks[f.Label] = f.Text()
		}
	}
	for _, id := range chores() {
		c.marks[id] = string(sum.Webex.EmailID)
	}
	return c
}

func (c *checklist) ticked(line string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	mark, kept := c.kept[line]
	return kept && mark == c.marks[line]
}

// tick keeps that a line is done, or is not. What is no line is left alone.
func (c *checklist) tick(line string, on bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	mark, known := c.marks[line]
	if !known {
		return nil
	}
	next := maps.Clone(c.kept)
	delete(next, line)
	if on {
		next[line] = mark
	}
	if err := c.profile.KeepPasted(next); err != nil {
		return err
	}
	c.kept = next
	return nil
}
