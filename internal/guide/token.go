package guide

import (
	"context"
	"errors"
	"slices"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// SignInKey is that of the mailbox user's sign-in.
const SignInKey = "token.sign-in"

const proofKey = "token.smtp-sign-in"

// Token is the mailbox user's token, as a plan shows it.
type Token struct {
	Login   string `json:"login"`             // who signs in, as the answers name them
	Account string `json:"account,omitempty"` // their user principal name, as far as it is known
}

// Words implements step.Value.
func (t Token) Words() []msg.Message { return []msg.Message{msg.M("value.token")} }

// SMTPProof is an SMTP sign-in with the stored token: no message is sent.
type SMTPProof struct {
	User string `json:"user"`
	// Hindered is why Authenticated SMTP cannot take effect in this run, nil
	// where it can: then the proof waits for it.
	Hindered *step.Obstacle `json:"-"`
}

// Words implements step.Value.
func (s SMTPProof) Words() []msg.Message { return []msg.Message{msg.M("value.smtp-proof")} }

func signIn() Thing {
	return of(Thing{
		Key: SignInKey, Writes: world.Held, // the token stays in the vault when the application goes
		Reasons: []step.Known{
			{Code: "WX-TOKEN-MISSING", Severity: step.Warning, Exit: 1},
			{Code: "WX-TOKEN-STALE", Severity: step.Warning, Exit: 1},
			{Code: "WX-ACCOUNT-RENAMED", Severity: step.Warning, Exit: 1},
		},
		Plan: planSignIn,
	}, parts[Token]{apply: applySignIn, undo: undoToken})
}

// planSignIn plans the proof that Generate Token will work: the authorization
// code flow as the mailbox user, over a temporary redirect URI.
//
// It is done when the stored refresh token refreshes into a token for the
// right user, tenant and scope. Then no redirect URI is added.
func planSignIn(f Facts, p *step.Plan) {
	here := f.Seen.Local()
	offerAssetToken(f, p)
	if here.Locked || f.Seen.TokenLives() {
		return
	}
	if o := f.hindersSignIn(p); o != nil {
		p.Hinder(o)
	}
	c := step.Change{Key: SignInKey, Op: step.Create, Target: f.Wanted.Login(), Ours: true,
		After: Token{f.Wanted.Login(), Account(f)}, Needs: signInNeeds(p), Why: f.WhySignIn()}
	planRedirect(f, p)
	p.Add(c)
	planRedirectEnd(f, p)
}

// signInNeeds: the person is asked to sign in once all the rest is in place.
func signInNeeds(p *step.Plan) []string {
	needs := []string{redirectKey}
	for _, c := range p.Changes {
		if c.Step == "azure.register" || c.Step == "azure.consent" {
			needs = append(needs, c.Key)
		}
	}
	return needs
}

// usable says whether there is a secret that a token could be got with.
func (f Facts) usable() bool {
	if f.Seen.Directory.Value == nil {
		return f.Seen.Local().Secret != nil
	}
	return f.Seen.UsableSecret(f.Now)
}

// WhySignIn is why the stored token does not do, where Entra ID has not
// refused it: then its refusal says so. It needs no directory: then any secret
// of the vault counts.
func (f Facts) WhySignIn() []step.Reason {
	here, login := f.Seen.Local(), f.Wanted.Login()
	var other wrongAccount
	switch {
	case here.Locked || f.Seen.TokenLives():
		return nil
	case errors.As(here.RefreshErr, &other):
		wanted, got := other.Accounts()
		return []step.Reason{{Code: "WX-ACCOUNT-RENAMED", Object: wanted, Detail: got, Evidence: "access token: upn = " + got}}
	case here.RefreshErr != nil || !f.usable():
		return nil
	case here.Token == nil:
		return []step.Reason{{Code: "WX-TOKEN-MISSING", Object: login, Evidence: "vault: no token"}}
	case f.Seen.Mail().SignIn == nil || !f.Seen.Mail().SignIn.IsShared():
		return []step.Reason{{Code: "WX-TOKEN-STALE", Object: login, Detail: here.Token.Account,
			Evidence: "vault: token of " + here.Token.Account + " for application " + here.Token.ClientID}}
	}
	return nil
}

// wrongAccount is an error that tells who was asked for and who came.
type wrongAccount interface {
	error
	Accounts() (wanted, got string)
}

func applySignIn(ctx context.Context, h Hands, e Edit[Token]) (any, error) {
	if e.Op == step.Delete {
		return nil, h.Keep.ForgetToken()
	}
	held := h.Keep.Secret()
	if held == nil {
		return nil, &step.Obstacle{Code: codeStepFirst, Step: "token", Object: "azure.register"}
	}
	if err := h.settleApplication(ctx, held.KeyID); err != nil {
		return nil, err
	}
	// The redirect URI is taken back next: what else stands there is looked at
	// while the code is redeemed.
	token, err := h.Prove.SignIn(ctx, *held, e.After.Login, e.After.Account, func() { h.lookAhead(ctx) })
	if err != nil {
		return nil, err
	}
	return map[string]string{"account": token.Account, "scope": token.Scope}, h.Keep.StoreToken(token)
}

// settleApplication waits until replicas show what the sign-in needs: Entra
// answers a missing redirect URI in the browser, and that never comes back.
func (h Hands) settleApplication(ctx context.Context, keyID string) error {
	return h.Settle(ctx, "the application", func(ctx context.Context) (bool, error) {
		seen, err := h.Look(ctx)
		if err != nil || seen.Application == nil {
			return false, err
		}
		app := seen.Application
		if hasTemporary(app) {
			h.Made.note(func(is *ids) { is.redirectSeen = true })
		}
		listed := slices.ContainsFunc(app.Secrets, func(s directory.SecretInfo) bool { return s.KeyID == keyID })
		return hasTemporary(app) && seen.ServicePrincipal != nil && listed && h.Made.shown(seen.Grants), nil
	})
}

func undoToken(f Facts, d Left[Token], p *step.Plan) {
	held := f.Seen.Local().Token
	if held != nil && (held.Login == "" || held.IsOf(d.Target)) { // else it is another mailbox's
		p.Add(step.Change{Key: d.Key, Op: step.Delete, Target: f.Wanted.Login(), Before: Token{Login: f.Wanted.Login()}, Ours: true})
	}
}

func smtpProof() Thing {
	return of(Thing{Key: proofKey, Writes: world.Held, Needs: []string{SignInKey}, Plan: planProof}, parts[SMTPProof]{apply: applyProof})
}

// planProof plans to refresh the new token once and to sign in with it over
// SMTP, or to repeat that where an earlier run got no further.
func planProof(f Facts, p *step.Plan) {
	here := f.Seen.Local()
	smtp := p.Hindered("mailbox.smtp")
	switch {
	case p.Has(SignInKey):
	case !f.Seen.TokenLives() || here.Token.Proved:
		return
	case smtp != nil:
		p.Hinder(smtp.Again())
		return
	}
	p.Add(step.Change{Key: proofKey, Op: step.Create, Target: f.Wanted.Login(), After: SMTPProof{Account(f), smtp}, Ours: true,
		Needs: []string{SignInKey, "mailbox.smtp-auth"}})
}

// applyProof refreshes the token once, as Webex Connect will, and beside that
// signs in with it over SMTP.
func applyProof(ctx context.Context, h Hands, e Edit[SMTPProof]) (any, error) {
	held, token := h.Keep.Secret(), h.Keep.Token()
	if held == nil || token == nil {
		return nil, &step.Obstacle{Code: codeStepFirst, Step: "token", Object: "token"}
	}
	trying, stop := context.WithCancel(ctx)
	defer stop()
	refused := make(chan error, 1)
	go func() { refused <- h.tryOverSMTP(trying, *token, e.After.Hindered) }()
	fresh, err := h.Prove.Refresh(ctx, *held, *token)
	if err == nil {
		err = h.Keep.StoreToken(fresh)
	}
	if err != nil {
		stop()
	}
	if refusal := <-refused; err == nil {
		err = refusal
	}
	if err != nil {
		return nil, err
	}
	fresh.Proved = true
	return nil, h.Keep.StoreToken(fresh)
}

// tryOverSMTP signs in as the user that the token names, and sends nothing:
// Exchange takes no other name, not even another one of the same mailbox. The
// mailbox's switch takes effect with a delay: until then Exchange answers as
// if it were off. Any other refusal, a policy's too, is no delay.
func (h Hands) tryOverSMTP(ctx context.Context, t world.Token, hindered *step.Obstacle) error {
	return h.Settle(ctx, microsoft.SMTPAuth, func(ctx context.Context) (bool, error) {
		err := h.Prove.SMTP(ctx, t.Account, t.Access)
		switch off := mailflow.Meaning(err).IsSwitch(); {
		case off && hindered != nil: // it cannot settle: nobody has allowed it yet
			return false, hindered.Again()
		case off:
			return false, nil
		}
		return err == nil, err
	})
}
