package setup

import (
	"cmp"
	"context"
	"time"

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
	clientID := cmp.Or(s.wanted.Application, string(s.lastSeen().Azure.ClientID))
	if err := proveReceived(ctx, s, clientID, value); err != nil {
		return err
	}
	if err := s.keep(); err != nil { // the next run goes on with the application that was named
		return err
	}
	_, err = keepReceived(s, received(s.Cloud.Now(), clientID, value), here)
	return err
}

func received(now time.Time, clientID string, value secret.Value) world.Secret {
	return world.Secret{ClientID: clientID, Label: "received " + now.UTC().Format(time.DateOnly), Value: value}
}

// takeKnownSecret asks a person for a secret of an application that is taken
// over, where the plan would make another. One that is known needs no paste
// into Webex Connect: it is there. It is proved, kept, and recognised among
// those that are listed; then there is another plan.
func (w *walk) takeKnownSecret(ctx context.Context) error {
	f := w.facts()
	if w.offered || !w.Operator.CanAsk() || !guide.MayTakeSecret(f, w.plan) {
		return nil
	}
	w.offered = true
	app := f.Seen.Tenant().Application
	value, err := w.Operator.AskSecret(ctx, app.DisplayName, func(value secret.Value) error {
		return proveReceived(ctx, w.session, app.AppID, value)
	})
	if err != nil || !value.IsSet() {
		return err
	}
	held, err := keepReceived(w.session, received(w.Cloud.Now(), app.AppID, value), f.Seen.Local())
	if err != nil {
		return err
	}
	w.lookHere(func(here *world.Here) { here.Secret = &held })
	if err := w.recognise(); err != nil {
		return err
	}
	w.plan = w.course.Plan(w.facts())
	return nil
}

func proveReceived(ctx context.Context, s *session, clientID string, value secret.Value) error {
	switch {
	case clientID == "":
		return &step.Obstacle{Code: "WX-APPLICATION-UNSEEN", Object: s.wanted.Mailbox}
	case wanted.IsGUID(value.Reveal()):
		return &step.Obstacle{Code: "WX-SECRET-ID", Object: clientID}
	}
	err := prover{session: s}.Secret(ctx, clientID, value)
	if s.wanted.Application != "" && microsoft.HasCode(err, "AADSTS700016") {
		return &step.Obstacle{Code: "WX-CLIENT-ID-UNKNOWN", Object: clientID, Detail: microsoft.Of(err).Message, Err: err}
	}
	if microsoft.HasCode(err, "AADSTS7000215") {
		return &step.Obstacle{Code: "WX-SECRET-OTHER", Object: clientID, Detail: microsoft.Of(err).Message, Err: err}
	}
	return err
}

// keepReceived keeps a received secret beside the one that was there, and
// gives what the vault then holds.
func keepReceived(s *session, received world.Secret, here *world.Here) (world.Secret, error) {
	if here.Memory.Unnoted {
		if err := s.noteStored(here.Secret.Label); err != nil {
			return world.Secret{}, err
		}
	}
	held, isNew := received.Beside(here.Secret)
	if !isNew {
		return *here.Secret, nil
	}
	if err := putSecret(s.Vault, held); err != nil {
		return held, err
	}
	return held, correctSeen(s.Profile, func(sum *Summary) { sum.Azure.Secret = secretSummary(&held) })
}
