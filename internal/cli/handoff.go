package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/cloud"
	"wxmail/internal/guide"
	"wxmail/internal/handoff"
	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/step"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
)

func handoffCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{Use: "handoff"}
	cmd.AddCommand(handoffEntraCommand(p), handoffExchangeCommand(p))
	return cmd
}

func handoffEntraCommand(p *program) *cobra.Command {
	var file string
	cmd := queryCommand(&cobra.Command{
		Use: "entra", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return handoffEntra(p, cmd, file) },
	})
	askAll(p, cmd, "webex.", "mailbox.", "azure.")
	cmd.Flags().VarP(text{&file, "FILE"}, "output", "o", "")
	return cmd
}

func handoffExchangeCommand(p *program) *cobra.Command {
	var file, seen string
	cmd := queryCommand(&cobra.Command{
		Use: "exchange", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return handoffExchange(p, cmd, file, seen) },
	})
	askAll(p, cmd, "webex.", "mailbox.", "exchange.enable-customization")
	cmd.Flags().VarP(text{&file, "FILE"}, "output", "o", "")
	cmd.Flags().Var(text{&seen, "FILE"}, "seen", "")
	return cmd
}

func handoffEntra(p *program, cmd *cobra.Command, file string) error {
	s, err := p.start(cmd, need{nobody: true, asks: guide.Guide(nil, nil).Asks})
	if err != nil {
		return err
	}
	defer s.close()
	s.warnOfCloud()
	name := "wxmail-answers.yaml"
	aside := file != "" && !p.out.is(file)
	if aside {
		name = filepath.Base(file)
	}
	doc := handoff.ForEntra(lastDirectory(s), s.Answers.Shared(), name)
	answers, err := yaml.Marshal(doc.Answers)
	if err != nil {
		return err
	}
	if aside {
		if err := p.writeFile(file, answers); err != nil {
			return err
		}
	}
	switch {
	case p.flags.json:
		return p.ui.Document(doc)
	case file != "" && !aside: // the answers alone, to be kept
		p.ui.Print(string(answers))
		return nil
	}
	showEntra(p, doc, string(answers), file)
	return nil
}

// lastDirectory is what was last seen of the directory's part of the guide.
func lastDirectory(s *session) handoff.Directory {
	seen := setup.LastSeen(s.Profile.Name(), s.Data)
	azure := seen.Azure
	d := handoff.Directory{ClientID: string(azure.ClientID), Name: string(azure.AppName),
		Stored: azure.Secret.Stored != nil && *azure.Secret.Stored}
	d.ConsentPage = s.Link(guide.RegistrationPage("CallAnAPI", d.ClientID))
	if id := string(azure.ServicePrincipalID); id != "" {
		d.GrantedPage = s.Link(guide.EnterprisePage("Permissions", id, d.ClientID))
	}
	for _, p := range azure.Permissions {
		d.Permissions = append(d.Permissions, handoff.Permission{Resource: p.Resource, Value: p.Value, Type: p.Type})
	}
	for _, st := range seen.Steps {
		d.Steps = append(d.Steps, handoff.Step{ID: st.ID, State: st.State, Detail: string(st.Detail)})
	}
	return d
}

func showEntra(p *program, doc handoff.Entra, answers, file string) {
	text := p.ui.Catalogue().Text
	switch {
	case doc.Application == nil:
		p.ui.Sentence(text("handoff.entra.none") + "\n\n  " + doc.Command + "\n")
		if file == "" {
			p.ui.Sentence(text("handoff.entra.answers") + "\n")
			p.ui.Print(indent(answers) + "\n")
		}
	case len(doc.Open) == 0 && doc.Stored:
		p.ui.Sentence(text("handoff.entra.nothing", "Name", doc.Application.Name, "ID", doc.Application.ClientID))
		return
	case slices.Contains(doc.Open, "azure.consent"):
		showConsent(p, doc)
	}
	if !doc.Stored {
		p.ui.Sentence(text("handoff.entra.secret") + "\n")
		p.ui.Steps([]string{text("handoff.entra.secret.there"), text("handoff.entra.secret.here")})
		p.ui.Print("")
	}
	if slices.Contains(doc.Open, "token") {
		p.ui.Sentence(text("handoff.entra.token") + "\n")
	}
	p.ui.Sentence(text("handoff.entra.after"))
}

