package setup

import (
	"cmp"
	"context"

	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// Receive takes over a client secret that another administrator made for the
// application that was last seen, or that the answers name: it is proved at
// the token endpoint, then kept in the vault. Nobody signs in. Which of the
// listed secrets it is, and when it ends, shows when the directory is read
// next. A secret that was there before stands beside it as in a rotation.
//
// Errors: *step.Obstacle where no application is known, or where the value is
// none of its secrets; *microsoft.Error where Entra ID refuses otherwise;
// those of CheckAnswers and of the vault. The caller holds the profile's lock,
// and the vault is open. It may be repeated.
func Receive(ctx context.Context, c *Connection, value secret.Value) error {
	s, err := begin(ctx, c, guide.Guide(nil, nil), false)
	if err != nil {
		return err
	}
	if err := s.pastTenant(s.findTenant(ctx)); err != nil {
		return err
	}
	here, err := s.readLocal(ctx)
	if err != nil {
		return err
	}
	clientID := cmp.Or(s.wanted.Application, s.hint())
	if err := s.proveReceived(ctx, clientID, value); err != nil {
		return err
	}
	received := world.Secret{ClientID: clientID, Label: "received " + s.Cloud.Now().UTC().Format("2006-01-02"), Value: value}
	return s.keepReceived(received, here)
}

func (s *session) proveReceived(ctx context.Context, clientID string, value secret.Value) error {
	switch {
	case clientID == "":
		return &step.Obstacle{Code: "WX-APPLICATION-UNSEEN", Object: s.wanted.Mailbox}
	case wanted.IsGUID(value.Reveal()):
		return &step.Obstacle{Code: "WX-SECRET-ID", Object: clientID}
	}
	err := prover{session: s}.Secret(ctx, clientID, value)
	if microsoft.HasCode(err, "AADSTS7000215") {
		return &step.Obstacle{Code: "WX-SECRET-OTHER", Object: clientID, Detail: microsoft.Of(err).Message, Err: err}
	}
	return err
}

// keepReceived keeps a received secret beside the one that was there.
func (s *session) keepReceived(received world.Secret, here *world.Here) error {
	if here.Memory.Unnoted {
		if err := s.noteStored(here.Secret.Label); err != nil {
			return err
		}
	}
	held, isNew := received.Beside(here.Secret)
	if !isNew {
		return nil
	}
	if err := putSecret(s.Vault, held); err != nil {
		return err
	}
	return correctSeen(s.Profile, func(sum *Summary) { sum.Azure.Secret = secretSummary(&held) })
}
