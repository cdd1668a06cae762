package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
	"wxmail/internal/webex"
)

// valuesDocument is the document of `values --json`.
type valuesDocument struct {
	Fields []webex.Field `json:"fields"`
}

// showing is one `values`: its argument and its flags.
type showing struct {
	label                     string // "" is the whole form
	reveal, tokens, copy, web bool
}

func valuesCommand(p *program) *cobra.Command {
	var v showing
	cmd := queryCommand(&cobra.Command{
		Use: "values [LABEL]", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			v.label = strings.Join(args, "")
			return v.run(p, cmd)
		},
	})
	cmd.Flags().BoolVar(&v.reveal, "reveal", false, "")
	cmd.Flags().BoolVar(&v.tokens, "tokens", false, "")
	cmd.Flags().BoolVar(&v.copy, "copy", false, "")
	cmd.Flags().BoolVar(&v.web, "web", false, "")
	cmd.MarkFlagsMutuallyExclusive("copy", "web")
	return cmd
}

// check refuses what cannot be meant, before a vault is opened for it.
func (v *showing) check(p *program) error {
	switch {
	case v.tokens && !v.reveal:
		return misused("--tokens", msg.M("usage.tokens-alone"))
	case p.flags.json && (v.copy || v.web):
		return misused("--json", msg.M("usage.json-person"))
	case v.web && v.label != "":
		return misused("--web "+v.label, msg.M("usage.whole-page"))
	case v.copy && v.label == "" && !p.ui.Interactive():
		return misused("--copy", msg.M("usage.copy-nobody"))
	case v.label == "":
		return nil
	}
	form := webex.Values(webex.Input{})
	found, ok := webex.Find(form, v.label)
	if !ok {
		return mistyped(v.label, msg.M("usage.unknown-label", "Known", strings.Join(labelsOf(form), ", ")),
			near.Word(v.label, labelsOf(form)), "wxmail values")
	}
	v.label = found.Label
	return nil
}

func labelsOf(fields []webex.Field) (labels []string) {
	for _, f := range fields {
		labels = append(labels, f.Label)
	}
	return labels
}

// needsVault says whether a secret is to be shown or copied.
func (v *showing) needsVault() bool {
	return v.reveal || v.web || v.copy && (v.label == "" || v.label == webex.LabelClientSecret)
}

// tellCloud: one bare value is for a script, which wants nothing else.
func (v *showing) tellCloud(s *session) {
	if v.label == "" {
		s.warnOfCloud()
	}
}

func (v *showing) run(p *program, cmd *cobra.Command) error {
	if err := v.check(p); err != nil {
		return err
	}
	s, err := p.start(cmd, need{})
	if err != nil {
		return err
	}
	defer s.close()
	v.tellCloud(s)
	there := s.Profile.Exists()
	switch {
	case !there && (v.copy || v.web):
		return p.unknown(s.Profile.Name())
	case !there:
		p.warnOfNoProfile(s.Profile.Name())
	case v.needsVault():
		if err := revealing(cmd.Context(), s); err != nil {
			return err
		}
	}
	return v.show(cmd.Context(), s, there && v.needsVault())
}

func (v *showing) show(ctx context.Context, s *session, reveal bool) error {
	p, summary := s.program, setup.LastSeen(s.Profile.Name(), s.Data)
	in := setup.ValuesInput(summary, s.Cloud, s.Vault, reveal)
	in.Tokens = v.tokens || v.reveal && p.flags.json
	fields := webex.Values(in)
	if reveal && setup.IsOtherSecret(summary, s.Vault) {
		p.ui.Warn(msg.M("warning.vault-other"))
	}
	switch {
	case v.web:
		return s.openSheet(ctx, summary, fields)
	case v.copy && v.label == "":
		return s.walkForm(ctx, summary, fields)
	case v.label != "":
		field, _ := webex.Find(fields, v.label)
		return v.showOne(ctx, s, field)
	case p.flags.json:
		return p.ui.Document(valuesDocument{fields})
	}
	p.showValues(fields)
	return nil
}

// showOne prints or copies one bare value.
func (v *showing) showOne(ctx context.Context, s *session, f webex.Field) error {
	p := s.program
	if p.flags.json {
		return p.ui.Document(valuesDocument{[]webex.Field{f}})
	}
	if v.copy {
		return s.copyOne(ctx, f)
	}
	switch {
	case f.Entry() == webex.LeftEmpty:
		p.ui.Warn(msg.M("paste.empty", "Label", f.Label))
	case f.Entry() == webex.Generated && f.Value == nil:
		p.ui.Warn(msg.M("paste.generated", "Label", f.Label))
	case f.Entry() == webex.NotKnown:
		p.ui.Warn(msg.M("paste.unknown", "Label", f.Label))
	case f.Note == webex.NoteReveal:
		p.ui.Warn(msg.M("paste.hidden", "Label", f.Label))
	}
	p.ui.Print(f.Text())
	return nil
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
	"values.flow", "values.place", "values.test"}

// clicksOf are the texts of the clicks.
func (p *program) clicksOf(fields []webex.Field) (clicks []string) {
	for _, id := range afterwards {
		clicks = append(clicks, p.ui.Catalogue().Text(id, "Account", valueOf(fields, webex.LabelUsername)))
	}
	return clicks
}

// showValues prints the form, then what to click.
func (p *program) showValues(fields []webex.Field) {
	p.ui.Sentence(p.text("values.title"))
	var form []ui.Field
	for _, f := range fields {
		value := "-"
		if f.Value != nil {
			value = *f.Value
		}
		form = append(form, ui.Field{Label: f.Label, Value: value, Note: noteOf(p.ui.Catalogue(), f)})
	}
	p.ui.Form(form)
	p.showClicks(fields)
}

// noteOf is the note of a field in the language of the run.
func noteOf(c *msg.Catalogue, f webex.Field) string {
	switch f.Note {
	case webex.NoteReadOnly:
		return c.Text("values.read-only")
	case webex.NoteReveal:
		return c.Text("values.reveal")
	case webex.NoteGenerated:
		return c.Text("values.generated")
	}
	return f.Note
}

func (p *program) showClicks(fields []webex.Field) {
	p.ui.Sentence("\n" + p.text("values.then"))
	p.ui.Steps(p.clicksOf(fields))
}

func valueOf(fields []webex.Field, label string) string {
	for _, f := range fields {
		if f.Label == label && f.Value != nil {
			return *f.Value
		}
	}
	return label
}

// refuseCopy ends a copy that could not be made, and says why.
func (p *program) refuseCopy(m msg.Message) error {
	p.ui.Progress(ui.Failed, p.ui.Catalogue().Say(m))
	return &ended{advice.Failure}
}
