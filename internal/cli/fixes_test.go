package cli

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wxmail/internal/advice"
	"wxmail/internal/doctor"
	"wxmail/internal/msg"
)

var (
	// commandText is a command in a sentence that says to run it.
	commandText = regexp.MustCompile(`(?i)\brun:? (?:here: |first: )?wxmail ([a-z][-a-z= ]*)`)
	flagText    = regexp.MustCompile(`--([a-z][a-z-]*)`)
)

// Whatever a fix tells the operator to run exists, and so do its flags.
func TestFixesNameCommandsThatExist(t *testing.T) {
	root := commandTree(&program{env: func(string) string { return "" }})
	commands := 0
	for _, row := range advice.Rows() {
		fix := msg.New("en").Text("error."+row.Code+".fix", "Object", "X", "Detail", "X", "Error", "X", "Link", "X")
		for _, match := range commandText.FindAllStringSubmatch(fix, -1) {
			commands++
			words := strings.Fields(match[1])
			found, rest, err := root.Find(words)
			if err != nil || found.HasSubCommands() {
				t.Errorf("%s: no command %q", row.Code, match[1])
				continue
			}
			for _, word := range rest {
				name, is := strings.CutPrefix(word, "--")
				if !is {
					break // the sentence goes on
				}
				name, _, _ = strings.Cut(name, "=")
				if found.Flags().Lookup(name) == nil && root.PersistentFlags().Lookup(name) == nil {
					t.Errorf("%s: %s has no flag --%s", row.Code, found.CommandPath(), name)
				}
			}
		}
		for _, match := range flagText.FindAllStringSubmatch(fix, -1) {
			if !hasFlag(root, match[1]) && match[1] != "tenant" { // az login's
				t.Errorf("%s: no command has a flag --%s", row.Code, match[1])
			}
		}
	}
	if commands < 20 {
		t.Errorf("only %d commands were found", commands)
	}
}

func hasFlag(cmd *cobra.Command, name string) bool {
	has := func(set *pflag.FlagSet) bool { return set.Lookup(name) != nil }
	return has(cmd.Flags()) || has(cmd.PersistentFlags()) ||
		slices.ContainsFunc(cmd.Commands(), func(c *cobra.Command) bool { return hasFlag(c, name) })
}

// Every finding of doctor is explained under its own code.
func TestEveryFindingHasARow(t *testing.T) {
	for _, known := range doctor.Codes() {
		if _, is := advice.Find(known.Code); !is {
			t.Errorf("%s has no row", known.Code)
		}
		if got := advice.Explain(&doctor.Finding{Code: known.Code}).Code; got != known.Code {
			t.Errorf("a finding %s is explained as %s", known.Code, got)
		}
	}
}
