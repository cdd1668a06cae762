// Package cli is the command line: the tree of commands, their flags and the
// wiring. Logic lives below; a command only says what is run, and shows what
// came of it.
package cli

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/store"
)

// Main runs wxmail with the process's own arguments and streams, and gives
// the exit status.
func Main() int { return MainOn(Machine{}) }

// Machine is what a process runs on. The zero Machine is the computer as it
// is; tests have a disk that fails on purpose, and many vaults to open.
type Machine struct {
	Disk       store.Disk
	WorkFactor int // of new vaults, 0 for the vault's own
}

// MainOn is Main on another machine.
func MainOn(on Machine) int {
	asked := make(chan os.Signal, 2)
	signal.Notify(asked, endings()...)
	keepBrokenPipes()
	debug.SetMemoryLimit(softMemory)
	p := &program{in: os.Stdin, out: &output{file: os.Stdout}, err: os.Stderr, env: takeEnvironment(), machine: on, leavings: &leavings{}}
	return int(p.until(asked, os.Args[1:]))
}

// softMemory is from where on memory that is no longer used is sought without
// delay. What is used stays far below: docs/security.md, Limits.
const softMemory = 96 << 20

// takeEnvironment reads the environment once and removes the passphrase from
// it, so that no child of ours ever sees it.
func takeEnvironment() func(string) string {
	taken := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		taken[name] = value
	}
	for _, secret := range []string{"WXMAIL_PASSPHRASE", "WXMAIL_PASSPHRASE_FILE"} {
		_ = os.Unsetenv(secret) // it fails on names that no system has
	}
	return func(name string) string { return taken[name] }
}

func (p *program) execute(ctx context.Context, args []string) advice.Exit {
	args = joinValues(args)
	root := treeFor(p, args)
	root.SetArgs(args)
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	if len(args) > 0 && args[0] == cobra.ShellCompRequestCmd {
		describeFor(root, args[1:], p.env)
	}
	defer p.leavings.clear()
	ran, err := root.ExecuteContextC(ctx)
	return p.delivered(p.ended(ran, args, err))
}

// ended is how a command ended that was given these arguments.
func (p *program) ended(ran *cobra.Command, args []string, err error) advice.Exit {
	if err == nil || p.out.caused(err) { // delivered tells of what is lost
		return advice.OK
	}
	if p.ui == nil { // the command line itself was wrong, so not all of it was read
		p.flags.lang, p.flags.json = typedLanguage(args), p.flags.json || slices.Contains(args, "--json")
		p.speak(ran)
	}
	return p.fail(asUsage(ran, err))
}
