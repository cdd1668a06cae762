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
	finish := []string{"azure", "rotate-secret", "--finish", "--old-secret-replaced"}
	return []command{
		{"setup", setup, nil, prepareNothing, proveNew},
		{"setup, mending", setup, nil, prepareMending, proveAsset},
		{"rotate-secret", rotate, nil, prepareAsset, proveAsset},
		{"rotate-secret --finish", finish, nil, prepareFinish, proveAsset},
		{"undo", undo, nil, prepareUndo, proveUndone},
		{"setup, then undo", setup, undo, prepareMind, proveUndone},
		{"undo, then setup", undo, setup, prepareUndo, proveNew},
	}
}

func prepareNothing(*scene) {}

// prepareMind: of what the killed setup makes nothing need last.
func prepareMind(s *scene) { s.ending = everything }

// prepareAsset sets up, and Webex Connect has the values and a token.
func prepareAsset(s *scene) {
	s.must("setup")
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
