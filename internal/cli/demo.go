package cli

import (
	"context"
	"errors"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"wxmail/internal/demo"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
	"wxmail/internal/wanted"
	"wxmail/internal/webex"
)

func demoCommand(p *program) *cobra.Command {
	var begin string
	var reveal bool
	cmd := &cobra.Command{
		Use: "demo", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(p, cmd, begin, reveal) },
	}
	askAll(p, cmd)
	begin = "default"
	cmd.Flags().Var(text{&begin, "TENANT"}, "scenario", "")
	cmd.Flags().BoolVar(&reveal, "reveal", false, "")
	return cmd
}

// runDemo is the wizard in a world of its own.
func runDemo(p *program, cmd *cobra.Command, tenant string, reveal bool) (err error) {
	if err := knownTenant(tenant); err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "wxmail-demo-")
	if err != nil {
		return err
	}
	p.leavings.add(func() { _ = os.RemoveAll(home) })
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	world, err := demo.Start(cmd.Context(), home, tenant)
	if err != nil {
		return misused("--scenario "+tenant, quoted(err.Error()))
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
	s.reveal = reveal
	player := &demoOperator{operator: operator{p.ui, s.printForm, p.flags.yes}, ctx: cmd.Context(), session: s, world: world}
	if s.Operator = player; p.flags.yes {
		s.Answers.Profile = world.Answers()
		s.Flow.OpenBrowser, s.Attended = false, true
		s.Operator = &robotOperator{player}
	} else {
		s.Answers.Profile = map[string]string{}
		p.ui.Say(msg.M("demo.welcome", "Forwarding", world.Draft.ForwardingAddress, "Callback", world.Draft.CallbackURL))
	}
	return demonstrate(cmd.Context(), s, world)
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

func demonstrate(ctx context.Context, s *session, world *demo.World) error {
	p := s.program
	result := setup.Run{Connection: s.Connection, Course: guide.Guide(nil, nil)}.Do(ctx)
	end := ui.Result{Values: valuesDocument{s.values(result.Summary)}}
	if errors.Is(errors.Join(result.Problems...), ui.ErrInterrupted) {
		return p.finish([]error{demoLeft{}}, end)
	}
	if len(result.Problems) > 0 {
		return p.finish(result.Problems, end)
	}
	p.ui.Heading(conclusion(result, nil))
	s.showForm(result.Summary)
	shown, err := world.Prove(ctx, s.revealed(result.Summary), string(result.Summary.Webex.EmailID))
	end.Demo = shown
	if !p.flags.json {
		sayProved(p, shown)
	}
	return p.finish(problemList(err), end)
}

// revealed are the values as they are pasted: with the client secret.
func (s *session) revealed(sum *setup.Summary) []webex.Field {
	return webex.Values(setup.ValuesInput(sum, s.Cloud, s.Vault, true))
}

// demoLeft is a demonstration that a person has left: of it nothing is kept.
type demoLeft struct{}

func (demoLeft) Error() string { return "the demonstration was left" }

// Fact is the code of the advice.
func (demoLeft) Fact() (code, object, detail string) { return "WX-DEMO-LEFT", "", "" }

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
		p.ui.Print(p.ui.Catalogue().Text("demo.line", "What", p.text(line.id), "State", word))
	}
}

// demoOperator is a person at a terminal, for whom the asset is saved in Webex
// Connect as soon as the values are shown.
type demoOperator struct {
	operator
	ctx     context.Context
	session *session
	world   *demo.World
}

// ShowForm shows the values and pastes them. Where that fails the person says
// that the asset is not saved, and the demonstration's end tells why.
func (o *demoOperator) ShowForm(ctx context.Context, sum *setup.Summary) error {
	if err := o.operator.ShowForm(ctx, sum); err != nil {
		return err
	}
	if err := o.world.Paste(o.ctx, o.session.revealed(sum)); err != nil {
		o.Warn(msg.M("warning.demo-form", "Error", err.Error()))
		return nil
	}
	o.Say(msg.M("demo.pasted"))
	return nil
}

// robotOperator signs in by robot. It can be asked one thing: whether the
// asset is saved.
type robotOperator struct{ *demoOperator }

func (o *robotOperator) CanAsk() bool { return false }

func (o *robotOperator) Ask(_ context.Context, q wanted.Question, _ string, check func(string) (string, error)) (string, error) {
	if q.ID != "webex.asset-saved" {
		return "", &ui.Unanswered{ID: q.ID}
	}
	return check(strconv.FormatBool(o.world.Saved()))
}

func (o *robotOperator) Typed(context.Context) <-chan string { return nil }

// SignIn shows the sign-in and lets the robot do it. A robot that fails says
// so; the wizard itself only sees that nobody came.
func (o *robotOperator) SignIn(p setup.SignIn) {
	o.operator.SignIn(p)
	go func() {
		if err := o.world.SignIn(o.ctx, p.URL, p.Account); err != nil && o.ctx.Err() == nil {
			o.ui.Warn(msg.M("warning.robot", "Error", err.Error()))
		}
	}()
}
