package setup

import (
	"context"
	"strings"
	"time"

	"wxmail/internal/graph"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/vault"
)

// Receive takes over a client secret that another admin made for the
// application that was last seen, or that the answers name: it is proved at the
// token endpoint, then kept in the vault. Nobody signs in. Which of the listed
// secrets it is shows when the directory is read next.
//
// Errors: *step.Obstacle where no application is known, or where the value is
// is none of that application; *cloud.Error where Entra ID refuses otherwise;
// those of CheckAnswers and of the vault. The caller holds the profile's lock, and
// the vault is open. It may be repeated.
func (r *Run) Receive(ctx context.Context, secret vault.Secret) error {
	r.Options.Inspect, r.looking = true, Held
	if err := r.prepare(ctx); err != nil {
		return err
	}
	clientID := r.Wanted.Application
	if clientID == "" {
		clientID = known(r.lastSeen().Azure.ClientID)
	}
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
	if err != nil {
		return err
	}
	return r.storeSecret(HeldSecret{ClientID: clientID, Label: "received " + date(r.Cloud.Now()), Value: secret})
}

// recognise finds out which of the listed secrets one is that was taken over:
// its first three characters are listed, and the newest of several is meant.
func (r *Run) recognise(app *graph.Application) error {
	held := r.heldSecret()
	if app == nil || held.KeyID != "" || held.ClientID != app.AppID {
		return nil
	}
	var newest graph.SecretInfo
	for _, listed := range app.Secrets {
		if listed.Hint != "" && strings.HasPrefix(held.Value.Reveal(), listed.Hint) && listed.Start.After(newest.Start) {
			newest = listed
		}
	}
	if newest.KeyID == "" {
		return nil
	}
	held.KeyID, held.Label, held.Expires = newest.KeyID, newest.Label, newest.End.UTC().Truncate(time.Second)
	return r.storeSecret(held)
}
