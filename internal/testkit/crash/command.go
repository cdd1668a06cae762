package crash

// command is what is killed: how the tenant stands before, and what must be
// there at the end.
type command struct {
	name    string
	args    []string
	prepare func(*scene)
	prove   func(*scene)
}

const (
	profile    = "default"
	everything = "everything" // as scene.ending: all secrets go
)

// commands are those that write, and setup twice: from nothing, and where
// somebody has broken what it once made.
func commands() []command {
	return []command{
		{"setup", []string{"setup"}, func(*scene) {}, proveNew},
		{"setup, mending", []string{"setup"}, prepareMending, proveAsset},
		{"rotate-secret", []string{"azure", "rotate-secret"}, prepareAsset, proveAsset},
		{"rotate-secret --finish", []string{"azure", "rotate-secret", "--finish", "--old-secret-replaced"}, prepareFinish, proveAsset},
		{"undo", []string{"undo", "--confirm", profile}, prepareUndo, proveUndone},
	}
}

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
		s.Call("DELETE", "/oauth2PermissionGrants/"+text(g, "id"), nil, nil)
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

// proveNew: Webex Connect takes the values, and mail goes both ways.
func proveNew(s *scene) {
	s.connect()
	s.asset.Correspond("after a crash")
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
	s.asset.Correspond("after a crash")
}

// proveUndone: setup starts again from nothing.
func proveUndone(s *scene) {
	s.must("setup")
	s.connect()
	s.asset.Correspond("after undo")
}
