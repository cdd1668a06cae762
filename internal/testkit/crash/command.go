package crash

import "wxmail/internal/testkit"

// command is what is killed: how the tenant stands before, and what must be
// there at the end.
type command struct {
	name    string
	args    []string
	then    []string // what is run after the death; nil for args again
	prepare func(*scene)
	prove   func(*scene)
	noCopy  bool // the mailbox shall keep no copy, once the asset is saved
	ends    int  // the exit code of a run that nobody kills
}

// mixed says that the operator changes his mind after the death, so that
// what has been deleted and which secrets there are depends on its moment.
func (c command) mixed() bool { return c.then != nil }

func (c command) next() []string {
	if c.mixed() {
		return c.then
	}
	return c.args
}

const (
	profile    = "default"
	everything = "everything" // as scene.ending: all secrets go
)

// commands are those that write: setup from nothing, and where somebody has
// broken what it once made; and the operator's change of mind.
func commands() []command {
	setup, rotate, undo := []string{"setup"}, []string{"azure", "rotate-secret"}, []string{"undo", "--confirm", profile}
	saved := []string{"setup", "--asset-saved"}
	finish := []string{"azure", "rotate-secret", "--finish", "--old-secret-replaced"}
	return []command{
		{name: "setup", args: setup, prepare: prepareNothing, prove: proveNew},
		{name: "setup, no copy", args: setup, prepare: prepareNothing, prove: proveNoCopy, noCopy: true, ends: waiting},
		{name: "setup, the asset is saved", args: saved, prepare: prepareSaved, prove: proveAsset, noCopy: true},
		{name: "setup, mending", args: setup, prepare: prepareMending, prove: proveAsset},
		{name: "rotate-secret", args: rotate, prepare: prepareAsset, prove: proveAsset},
		{name: "rotate-secret --finish", args: finish, prepare: prepareFinish, prove: proveAsset},
		{name: "undo", args: undo, prepare: prepareUndo, prove: proveUndone},
		{name: "setup, then undo", args: setup, then: undo, prepare: prepareMind, prove: proveUndone},
		{name: "undo, then setup", args: undo, then: setup, prepare: prepareUndo, prove: proveNew},
	}
}

// waiting is the exit code of a run of which a part waits.
const waiting = 10

func prepareNothing(*scene) {}

// prepareMind: of what the killed setup makes nothing need last.
func prepareMind(s *scene) { s.ending = everything }

// prepareAsset sets up, and Webex Connect has the values and a token.
func prepareAsset(s *scene) {
	s.must("setup")
	s.connect()
}

// prepareSaved sets up with a copy for the time being, and Webex Connect has
// the values and a token.
func prepareSaved(s *scene) {
	s.mustEnd(waiting, "setup")
	s.connect()
}

// prepareMending breaks what setup made: the rule, the forwarding, the
// tenant-wide consent.
func prepareMending(s *scene) {
	prepareAsset(s)
	s.Call("DELETE", "/outboundRules/wxmail "+mailbox, nil, nil)
	s.Call("PATCH", "/mailboxes/"+mailbox, map[string]any{"ForwardingSmtpAddress": nil}, nil)
	for _, g := range s.grants() {
		s.Call("DELETE", "/oauth2PermissionGrants/"+testkit.Text(g, "id"), nil, nil)
	}
}

// prepareFinish rotates, and Webex Connect has the new secret.
func prepareFinish(s *scene) {
	s.must("setup")
	s.must("azure", "rotate-secret")
	s.connect()
	s.ending = s.previous()
}

func prepareUndo(s *scene) {
	s.must("setup")
	s.ending = everything
}

// proveNew: Webex Connect takes the values, and mail goes both ways; later
// too, with the first secret, when it is being replaced.
func proveNew(s *scene) {
	s.connect()
	s.asset.Correspond("after a crash")
	s.must("azure", "rotate-secret")
	proveAsset(s)
}

// proveNoCopy: once the asset is saved, no copy is kept.
func proveNoCopy(s *scene) {
	s.connect()
	s.must("setup", "--asset-saved")
	proveAsset(s)
}

// proveAsset: the asset of before the crash still works, with a token that it
// must refresh, and setup finds nothing to do: the vault's secret works.
func proveAsset(s *scene) {
	before := len(s.Writes())
	s.must("setup")
	if wrote := len(s.Writes()) - before; wrote != 0 {
		s.lost("a setup afterwards wrote %d times", wrote)
	}
	s.Advance("2h")
	s.asset.Correspond("two hours later")
}

// proveUndone: setup starts again from nothing.
func proveUndone(s *scene) {
	s.must("setup")
	s.connect()
	s.asset.Correspond("after undo")
}
