package setup_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/setup"
	"wxmail/internal/step"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// well fails the test unless the run came to its end without a problem.
func well(t testing.TB, result *setup.Result) {
	t.Helper()
	if len(result.Problems) > 0 {
		t.Fatalf("problems: %v", result.Problems)
	}
	for _, o := range result.Outcomes {
		if o.State != step.Done {
			t.Fatalf("%s: %s, %v", o.Change.ID(), o.State, o.Err)
		}
	}
}

// is fails the test unless two values are alike.
func is[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// codes are those of problems, by which advice is found.
func codes(problems []error) (all []string) {
	for _, err := range problems {
		all = append(all, codeOf(err))
	}
	return all
}

func codeOf(err error) string {
	var coded interface {
		Fact() (code, object, detail string)
	}
	if err == nil {
		return ""
	}
	if !errors.As(err, &coded) {
		return err.Error()
	}
	code, _, _ := coded.Fact()
	return code
}

// made are the keys of the changes that were made, in the plan's order.
func made(result *setup.Result) (keys []string) {
	for _, o := range result.Outcomes {
		if o.State == step.Done {
			keys = append(keys, o.Change.Key)
		}
	}
	return keys
}

// planned are the keys of the changes of a plan.
func planned(plan *step.Plan) (keys []string) {
	for _, c := range plan.Changes {
		keys = append(keys, c.Key)
	}
	return keys
}

// states are those of a summary's steps.
func states(s *setup.Summary) map[string]string {
	by := map[string]string{}
	for _, st := range s.Steps {
		by[st.ID] = st.State
	}
	return by
}
