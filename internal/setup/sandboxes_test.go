package setup_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

func TestMain(m *testing.M) {
	code := m.Run()
	spare.close()
	os.Exit(code)
}

// sandboxes are those that no test uses at the moment, by scenario: to make
// one takes longer than most tests, to reset it takes no time.
type sandboxes struct {
	mu     sync.Mutex
	idle   map[string][]box
	opened []*sandbox.Sandbox
	root   string
}

var spare = &sandboxes{idle: map[string][]box{}}

// box is a sandbox, and the endpoints file as it was written.
type box struct {
	world *testkit.World
	file  []byte
}

// borrow gives a test a fresh sandbox until its end.
func (s *sandboxes) borrow(t *testing.T, scenario string) *testkit.World {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	idle := s.idle[scenario]
	if len(idle) == 0 {
		idle = []box{s.start(t, scenario)}
	}
	b := idle[0]
	s.idle[scenario] = idle[1:]
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.idle[scenario] = append(s.idle[scenario], b)
	})
	w := b.world.In(t)
	must(t, os.WriteFile(w.CloudFile(), b.file, 0o600))
	w.Call("POST", "/reset", nil, nil)
	return w
}

// start is called with mu held.
func (s *sandboxes) start(t *testing.T, scenario string) box {
	t.Helper()
	var err error
	if s.root == "" {
		s.root, err = os.MkdirTemp("", "setup")
		must(t, err)
	}
	dir := filepath.Join(s.root, strconv.Itoa(len(s.opened)))
	opened, err := sandbox.Start(context.WithoutCancel(t.Context()), sandbox.Options{Scenario: scenario, Dir: filepath.Join(dir, "sandbox")})
	must(t, err)
	s.opened = append(s.opened, opened)
	file, err := os.ReadFile(opened.CloudFile())
	must(t, err)
	return box{&testkit.World{Dir: dir, Control: opened.Control()}, file}
}

func (s *sandboxes) close() {
	for _, opened := range s.opened {
		_ = opened.Close()
	}
	_ = os.RemoveAll(s.root)
}
