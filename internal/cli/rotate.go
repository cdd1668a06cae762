package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
	"wxmail/internal/webex"
)

// rotation is one rotate-secret: its flags.
type rotation struct {
	finish, reveal bool
	secret         string // the id of the one to end; "" is the one that was replaced
}

func rotateCommand(p *program) *cobra.Command {
	var r rotation
	cmd := &cobra.Command{
		Use: "rotate-secret", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return r.run(p, cmd) },
	}
	ask(p, cmd, "azure.application", "azure.admin", "azure.sign-in-app", "azure.tenant", "azure.secret-lifetime",
		"azure.old-secret-replaced", "webex.email-id", "mailbox.address")
	cmd.Flags().BoolVar(&r.finish, "finish", false, "")
	cmd.Flags().Var(text{&r.secret, "KEYID"}, "secret", "")
	cmd.Flags().BoolVar(&r.reveal, "reveal", false, "")
	return cmd
}

// course is what is to be gone through.
func (r *rotation) course() (guide.Course, error) {
	r.secret = strings.ToLower(strings.TrimSpace(r.secret))
	switch {
	case r.secret != "" && !r.finish:
		return guide.Course{}, misused("--secret "+r.secret, msg.M("usage.secret-alone"))
	case r.secret != "" && !wanted.IsGUID(r.secret):
		return guide.Course{}, misused("--secret "+r.secret, msg.M("usage.secret-id"))
	case r.finish:
		return guide.Finish(r.secret), nil
	}
	return guide.Rotation(), nil
}

func (r *rotation) run(p *program, cmd *cobra.Command) error {
	course, err := r.course()
	if err != nil {
		return err
	}
	result, s, err := walk(p, cmd, course, choice{reveal: r.reveal})
	if err != nil {
		return err
	}
	fields := s.values(result.Summary)
	if len(result.Problems) == 0 && !p.flags.json {
		r.show(p, result, fields)
	}
	end := ui.Result{Values: valuesDocument{fields}}
	if made, _ := p.form().collected(course.Steps, result); made != nil {
		end.Made = made
	}
	return p.finish(result.Problems, end)
}

func (r *rotation) show(p *program, result *setup.Result, fields []webex.Field) {
	if r.finish {
		end := msg.M("rotate.finished")
		if len(result.Outcomes) == 0 {
			end = msg.M("run.nothing-to-do")
		}
		p.ui.Say(end)
		return
	}
	azure, form := result.Summary.Azure, p.form()
	p.ui.Form([]ui.Field{form.field("label.tenant-id", azure.TenantID),
		{Label: webex.LabelClientID, Value: valueOf(fields, webex.LabelClientID)},
		{Label: webex.LabelClientSecret, Value: valueOf(fields, webex.LabelClientSecret), Note: form.secretText(azure.Secret)}})
	p.ui.Sentence("\n" + p.text("rotate.then"))
	text := p.ui.Catalogue().Text
	p.ui.Steps(append([]string{text("rotate.paste"), text("rotate.save", "Account", valueOf(fields, webex.LabelUsername))},
		p.endings(result.Facts)...))
}

// endings are the commands that end what stands beside the new secret.
func (p *program) endings(f guide.Facts) (commands []string) {
	text, held := p.ui.Catalogue().Text, f.Seen.Local().Secret
	beside := guide.SecretsOf(f).Beside(held)
	if held != nil && held.Previous != nil || len(beside) == 0 {
		commands = append(commands, text("rotate.finish"))
	}
	for _, end := range beside {
		commands = append(commands, text("rotate.finish-named", "Secret", end.Name, "End", end.Date(), "KeyID", end.KeyID))
	}
	return commands
}
