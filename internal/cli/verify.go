package cli

import (
	"github.com/spf13/cobra"

	"wxmail/internal/doctor"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
)

func (p *program) verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify", Args: cobra.NoArgs, Short: "Prove with real messages that mail goes out and comes in",
		Long: `Sends a message as the mailbox to an address of your choice, over SMTP with the
token of the mailbox user, as Webex Connect does. Then waits for a message from
outside to the mailbox, best your answer to the first, and follows it to the
Forwarding Address by Exchange's message trace. Last it says what only a person
can see. The trace knows of a message only after some minutes.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.verify(cmd) },
	}
	addFlags(cmd, "verify.recipient", "azure.admin", "exchange.admin", "mailbox.sign-in-as")
	return cmd
}

func (p *program) verify(cmd *cobra.Command) error {
	s, run, err := p.start(cmd, setup.Options{Steps: []string{"mailbox.smtp", "mailbox.forward", "token"}})
	if err != nil {
		return err
	}
	defer s.close()
	to, err := run.Answer(cmd.Context(), "verify.recipient")
	if err != nil {
		return err
	}
	if err := s.hold(cmd.Context(), run); err != nil {
		return err
	}
	text := p.ui.Catalogue().Text
	test := doctor.Test{To: to, Subject: text("verify.subject"), Text: text("verify.text", "Mailbox", run.Wanted.Mailbox)}
	verified, err := doctor.Verify(cmd.Context(), run, doctor.Options{Code: codeFor}, test, func(sent doctor.Sent) {
		p.ui.Heading(msg.M("verify.sent", "To", sent.To, "ID", sent.MessageID))
		p.ui.Say(msg.M("verify.answer", "Mailbox", run.Wanted.Mailbox))
	})
	p.warnOfSkew(s.cloud)
	if err != nil {
		return p.finish([]error{err}, ui.Result{Verified: verified})
	}
	p.showVerified(verified)
	return p.finish(nil, ui.Result{Verified: verified})
}

// persons are what only a person can see, in order.
var persons = [...]string{"verify.agent", "verify.reply", "verify.debug"}

func (p *program) showVerified(v *doctor.Verification) {
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
