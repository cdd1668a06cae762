package cli

import (
	"slices"
	"strings"
	"testing"

	"wxmail/internal/guide"
	"wxmail/internal/wanted"
)

// Every command that does something has an example, and each names commands,
// flags, steps and answers that there are.
func TestExamples(t *testing.T) {
	root := commandTree(&program{env: func(string) string { return "" }})
	all := examples()
	for _, cmd := range commands(root) {
		path := cmd.CommandPath()
		made := strings.HasPrefix(path, "wxmail completion") // cobra's own
		if !cmd.HasSubCommands() && !made && len(all[path]) == 0 {
			t.Errorf("%s has no example", path)
		}
		for _, line := range all[path] {
			if !strings.Contains(cmd.Example, "  "+line) {
				t.Errorf("%s does not show %s", path, line)
			}
		}
		delete(all, path)
	}
	delete(all, "wxmail")
	if len(all) > 0 {
		t.Errorf("examples of no command: %v", all)
	}
	for _, lines := range examples() {
		for _, line := range lines {
			parses(t, line)
		}
	}
}

func parses(t *testing.T, line string) {
	t.Helper()
	root := commandTree(&program{env: func(string) string { return "" }})
	line, _, _ = strings.Cut(strings.ReplaceAll(line, "CLIENT-ID", "5f6d1f2e-7c3b-4a89-9d10-2b8e4c7f9a31"), " <")
	words := joinValues(strings.Fields(line)[1:])
	cmd, rest, err := root.Find(words)
	if err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	err = cmd.ParseFlags(rest)
	if err == nil {
		err = cmd.ValidateArgs(cmd.Flags().Args())
	}
	if _, _, wrong := wanted.Parse(&wanted.Answers{Flags: questionFlags(cmd)}); err != nil || wrong != nil {
		t.Errorf("%s: %v %v", line, err, wrong)
	}
	if step := cmd.Flags().Arg(0); cmd.Name() == "undo" && step != "" && !slices.Contains(guide.StepIDs(), step) {
		t.Errorf("%s: no step %s", line, step)
	}
}
