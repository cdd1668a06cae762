package guide

import (
	"slices"

	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// Nothing that customers feel comes before what proves it. A run that is more
// than the step of forwarding forwards last: once the application is
// registered, its consent given and the mailbox's token proved. A person also
// says that the asset is saved in Webex Connect. Until somebody has said so, a
// copy of each message is kept: what Webex Connect does with mail for a page
// that is not saved is unknown.

const forwardingKey = "mailbox.forwarding"

// provers are the steps that show that Webex Connect will be able to answer.
func provers() []string { return []string{"azure.register", "azure.consent", "token"} }

// AwaitsAsset says whether an obstacle only waits until the asset is saved in
// Webex Connect.
func AwaitsAsset(o *step.Obstacle) bool {
	return o != nil && (o.Code == codeAssetUnsaved || o.Code == codeCopyKept)
}

// AwaitsProof says whether an obstacle only says that what comes before
// forwarding is hindered.
func AwaitsProof(o *step.Obstacle) bool { return o != nil && o.Code == codeUnproved }

const (
	codeAssetUnsaved = "WX-ASSET-UNSAVED" // forwarding waits
	codeCopyKept     = "WX-COPY-KEPT"     // keeping no copy waits
	codeUnproved     = "WX-FORWARDING-WAITS"
)

// goLive puts forwarding behind all that has to come before it.
func goLive(f Facts, p *step.Plan) {
	c := p.Find(forwardingKey)
	if c == nil || !goesLive(f, *c) {
		return
	}
	if by := unproved(f, p); by != "" {
		p.Withhold(*c, &step.Obstacle{Code: codeUnproved, Object: c.Target, Detail: by, About: forwardingKey, Waiting: true, Repeats: true})
		return
	}
	c.Last = true
	for _, other := range p.Changes {
		if slices.Contains(provers(), other.Step) && !other.Finally {
			c.Needs = union(c.Needs, other.Key)
		}
	}
	awaitAsset(f, p, c)
}

// goesLive says whether customers feel a change of the forwarding, in a run
// that can prove it: that only a copy is kept from now on is felt by nobody.
func goesLive(f Facts, c step.Change) bool {
	before, _ := typed[Forwarding](c.Before)
	after, _ := typed[Forwarding](c.After)
	copyless := after
	copyless.KeepCopy = false
	return proves(f) && before != copyless
}

// proves says whether the run can show that Webex Connect will be able to
// answer.
func proves(f Facts) bool { return slices.ContainsFunc(provers(), f.Wanted.Runs) }

// unproved is the first step of the run that hinders forwarding, or "".
func unproved(f Facts, p *step.Plan) string {
	for _, id := range provers() {
		if f.Wanted.Runs(id) && p.Hindered(id) != nil {
			return id
		}
	}
	return ""
}

// awaitAsset lets the change wait until the asset is saved. Nobody is asked
// where a copy is kept and wxmail once forwarded to the same address.
func awaitAsset(f Facts, p *step.Plan, c *step.Change) {
	after, _ := typed[Forwarding](c.After)
	before, _ := typed[Forwarding](c.Before)
	saved, attended := f.Wanted.AssetSaved, f.Wanted.Run.Attended
	switch {
	case saved != nil && *saved || saved == nil && after.KeepCopy && wasLive(f, after):
	case saved == nil && attended:
		c.Asks, c.Risk = "webex.asset-saved", riskOf("risk.forwarding-asked.", after)
	case before == kept(after): // all that is left to do is to keep no copy
		p.Withhold(*c, &step.Obstacle{Code: codeCopyKept, Object: c.Target, About: forwardingKey, Waiting: true})
	case saved != nil:
		p.Withhold(*c, &step.Obstacle{Code: codeAssetUnsaved, Object: c.Target, About: forwardingKey, Waiting: true})
	case !after.KeepCopy:
		c.After, c.Risk = kept(after), msg.M("risk.forwarding-copy-first", "Address", after.ForwardingTo)
	}
}

// CopyFirst makes a forwarding that somebody else will switch on keep a copy
// until the asset is saved: what is handed over proves nothing.
func CopyFirst(f Facts, p *step.Plan) {
	c := p.Find(forwardingKey)
	if c == nil || f.Wanted.AssetSaved != nil && *f.Wanted.AssetSaved {
		return
	}
	before, _ := typed[Forwarding](c.Before)
	after, _ := typed[Forwarding](c.After)
	switch {
	case after.KeepCopy:
	case before == kept(after):
		p.Withhold(*c, &step.Obstacle{Code: codeCopyKept, Object: c.Target, About: forwardingKey, Waiting: true})
	default:
		c.After = kept(after)
		p.Note(msg.M("note.copy-first", "Mailbox", c.Target))
	}
}

// TellsAsset says how the forwarding stands that goes live once the asset is
// saved.
func TellsAsset(c step.Change) []msg.Message {
	before, _ := typed[Forwarding](c.Before)
	return []msg.Message{tellsForwarding(c.Target, before)}
}

// kept is a forwarding that keeps a copy.
func kept(v Forwarding) Forwarding {
	v.KeepCopy = true
	return v
}

// wasLive says whether wxmail itself made the mailbox forward to that address,
// as far as the journal knows.
func wasLive(f Facts, v Forwarding) bool {
	d, did := f.deed(forwardingKey)
	return did && d.Done && decode[Forwarding](d.After).ForwardingTo == v.ForwardingTo
}

// riskOf is what to think of before forwarding, by whether a copy stays.
func riskOf(when string, v Forwarding) msg.Message {
	if v.KeepCopy {
		return msg.M(when+"copy", "Address", v.ForwardingTo)
	}
	return msg.M(when+"no-copy", "Address", v.ForwardingTo)
}

// showsForwarding: the value itself tells. That a copy is to be kept no longer
// may be planned for later.
func showsForwarding(f Facts, e Edit[Forwarding]) shown {
	m := f.Seen.Mail().Mailbox
	if m == nil {
		return otherwise
	}
	switch have := shownForwarding(m); {
	case have == e.After || have.nowhere() && e.After.nowhere():
		return asMade
	case have == e.Before:
		return asBefore
	}
	return otherwise
}
