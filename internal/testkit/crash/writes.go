package crash

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/store"
	"wxmail/internal/testkit"
)

// Writes kills before every durable change of wxmail's own files, for every
// command.
func (m Matrix) Writes(t *testing.T) {
	var jobs []job
	w := m.Start(t)
	for _, c := range commands() {
		_, want := record(t, w, c)
		for i, change := range durable(t, w, c) {
			jobs = append(jobs, single(c, fmt.Sprintf("%s #%d before %s", c.name, i+1, change), want, at("", i+1)))
		}
	}
	m.run(t, jobs)
}

func single(c command, name string, want any, env []string) job {
	return job{row: c.name + ", before a durable change", name: name, command: c, want: want,
		kill: func(s *scene) bool { return s.kill(c, env, nil) }}
}

// Pairs kills before every record of the journal, and the rerun before every
// record of its own.
func (m Matrix) Pairs(t *testing.T) {
	var jobs []job
	w := m.Start(t)
	for _, c := range commands() {
		_, want := record(t, w, c)
		first := 0
		for _, change := range durable(t, w, c) {
			if strings.HasPrefix(change, string(store.OpAppend)) {
				first++
				jobs = append(jobs, pair(c, want, first))
			}
		}
	}
	m.run(t, jobs)
}

// pair is a job that is repeated with a second death one record later, until
// the second run ends well by itself.
func pair(c command, want any, first int) job {
	second := 0
	j := job{row: c.name + ", twice before a record", name: fmt.Sprintf("%s record %d and", c.name, first), command: c, want: want}
	j.kill = func(s *scene) bool {
		second++
		died := s.kill(c, at(store.OpAppend, first), nil)
		s.again = died && s.kill(c, at(store.OpAppend, second), nil)
		return died
	}
	j.repeats = true
	return j
}

func at(op store.Op, n int) []string { return []string{fmt.Sprintf("%s=%s:%d", dieAt, op, n)} }

// durable are the durable changes of a clean run, in words.
func durable(t *testing.T, w *testkit.World, c command) (changes []string) {
	t.Run("counting "+c.name, func(t *testing.T) {
		s := begin(t, w, c)
		path := filepath.Join(t.TempDir(), "changes")
		if s.kill(c, []string{tellIn + "=" + path}, nil) {
			t.Fatal("it died")
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changes = strings.Split(strings.TrimSpace(string(raw)), "\n")
	})
	if t.Failed() {
		t.FailNow()
	}
	return changes
}