func showConsent(p *program, doc handoff.Entra) {
	text := p.ui.Catalogue().Text
	p.ui.Sentence(text("handoff.entra.registered", "Name", doc.Application.Name, "ID", doc.Application.ClientID) + "\n")
	var declared []msg.Message
	for _, permission := range doc.Declared {
		declared = append(declared, permission.Words())
	}
	p.ui.Steps([]string{text("handoff.entra.open", "Permissions", msg.Each(declared...)), text("handoff.entra.grant")})
	names := []string{text("handoff.entra.page.consent"), text("handoff.entra.page.granted")}
	for i, page := range doc.Pages {
		p.ui.Print("\n     " + names[i] + "\n     " + page.URL)
	}
	p.ui.Sentence("\n" + text("handoff.entra.then", "Check", doc.Check) + "\n")
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

// exchangeDocument is the document of `handoff exchange --json`.
type exchangeDocument struct {
	For    string `json:"for"`
	Script string `json:"script"`
	Check  string `json:"check"`
}

func handoffExchange(p *program, cmd *cobra.Command, file, seenFile string) error {
	s, err := p.start(cmd, need{nobody: true, asks: guide.Guide([]string{"mailbox.smtp", "mailbox.forward"}, nil).Asks})
	if err != nil {
		return err
	}
	defer s.close()
	s.warnOfCloud()
	w, _, err := wanted.Parse(s.Answers)
	if err != nil {
		return err
	}
	seen, err := seenOf(w, seenFile)
	if err != nil {
		return err
	}
	plan := handoff.Plan(w, seen)
	if stoppers := plan.Stoppers(); len(stoppers) > 0 {
		return errors.Join(obstacleErrors(stoppers)...)
	}
	script, err := writeScript(cmd.Context(), handoff.Script{Catalogue: scriptLanguage(p, file), Fold: ui.Comment, Version: cloud.Version,
		Environment: s.Cloud.ExchangeEnvironment, Wanted: w, Seen: seen, Plan: plan})
	if err != nil {
		return err
	}
	return showScript(p, script, plan, file)
}

// scriptLanguage is the run's where the script goes into a file, which says how
// it is encoded. Elsewhere it is English, and so ASCII: what becomes of it there
// nobody knows.
func scriptLanguage(p *program, file string) *msg.Catalogue {
	if file == "" || p.out.is(file) || p.flags.json {
		return msg.New("en")
	}
	return p.ui.Catalogue()
}

// seenOf is the organization as the script has seen it; without a file, one in
// which nothing was done.
func seenOf(w wanted.Wanted, path string) (*mailflow.Snapshot, error) {
	if path == "" {
		return handoff.Untouched(w), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return handoff.Seen(f)
}

func writeScript(ctx context.Context, s handoff.Script) (string, error) {
	s.Cmdlets = map[string][]mailflow.Cmdlet{}
	for _, c := range s.Plan.Changes {
		var err error
		if s.Cmdlets[c.Key], err = setup.Rehearse(ctx, c); err != nil {
			return "", err
		}
	}
	return handoff.Exchange(s)
}

func obstacleErrors(obstacles []*step.Obstacle) (errs []error) {
	for _, o := range obstacles {
		if !o.Repeats {
			errs = append(errs, o)
		}
	}
	return errs
}

// showScript writes the script, and tells what stands in the way of the rest.
func showScript(p *program, script string, plan *step.Plan, file string) error {
	if p.out.is(file) {
		file = ""
	}
	if file != "" {
		if strings.ContainsFunc(script, func(r rune) bool { return r > '~' }) {
			script = handoff.Mark + script
		}
		if err := p.writeFile(file, []byte(script)); err != nil {
			return err
		}
	}
	const check = "wxmail setup"
	switch {
	case p.flags.json:
		if err := p.ui.Document(exchangeDocument{"exchange", script, check}); err != nil {
			return err
		}
	case file == "":
		p.ui.Print(script)
	}
	for _, note := range plan.Notes {
		p.ui.Say(note)
	}
	if len(plan.Changes) == 0 && len(plan.Obstacles) == 0 {
		p.ui.Say(msg.M("handoff.exchange.nothing", "Check", check))
		return nil
	}
	p.ui.Say(msg.M("handoff.exchange", "Check", check))
	if plan.Has("mailbox.forwarding") {
		p.ui.Say(msg.M("handoff.exchange.forwards"))
	}
	all := advice.ExplainAll(obstacleErrors(plan.Obstacles))
	if len(all) == 0 {
		return nil
	}
	p.say(all)
	return &ended{advice.Worst(all).Exit}
}
