package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/doctor"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/world"
)

func verifyCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runVerify(p, cmd) },
	}
	ask(p, cmd, "verify.recipient", "azure.admin", "exchange.admin", "mailbox.sign-in-as")
	return cmd
}

func runVerify(p *program, cmd *cobra.Command) error {
	ctx := cmd.Context()
	s, err := p.start(cmd, need{line: true, known: true})
	if err != nil {
		return err
	}
	defer s.close()
	to, err := s.Answer(ctx, "verify.recipient")
	if err != nil {
		return err
	}
	scope := doctor.ScopeOf(doctor.Exchange, doctor.Token)
	scope.SMTP = false // a message proves more than a sign-in
	x, err := setup.NewExamination(ctx, s.Connection, scope)
	if err != nil {
		return err
	}
	if self := doctor.JudgeRecipient(x.Facts(), to); self != nil { // nobody need sign in to be told
		return p.finish(doctor.Errors(self), ui.Result{})
	}
	if err := s.hold(); err != nil {
		return err
	}
	if err := s.unlock(ctx); err != nil {
		return err
	}
	verified, problems := verify(ctx, s, x, to)
	problems = append(problems, problemList(s.tellAssetToken(x.Facts()))...)
	p.warnOfSkew(s.Cloud)
	end := ui.Result{}
	if verified != nil {
		end.Verified = verified
	}
	if len(problems) == 0 {
		showVerified(p, verified)
		_, err := s.tickOff(ctx, setup.LastSeen(s.Profile.Name(), s.Data), "values.test")
		problems = problemList(err)
	}
	return p.finish(problems, end)
}

// tellAssetToken keeps and says what was learned of the asset's token.
func (s *session) tellAssetToken(f guide.Facts) error {
	if a := f.Seen.Here.Value; a != nil && a.AssetToken.Due() {
		s.program.ui.Warn(guide.TellsAssetToken(guide.Account(f), a.AssetToken))
	}
	return setup.KeepAssetToken(s.Profile, f)
}

// verify sends and follows, unless what is found is in the way. It gives what
// was seen, nil where nothing was sent.
func verify(ctx context.Context, s *session, x *setup.Examination, to string) (*world.Verification, []error) {
	if err := x.Look(ctx); err != nil {
		return nil, problemList(err)
	}
	facts, judging := x.Facts(), s.judging([]doctor.Area{doctor.Exchange, doctor.Token}, 0)
	findings := doctor.Judge(facts, x.Plan(), x.Probed(), judging)
	to, self, err := usableRecipient(ctx, s, facts, to)
	switch {
	case err != nil:
		return nil, problemList(err)
	case self != nil:
		return nil, doctor.Errors(self)
	}
	if wrong := doctor.Hindering(facts, findings); wrong != nil {
		return nil, doctor.Errors(wrong)
	}
	p := s.program
	text := p.ui.Catalogue().Text
	test := setup.Test{To: to, Subject: text("verify.subject"), Text: text("verify.text", "Mailbox", facts.Wanted.Mailbox)}
	seen, err := x.Verify(ctx, test, func(sent world.Sent) {
		p.ui.Heading(msg.M("verify.sent", "To", sent.To))
		p.ui.Say(msg.M("verify.subject-is", "Subject", test.Subject, "ID", sent.MessageID))
		p.ui.Say(msg.M("verify.answer", "Mailbox", facts.Wanted.Mailbox))
		p.ui.Say(msg.M("verify.limit", "Limit", limitText(s.Cloud.Timeouts.SignIn)))
	})
	if refused, is := doctor.Refused(facts, err, judging); is {
		return nil, doctor.Errors([]doctor.Finding{refused})
	}
	if err != nil {
		return &seen, problemList(err)
	}
	return &seen, doctor.Errors(doctor.JudgeVerification(facts, findings, seen))
}

// limitText is a time limit as a person reads it: 10m, 90s.
func limitText(limit time.Duration) string {
	text := limit.Round(time.Second).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	return text
}

// usableRecipient asks again, where a person is there, for a recipient that is
// the mailbox by another name: that shows only once Exchange was read. What is
// found is in the way after three.
func usableRecipient(ctx context.Context, s *session, f guide.Facts, to string) (string, []doctor.Finding, error) {
	self := doctor.JudgeRecipient(f, to)
	for range 2 {
		if self == nil || !s.Operator.CanAsk() {
			break
		}
		for _, err := range doctor.Errors(self) {
			s.Operator.Warn(advice.Explain(err).What)
		}
		var err error
		if to, err = s.Again(ctx, "verify.recipient"); err != nil {
			return to, nil, err
		}
		self = doctor.JudgeRecipient(f, to)
	}
	return to, self, nil
}

// persons are what only a person can see, in order.
var persons = [...]string{"verify.agent", "verify.reply", "verify.debug"}

func showVerified(p *program, v *world.Verification) {
	if p.flags.json {
		return
	}
	text := p.ui.Catalogue().Text
	p.ui.Form([]ui.Field{
		{Label: text("verify.out"), Value: v.Out.State + ", " + v.Out.To, Note: v.Out.MessageID},
		{Label: text("verify.in"), Value: v.In.State + ", " + v.In.ForwardedTo, Note: v.In.MessageID},
	})
	p.ui.Sentence("\n" + text("verify.person"))
	var steps []string
	for _, id := range persons {
		steps = append(steps, text(id))
	}
	p.ui.Steps(steps)
}
