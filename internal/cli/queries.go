package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
	"wxmail/internal/webex"
)

// valuesDocument is the document of `values --json`.
type valuesDocument struct {
	Fields []webex.Field `json:"fields"`
}

func valuesCommand(p *program) *cobra.Command {
	var reveal bool
	cmd := queryCommand(&cobra.Command{
		Use: "values", Args: cobra.NoArgs,
		Short: "Print the Webex Connect form, field by field, and what to click",
		Long: `Prints the form of the e-mail asset in Webex Connect, field by field in its
order, and what to click afterwards. Works offline, from what was last seen.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return runValues(p, cmd, reveal) },
	})
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the client secret, and wxmail's own tokens")
	return cmd
}

func runValues(p *program, cmd *cobra.Command, reveal bool) error {
	s, err := p.start(cmd, need{})
	if err != nil {
		return err
	}
	if !s.Profile.Exists() {
		p.warnOfNoProfile(s.Profile.Name())
		reveal = false
	}
	if reveal {
		if err := revealing(cmd.Context(), s); err != nil {
			return err
		}
	}
	summary := setup.LastSeen(s.Profile.Name(), s.Data)
	fields := webex.Values(setup.ValuesInput(summary, s.Cloud, s.Vault, reveal))
	if reveal && setup.IsOtherSecret(summary, s.Vault) {
		p.ui.Warn(msg.M("warning.vault-other"))
	}
	if p.flags.json {
		return p.ui.Document(valuesDocument{fields})
	}
	p.showValues(fields)
	return nil
}

// warnOfNoProfile says that all is unknown since the profile was never written,
// and which one may be meant.
func (p *program) warnOfNoProfile(name string) {
	p.ui.Warn(meant(msg.M("warning.no-profile", "Profile", name), p.nearProfile(name)))
}

// revealing opens the vault. A profile that has none, or none of its secrets
// in it, shows nothing, and says why.
func revealing(ctx context.Context, s *session) (err error) {
	s.Vault, err = s.openVault(ctx, true)
	if errors.Is(err, vault.ErrNone) {
		s.program.ui.Warn(msg.M("warning.no-vault", "Profile", s.Profile.Name()))
		return nil
	}
	if err == nil {
		err = s.Vault.Ready(ctx)
	}
	if err == nil && !setup.HoldsSecret(s.Vault) {
		s.program.ui.Warn(msg.M("warning.no-secret", "Profile", s.Profile.Name()))
	}
	return err
}

// afterwards are the clicks after the form, in order.
var afterwards = [...]string{"values.generate", "values.save", "values.register", "values.node", "values.queue",
	"values.flow", "values.test"}

// showValues prints the form, then what to click.
func (p *program) showValues(fields []webex.Field) {
	p.ui.Sentence(p.text("values.title"))
	var form []ui.Field
	for _, f := range fields {
		value := "-"
		if f.Value != nil {
			value = *f.Value
		}
		form = append(form, ui.Field{Label: f.Label, Value: value, Note: f.Note})
	}
	p.ui.Form(form)
	var clicks []string
	for _, id := range afterwards {
		clicks = append(clicks, p.ui.Catalogue().Text(id, "Account", valueOf(fields, webex.LabelUsername)))
	}
	p.ui.Sentence("\n" + p.text("values.then"))
	p.ui.Steps(clicks)
}

func valueOf(fields []webex.Field, label string) string {
	for _, f := range fields {
		if f.Label == label && f.Value != nil {
			return *f.Value
		}
	}
	return label
}

func summaryCommand(p *program) *cobra.Command {
	return queryCommand(&cobra.Command{
		Use: "summary", Args: cobra.NoArgs,
		Short: "Print every id and address collected, and each step's state as last seen",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.start(cmd, need{})
			if err != nil {
				return err
			}
			if !s.Profile.Exists() {
				p.warnOfNoProfile(s.Profile.Name())
			}
			summary := setup.LastSeen(s.Profile.Name(), s.Data)
			for _, end := range lastEnds(s.Data, s.Cloud.Now()) {
				p.ui.Warn(msg.M(end.text("warning.secret-"), "Secret", end.Name, "End", end.Date()))
			}
			if p.flags.json {
				return errors.Join(p.ui.Document(summary), p.warnOfApart(s))
			}
			showSummary(p, summary)
			return p.warnOfApart(s)
		},
	})
}

// warnOfApart says what an older version did for other mailboxes in a profile.
func (p *program) warnOfApart(s *session) error {
	apart, err := s.Apart()
	for _, a := range apart {
		var things []string
		for _, d := range a.Deeds {
			things = append(things, p.ui.Catalogue().Say(guide.Named(d)))
		}
		p.ui.Warn(msg.M("warning.apart", "Mailbox", a.Mailbox, "Profile", s.Profile.Name(), "Things", strings.Join(things, ", ")))
	}
	return err
}

func showSummary(p *program, s *setup.Summary) {
	p.ui.Form(p.summaryFields(s))
	p.ui.Print("")
	var rows [][]string
	for _, st := range s.Steps {
		rows = append(rows, []string{st.ID, st.State, or(st.Detail)})
	}
	p.ui.Table([]string{"STEP", "STATE", "DETAIL"}, rows)
}
