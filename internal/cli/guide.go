package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
)

// choice is which steps of the guide a command runs, and what it shows.
type choice struct {
	only, skip []string
	reveal     bool
	write      string // a file for the answers, instead of a run
	welcome    bool   // a newcomer is told what it does
}

func setupCommand(p *program) *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use: "setup", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runGuide(p, cmd, c) },
	}
	c.welcome = true
	askAll(p, cmd)
	cmd.Flags().Var(text{&c.write, "FILE"}, "write-answers", "")
	cmd.Flags().Var(texts{&c.only, "STEP"}, "only", "")
	cmd.Flags().Var(texts{&c.skip, "STEP"}, "skip", "")
	cmd.Flags().BoolVar(&c.reveal, "reveal", false, "")
	return cmd
}

// stepCommand is one step as a command.
func stepCommand(p *program, use, step string, questions ...string) *cobra.Command {
	cmd := &cobra.Command{Use: use, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runGuide(p, cmd, choice{only: []string{step}}) }}
	askAll(p, cmd, append(questions, "webex.email-id", "mailbox.address", "azure.tenant")...)
	return cmd
}

func tokenCommand(p *program) *cobra.Command {
	var forget bool
	cmd := stepCommand(p, "token", "token", "mailbox.sign-in-as", "azure.admin", "webex.token-generated")
	run := cmd.RunE
	cmd.Flags().BoolVar(&forget, "forget", false, "")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if forget {
			return forgetTokens(p, cmd)
		}
		return run(cmd, args)
	}
	return cmd
}

// forgetTokens drops the stored tokens. Webex Connect has its own.
func forgetTokens(p *program, cmd *cobra.Command) error {
	s, err := p.start(cmd, need{})
	if err != nil {
		return err
	}
	defer s.close()
	if !s.Profile.Exists() {
		p.warnOfNoProfile(s.Profile.Name())
		return p.finish(nil, ui.Result{})
	}
	if err := forgetToken(cmd.Context(), s); err != nil {
		return err
	}
	p.ui.Say(msg.M("token.forgotten"))
	return p.finish(nil, ui.Result{})
}

func forgetToken(ctx context.Context, s *session) (err error) {
	if err := s.hold(); err != nil {
		return err
	}
	s.Vault, err = s.openVault(ctx, true)
	switch {
	case errors.Is(err, vault.ErrNone):
		return nil
	case err != nil:
		return err
	}
	if err := setup.ForgetToken(s.Vault); err != nil {
		return err
	}
	return setup.ForgetSeenToken(s.Profile)
}

// runGuide runs steps of the guide and reports.
func runGuide(p *program, cmd *cobra.Command, c choice) error {
	if err := knownSteps(c.only, c.skip); err != nil {
		return err
	}
	if c.write != "" {
		return writeAnswers(p, cmd, c)
	}
	result, s, err := walk(p, cmd, guide.Guide(c.only, c.skip), c)
	if err != nil {
		return err
	}
	if len(result.Problems) == 0 {
		p.ui.Heading(conclusion(result, c.only))
	}
	end := ui.Result{}
	if c.only == nil {
		if len(result.Problems) == 0 || result.AwaitsAsset() {
			s.showForm(result.Summary)
		}
		end.Values = valuesDocument{s.values(result.Summary)}
		if len(result.Problems) == 0 && result.Facts.Wanted.Runs("mailbox.forward") {
			verify, err := s.tickOff(cmd.Context(), result.Summary, saved(result)...)
			if verify {
				return runVerify(p, cmd)
			}
			result.Problems = problemList(err)
		}
	} else if len(result.Problems) == 0 {
		end.Made = p.showMade(c.only, result)
	}
	return p.finish(result.Problems, end)
}

// saved are the chores that the operator has said to be done.
func saved(result *setup.Result) []string {
	if said := result.Facts.Wanted.AssetSaved; said == nil || !*said {
		return nil
	}
	return []string{"values.generate", "values.save"}
}

// showMade prints what steps made, and gives it for the result; nil where
// there is nothing to tell.
func (p *program) showMade(steps []string, r *setup.Result) any {
	made, fields := p.form().collected(steps, r)
	if made == nil {
		return nil
	}
	if !p.flags.json {
		p.ui.Form(fields)
	}
	return made
}

// conclusion is the last sentence of a run that went well.
func conclusion(result *setup.Result, only []string) msg.Message {
	switch {
	case slices.Equal(only, []string{"webex.collect"}):
		return msg.M("run.recorded", "Profile", result.Summary.Profile)
	case len(result.Outcomes) == 0:
		return msg.M("run.nothing-to-do")
	}
	return msg.M("run.done")
}

// walk goes a course under the profile's lock. The vault is opened before
// anybody signs in, where it will be needed.
func walk(p *program, cmd *cobra.Command, course guide.Course, c choice) (*setup.Result, *session, error) {
	s, err := p.start(cmd, need{line: true, hold: true, asks: course.Asks, vault: course.Secrets,
		apart: course.Backwards, known: course.Backwards, welcome: c.welcome})
	if err != nil {
		return nil, nil, err
	}
	defer s.close()
	s.reveal = c.reveal
	result := setup.Run{Connection: s.Connection, Course: course, Skip: c.skip}.Do(cmd.Context())
	p.warnOfSkew(s.Cloud)
	return result, s, nil
}

// knownSteps refuses steps that do not exist, and a choice that leaves none.
func knownSteps(only, skip []string) error {
	for _, id := range slices.Concat(only, skip) {
		if !slices.Contains(guide.StepIDs(), id) {
			return unknownStep(id)
		}
	}
	if len(guide.Guide(only, skip).Steps) == 0 {
		return misused("--skip "+strings.Join(skip, " --skip "), msg.M("usage.no-step"))
	}
	return nil
}

func unknownStep(id string) error {
	known := guide.StepIDs()
	return mistyped(id, msg.M("usage.unknown-step", "Known", strings.Join(known, ", ")), near.Word(id, known),
		"wxmail setup --help")
}

func planCommand(p *program) *cobra.Command {
	cmd := queryCommand(&cobra.Command{
		Use: "plan", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runPlan(p, cmd) },
	})
	askAll(p, cmd)
	return cmd
}

func runPlan(p *program, cmd *cobra.Command) error {
	s, err := p.start(cmd, need{line: true, look: true})
	if err != nil {
		return err
	}
	defer s.close()
	result := setup.Run{Connection: s.Connection, Course: guide.Guide(nil, nil)}.Plan(cmd.Context())
	if len(result.Plan.Changes) == 0 && len(result.Problems) > 0 {
		return s.withoutProfile(errors.Join(result.Problems...)) // there is no plan to show
	}
	if p.flags.json {
		if err := p.ui.Document(result.Plan); err != nil {
			return err
		}
	} else {
		p.ui.PrintPlan(planEvent(result.Plan))
	}
	return endOfPlan(p, result)
}

// endOfPlan gives the exit code of a plan that was shown.
func endOfPlan(p *program, result *setup.Result) error {
	all := advice.ExplainAll(result.Problems)
	p.say(all)
	switch {
	case len(all) > 0:
		return &ended{advice.Worst(all).Exit}
	case len(result.Plan.Changes) > 0:
		return &ended{advice.Differences}
	}
	return nil
}
