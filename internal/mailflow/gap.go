package mailflow

import (
	"strings"

	"wxmail/internal/microsoft"
)

// Gap is what of Exchange could not be judged: a whole answer, the rest of a
// list, or a record of it.
type Gap struct {
	Cmdlet string // whose answer
	Name   string // of the record; "" where it has none, or where more than a record is missing
	Err    error  // why: a *microsoft.Error
}

// Problem is why, in the words of the answer, or of whoever read it.
func (g Gap) Problem() string {
	e := microsoft.Of(g.Err)
	switch {
	case e == nil:
		return g.Err.Error()
	case e.Message != "":
		return e.Message
	}
	return e.Error()
}

// Refused says that Exchange did not let the account look.
func (g Gap) Refused() bool {
	e := microsoft.Of(g.Err)
	return IsForbidden(g.Err) || e != nil && e.Status == 401
}

// GapsOf are those of a cmdlet.
func (s *Snapshot) GapsOf(cmdlet string) (gaps []Gap) {
	for _, g := range s.Gaps {
		if g.Cmdlet == cmdlet {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// Blind is the first gap of these cmdlets behind which an object of that name
// may be, nil for none. Without a name any gap is one.
func (s *Snapshot) Blind(name string, cmdlets ...string) *Gap {
	for _, cmdlet := range cmdlets {
		for _, g := range s.GapsOf(cmdlet) {
			if name == "" || g.Name == "" || strings.EqualFold(g.Name, name) {
				return &g
			}
		}
	}
	return nil
}
