package crash

import (
	"fmt"
	"regexp"
	"slices"

	"wxmail/internal/pattern"
	"wxmail/internal/testkit"
)

// Phase is when in the life of a request wxmail is killed.
type Phase string

// The phases.
const (
	Before   Phase = "before it acts"    // sent, and the service has not acted
	Acted    Phase = "before it answers" // the service has acted, and no answer was sent
	Answered Phase = "once it answered"  // the answer is on its way, and hardly read
)

// Point is one place of a run to be killed at: a request, by its place among
// those that look like it, and a phase of it.
type Point struct {
	Service, Method string
	Path            string // a regular expression for the whole path
	Nth             int    // 1-based
	Phase           Phase
}

// String is the point in words.
func (p Point) String() string {
	return fmt.Sprintf("%s %s %s #%d", p.Service, p.Method, plain().ReplaceAllString(p.Path, ""), p.Nth)
}

var (
	plain = pattern.Of(`\\|\^|\$`)
	guid  = pattern.Of(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// smtpVerbs are those of a sign-in: the log knows a session by its furthest.
var smtpVerbs = []string{"EHLO", "AUTH"}

// Points are all points of a recorded run. Every request of wxmail has the
// three phases; a verb of SMTP, which changes nothing here, two.
func Points(log []testkit.Request) []Point {
	var points []Point
	seen := map[Point]int{}
	for _, r := range log {
		for _, p := range like(r) {
			seen[p]++
			p.Nth = seen[p]
			if r.Client != "wxmail" {
				continue
			}
			for _, phase := range []Phase{Before, Acted, Answered} {
				if p.Phase = phase; p.Service != "smtp" || phase != Acted {
					points = append(points, p)
				}
			}
		}
	}
	return points
}

// like is what a request looks like, whatever ids its path holds.
func like(r testkit.Request) []Point {
	if r.Service != "smtp" {
		return []Point{{Service: r.Service, Method: r.Method, Path: anyID(r.Path)}}
	}
	var out []Point
	for _, verb := range smtpVerbs[:slices.Index(smtpVerbs, r.Path)+1] {
		out = append(out, Point{Service: r.Service, Method: verb, Path: "^" + verb + "$"})
	}
	return out
}

func anyID(path string) string {
	return "^" + guid().ReplaceAllString(regexp.QuoteMeta(path), "[0-9a-f-]{36}") + "$"
}

// fault is what holds the request at the point, so that there is time to
// kill; nil where no holding is needed.
func (p Point) fault() []map[string]any {
	action, held := map[Phase]string{Before: "stall:1m", Acted: "commit-stall:1m"}[p.Phase]
	if !held {
		return []map[string]any{}
	}
	return []map[string]any{{"service": p.Service, "method": p.Method, "path": p.Path, "nth": p.Nth, "action": action}}
}

// reached says whether a log shows that the run is at the point.
func (p Point) reached(log []testkit.Request) bool {
	nth := 0
	for _, r := range log {
		if !slices.ContainsFunc(like(r), func(l Point) bool { return l.Service == p.Service && l.Method == p.Method && l.Path == p.Path }) {
			continue
		}
		if nth++; nth < p.Nth {
			continue
		}
		switch p.Phase {
		case Before:
			return true
		case Acted:
			return r.Status != 0 || r.Ended != nil
		case Answered:
			return r.Ended != nil || r.Service == "smtp" && r.Status != 0
		}
	}
	return false
}
