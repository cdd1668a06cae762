package faults

import (
	"fmt"
	"regexp"
	"strings"

	"wxmail/internal/pattern"
	"wxmail/internal/testkit"
)

// Point is one request of a clean run: the nth of its kind, counted from 1.
type Point struct {
	Service, Method string
	Path            string // a regular expression for the whole path
	Nth             int
}

// String names the point in a table.
func (p Point) String() string {
	path := strings.Trim(strings.ReplaceAll(p.Path, `\`, ""), "^$")
	return fmt.Sprintf("%s %s %s #%d", p.Service, p.Method, strings.ReplaceAll(path, anID, "{id}"), p.Nth)
}

const anID = "[0-9a-f-]{36}"

var id = pattern.Of(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// Points are the requests of a clean run as another run will make them: with
// other ids. An SMTP session is logged by its furthest verb, and has more.
func Points(clean []testkit.Request) []Point {
	var points []Point
	seen := map[Point]int{}
	add := func(p Point) {
		seen[p]++
		p.Nth = seen[p]
		points = append(points, p)
	}
	for _, r := range clean {
		if r.Service == "smtp" {
			add(Point{Service: r.Service, Method: "EHLO", Path: "^EHLO$"})
			add(Point{Service: r.Service, Method: "EHLO", Path: "^EHLO$"})
		}
		path := strings.ReplaceAll(id().ReplaceAllString(r.Path, "\x00"), "\x00", "ID-OF-THAT-RUN")
		path = strings.ReplaceAll(regexp.QuoteMeta(path), "ID-OF-THAT-RUN", anID)
		add(Point{Service: r.Service, Method: r.Method, Path: "^" + path + "$"})
	}
	return points
}

// Fault is one element of POST /faults.
type Fault map[string]any

// at makes a fault for this request and the following of its kind.
func (p Point) at(action string, count int) Fault {
	return Fault{"service": p.Service, "method": p.Method, "path": p.Path, "nth": p.Nth, "count": count, "action": action}
}
