package faults

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"wxmail/internal/testkit"
)

// Interrupt presses Ctrl-C while a request has no answer, and runs setup
// again. The first run must end within a second, besides what it had taken so far,
// with 130 and no child left but a browser.
func (l *Lane) Interrupt(p Point, noCopy bool) *Result {
	l.begin(noCopy)
	l.w.Call("POST", "/faults", []Fault{p.at("stall:1m", 1)}, nil)
	r := &Result{Point: p.String(), Damage: "Ctrl-C during a stall"}
	ended := make(chan struct{})
	pressed := make(chan time.Time, 1)
	run := l.setup(launch{cloud: patient, started: func(process *os.Process) {
		go func() {
			if l.stalled(p.Service, ended) {
				pressed <- now()
				_ = process.Signal(os.Interrupt) // one that has gone is seen by its exit code
			}
		}()
	}})
	close(ended)
	r.Runs = append(r.Runs, run)
	l.judgeInterrupted(r, run, pressed)
	l.customerWrites(r)
	l.mend(r, launch{cloud: quick}, 2)
	return r
}

func (l *Lane) judgeInterrupted(r *Result, run Run, pressed chan time.Time) {
	if run.Exit != 130 {
		r.blame("Ctrl-C: exit %s: %s", run, run.Output)
	}
	select {
	case at := <-pressed:
		took := since(at)
		if before := run.Took - took; took > time.Second+before { // a busy computer is slow before it, too
			r.blame("Ctrl-C took %v", took.Round(time.Millisecond))
		}
	default:
		r.blame("no request stalled")
	}
	for _, child := range children(l.home) {
		r.blame("left a child: %s", child)
	}
	r.Found += secretsIn(l.w, run.Output)
}

// stalled waits for a request of a service that gets no answer.
func (l *Lane) stalled(service string, ended chan struct{}) bool {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for last := 0; ; {
		select {
		case <-ended:
			return false
		case <-tick.C:
		}
		var all []testkit.Request
		l.w.Call("GET", "/requests", nil, &all)
		open := 0
		for _, request := range all {
			if request.Service == service && request.Ended == nil {
				open = request.N
			}
		}
		if open != 0 && open == last {
			return true
		}
		last = open
	}
}

// children are the command lines of processes that were started with a home
// and are no browser.
func children(home string) []string {
	var left []string
	environments, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is right
	for _, path := range environments {
		environment, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(environment), "WXMAIL_HOME="+home) {
			continue // it has gone, or is none of ours
		}
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline")) // of one that has gone: nothing
		command := strings.ReplaceAll(string(line), "\x00", " ")
		if command != "" && !strings.Contains(command, "sandbox browse") && !strings.Contains(command, "xdg-open") {
			left = append(left, command)
		}
	}
	return left
}
