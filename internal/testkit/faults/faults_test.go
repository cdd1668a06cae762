//go:build faults

package faults

import (
	"flag"
	"regexp"
	"slices"
	"testing"
)

// lanes is how many sandboxes there are: most of the time is waiting.
const lanes = 12

// What to try of all there is: go test -tags faults … -args -damage 429
var (
	onlyDamage = flag.String("damage", "", "regular expression for the damages to try")
	onlyPoint  = flag.String("point", "", "regular expression for the requests to damage")
)

func chosen(points []Point) []Point {
	pattern := regexp.MustCompile(*onlyPoint)
	return slices.DeleteFunc(points, func(p Point) bool { return !pattern.MatchString(p.String()) })
}

func TestMatrix(t *testing.T) {
	pattern := regexp.MustCompile(*onlyDamage)
	Work(t, lanes, func(points []Point) []Case {
		return Matrix(chosen(points), func(d Damage) bool { return pattern.MatchString(d.Name) })
	})
}

func TestInterruptions(t *testing.T) {
	Work(t, lanes, func(points []Point) []Case { return Interruptions(chosen(points)) })
}

func TestReplication(t *testing.T) {
	Work(t, lanes, func([]Point) []Case { return Replication(10) })
}
