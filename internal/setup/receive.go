package setup

import (
	"cmp"
	"context"
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/secret"
	"wxmail/internal/signin"
	"wxmail/internal/step"
)

// Receive takes over a client secret that another admin made for the
// application that was last seen, or that the answers name: it is proved at the
// token endpoint, then kept in the vault. Nobody signs in. Which of the listed
// secrets it is, and when it ends, shows when the directory is read next. A
// secret that was there before stands beside it as in a rotation.
//
// Errors: *step.Obstacle where no application is known, or where the value is
// none of its secrets; *microsoft.Error where Entra ID refuses otherwise; those of
// CheckAnswers and of the vault. The caller holds the profile's lock, and the
// vault is open. It may be repeated.
func (r *Run) Receive(ctx context.Context, secret secret.Value) error {
	r.Options.Inspect, r.looking = true, Held
	if err := r.prepare(ctx); err != nil {
		return err
	}
	if err := r.readHeld(ctx); err != nil {
		return err
	}
	clientID := cmp.Or(r.Wanted.Application, Known(r.lastSeen().Azure.ClientID))
	if err := r.proveReceived(ctx, clientID, secret); err != nil {
		return err
	}
	if err := r.noteUnnoted(); err != nil {
		return err
	}
	held, is := r.beside(HeldSecret{ClientID: clientID, Label: "received " + date(r.Cloud.Now()), Value: secret})
	if !is {
		return nil
	}
	if err := r.keepSecret(held); err != nil {
		return err
	}
	return correctSeen(r.Profile, func(s *Summary) { s.Azure.Secret = held.summary() })
}

func (r *Run) proveReceived(ctx context.Context, clientID string, secret secret.Value) error {
	switch {
	case clientID == "":
		return &step.Obstacle{Code: "WX-APPLICATION-UNSEEN", Object: r.Wanted.Mailbox}
	case isGUID(secret.Reveal()):
		return &step.Obstacle{Code: "WX-SECRET-ID", Object: clientID}
	}
	err := signin.ProveSecret(ctx, r.Cloud, r.Observed.TenantID, clientID, secret)
	if hasCode(err, "AADSTS7000215") {
		return &step.Obstacle{Code: "WX-SECRET-OTHER", Object: clientID, Detail: cloudError(err).Message, Err: err}
	}
	return err
}

// beside is a received secret with what the vault held before: Webex Connect
// may still use that one. It is none where the vault has it already.
func (r *Run) beside(received HeldSecret) (held HeldSecret, is bool) {
	current := r.heldSecret()
	switch {
	case current.ClientID != received.ClientID:
		return received, true
	case current.Value.Reveal() == received.Value.Reveal():
		return HeldSecret{}, false
	case current.KeyID == "": // it was received too
		received.Previous = current.Previous
	default:
		received.Previous = &PreviousSecret{current.KeyID, current.Label}
	}
	return received, true
}

// recognise finds out which of the listed secrets one is that was taken over:
// its first three characters are listed, and the newest of several is meant.
func (r *Run) recognise(app *directory.Application) error {
	held := r.heldSecret()
	if app == nil || held.KeyID != "" || held.ClientID != app.AppID {
		return nil
	}
	var newest directory.SecretInfo
	for _, listed := range app.Secrets {
		old := held.Previous != nil && held.Previous.KeyID == listed.KeyID
		if !old && listed.Hint != "" && strings.HasPrefix(held.Value.Reveal(), listed.Hint) && listed.Start.After(newest.Start) {
			newest = listed
		}
	}
	if newest.KeyID == "" {
		return nil
	}
	held.KeyID, held.Label, held.Expires = newest.KeyID, newest.Label, newest.End.UTC().Truncate(time.Second)
	return r.keepSecret(held)
}
