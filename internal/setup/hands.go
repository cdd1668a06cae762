package setup

import (
	"context"
	"strings"
	"sync"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/secret"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/submit"
	"wxmail/internal/world"
)

// hands are what changes of this run are made with. It is told when the mailbox
// user has signed in.
func (s *session) hands(answered func()) guide.Hands {
	f := s.facts()
	s.made = guide.NewMade(f.Seen.Directory.Value)
	h := guide.Hands{Keep: &keeper{session: s}, Prove: prover{s, answered}, Made: s.made,
		Now: s.Cloud.Now, Look: s.application, Settle: s.Cloud.Settle, Warn: s.Operator.Warn}
	if s.directory != nil {
		h.Directory = s.directory
	}
	if s.exchange != nil {
		h.Exchange = s.exchange
		h.Still = func(ctx context.Context, c step.Change) error { return still(ctx, s, c) }
	}
	return h
}

// freshFor is how old a look at Exchange may be and still be believed: no longer
// than the run itself takes where nobody is waited for.
const freshFor = 10 * time.Second

// fresh says whether Exchange was looked at so lately, all of it, by a clock
// that may have been set meanwhile.
func fresh(s *session) bool {
	age := s.Cloud.Now().Sub(s.facts().Seen.Exchange.At)
	return age >= 0 && age < freshFor
}

// still looks at Exchange again before what customers feel: since the plan was
// made the mailbox user may have taken long to sign in.
func still(ctx context.Context, s *session, c step.Change) error {
	if fresh(s) {
		return nil
	}
	if err := s.readSource(ctx, world.Exchange); err != nil {
		return err
	}
	f := s.facts()
	if o := guide.Meanwhile(f, s.course.Plan(f), c); o != nil {
		return o
	}
	return nil
}

// applying makes one change after the other's needs; Exchange is written one
// change at a time.
func applying(h guide.Hands) func(context.Context, step.Change) (any, error) {
	var exchange sync.Mutex
	return func(ctx context.Context, c step.Change) (any, error) {
		t, known := guide.ThingOf(c.Key)
		if !known {
			return nil, &step.Obstacle{Code: "WX-INTERNAL", Step: c.Step, Object: c.Key, Detail: "no such thing"}
		}
		if t.Writes.Has(world.Exchange) {
			exchange.Lock()
			defer exchange.Unlock()
		}
		return t.Apply(ctx, h, c)
	}
}

// keeper keeps secrets in the vault, with their notes in the journal.
type keeper struct {
	*session
	writing sync.Mutex
}

// Secret implements guide.Keeper.
func (k *keeper) Secret() *world.Secret {
	k.writing.Lock()
	defer k.writing.Unlock()
	held, _, _ := loadHeld(k.Vault) // it has been opened
	return held
}

// Token implements guide.Keeper.
func (k *keeper) Token() *world.Token {
	k.writing.Lock()
	defer k.writing.Unlock()
	_, token, _ := loadHeld(k.Vault) // it has been opened
	return token
}

// StoreSecret implements guide.Keeper: an intended label without the note, and
// not in the vault, is an orphan.
func (k *keeper) StoreSecret(held world.Secret) error {
	k.writing.Lock()
	defer k.writing.Unlock()
	if err := putSecret(k.Vault, held); err != nil {
		return err
	}
	return k.noteStored(held.Label)
}

// StoreToken implements guide.Keeper.
func (k *keeper) StoreToken(token world.Token) error {
	k.writing.Lock()
	defer k.writing.Unlock()
	return putToken(k.Vault, token)
}

// ForgetSecret implements guide.Keeper.
func (k *keeper) ForgetSecret() error {
	k.writing.Lock()
	defer k.writing.Unlock()
	return k.Vault.Delete(secretKey)
}

// ForgetToken implements guide.Keeper.
func (k *keeper) ForgetToken() error {
	k.writing.Lock()
	defer k.writing.Unlock()
	return ForgetToken(k.Vault)
}

// prover tries what was made at the service that it is for.
type prover struct {
	*session
	answered func() // the mailbox user has signed in
}

// Secret implements guide.Prover.
func (p prover) Secret(ctx context.Context, clientID string, value secret.Value) error {
	return signin.ProveSecret(ctx, p.Cloud, p.tenantID(), clientID, value)
}

// SignIn implements guide.Prover.
func (p prover) SignIn(ctx context.Context, s world.Secret, login, account string, answered func()) (world.Token, error) {
	req := signin.Request{Role: signin.Mailbox, Metadata: p.metadata, ClientID: s.ClientID, ClientSecret: s.Value,
		Scopes: []string{"openid", "profile", "offline_access", p.Cloud.SMTPScope}, LoginHint: account}
	flow, stop := p.flow(ctx, req)
	defer stop()
	flow.Answered = func(context.Context) error {
		answered()
		p.answered()
		return nil
	}
	token, err := flow.SignIn(ctx, req)
	if err != nil {
		return world.Token{}, err
	}
	return heldTokenOf(s.ClientID, login, token), nil
}

// Refresh implements guide.Prover.
func (p prover) Refresh(ctx context.Context, s world.Secret, t world.Token) (world.Token, error) {
	if !t.Refresh.IsSet() {
		return world.Token{}, &step.Obstacle{Code: "WX-NO-REFRESH-TOKEN", Step: "token", Object: t.Login}
	}
	fresh, err := signin.Refresh(ctx, p.Cloud, signin.Grant{TenantID: p.tenantID(), ClientID: s.ClientID, ClientSecret: s.Value,
		Refresh: t.Refresh, Account: t.Login})
	if err != nil {
		return world.Token{}, err
	}
	if err := signin.Verify(signin.Mailbox, fresh.Account, p.tenantID(), t.Account); err != nil {
		return world.Token{}, err
	}
	if !strings.Contains(strings.ToLower(fresh.Scope), "smtp.send") {
		return world.Token{}, &step.Obstacle{Code: "WX-TOKEN-SCOPE", Step: "token", Object: t.Login, Detail: fresh.Scope,
			Evidence: "token answer: scope"}
	}
	held := heldTokenOf(s.ClientID, t.Login, fresh)
	held.Proved = t.Proved
	return held, nil
}

// SMTP implements guide.Prover.
func (p prover) SMTP(ctx context.Context, user string, access secret.Value) error {
	return submit.Probe(ctx, p.Cloud, user, access)
}

var (
	_ guide.Prover = prover{}
	_ guide.Keeper = (*keeper)(nil)
)
