package guide

import (
	"cmp"
	"slices"
	"strings"

	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// targeted is the mailbox of a change whose target it is.
func targeted(e step.Entry) string { return e.Target }

// coveredBy is the mailbox that a rule was made for, or taken back from.
func coveredBy(e step.Entry) string {
	for _, from := range [][]string{decode[OutboundRule](e.After).From, decode[OutboundRule](e.Before).From} {
		if len(from) == 1 {
			return from[0]
		}
	}
	return ""
}

// Named is what a deed was done to, as a person knows it.
func Named(d step.Deed) msg.Message {
	t, _ := ThingOf(d.Key)
	return msg.M("change."+t.Key, "Target", d.Target)
}

// Apart tells the entries of one mailbox from those of others: older versions
// kept the deeds of several in one journal. own are those of the mailbox, apart
// what was done for each other one and not undone.
func Apart(mailbox string, entries []step.Entry) (own []step.Entry, apart []world.Apart) {
	others := map[string][]step.Entry{}
	for _, e := range attributed(entries) {
		if e.Mailbox == "" || strings.EqualFold(e.Mailbox, mailbox) {
			own = append(own, e)
			continue
		}
		name := strings.ToLower(e.Mailbox)
		others[name] = append(others[name], e)
	}
	for name, of := range others {
		if a := remembered(name, of); len(a.Deeds) > 0 {
			apart = append(apart, a)
		}
	}
	slices.SortFunc(apart, func(a, b world.Apart) int { return cmp.Compare(a.Mailbox, b.Mailbox) })
	return own, apart
}

// attributed gives every entry its mailbox. One that does not tell belongs with
// the rest of its run, and a run that does not with the one before; what comes
// before all that tell, with the first of them.
func attributed(entries []step.Entry) []step.Entry {
	byRun, first := map[string]string{}, ""
	for _, e := range entries {
		if mailbox := cmp.Or(e.Mailbox, named(e)); mailbox != "" && byRun[e.Run] == "" {
			byRun[e.Run], first = mailbox, cmp.Or(first, mailbox)
		}
	}
	out, last := slices.Clone(entries), first
	for i := range out {
		last = cmp.Or(byRun[out[i].Run], last)
		out[i].Mailbox = last
	}
	return out
}

// named is the mailbox that an entry tells of by itself, or "".
func named(e step.Entry) string {
	if t, known := ThingOf(e.Key); known && t.Names != nil {
		return t.Names(e)
	}
	return ""
}

// remembered is what of a mailbox's entries can be taken back from the tenant.
func remembered(mailbox string, entries []step.Entry) world.Apart {
	m := Remember(entries, nil, "")
	return world.Apart{Mailbox: mailbox, Login: cmp.Or(m.Deeds["mailbox.smtp-auth"].Target, mailbox),
		ForwardingTo: decode[Forwarding](m.Deeds["mailbox.forwarding"].After).ForwardingTo, Deeds: undoable(m)}
}

// undoable are the remembered deeds that can be taken back from the tenant, in
// their order.
func undoable(m world.Memory) (deeds []step.Deed) {
	for key, d := range m.Deeds {
		if t, known := ThingOf(key); known && t.Undo != nil && t.Writes != world.Held {
			deeds = append(deeds, d)
		}
	}
	slices.SortFunc(deeds, func(x, y step.Deed) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Key, y.Key)) })
	return deeds
}
