package guide

import (
	"context"
	"slices"
	"sync"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Hands are the live things that a change is made with. They may be used by
// several changes at once.
type Hands struct {
	Directory directory.Verbs
	Exchange  mailflow.Verbs
	Keep      Keeper
	Prove     Prover
	Made      *Made

	Now func() time.Time // by Microsoft's clock
	// Look reads our application again, with what it holds.
	Look func(context.Context) (*directory.Snapshot, error)
	// Settle calls check until it is done, for at most a minute; its error is
	// a *microsoft.NotSettled then. It is for what a change before it has
	// written and a replica may not show yet.
	Settle func(ctx context.Context, what string, check func(context.Context) (bool, error)) error
	// Still looks again, and gives why a change that customers feel must not be
	// made any more; nil where nobody looks.
	Still func(context.Context, step.Change) error
	// Warn says something that stops nothing.
	Warn func(msg.Message)
}

// Keeper keeps secrets on this computer, durably before it returns.
type Keeper interface {
	Secret() *world.Secret // nil: none
	Token() *world.Token
	StoreSecret(world.Secret) error // and notes in the journal that it was stored
	StoreToken(world.Token) error
	ForgetSecret() error
	ForgetToken() error
}

// Prover tries what was made at the service that it is for.
type Prover interface {
	// Secret authenticates as the application itself, once.
	Secret(ctx context.Context, clientID string, value secret.Value) error
	// SignIn runs the authorization code flow as the mailbox user, and checks
	// who came. answered is called when the person has signed in, before the
	// code is redeemed.
	SignIn(ctx context.Context, s world.Secret, login, account string, answered func()) (world.Token, error)
	// Refresh trades a token for a fresh one and checks what comes: user,
	// tenant and scope.
	Refresh(ctx context.Context, s world.Secret, t world.Token) (world.Token, error)
	// SMTP signs in to submission and sends nothing.
	SMTP(ctx context.Context, user string, access secret.Value) error
}

// Made is what a run has read or made of our application so far: what one
// change needs to know of another. Its methods may be called from several
// goroutines.
type Made struct {
	mu sync.Mutex
	is ids
}

type ids struct {
	objectID, appID, principalID string
	principalErr                 error             // why the service principal was not made
	grants                       map[string]scopes // that this run has given, by resource id
	redirectSeen                 bool              // a replica has shown the temporary redirect URI
	redirectSent                 bool              // this run may have added it
	written                      []string          // the redirect URIs as this run wrote them; nil: it did not
	created                      bool              // this run made the application
	ahead                        *glance           // a look that was begun before it is needed; nil for none
}

// glance is a look at our application that is made beside something else.
type glance struct {
	done chan struct{}
	seen *directory.Snapshot
	err  error
}

// knowsURIs says that the redirect URIs need not be read before they are
// written: the run made the application itself, and has seen it since.
func (is ids) knowsURIs() bool { return is.created && is.redirectSeen && is.written != nil }

// lookAhead begins to look, for whoever looks next, if anybody will.
func (h Hands) lookAhead(ctx context.Context) {
	if h.Made.now().knowsURIs() {
		return
	}
	g := &glance{done: make(chan struct{})}
	h.Made.note(func(is *ids) { is.ahead = g })
	go func() {
		defer close(g.done)
		g.seen, g.err = h.Look(ctx)
	}()
}

// lookOnce is what was looked at ahead, once, else a look of now.
func (h Hands) lookOnce(ctx context.Context) (*directory.Snapshot, error) {
	var g *glance
	h.Made.note(func(is *ids) { g, is.ahead = is.ahead, nil })
	if g == nil {
		return h.Look(ctx)
	}
	<-g.done
	if g.err != nil {
		return h.Look(ctx)
	}
	return g.seen, nil
}

type scopes []string

// NewMade is what is known from a first look.
func NewMade(seen *directory.Snapshot) *Made {
	m := &Made{}
	m.is.grants = map[string]scopes{}
	if app := applicationOf(seen); app != nil {
		m.is.objectID, m.is.appID = app.ObjectID, app.AppID
		m.is.redirectSeen, m.is.redirectSent = hasTemporary(app), hasTemporary(app)
	}
	if seen != nil && seen.ServicePrincipal != nil {
		m.is.principalID = seen.ServicePrincipal.ID
	}
	return m
}

func applicationOf(seen *directory.Snapshot) *directory.Application {
	switch {
	case seen == nil:
		return nil
	case seen.Application != nil:
		return seen.Application
	}
	return seen.Deleted
}

// AppID is the client id of our application as far as it is known, "" before
// it was made. It may be called on nil.
func (m *Made) AppID() string {
	if m == nil {
		return ""
	}
	return m.now().appID
}

func (m *Made) now() ids {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.is
}

func (m *Made) note(change func(*ids)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.is)
}

// gave remembers a tenant-wide grant that this run has given.
func (m *Made) gave(resourceID string, given []string) {
	m.note(func(is *ids) { is.grants[resourceID] = given })
}

// shown says whether the grants of this run can be seen: the mailbox user
// would be asked for what is missing, and that consent would stay behind.
func (m *Made) shown(grants []directory.Grant) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for resourceID, given := range m.is.grants {
		seen := world.TenantWide(grants, resourceID)
		if seen == nil || len(without(given, seen.Scopes...)) > 0 {
			return false
		}
	}
	return true
}

// settleWrite repeats a write that was refused because an object made a
// moment ago has not reached the replica that answered.
func (h Hands) settleWrite(ctx context.Context, what string, write func() error) error {
	return h.Settle(ctx, what, func(context.Context) (bool, error) {
		err := write()
		if directory.NotYet(err) {
			return false, nil
		}
		return err == nil, err
	})
}

// sent remembers a write that brought the temporary redirect URI, or may have:
// one that Microsoft refused did not.
func (m *Made) sent(uris []string, err error) {
	refused := microsoft.Of(err) != nil && microsoft.Of(err).Refused()
	if err == nil {
		m.note(func(is *ids) { is.written = uris })
	}
	if slices.Contains(uris, TemporaryRedirect) && !refused {
		m.note(func(is *ids) { is.redirectSent = true })
	}
}

func hasTemporary(app *directory.Application) bool {
	return slices.Contains(app.RedirectURIs, TemporaryRedirect)
}

// TemporaryRedirect is the redirect URI of our own code flow: for
// http://localhost Entra ignores the port.
// https://learn.microsoft.com/entra/identity-platform/reply-url
const TemporaryRedirect = "http://localhost"

// ignoreExists: what exists already is success; the read-back says whether it
// is what was wanted.
func ignoreExists(err error) error {
	if mailflow.IsExists(err) {
		return nil
	}
	return err
}

// ignoreMissing: what is gone already is success.
func ignoreMissing(err error) error {
	if microsoft.IsNotFound(err) {
		return nil
	}
	return err
}
