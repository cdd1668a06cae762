package architecture

import (
	"go/ast"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// widest is in characters, a tab being one: what two windows side by side
// show of a file each.
const widest = 140

func TestLinesAreShort(t *testing.T) {
	for _, s := range sources(t) {
		number := 0
		for line := range strings.Lines(read(t, s.path)) {
			number++
			if wide := utf8.RuneCountInString(strings.TrimRight(line, "\n")); wide > widest {
				t.Errorf("%s:%d has %d characters, more than %d", s.path, number, wide, widest)
			}
		}
	}
}

// group is where an import stands: the standard library first, then what
// others wrote, then our own.
func group(spec *ast.ImportSpec) int {
	path, _ := strconv.Unquote(spec.Path.Value) // it has parsed
	switch first, _, _ := strings.Cut(path, "/"); {
	case strings.HasPrefix(path, "wxmail/internal/"):
		return 3
	case strings.Contains(first, "."):
		return 2
	default:
		return 1
	}
}

// apart tells whether a blank line stands between two imports.
func apart(one, next *ast.ImportSpec) bool {
	begins := next.Pos()
	if next.Doc != nil {
		begins = next.Doc.Pos()
	}
	return files.Position(begins).Line > files.Position(one.End()).Line+1
}

// One look at the head of a file tells what it stands on: the standard
// library, others, our own, with a blank line between.
func TestImportsStandInThreeGroups(t *testing.T) {
	for _, s := range sources(t) {
		for i := 1; i < len(s.Imports); i++ {
			one, next := s.Imports[i-1], s.Imports[i]
			switch before, now := group(one), group(next); {
			case before > now:
				t.Errorf("%s: %s belongs before %s", where(next), next.Path.Value, one.Path.Value)
			case before < now && !apart(one, next):
				t.Errorf("%s: a blank line belongs before %s", where(next), next.Path.Value)
			case before == now && apart(one, next):
				t.Errorf("%s: no blank line belongs before %s", where(next), next.Path.Value)
			}
		}
	}
}
