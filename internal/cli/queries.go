package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/step"
	"wxmail/internal/ui"
	"wxmail/internal/visible"
)

// warnOfNoProfile says that all is unknown since the profile was never written,
// and which one may be meant.
func (p *program) warnOfNoProfile(name string) {
	p.ui.Warn(meant(msg.M("warning.no-profile", "Profile", name), p.nearProfile(name)))
}

func summaryCommand(p *program) *cobra.Command {
	return queryCommand(&cobra.Command{
		Use: "summary", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.start(cmd, need{})
			if err != nil {
				return err
			}
			s.warnOfCloud()
			if !s.Profile.Exists() {
				p.warnOfNoProfile(s.Profile.Name())
			}
			summary := setup.LastSeen(s.Profile.Name(), s.Data)
			for _, end := range lastEnds(s.Data, s.Cloud.Now()) {
				p.ui.Warn(msg.M(end.text("warning.secret-"), "Secret", end.Name, "End", end.Date()))
			}
			if p.flags.json {
				return errors.Join(p.ui.Document(summary), p.warnOfApart(s), p.warnOfRest(s))
			}
			showSummary(p, summary)
			if s.Profile.Exists() {
				p.ui.Sentence("\n" + p.text("checklist.title"))
				p.ui.Steps(s.chores(summary, s.values(summary)).rows(p.ui.Catalogue().Text))
			}
			return errors.Join(p.warnOfApart(s), p.warnOfRest(s))
		},
	})
}

// warnOfApart says what an older version did for other mailboxes in a profile.
func (p *program) warnOfApart(s *session) error {
	apart, err := s.Apart()
	for _, a := range apart {
		var things []msg.Message
		for _, d := range a.Deeds {
			things = append(things, guide.Named(d))
		}
		p.ui.Warn(msg.M("warning.apart", "Mailbox", visible.Word(a.Mailbox), "Profile", s.Profile.Name(), "Things", msg.And(things...)))
	}
	return err
}

// warnOfRest says what an undo would not take back, and whether the asset needs
// a new token, as far as is known here.
func (p *program) warnOfRest(s *session) error {
	label, err := s.LostSecret()
	if label != "" {
		p.ui.Warn(msg.M("warning.journal-lost", "Secret", label))
	}
	if due, is := setup.AssetTokenDue(s.Profile.Name(), s.Data); is {
		p.ui.Warn(due)
	}
	for _, m := range s.Marked() {
		p.ui.Warn(msg.M("warning.marked", "What", m.Named()))
	}
	earlier, unread := s.Earlier()
	for _, m := range earlier {
		p.ui.Warn(m)
	}
	return errors.Join(err, unread)
}

// detailOf is what is said of a step besides how it stands: a change in words,
// or what hindered it.
func detailOf(t *ui.Terminal, st setup.StepSummary) string {
	if c, is := step.Told(string(st.Detail)); is {
		return t.Doing(string(c.Op), c.Key, c.Target)
	}
	return orDash(st.Detail)
}

func showSummary(p *program, s *setup.Summary) {
	p.ui.Form(p.form().summaryFields(s))
	p.ui.Print("")
	var rows [][]string
	for _, st := range s.Steps {
		rows = append(rows, []string{st.ID, p.text("state." + st.State), detailOf(p.ui, st)})
	}
	p.ui.Table(p.form().heads("step", "state", "detail"), rows)
}
