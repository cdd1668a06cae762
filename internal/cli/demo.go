package cli

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"wxmail/internal/demo"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
	"wxmail/internal/webex"
)

func demoCommand(p *program) *cobra.Command {
	var scenario string
	var reveal bool
	cmd := &cobra.Command{
		Use: "demo", Args: cobra.NoArgs, Short: "Run the wizard against a sandbox on this computer",
		Long: `Runs the wizard against a sandbox in the same process and in a throw-away
home, so nothing is left behind. Everybody's password is "sandbox". With -y a
robot answers and signs in, Webex Connect gets the values, and a customer's
mail goes to the agent and back.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(p, cmd, scenario, reveal) },
	}
	addQuestionFlags(cmd)
	cmd.Flags().StringVar(&scenario, "scenario", "default", "tenant to begin with")
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the client secret among the values")
	return cmd
}

// runDemo is the wizard in a world of its own.
func runDemo(p *program, cmd *cobra.Command, scenario string, reveal bool) (err error) {
	home, err := os.MkdirTemp("", "wxmail-demo-")
	if err != nil {
		return err
	}
	p.leavings.add(func() { _ = os.RemoveAll(home) })
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	world, err := demo.Start(cmd.Context(), home, scenario)
	if err != nil {
		return &usageError{"--scenario " + scenario, err.Error()}
	}
	defer world.Close()
	s, err := p.inside(home, world.CloudFile()).start(cmd, need{})
	if err != nil {
		return err
	}
	defer s.close()
	s.openVault = func(context.Context, bool) (*vault.Vault, error) {
		return vault.Open(home, vault.Options{Memory: true})
	}
	if err := s.begin(cmd.Context(), need{line: true, vault: true}); err != nil {
		return err
	}
	if p.flags.yes {
		s.Answers.Profile = world.Answers()
		s.Flow.OpenBrowser = false
		s.Operator = &robotOperator{operator: operator{p.ui}, ctx: cmd.Context(), world: world}
	} else {
		s.Answers.Profile = map[string]string{}
		p.ui.Say(msg.M("demo.welcome", "Forwarding", world.Draft.ForwardingAddress, "Callback", world.Draft.CallbackURL))
	}
	return demonstrate(cmd.Context(), s, world, reveal)
}

// inside is the program with a home, a profile and a cloud of a demonstration.
func (p *program) inside(home, cloudFile string) *program {
	q := *p
	q.env = func(name string) string {
		if name == "WXMAIL_HOME" {
			return home
		}
		return p.env(name)
	}
	q.flags.cloud, q.flags.profile = cloudFile, "demo"
	return &q
}

func demonstrate(ctx context.Context, s *session, world *demo.World, reveal bool) error {
	p := s.program
	result := setup.Run{Connection: s.Connection, Course: guide.Guide(nil, nil)}.Do(ctx)
	values := webex.Values(setup.ValuesInput(result.Summary, s.Cloud, s.Vault, reveal))
	end := ui.Result{Values: valuesDocument{values}}
	if len(result.Problems) > 0 {
		return p.finish(result.Problems, end)
	}
	p.ui.Heading(conclusion(result, nil))
	if !p.flags.json {
		p.showValues(values)
	}
	revealed := webex.Values(setup.ValuesInput(result.Summary, s.Cloud, s.Vault, true))
	shown, err := world.Prove(ctx, revealed, setup.Known(result.Summary.Webex.EmailID))
	end.Demo = shown
	if !p.flags.json {
		sayProved(p, shown)
	}
	return p.finish(problemList(err), end)
}

func sayProved(p *program, shown demo.Proved) {
	p.ui.Print("")
	for _, line := range []struct {
		id string
		ok bool
	}{
		{"demo.generate-token", shown.GenerateToken}, {"demo.agent-received", shown.AgentReceived},
		{"demo.customer-received", shown.CustomerReceived},
	} {
		word := p.text("state.done")
		if !line.ok {
			word = p.text("state.failed")
		}
		p.ui.Print(p.text(line.id) + ": " + word)
	}
}

// robotOperator signs in by robot and can be asked nothing.
type robotOperator struct {
	operator
	ctx   context.Context
	world *demo.World
}

func (o *robotOperator) CanAsk() bool { return false }

func (o *robotOperator) Paste(context.Context) (<-chan string, <-chan struct{}) { return nil, nil }

// SignIn shows the sign-in and lets the robot do it. A robot that fails says
// so; the wizard itself only sees that nobody came.
func (o *robotOperator) SignIn(p signin.Prompt) {
	o.operator.SignIn(p)
	go func() {
		if err := o.world.SignIn(o.ctx, p.URL, p.Account); err != nil && o.ctx.Err() == nil {
			o.ui.Warn(msg.M("warning.robot", "Error", err.Error()))
		}
	}()
}
