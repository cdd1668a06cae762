package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/cloud"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/step"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
	"wxmail/internal/webex"
)

func (p *program) setupCommand() *cobra.Command {
	var only, skip []string
	var reveal bool
	cmd := &cobra.Command{
		Use: "setup", Args: cobra.NoArgs,
		Short: "Walk through every step of the guide and print the values for Webex Connect",
		Long: `Walks through every step of the guide, in order: collects the values of the new
asset in Webex Connect, registers the application, grants consent, allows
Authenticated SMTP and forwarding for the mailbox, and signs in as the mailbox
to prove that tokens work. Then it prints the values to paste.

Everything is planned and shown first. Run it again at any time: what is done
is found done.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.steps(cmd, setup.Options{Steps: only, Skip: skip, Write: true}, reveal)
		},
	}
	addQuestionFlags(cmd)
	cmd.Flags().StringArrayVar(&only, "only", nil, "run only this step (repeatable)")
	cmd.Flags().StringArrayVar(&skip, "skip", nil, "leave this step out (repeatable)")
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the client secret among the values")
	return cmd
}

// stepCommand is one step as a command.
func (p *program) stepCommand(use, step, short string, questions ...string) *cobra.Command {
	cmd := &cobra.Command{Use: use, Args: cobra.NoArgs, Short: short,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.steps(cmd, setup.Options{Steps: []string{step}, Write: true}, false)
		}}
	addQuestionFlags(cmd, append(questions, "webex.email-id", "mailbox.address", "azure.tenant")...)
	return cmd
}

func (p *program) tokenCommand() *cobra.Command {
	var forget bool
	cmd := p.stepCommand("token", "token", "Sign in as the mailbox and prove that its token works", "mailbox.sign-in-as", "azure.admin")
	run := cmd.RunE
	cmd.Flags().BoolVar(&forget, "forget", false, "drop the stored tokens of the mailbox user")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if forget {
			return p.forget(cmd.Context())
		}
		return run(cmd, args)
	}
	return cmd
}

// forget drops the stored tokens. Webex Connect has its own.
func (p *program) forget(ctx context.Context) error {
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.close()
	if s.profile.Exists() {
		err = s.forgetToken(ctx)
	}
	if err != nil {
		return err
	}
	p.ui.Say(msg.M("token.forgotten"))
	return p.finish(nil, ui.Result{})
}

func (s *session) forgetToken(ctx context.Context) error {
	lock, err := s.profile.Lock(s.cloud.Now())
	if err != nil {
		return err
	}
	defer lock.Unlock()
	s.vault, err = s.openVault(ctx, true)
	switch {
	case errors.Is(err, vault.ErrNone):
		return nil
	case err != nil:
		return err
	}
	if err := setup.ForgetToken(s.vault); err != nil {
		return err
	}
	return setup.ForgetSeenToken(s.profile)
}

// steps runs steps of the guide and reports.
func (p *program) steps(cmd *cobra.Command, options setup.Options, reveal bool) error {
	result, s, err := p.runSteps(cmd, options, nil, reveal)
	if err != nil {
		return err
	}
	all := options.Steps == nil
	values := webex.Values(setup.ValuesInput(result.Summary, s.cloud, s.vault, reveal))
	if len(result.Problems) == 0 {
		p.ui.Heading(conclusion(result))
	}
	if all && len(result.Problems) == 0 && !p.flags.json {
		p.showValues(values)
	}
	end := ui.Result{}
	if all {
		end.Values = valuesDocument{values}
	}
	return p.finish(result.Problems, end)
}

// conclusion is the last sentence of a run that went well.
func conclusion(result *setup.Result) msg.Message {
	if len(result.Outcomes) == 0 {
		return msg.M("run.nothing-to-do")
	}
	return msg.M("run.done")
}

// runSteps runs steps under the profile's lock; list is nil for the guide's
// own. The vault is opened before anybody signs in, where it will be needed.
func (p *program) runSteps(cmd *cobra.Command, options setup.Options, list []step.Step[*setup.Run], vault bool) (*setup.Result, *session, error) {
	if err := knownSteps(options.Steps, options.Skip); err != nil {
		return nil, nil, err
	}
	s, err := p.open()
	if err != nil {
		return nil, nil, err
	}
	defer s.close()
	if err := s.connect(); err != nil {
		return nil, nil, err
	}
	lock, err := s.profile.Lock(s.cloud.Now())
	if err != nil {
		return nil, nil, err
	}
	defer lock.Unlock()
	run, err := s.run(cmd, options)
	if err != nil {
		return nil, nil, err
	}
	run.Steps = list
	if err := run.CheckAnswers(); err != nil {
		return nil, nil, err
	}
	if vault || run.NeedsVault() {
		if s.vault, err = s.openVault(cmd.Context(), false); err != nil {
			return nil, nil, err
		}
		run.Vault = s.vault
	}
	result := run.Do(cmd.Context())
	p.warnOfSkew(s.cloud)
	return result, s, nil
}

// warnOfSkew: expiry is reckoned by the service's clock, but a wrong one here
// confuses everything else.
func (p *program) warnOfSkew(e *cloud.Endpoints) {
	skew, known := e.ClockSkew()
	if known && e.MaxClockSkew > 0 && skew.Abs() > e.MaxClockSkew {
		p.ui.Warn(msg.M("warning.clock", "Skew", skew.Round(1e9).String()))
	}
}

// knownSteps refuses steps that do not exist, and a choice that leaves none.
func knownSteps(only, skip []string) error {
	for _, id := range slices.Concat(only, skip) {
		if !slices.Contains(setup.StepIDs(), id) {
			return &usageError{"step " + setup.Printable(id), "no such step; see wxmail setup --help"}
		}
	}
	if len(only) == 0 {
		only = setup.StepIDs()
	}
	if !slices.ContainsFunc(only, func(id string) bool { return !slices.Contains(skip, id) }) {
		return &usageError{"--skip " + strings.Join(skip, " --skip "), "no step is left"}
	}
	return nil
}
