package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"wxmail/internal/cloud"
	"wxmail/internal/handoff"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
)

func (p *program) handoffCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "handoff", Short: "What another administrator has to do, where you lack the role"}
	cmd.AddCommand(p.handoffEntraCommand(), p.handoffExchangeCommand())
	return cmd
}

func (p *program) handoffEntraCommand() *cobra.Command {
	var file string
	var receive bool
	cmd := p.queryCommand(&cobra.Command{
		Use: "entra", Args: cobra.NoArgs, Short: "What an administrator of Entra ID has to do",
		Long: `Says what somebody with the role Cloud Application Administrator has to do: for
an application that is registered, the pages of the portal with the consent
button; for one that is not, the answers and the command with which wxmail does
it on that computer. Works offline, from what was last seen.

The client secret is made there and never travels in a file. --receive takes it
over: typed at a hidden prompt, or on standard input. It is proved and kept in
the vault.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if receive {
				return p.receiveSecret(cmd)
			}
			return p.handoffEntra(cmd, file)
		},
	})
	addQuestionFlags(cmd, "webex.", "mailbox.", "azure.")
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write the answers to")
	cmd.Flags().BoolVar(&receive, receiveFlag, false, "take over the client secret that the other administrator made")
	return cmd
}

func (p *program) handoffExchangeCommand() *cobra.Command {
	var file string
	cmd := p.queryCommand(&cobra.Command{
		Use: "exchange", Args: cobra.NoArgs, Short: "A PowerShell script for an Exchange administrator",
		Long: `Writes a PowerShell script for somebody with the role Exchange Administrator. It
makes the changes that setup would make, looks before each, reads back, and may
be run again. Works offline: nobody signs in.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.handoffExchange(cmd, file) },
	})
	addQuestionFlags(cmd, "webex.", "mailbox.")
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write the script to (default: standard output)")
	return cmd
}

func (p *program) handoffEntra(cmd *cobra.Command, file string) error {
	s, run, err := p.offline(cmd)
	if err != nil {
		return err
	}
	name := "wxmail-answers.yaml"
	if file != "" {
		name = filepath.Base(file)
	}
	doc := handoff.ForEntra(s.cloud, setup.LastSeen(s.profile.Name(), s.data), run.Answers, name)
	answers, err := yaml.Marshal(doc.Answers)
	if err != nil {
		return err
	}
	if file != "" {
		if err := p.writeFile(file, answers); err != nil {
			return err
		}
	}
	if p.flags.json {
		return p.ui.Document(doc)
	}
	p.showEntra(doc, string(answers), file)
	return nil
}

func (p *program) showEntra(doc handoff.Entra, answers, file string) {
	text := p.ui.Catalogue().Text
	switch {
	case doc.Application == nil:
		p.ui.Sentence(text("handoff.entra.none") + "\n\n  " + doc.Command + "\n")
		if file == "" {
			p.ui.Sentence(text("handoff.entra.answers") + "\n")
			p.ui.Print(indent(answers) + "\n")
		}
	case len(doc.Open) == 0 && doc.Stored:
		p.ui.Sentence(text("handoff.entra.nothing", "Name", doc.Application.Name, "ID", doc.Application.ClientID))
		return
	case slices.Contains(doc.Open, "azure.consent"):
		p.ui.Sentence(text("handoff.entra.registered", "Name", doc.Application.Name, "ID", doc.Application.ClientID) + "\n")
		p.ui.Steps([]string{text("handoff.entra.open", "Permissions", strings.Join(doc.Permissions, "; ")), text("handoff.entra.grant")})
		for _, page := range doc.Pages {
			p.ui.Print("\n     " + page.Name + "\n     " + page.URL)
		}
		p.ui.Sentence("\n" + text("handoff.entra.then", "Check", doc.Check) + "\n")
	}
	if !doc.Stored {
		p.ui.Sentence(text("handoff.entra.secret") + "\n")
		p.ui.Steps([]string{text("handoff.entra.secret.there"), text("handoff.entra.secret.here")})
		p.ui.Print("")
	}
	if slices.Contains(doc.Open, "token") {
		p.ui.Sentence(text("handoff.entra.token") + "\n")
	}
	p.ui.Sentence(text("handoff.entra.after"))
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

// handedExchange is the document of `handoff exchange --json`.
type handedExchange struct {
	For    string `json:"for"`
	Script string `json:"script"`
	Check  string `json:"check"`
}

func (p *program) handoffExchange(cmd *cobra.Command, file string) error {
	s, run, err := p.offline(cmd)
	if err != nil {
		return err
	}
	parts, err := run.ExchangeParts(cmd.Context())
	if err != nil {
		return err
	}
	script, err := handoff.Exchange(handoff.Script{Version: cloud.Version, Environment: s.cloud.ExchangeEnvironment, Wanted: &run.Wanted, Parts: parts})
	if err != nil {
		return err
	}
	if file != "" {
		if err := p.writeFile(file, []byte(script)); err != nil {
			return err
		}
	}
	switch {
	case p.flags.json:
		return p.ui.Document(handedExchange{"exchange", script, "wxmail setup"})
	case file == "":
		p.ui.Print(script)
	}
	p.ui.Say(msg.M("handoff.exchange", "Check", "wxmail setup"))
	return nil
}

// offline is a run that talks to nobody; what it must know is answered.
func (p *program) offline(cmd *cobra.Command) (*session, *setup.Run, error) {
	s, err := p.open()
	if err != nil {
		return nil, nil, err
	}
	run, err := s.run(cmd, setup.Options{})
	if err != nil {
		return nil, nil, err
	}
	if p.ui.Interactive() { // a hand-off asks nothing that the profile lacks
		run.Operator = silent{operator{p.ui}}
	}
	return s, run, run.CheckAnswers()
}

// silent is an operator that is not asked.
type silent struct{ operator }

func (silent) CanAsk() bool { return false }

// receiveSecret takes a client secret over into the vault.
func (p *program) receiveSecret(cmd *cobra.Command) error {
	s, run, err := p.offline(cmd)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.connect(); err != nil {
		return err
	}
	if err := s.hold(cmd.Context(), run); err != nil {
		return err
	}
	secret, err := p.readSecret(cmd.Context())
	if err != nil {
		return err
	}
	if err := run.Receive(cmd.Context(), secret); err != nil {
		return err
	}
	p.ui.Say(msg.M("handoff.received"))
	return p.finish(nil, ui.Result{})
}

// readSecret takes a secret from a hidden prompt, or the first line of
// standard input where nobody is there.
func (p *program) readSecret(ctx context.Context) (secret.Value, error) {
	if p.ui.Interactive() {
		text, err := p.ui.Ask(ctx, ui.Question{ID: "handoff.secret", Kind: ui.Password, Prompt: msg.M("handoff.secret.prompt"), Help: msg.M("handoff.secret.help")})
		return secret.New(strings.TrimSpace(text)), err
	}
	missing := &setup.MissingAnswers{Questions: []string{"client secret (standard input)"}}
	if p.in == nil || p.inputIsTerminal() { // where a secret would be seen
		return secret.Value{}, missing
	}
	line, err := bufio.NewReader(p.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return secret.Value{}, err
	}
	typed := strings.TrimSpace(line)
	if typed == "" {
		return secret.Value{}, missing
	}
	return secret.New(typed), nil
}
