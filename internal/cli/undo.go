package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
)

func undoCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "undo [STEP]", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runUndo(p, cmd, args) },
	}
	ask(p, cmd, "mailbox.address", "azure.application", "azure.admin", "exchange.admin", "azure.sign-in-app", "undo.confirm",
		"undo.changed-since")
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
			p.ui.Say(msg.Message{}) // what was said on the way ends here
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
		kept = append(kept, text("undo.kept-because", "Thing", c.Target, "Why", c.Because))
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
