package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"wxmail/internal/cloud"
	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
)

// program is one invocation: where it reads and writes, and its flags. There
// is nothing else that commands share.
type program struct {
	in       *os.File
	out      *output
	err      io.Writer
	env      func(string) string
	tty      *os.File // where questions are asked; nil: the controlling terminal
	machine  Machine
	leavings *leavings

	flags   globals
	ui      *ui.Terminal
	query   bool   // the command prints one document
	command string // its words, without flags and arguments
}

// globals are the flags that every command takes.
type globals struct {
	profile, cloud, answers, lang, caFile, trace     string
	noInput, yes, json, noBrowser, deviceCode, azCLI bool
	verbose, quiet, plain                            bool
}

func (p *program) addGlobals(root *cobra.Command) {
	f, g := root.PersistentFlags(), &p.flags
	g.profile, g.cloud = p.envOr("WXMAIL_PROFILE", "default"), p.env("WXMAIL_CLOUD")
	f.Var(text{&g.profile, "NAME"}, "profile", "setup to work on: one mailbox of one tenant")
	f.Var(text{&g.cloud, oneOf(append(cloud.Names(), "FILE")...)}, "cloud", "Microsoft cloud, or a file of endpoints")
	f.Var(text{&g.answers, "FILE"}, "answers", "YAML file of answers by question id")
	f.BoolVar(&g.noInput, "no-input", false, "never ask; fail where an answer is needed")
	f.BoolVarP(&g.yes, "yes", "y", false, "agree to the plan beforehand")
	f.BoolVar(&g.json, "json", false, "print JSON on standard output")
	f.Var(text{&g.lang, oneOf(msg.Languages()...)}, "lang", "language")
	f.BoolVar(&g.noBrowser, "no-browser", false, "print sign-in addresses and open no browser")
	f.BoolVar(&g.deviceCode, "device-code", false, "admins sign in with a code on another device")
	f.BoolVar(&g.azCLI, "azure-cli", false, "admins use the account of the Azure CLI")
	f.Var(text{&g.caFile, "FILE"}, "ca-file", "PEM file of a CA to trust besides the system's")
	f.Var(text{&g.trace, "FILE"}, "trace", "file for a log of HTTP requests, without secrets")
	f.BoolVar(&g.plain, "plain", false, "ask and tell by lines, without colour or moving the cursor, for screen readers and simple terminals")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "say more")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "say only what is wrong")
	root.MarkFlagsMutuallyExclusive("device-code", "azure-cli")
	root.MarkFlagsMutuallyExclusive("verbose", "quiet")
}

func (p *program) envOr(name, otherwise string) string {
	if value := p.env(name); value != "" {
		return value
	}
	return otherwise
}

// begin makes the terminal, once the flags are known. A query speaks in one
// document, so its conversation stays in words, on standard error.
func (p *program) begin(cmd *cobra.Command) error {
	g := &p.flags
	if cmd != nil {
		p.command = cmd.CommandPath()
	}
	p.query = cmd != nil && cmd.Annotations[queryMark] != "" && !changes(cmd)
	if g.lang != "" && msg.Language(g.lang, p.env) != strings.ToLower(g.lang) {
		return &mistyped{"WX-USAGE", "--lang " + g.lang, msg.M("invalid.not-a-choice", "Detail", strings.Join(msg.Languages(), ", ")),
			near.Word(g.lang, msg.Languages()), "wxmail help"}
	}
	p.ui = ui.New(ui.Options{Out: p.out, Err: p.err, TTY: p.tty, NoInput: g.noInput || !p.inputIsTerminal(), JSON: g.json && !p.query,
		Plain: g.plain, Quiet: g.quiet, Verbose: g.verbose, Catalogue: msg.New(msg.Language(g.lang, p.env)), Env: p.env})
	p.leavings.add(p.ui.Close)
	return nil
}

// changesFlag makes a query change things: it then speaks in events, as
// commands do that change things.
const changesFlag = "fix"

func changes(cmd *cobra.Command) bool {
	flag := cmd.Flags().Lookup(changesFlag)
	return flag != nil && flag.Changed && flag.Value.String() == "true"
}

func (p *program) inputIsTerminal() bool {
	return p.tty != nil || p.in != nil && term.IsTerminal(int(p.in.Fd()))
}

func (p *program) signing() setup.Signing {
	switch {
	case p.flags.deviceCode:
		return setup.DeviceCode
	case p.flags.azCLI:
		return setup.AzureCLI
	}
	return setup.Browser
}

// plainError is a file error without what the caller says anyway.
func plainError(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
