package guide

import (
	"context"
	"slices"
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// labelPrefix begins the labels of all secrets that wxmail makes.
const labelPrefix = "wxmail "

// Secret is a client secret as a plan shows it: never its value. KeyID is ""
// for one that is yet to be made; Expires is a date where it is only shown,
// else RFC 3339.
type Secret struct {
	KeyID   string `json:"keyId,omitempty"`
	Label   string `json:"label"`
	Expires string `json:"expires"`
	Value   string `json:"value"`
}

// Words implements step.Value.
func (s Secret) Words() []msg.Message {
	ends := msg.Day(s.Expires[:min(len(s.Expires), len(time.DateOnly))])
	return []msg.Message{msg.M("value.secret", "Label", s.Label, "Ends", ends)}
}

func shownSecret(s directory.SecretInfo) Secret {
	return Secret{s.KeyID, s.Label, s.End.UTC().Format(time.RFC3339), "(set)"}
}

// Keys of client secrets in a rotation, and of what is left of others.
const (
	secretKey  = "azure.secret"
	rotatedKey = "azure.secret-rotated"
	orphanKey  = "azure.secret-orphan"
	oldKey     = "azure.secret-old"
)

func clientSecret() Thing {
	return of(Thing{
		Key: secretKey, Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(),
		Reasons: []step.Known{
			{Code: "WX-SECRET-GONE", Severity: step.Error, Exit: 1},
			{Code: "WX-SECRET-EXPIRED", Severity: step.Error, Exit: 5},
			{Code: "WX-SECRET-MISSING", Severity: step.Warning, Exit: 3},
		},
		Plan: planSecret, Learn: learnSecret,
	}, parts[Secret]{apply: applySecret, undo: undoSecret, shows: showsSecret})
}

// planSecret adds a secret where the vault holds none that works.
func planSecret(f Facts, p *step.Plan) {
	switch {
	case f.Seen.Local().Locked:
		p.Note(msg.M("note.vault-locked"))
	case !f.Seen.UsableSecret(f.Now):
		addSecret(f, p, secretKey)
	}
}

func addSecret(f Facts, p *step.Plan, key string) {
	blocked, longest := f.Seen.SecretPolicy(f.Now)
	if blocked {
		p.Hinder(&step.Obstacle{Code: "WX-SECRETS-BLOCKED", Object: f.applicationName(),
			Evidence: "defaultAppManagementPolicy: passwordAddition is restricted"})
	}
	if _, unread := f.Seen.Tenant().Unreadable[directory.PartSecretPolicy]; unread && !blocked {
		p.Note(msg.M("note.secret-policy-unreadable"))
	}
	end := f.Wanted.Lifetime.End(f.Now)
	if longest > 0 && end.Sub(f.Now) > longest {
		end = f.Now.Add(longest - time.Hour)
		p.Note(msg.M("note.secret-lifetime-clipped", "End", msg.DayOf(end)))
	}
	p.Add(newSecret(f, key, end))
}

// newSecret is the change that makes a secret. Its label is journaled before
// the request, so that one whose answer was lost is known again.
func newSecret(f Facts, key string, end time.Time) step.Change {
	label := labelPrefix + f.Now.Format(time.DateOnly) + " " + f.Wanted.Run.Nonce
	c := step.Change{Key: key, Op: step.Create, Target: f.applicationName(), After: Secret{"", label, end.UTC().Format(time.RFC3339), "(set)"},
		Ours: true, Needs: afterApplication()}
	if key == secretKey {
		c.Why = f.WhySecret()
	}
	ended := slices.ContainsFunc(c.Why, func(r step.Reason) bool { return r.Code != "WX-SECRET-MISSING" })
	if ended && len(SecretsOf(f).InUse()) == 0 {
		c.Risk = msg.M(standsStill)
	}
	return c
}

// standsStill is the risk of a secret that is made where no other works any
// more.
const standsStill = "risk.stands-still"

// StandsStill says whether one of these changes made a secret that Webex
// Connect needs before it sends anything again.
func StandsStill(made []step.Outcome) bool {
	return slices.ContainsFunc(made, func(o step.Outcome) bool { return o.State == step.Done && o.Change.Risk.ID == standsStill })
}

// WhySecret is why the client secret does not do. It needs no directory: then
// it goes by what the vault says.
func (f Facts) WhySecret() []step.Reason {
	held, app := f.Seen.Local().Secret, f.Seen.Tenant().Application
	end, known := f.SecretEnd()
	switch {
	case f.Seen.SecretGone():
		return []step.Reason{{Code: "WX-SECRET-GONE", Object: held.Label, Detail: app.DisplayName,
			Evidence: "passwordCredentials: none with keyId " + held.KeyID, Page: RegistrationPage("Credentials", app.AppID)}}
	case known && !end.At.After(f.Now):
		return []step.Reason{end.Reason("WX-SECRET-EXPIRED")}
	case held == nil && !f.Seen.Local().Locked && (f.Seen.Directory.Value == nil && !known || app != nil):
		return []step.Reason{{Code: "WX-SECRET-MISSING", Object: f.applicationName(), Evidence: "vault: no client secret"}}
	}
	return nil
}

// applySecret adds a secret, or removes one. A new one is stored before
// anything else can happen, and proved by a sign-in.
func applySecret(ctx context.Context, h Hands, e Edit[Secret]) (any, error) {
	if e.Op == step.Delete {
		return nil, removeSecret(ctx, h, e)
	}
	end, err := time.Parse(time.RFC3339, e.After.Expires)
	if err != nil {
		return nil, err
	}
	made, err := addPassword(ctx, h, e.After.Label, end)
	if err != nil {
		return nil, err
	}
	held := world.Secret{ClientID: h.Made.now().appID, KeyID: made.KeyID, Label: made.Label, Expires: made.End, Value: made.Secret}
	if current := h.Keep.Secret(); current != nil && e.Key == rotatedKey {
		held.Previous = &world.Previous{KeyID: current.KeyID, Label: current.Label}
	}
	if err := h.Keep.StoreSecret(held); err != nil {
		return nil, err
	}
	journal := map[string]string{"keyId": made.KeyID, "label": made.Label, "expires": made.End.UTC().Format(time.RFC3339)}
	return journal, h.proveSecret(ctx, held)
}

func removeSecret(ctx context.Context, h Hands, e Edit[Secret]) error {
	if err := h.Directory.RemovePassword(ctx, h.Made.now().objectID, e.Before.KeyID); err != nil {
		return err
	}
	if held := h.Keep.Secret(); held != nil && held.KeyID == e.Before.KeyID {
		return h.Keep.ForgetSecret()
	}
	return nil
}

func (h Hands) proveSecret(ctx context.Context, held world.Secret) error {
	return h.Settle(ctx, "the new secret", func(ctx context.Context) (bool, error) {
		err := h.Prove.Secret(ctx, held.ClientID, held.Value)
		if !secretNotYet(err) {
			return err == nil, err
		}
		return false, h.Made.now().principalErr // without a service principal it will never be
	})
}

// secretNotYet knows the refusals that a new secret meets until it has been
// replicated.
func secretNotYet(err error) bool {
	return microsoft.HasCode(err, "AADSTS7000215", "AADSTS700016", "AADSTS7000229")
}

// steppedDown are the lifetimes to try where the policy cannot be read, after
// the wanted one.
func steppedDown(end, now time.Time) []time.Time {
	ends := []time.Time{end}
	for _, days := range []int{365, 180, 90, 30} {
		if shorter := now.AddDate(0, 0, days).Add(-time.Hour); shorter.Before(end) {
			ends = append(ends, shorter)
		}
	}
	return ends
}

func addPassword(ctx context.Context, h Hands, label string, end time.Time) (made *directory.Password, err error) {
	for i, e := range steppedDown(end, h.Now()) {
		err = h.settleWrite(ctx, "the application", func() (err error) {
			made, err = h.Directory.AddPassword(ctx, h.Made.now().objectID, label, e)
			return err
		})
		if err == nil && i > 0 {
			h.Warn(msg.M("note.secret-lifetime-clipped", "End", msg.DayOf(e)))
		}
		if !microsoft.HasCode(err, "CredentialInvalidLifetimeAsPerAppPolicy") {
			return made, err
		}
	}
	return nil, err
}

func learnSecret(m *world.Memory, e step.Entry) {
	if label := decode[Secret](e.After).Label; label != "" {
		m.Orphans[label], m.Labels[label] = true, true
	}
}

// undoSecret removes the secrets that this journal made, unless they go along
// with the application.
func undoSecret(f Facts, _ Left[Secret], p *step.Plan) {
	app := f.Seen.Tenant().Application
	if app == nil || f.removesApplication() {
		return
	}
	for _, s := range app.Secrets {
		made := f.Seen.Local().Memory.Labels[s.Label] && strings.HasPrefix(s.Label, labelPrefix)
		if made && !keepsForNeighbour(f, p, secretKey, s.Label, holdsSecret(s.KeyID)) {
			p.Add(step.Change{Key: secretKey + "." + s.KeyID, Op: step.Delete, Target: s.Label, Before: shownSecret(s), Ours: true})
		}
	}
}

func orphanedSecret() Thing {
	return of(Thing{Key: orphanKey, Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(), Plan: planOrphans},
		parts[Secret]{apply: applySecret, shows: showsSecret})
}

// planOrphans removes secrets that this journal intended and never stored: any
// other may be in use by Webex Connect.
func planOrphans(f Facts, p *step.Plan) {
	app, here := f.Seen.Application(), f.Seen.Local()
	if app == nil {
		return
	}
	for _, s := range app.Secrets {
		if here.Memory.Orphans[s.Label] && strings.HasPrefix(s.Label, labelPrefix) && (here.Secret == nil || !here.Secret.Is(s)) {
			p.Add(step.Change{Key: orphanKey + "." + s.KeyID, Op: step.Delete, Target: s.Label, Before: shownSecret(s), Ours: true,
				Needs: append(afterApplication(), secretKey, rotatedKey)})
		}
	}
}

// showsSecret: the directory must list the secret that the vault holds, as it
// was made; and not list one that was removed.
func showsSecret(f Facts, e Edit[Secret]) shown {
	app, held := f.Seen.Tenant().Application, f.Seen.Local().Secret
	switch {
	case app == nil && e.Op == step.Delete:
		return asMade // it went with its application
	case app == nil || e.Op == step.Create && held == nil:
		return asBefore
	}
	keyID := e.Before.KeyID
	if e.Op == step.Create {
		keyID = held.KeyID
	}
	i := slices.IndexFunc(app.Secrets, func(s directory.SecretInfo) bool { return s.KeyID == keyID })
	switch {
	case (i >= 0) == (e.Op == step.Delete):
		return asBefore
	case i < 0, app.Secrets[i].Label == e.After.Label && sameSecond(app.Secrets[i].End, held.Expires):
		return asMade
	}
	return otherwise
}

func sameSecond(a, b time.Time) bool { return a.Truncate(time.Second).Equal(b.Truncate(time.Second)) }
