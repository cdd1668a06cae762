package cli

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
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
		p.ui.Warn(msg.M("warning.no-profile", "Profile", s.Profile.Name()))
		reveal = false
	}
	if reveal {
		if s.Vault, err = s.openVault(cmd.Context(), true); err != nil {
			return err
		}
		if err := s.Vault.Ready(cmd.Context()); err != nil {
			return err
		}
	}
	summary := setup.LastSeen(s.Profile.Name(), s.Data)
	fields := webex.Values(setup.ValuesInput(summary, s.Cloud, s.Vault, reveal))
	if p.flags.json {
		return p.ui.Document(valuesDocument{fields})
	}
	p.showValues(fields)
	return nil
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
			summary := setup.LastSeen(s.Profile.Name(), s.Data)
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
	p.ui.Form(summaryFields(s))
	p.ui.Print("")
	var rows [][]string
	for _, st := range s.Steps {
		rows = append(rows, []string{st.ID, st.State, or(st.Detail)})
	}
	p.ui.Table([]string{"STEP", "STATE", "DETAIL"}, rows)
}

func summaryFields(s *setup.Summary) []ui.Field {
	asOf := "never"
	if s.AsOf != nil {
		asOf = s.AsOf.Format(time.RFC3339)
	}
	secret := "-"
	if s.Azure.Secret.Expires != nil {
		secret = or(s.Azure.Secret.Label) + ", ends " + s.Azure.Secret.Expires.Format(time.DateOnly)
	}
	return []ui.Field{
		{Label: "Profile", Value: s.Profile}, {Label: "Cloud", Value: or(s.Cloud)}, {Label: "As of", Value: asOf},
		{Label: "Asset name", Value: or(s.Webex.AssetName)}, {Label: "E-mail ID", Value: or(s.Webex.EmailID)},
		{Label: "Forwarding Address", Value: or(s.Webex.ForwardingAddress)}, {Label: "Call Back URL", Value: or(s.Webex.CallbackURL)},
		{Label: "Tenant ID", Value: or(s.Azure.TenantID)}, {Label: "Client ID", Value: or(s.Azure.ClientID)},
		{Label: "Object ID", Value: or(s.Azure.ObjectID)}, {Label: "Service principal ID", Value: or(s.Azure.ServicePrincipalID)},
		{Label: "Application", Value: or(s.Azure.AppName)}, {Label: "Redirect URIs", Value: orDash(strings.Join(s.Azure.RedirectURIs, " "))},
		{Label: "Client secret", Value: secret},
		{Label: "Mailbox", Value: or(s.Mailbox.Address)}, {Label: "Signs in as", Value: or(s.Mailbox.SignInAs)},
		{Label: "Authenticated SMTP", Value: or(s.Mailbox.SMTPAuth)}, {Label: "Forwards to", Value: or(s.Mailbox.ForwardingTo)},
		{Label: "Automatic forwarding", Value: or(s.Mailbox.AutoForwarding)}, {Label: "Outbound policy", Value: or(s.Mailbox.OutboundPolicy)},
		{Label: "Token of", Value: or(s.Token.Account)}, {Label: "Token scope", Value: or(s.Token.Scope)},
	}
}

func or(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
