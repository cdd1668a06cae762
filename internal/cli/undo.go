package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/webex"
)

func undoCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "undo [STEP]", Args: cobra.MaximumNArgs(1),
		Short: "Remove what wxmail made and restore what it changed, in reverse order",
		Long: `Removes what wxmail made and restores what it changed, in reverse order, as far
as this profile's journal knows it: everything, or one step. What somebody has
changed since stays and is reported, unless --changed-since restore is given.
Everything, and azure.register, must be confirmed with --confirm PROFILE.

--mailbox takes back what an older wxmail did for another mailbox in the same
profile, where doctor and summary tell of one.`,
		RunE: func(cmd *cobra.Command, args []string) error { return runUndo(p, cmd, args) },
	}
	addFlags(cmd, "mailbox.address", "azure.admin", "exchange.admin", "azure.sign-in-app", "undo.confirm", "undo.changed-since")
	return cmd
}

func runUndo(p *program, cmd *cobra.Command, steps []string) error {
	if err := knownSteps(steps, nil); err != nil {
		return err
	}
	result, _, err := walk(p, cmd, guide.Undo(steps), choice{})
	if err != nil {
		return err
	}
	end := ui.Result{}
	if result.Planned {
		undone := setup.ReportUndone(result, len(steps) == 0)
		end.Undone = undone
		if !p.flags.json && len(result.Plan.Stoppers()) == 0 && !slices.Contains(result.Problems, setup.ErrDeclined) {
			showUndone(p, undone)
		}
	}
	return p.finish(result.Problems, end)
}

// showUndone is the report, on standard output.
func showUndone(p *program, u *setup.Undone) {
	text := p.ui.Catalogue().Text
	var taken, kept, left []string
	for _, c := range u.TakenBack {
		taken = append(taken, p.ui.Thing(c.Key, c.Target))
	}
	for _, c := range u.Kept {
		kept = append(kept, p.ui.Catalogue().Say(c.Target)+": "+p.ui.Catalogue().Say(c.Because))
	}
	for _, m := range u.Left {
		left = append(left, p.ui.Catalogue().Say(m))
	}
	if len(taken)+len(kept) == 0 {
		p.ui.Sentence(text("undo.nothing"))
	}
	gap := ""
	for _, list := range []struct {
		title string
		items []string
	}{{"undo.taken-back", taken}, {"undo.kept", kept}, {"undo.left", left}} {
		if len(list.items) > 0 {
			p.ui.Sentence(gap + text(list.title))
			p.ui.Items(list.items)
			gap = "\n"
		}
	}
}

func rotateCommand(p *program) *cobra.Command {
	var finish, reveal bool
	cmd := &cobra.Command{
		Use: "rotate-secret", Args: cobra.NoArgs,
		Short: "Add a second client secret; with --finish end the old one",
		Long: `Adds a second client secret, proves it, and says what to paste into Webex
Connect. Mail goes on with the old one, which stays until --finish; that first
asks whether Webex Connect has the new one.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return runRotation(p, cmd, finish, reveal) },
	}
	addFlags(cmd, "azure.admin", "azure.sign-in-app", "azure.secret-lifetime", "azure.old-secret-replaced")
	cmd.Flags().BoolVar(&finish, "finish", false, "remove the old secret, once Webex Connect has the new one")
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the new client secret")
	return cmd
}

func runRotation(p *program, cmd *cobra.Command, finish, reveal bool) error {
	result, s, err := walk(p, cmd, guide.Rotation(finish), choice{})
	if err != nil {
		return err
	}
	fields := webex.Values(setup.ValuesInput(result.Summary, s.Cloud, s.Vault, reveal))
	if len(result.Problems) == 0 && !p.flags.json {
		showRotation(p, fields, finish)
	}
	return p.finish(result.Problems, ui.Result{Values: valuesDocument{fields}})
}

func showRotation(p *program, fields []webex.Field, finish bool) {
	if finish {
		p.ui.Say(msg.M("rotate.finished"))
		return
	}
	var form []ui.Field
	for _, label := range []string{webex.LabelClientID, webex.LabelClientSecret} {
		form = append(form, ui.Field{Label: label, Value: valueOf(fields, label)})
	}
	p.ui.Form(form)
	p.ui.Sentence("\n" + p.text("rotate.then"))
	text := p.ui.Catalogue().Text
	p.ui.Steps([]string{text("rotate.paste"), text("rotate.save", "Account", valueOf(fields, webex.LabelUsername)), text("rotate.finish")})
}
