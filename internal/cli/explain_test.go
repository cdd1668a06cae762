package cli

import (
	"errors"
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"wxmail/internal/microsoft"
	"wxmail/internal/setup"
	"wxmail/internal/step"
)

// Every row leads to a documented exit code, and every exit code but success
// has its place among those that apply at once.
func TestExitCodesAreComplete(t *testing.T) {
	for _, row := range table() {
		if !slices.Contains(exitCodes[:], row.exit) {
			t.Errorf("%s ends with %d, which is not documented", row.code, row.exit)
		}
	}
	for _, exit := range exitCodes {
		if exit != OK && !slices.Contains(precedence[:], exit) {
			t.Errorf("%d has no precedence", exit)
		}
	}
	if len(precedence) != len(exitCodes)-1 {
		t.Errorf("%d codes have precedence, %d exist besides success", len(precedence), len(exitCodes)-1)
	}
}

var codeText = regexp.MustCompile(`^"(WX-[A-Z0-9-]+)"$`)

// Every code that a step gives to an obstacle has a row of its own.
func TestEveryObstacleHasARow(t *testing.T) {
	found := 0
	for _, room := range []string{"setup", "step", "doctor"} {
		for _, file := range sources(t, room) {
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if match := matchCode(lit, ok); match != "" {
					found++
					if _, known := findCode(match); !known {
						t.Errorf("%s: %s has no row", room, match)
					}
					if got := explain(&step.Obstacle{Code: match}).code; got != match {
						t.Errorf("an obstacle %s is explained as %s", match, got)
					}
				}
				return true
			})
		}
	}
	if found == 0 {
		t.Error("no obstacle was found")
	}
}

func matchCode(lit *ast.BasicLit, ok bool) string {
	if !ok {
		return ""
	}
	if match := codeText.FindStringSubmatch(lit.Value); match != nil {
		return match[1]
	}
	return ""
}

// Where several apply, the order of the contract decides and not the order in
// which they were met.
func TestWorst(t *testing.T) {
	locked, usage := explanation{advice: advice{exit: Locked}}, explanation{advice: advice{exit: Usage}}
	for i, all := range [][]explanation{
		{{advice: advice{exit: Failure}}, usage, {advice: advice{exit: Unanswered}}},
		{usage, {advice: advice{exit: Waiting}}, {advice: advice{exit: Permission}}},
	} {
		if got := worst(all).exit; got != Usage {
			t.Errorf("%d: %d, want %d", i, got, Usage)
		}
		if got := worst(append(all, locked)).exit; got != Locked {
			t.Errorf("%d: %d, want %d", i, got, Locked)
		}
	}
}

// An error keeps its row however it is wrapped or joined, and an unknown one
// is a failure that says what it is.
func TestExplain(t *testing.T) {
	invalid := &setup.InvalidAnswer{Question: "webex.email-id", Value: "x", Why: "not-an-address"}
	for name, test := range map[string]struct {
		err    error
		code   string
		exit   Exit
		object string
	}{
		"wrapped": {fmt.Errorf("while collecting: %w", invalid), "WX-ANSWER-INVALID", Usage, "webex.email-id"},
		"missing": {&setup.MissingAnswers{Questions: []string{"a", "b"}}, "WX-ANSWER-NEEDED", Unanswered, "a, b"},
		"expired": {&microsoft.Error{Service: microsoft.Graph, Status: 401, Object: "the directory"}, "WX-CLAIMS", SignIn, "the directory"},
		"unknown": {errors.New("something else"), "WX-FAILED", Failure, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := explain(test.err)
			if got.code != test.code || got.exit != test.exit || string(got.info.Object) != test.object {
				t.Errorf("%s exit %s object %q", got.code, strconv.Itoa(int(got.exit)), got.info.Object)
			}
		})
	}
	if all := explainAll([]error{errors.Join(invalid, errors.New("x")), invalid}); len(all) != 2 {
		t.Errorf("%d explanations of two errors, one of them told twice", len(all))
	}
}
