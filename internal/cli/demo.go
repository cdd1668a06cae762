package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"wxmail/internal/msg"
	"wxmail/internal/sandbox"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
	"wxmail/internal/webex"
)

func (p *program) demoCommand() *cobra.Command {
	var scenario string
	var reveal bool
	cmd := &cobra.Command{
		Use: "demo", Args: cobra.NoArgs, Short: "Run the wizard against a sandbox on this computer",
		Long: `Runs the wizard against a sandbox in the same process and in a throw-away
home, so nothing is left behind. Everybody's password is "sandbox". With -y a
robot answers and signs in, Webex Connect gets the values, and a customer's
mail goes to the agent and back.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.demo(cmd, scenario, reveal) },
	}
	addQuestionFlags(cmd)
	cmd.Flags().StringVar(&scenario, "scenario", "default", "tenant to begin with")
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the client secret among the values")
	return cmd
}

// demo is the wizard in a world of its own.
func (p *program) demo(cmd *cobra.Command, scenario string, reveal bool) (err error) {
	home, err := os.MkdirTemp("", "wxmail-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	world, err := sandbox.Start(cmd.Context(), sandbox.Options{Dir: filepath.Join(home, "sandbox"), Scenario: scenario})
	if err != nil {
		return &usageError{"--scenario " + setup.Printable(scenario), err.Error()}
	}
	defer world.Close()
	d := &demo{program: p, control: control{world.Control()}, dir: filepath.Join(home, "sandbox"), reveal: reveal}
	return d.run(cmd, home, world.CloudFile())
}

// demo is one demonstration.
type demo struct {
	program *program
	control control
	dir     string
	reveal  bool
}

func (d *demo) run(cmd *cobra.Command, home, cloudFile string) error {
	p := d.program
	draft, err := d.control.openDraft(cmd.Context())
	if err != nil {
		return err
	}
	p.flags.cloud, p.env = cloudFile, overlay(p.env, map[string]string{"WXMAIL_HOME": home, "WXMAIL_PROFILE": "", "WXMAIL_CLOUD": ""})
	p.flags.profile = "demo"
	s, err := p.open()
	if err != nil {
		return err
	}
	s.openVault = func(context.Context, bool) (*vault.Vault, error) {
		return vault.Open(home, vault.Options{Memory: true})
	}
	if err := s.connect(); err != nil {
		return err
	}
	defer s.close()
	run, err := d.wizard(cmd, s, draft)
	if err != nil {
		return err
	}
	result := run.Do(cmd.Context())
	values := webex.Values(setup.ValuesInput(result.Summary, s.cloud, s.vault, d.reveal))
	end := ui.Result{Values: valuesDocument{values}}
	if len(result.Problems) > 0 {
		return p.finish(result.Problems, end)
	}
	p.ui.Heading(conclusion(result))
	if !p.flags.json {
		p.showValues(values)
	}
	return d.prove(cmd.Context(), s, result.Summary, draft, end)
}

// wizard is the run: with -y a robot answers, else the person does, and the
// draft's two values are shown to copy as from Webex Connect.
func (d *demo) wizard(cmd *cobra.Command, s *session, draft draft) (*setup.Run, error) {
	p := d.program
	run, err := s.run(cmd, setup.Options{Write: true})
	if err != nil {
		return nil, err
	}
	if s.vault, err = s.openVault(cmd.Context(), false); err != nil {
		return nil, err
	}
	run.Vault = s.vault
	run.Answers.Profile = map[string]string{}
	if !p.flags.yes {
		p.ui.Say(msg.M("demo.welcome", "Forwarding", draft.ForwardingAddress, "Callback", draft.CallbackURL))
		return run, nil
	}
	run.Answers.Profile = map[string]string{"webex.email-id": "support@contoso.example", "webex.asset-name": "Support",
		"webex.forwarding-address": draft.ForwardingAddress, "webex.callback-url": draft.CallbackURL,
		"azure.admin": "admin@contoso.example", "mailbox.keep-copy": "true"}
	run.Flow.OpenBrowser = false
	run.Operator = &robotOperator{operator: operator{p.ui}, ctx: cmd.Context(), dir: d.dir}
	return run, nil
}

// robotOperator signs in by robot and can be asked nothing.
type robotOperator struct {
	operator
	ctx context.Context
	dir string
}

func (o *robotOperator) CanAsk() bool { return false }

func (o *robotOperator) Paste(context.Context) (<-chan string, <-chan struct{}) { return nil, nil }

// SignIn shows the sign-in and lets the robot do it. A robot that fails says
// so; the wizard itself only sees that nobody came.
func (o *robotOperator) SignIn(p signin.Prompt) {
	o.operator.SignIn(p)
	go func() {
		if _, err := sandbox.Browse(o.ctx, o.dir, p.URL, p.Account); err != nil && o.ctx.Err() == nil {
			o.ui.Warn(msg.M("warning.robot", "Error", err.Error()))
		}
	}()
}

func overlay(env func(string) string, over map[string]string) func(string) string {
	return func(name string) string {
		if value, ok := over[name]; ok {
			return value
		}
		return env(name)
	}
}
