package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/ui"
)

func receiveCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "receive-secret", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return receiveSecret(p, cmd) },
	}
	askAll(p, cmd, "azure.application", "webex.", "mailbox.address", "azure.tenant")
	return cmd
}

// receiveSecret takes a client secret over into the vault.
func receiveSecret(p *program, cmd *cobra.Command) error {
	s, err := p.start(cmd, need{line: true, hold: true, nobody: true, asks: guide.Guide(nil, nil).Asks, vault: true})
	if err != nil {
		return err
	}
	defer s.close()
	value, err := p.readSecret(cmd.Context())
	if err != nil {
		return err
	}
	if err := setup.Receive(cmd.Context(), s.Connection, value); err != nil {
		return err
	}
	p.ui.Say(msg.M("handoff.received"))
	return p.finish(nil, ui.Result{})
}

// readSecret takes a secret from a hidden prompt, or the first line of
// standard input where nobody is there.
func (p *program) readSecret(ctx context.Context) (secret.Value, error) {
	if p.ui.Interactive() {
		text, err := p.ui.Ask(ctx, ui.Question{ID: "handoff.secret", Kind: ui.Password, Prompt: msg.M("handoff.secret.prompt"),
			Help: msg.M("handoff.secret.help")})
		return secret.New(strings.TrimSpace(text)), err
	}
	missing := &misuse{"WX-ANSWER-NEEDED", "standard input", msg.M("handoff.secret.missing"), "wxmail azure receive-secret --help"}
	if p.in == nil || p.inputIsTerminal() { // where a secret would be seen
		return secret.Value{}, missing
	}
	value, err := firstLine(ctx, p.in)
	if err == nil && !value.IsSet() {
		err = missing
	}
	return value, err
}

// maxLine is more than any secret has.
const maxLine = 64 << 10

// firstLine reads one line of a stream that may stay silent. The context's end
// ends the wait, and leaves what comes later unread.
func firstLine(ctx context.Context, from io.Reader) (secret.Value, error) {
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(from, maxLine)).ReadString('\n')
		got <- read{line, err}
	}()
	select {
	case r := <-got:
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return secret.Value{}, r.err
		}
		return secret.New(strings.TrimSpace(r.line)), nil
	case <-ctx.Done():
		return secret.Value{}, ctx.Err()
	}
}
