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
	asks    map[*cobra.Command]func() // gives a command the flags of its questions, once
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
	f.Var(text{&g.profile, "NAME"}, "profile", "")
	f.Var(text{&g.cloud, oneOf(append(cloud.Names(), "FILE")...)}, "cloud", "")
	f.Var(text{&g.answers, "FILE"}, "answers", "")
	f.BoolVar(&g.noInput, "no-input", false, "")
	f.BoolVarP(&g.yes, "yes", "y", false, "")
	f.BoolVar(&g.json, "json", false, "")
	f.Var(text{&g.lang, oneOf(msg.Languages()...)}, "lang", "")
	f.BoolVar(&g.noBrowser, "no-browser", false, "")
	f.BoolVar(&g.deviceCode, "device-code", false, "")
	f.BoolVar(&g.azCLI, "azure-cli", false, "")
	f.Var(text{&g.caFile, "FILE"}, "ca-file", "")
	f.Var(text{&g.trace, "FILE"}, "trace", "")
	f.BoolVar(&g.plain, "plain", false, "")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "")
	root.MarkFlagsMutuallyExclusive("device-code", "azure-cli")
	root.MarkFlagsMutuallyExclusive("verbose", "quiet")
}

func (p *program) envOr(name, otherwise string) string {
	if value := p.env(name); value != "" {
		return value
	}
	return otherwise
}

// begin makes the terminal, once the flags are known.
func (p *program) begin(cmd *cobra.Command) error {
	if lang := p.flags.lang; lang != "" && !msg.Knows(strings.ToLower(lang)) {
		return mistyped("--lang "+lang, msg.M("usage.unknown-language", "Known", strings.Join(msg.Languages(), ", ")),
			near.Word(lang, msg.Languages()), "wxmail help")
	}
	p.speak(cmd)
	if _, unknown := msg.Language(p.flags.lang, p.env, systemLocale); unknown != "" {
		p.ui.Detail(p.ui.Catalogue().Text("usage.no-translation", "Wanted", unknown, "Known", msg.Each(msg.Languages()...)))
	}
	return nil
}

// speak makes the terminal, where there is none yet. A query speaks in one
// document, so its conversation stays in words, on standard error.
func (p *program) speak(cmd *cobra.Command) {
	if p.ui != nil {
		return
	}
	g := &p.flags
	lang, _ := msg.Language(g.lang, p.env, systemLocale)
	if cmd != nil {
		p.command = cmd.CommandPath()
	}
	p.query = cmd != nil && cmd.Annotations[queryMark] != "" && !changes(cmd)
	p.ui = ui.New(ui.Options{Out: p.out, Err: p.err, TTY: p.tty, NoInput: g.noInput || !p.inputIsTerminal(), JSON: g.json && !p.query,
		Plain: g.plain, Quiet: g.quiet, Verbose: g.verbose, Catalogue: msg.New(lang), Env: p.env})
	p.leavings.add(p.ui.Close)
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
