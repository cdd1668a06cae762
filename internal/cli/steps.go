package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"wxmail/internal/cloud"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
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
	lock, err := s.profile.Lock(s.cloud.Now())
	if err != nil {
		return err
	}
	defer lock.Unlock()
	if s.vault, err = s.openVault(ctx, false); err != nil {
		return err
	}
	if err := setup.ForgetToken(s.vault); err != nil {
		return err
	}
	p.ui.Say(msg.M("token.forgotten"))
	return p.finish(nil, ui.Result{})
}

// steps runs steps of the guide and reports.
func (p *program) steps(cmd *cobra.Command, options setup.Options, reveal bool) error {
	if err := knownSteps(append(slices.Clone(options.Steps), options.Skip...)); err != nil {
		return err
	}
	s, err := p.open()
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.connect(); err != nil {
		return err
	}
	lock, err := s.profile.Lock(s.cloud.Now())
	if err != nil {
		return err
	}
	defer lock.Unlock()
	return p.stepsOf(cmd, s, options, reveal)
}

func (p *program) stepsOf(cmd *cobra.Command, s *session, options setup.Options, reveal bool) error {
	run, err := s.run(cmd, options)
	if err != nil {
		return err
	}
	if run.NeedsVault() || reveal {
		if s.vault, err = s.openVault(cmd.Context(), false); err != nil {
			return err
		}
		run.Vault = s.vault
	}
	result := run.Do(cmd.Context())
	p.warnOfSkew(s.cloud)
	all := options.Steps == nil
	values := webex.Values(setup.ValuesInput(result.Summary, s.cloud, s.vault, reveal))
	if all && len(result.Problems) == 0 && !p.flags.json {
		p.showValues(values)
	} else if len(result.Problems) == 0 && len(result.Plan.Changes) == 0 && len(result.Outcomes) == 0 {
		p.ui.Say(msg.M("run.nothing-to-do"))
	}
	end := ui.Result{}
	if all {
		end.Values = valuesDocument{values}
	}
	return p.finish(result.Problems, end)
}

// warnOfSkew: expiry is reckoned by the service's clock, but a wrong one here
// confuses everything else.
func (p *program) warnOfSkew(e *cloud.Endpoints) {
	skew, known := e.ClockSkew()
	if known && e.MaxClockSkew > 0 && skew.Abs() > e.MaxClockSkew {
		p.ui.Warn(msg.M("warning.clock", "Skew", skew.Round(1e9).String()))
	}
}

func knownSteps(ids []string) error {
	for _, id := range ids {
		if !slices.ContainsFunc(setup.StepIDs(), func(known string) bool { return known == id }) {
			return &usageError{"step " + printable(id), "no such step; see wxmail setup --help"}
		}
	}
	return nil
}
