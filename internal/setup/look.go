package setup

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"wxmail/internal/directory"
	"wxmail/internal/exchange"
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// manner is how a look bears with what cannot be read.
type manner struct {
	// tolerates says whether the look goes on without a source.
	tolerates func(error) bool
	refresh   bool                       // the stored token is tried
	inbox     bool                       // inbox rules are read too
	mailbox   bool                       // the mailbox user may have to sign in later
	looked    func(at string, err error) // is called as each source was looked at; nil: nobody wants to know
	tried     func()                     // is called once what is local was read, and its token tried; nil: nobody waits for that
}

func (m manner) tell(at string, err error) {
	if m.looked != nil {
		m.looked(at, err)
	}
}

// observe looks at every source that the course needs. Where the journal may
// show that nobody need sign in, what is local comes first, else beside the
// sign-ins. The administrators sign in one after the other, and what each may
// look at is read as soon as they have, the directory before anybody else is
// asked.
func (s *session) observe(ctx context.Context, m manner) error {
	if s.course.Reads(s.facts()) == world.Held {
		alone := m
		alone.mailbox = false // who signs in is said once all of them are known
		if err := s.visit(ctx, world.Held, alone); err != nil {
			return err
		}
	}
	return s.visit(ctx, s.course.Reads(s.facts()), m)
}

// visit looks at the sources. The first failure ends the others, so that no
// person is asked to sign in for nothing.
func (s *session) visit(ctx context.Context, sources world.Source, m manner) error {
	work, end := newGroup(ctx)
	defer end()
	local := sources.Has(world.Held) && s.facts().Seen.Here.Value == nil
	if local {
		if _, err := s.Journal.Records(); err != nil {
			return err // a damaged file is found before a browser opens
		}
	}
	s.expect(s.expected(sources, m.mailbox && s.expectsMailbox()))
	if local {
		s.hereRead = make(chan struct{})
		work.start(func(ctx context.Context) error { return s.visitHere(ctx, m) })
	}
	beside, err := s.visitDirectory(work.ctx, sources, m, work)
	if err == nil {
		err = s.visitExchange(work.ctx, sources, m, work, beside)
	}
	if err != nil {
		work.fail(err)
	}
	err = work.wait()
	s.hereRead = nil
	if err != nil {
		return err
	}
	s.now = s.Cloud.Now()
	if err := s.nameApplication(); err != nil {
		return err
	}
	settle(s)
	return s.recognise()
}

// visitHere reads what is local, then tries the stored token.
func (s *session) visitHere(ctx context.Context, m manner) error {
	here, err := s.readLocal(ctx)
	if err != nil {
		return err
	}
	s.look(func(seen *world.Seen) { seen.Here.Value = here })
	close(s.hereRead)
	m.tell("here", nil)
	err = s.tryRefresh(ctx, here, m)
	if err == nil && m.tried != nil {
		m.tried()
	}
	return err
}

// awaitHere waits until what is local was read: nothing is sent for a person
// who has signed in beside a vault that is damaged.
func (s *session) awaitHere(ctx context.Context) error {
	if s.hereRead == nil {
		return nil
	}
	select {
	case <-s.hereRead:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// expectsMailbox says whether the mailbox user will have to sign in, as far as
// is known: the vault may not be open yet, and whether the stored token still
// lives shows only later.
func (s *session) expectsMailbox() bool {
	f := s.facts()
	if f.Seen.Here.Value != nil {
		return !f.Seen.TokenLives()
	}
	for _, st := range s.lastSeen().Steps {
		if st.ID == "token" && st.State == "done" {
			return false
		}
	}
	return true
}

// visitDirectory reads first where another person has to sign in after its
// administrator: in a tenant that is not the mailbox's, nobody else need. Where
// the same person signs in again, beside is what is read as soon as they have.
func (s *session) visitDirectory(ctx context.Context, sources world.Source, m manner, work *group) (beside func(), err error) {
	nothing := func() {}
	if s.awaits(sources, world.Directory) {
		if err := s.tolerate(ctx, m, world.Directory, s.signInDirectory(ctx)); err != nil {
			return nothing, err
		}
	}
	if !sources.Has(world.Directory) || s.directory == nil {
		return nothing, nil
	}
	read := func(ctx context.Context) error {
		err := s.readDirectory(ctx)
		m.tell("directory", err)
		return s.tolerate(ctx, m, world.Directory, err)
	}
	switch {
	case !s.awaits(sources, world.Exchange):
		work.start(read)
		return nothing, nil
	case s.sameAdministrator():
		return sync.OnceFunc(func() { work.start(read) }), nil
	}
	return nothing, read(ctx)
}

// visitExchange signs in and reads. beside is done once the person has signed
// in, or where the look goes on without.
func (s *session) visitExchange(ctx context.Context, sources world.Source, m manner, work *group, beside func()) error {
	if s.awaits(sources, world.Exchange) {
		if err := s.tolerate(ctx, m, world.Exchange, s.signInExchange(ctx, beside)); err != nil {
			return err
		}
		beside()
	}
	if sources.Has(world.Exchange) && s.exchange != nil {
		work.start(func(ctx context.Context) error {
			err := s.readExchange(ctx, m.inbox)
			m.tell("exchange", err)
			return s.tolerate(ctx, m, world.Exchange, err)
		})
	}
	return nil
}

// tolerate is nil where the look goes on without a source: another person may
// look at it, or, in an inspection, why it cannot be read is what is wanted.
func (s *session) tolerate(ctx context.Context, m manner, source world.Source, err error) error {
	if err == nil || ctx.Err() != nil || !m.tolerates(err) {
		return err
	}
	s.look(func(seen *world.Seen) {
		if source == world.Directory {
			seen.Directory.Err = err
		} else {
			seen.Exchange.Err = err
		}
	})
	return nil
}

// waits says whether an error only means that somebody else has to go first.
func waits(err error) bool {
	var o *step.Obstacle
	return errors.As(err, &o) && o.Waiting
}

// readDirectory reads the tenant, our application, and what it holds.
func (s *session) readDirectory(ctx context.Context) error {
	defer s.busy("read-directory")()
	if err := s.readSource(ctx, world.Directory); err != nil {
		return err
	}
	return s.tellTenant()
}

// nameApplication puts the client ID in the place of an object ID that was
// given for it, says which of the two it was, and remembers anew: the journal
// knows applications by their client IDs. Nothing else may go on beside it.
func (s *session) nameApplication() error {
	f := s.facts()
	app := f.Seen.Tenant().Application
	if app == nil || s.wanted.Application == "" || strings.EqualFold(app.AppID, s.wanted.Application) {
		return nil
	}
	s.Operator.Say(msg.M("application.object-id", "Given", s.wanted.Application, "Name", app.DisplayName, "ID", app.AppID))
	s.Answers.Correct("azure.application", app.AppID)
	s.mu.Lock()
	s.answered.Application, s.wanted.Application = app.AppID, app.AppID
	s.mu.Unlock()
	var err error
	s.lookHere(func(here *world.Here) { err = s.remember(here) })
	return err
}

func (s *session) application(ctx context.Context) (*directory.Snapshot, error) {
	q := directory.Query{Organization: true, Resources: true, Policies: true, User: s.wanted.Login(),
		Application: true, AppID: s.wanted.Application, UniqueName: s.wanted.UniqueName(),
		FormerName: wanted.FormerUniqueName(s.wanted.Mailbox), HintAppID: s.guess()}
	if s.made == nil { // whatever was chosen is being made
		q.RedirectURI = s.wanted.CallbackURL
	}
	return s.directory.Read(ctx, q)
}

// guess is the client id of our application: as this run has seen or made it,
// else of last time.
func (s *session) guess() string {
	f := s.facts()
	if app := f.Seen.Application(); app != nil {
		return app.AppID
	}
	return cmp.Or(s.made.AppID(), string(s.lastSeen().Azure.ClientID))
}

// readExchange reads the mailbox and what decides on its mail, and beside it
// what the administrator may run. Who may not even look is an obstacle.
func (s *session) readExchange(ctx context.Context, inbox bool) error {
	defer s.busy("read-exchange")()
	q := exchange.ReadQuery{Mailbox: s.wanted.Mailbox, SignInAs: s.wanted.Login(), InboxRules: inbox}
	began := s.Cloud.Now()
	var seen *mailflow.Snapshot
	var readErr error
	var reading sync.WaitGroup
	reading.Go(func() { seen, readErr = s.exchange.Read(ctx, q) })
	rightsErr := s.readRights(ctx)
	reading.Wait()
	if readErr != nil {
		return readErr
	}
	if o := s.mayNotLook(seen); o != nil {
		return o
	}
	if rightsErr != nil && microsoft.Of(rightsErr) == nil {
		return rightsErr
	}
	s.look(func(all *world.Seen) { all.Exchange = world.Look[mailflow.Snapshot]{Value: seen, At: began} })
	return nil
}

// mayNotLook is the obstacle of an account that may not even look at the
// mailbox, with every cmdlet that it may not run, or nil. The refusal of a
// cmdlet is what counts; the list of cmdlets only tells of more.
func (s *session) mayNotLook(seen *mailflow.Snapshot) *step.Obstacle {
	first := seen.Blind("", "Get-Mailbox")
	if first == nil || !first.Refused() {
		return nil
	}
	var refused []string
	for _, g := range seen.Gaps {
		if g.Refused() && !slices.Contains(refused, g.Cmdlet) {
			refused = append(refused, g.Cmdlet)
		}
	}
	may := s.facts().May
	o := guide.MayNotLook(may.Exchange.Account, *first)
	o.Detail = strings.Join(refused, ", ")
	switch {
	case s.Signing == AzureCLI: // nobody has seen its token run a cmdlet
		o.Code = "WX-EXCHANGE-AZURE-CLI"
	case may.AdministratesExchange(): // an account that is shut out of PowerShell is refused whatever its role
		o.Code = "WX-EXCHANGE-SHUT-OUT"
	}
	return o
}

// readRights asks, once, what this administrator may run. That Exchange refuses
// to say leaves it unknown: then only trying tells. The error is then
// Exchange's refusal.
func (s *session) readRights(ctx context.Context) error {
	if s.facts().May.Exchange.Cmdlets.Known() {
		return nil
	}
	rights, err := s.exchange.Rights(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.may.Exchange.Cmdlets = rights
	s.mu.Unlock()
	return nil
}

// readLocal reads the vault and the journal, and nothing else.
func (s *session) readLocal(ctx context.Context) (*world.Here, error) {
	if err := s.openVault(ctx); err != nil {
		return nil, err
	}
	here := &world.Here{Vault: world.Vault{Open: s.Vault != nil, Locked: s.Locked}}
	var err error
	if here.Secret, here.Token, err = loadHeld(s.Vault); err != nil {
		return nil, err
	}
	err = s.remember(here)
	here.Neighbours = known(s.neighbours())
	here.Listed, here.AssetToken = lastListed(s.Data), recordedAssetToken(s.Data)
	return here, err
}

// openVault waits until the vault is open; its key was being derived while the
// network was waited for.
func (s *session) openVault(ctx context.Context) error {
	if s.Vault == nil {
		return nil
	}
	defer s.busy("read-here")()
	err := s.Vault.Ready(ctx)
	if err != nil && s.Lenient && ctx.Err() == nil {
		s.Vault, s.Locked = nil, true
		return nil
	}
	return err
}

// tryRefresh finds out whether the stored token still lives. That the grant
// is dead is an observation; that Entra could not be asked is an error, but in
// a look that tolerates it.
func (s *session) tryRefresh(ctx context.Context, here *world.Here, m manner) error {
	held, token := here.Secret, here.Token
	if !m.refresh || held == nil || token == nil || !token.Belongs(held.ClientID, s.tenantID(), s.wanted.Login()) {
		return nil
	}
	defer s.busy("try-token")()
	fresh, err := prover{session: s}.Refresh(ctx, *held, *token)
	if err != nil && silent(err) && !m.tolerates(err) || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	if err == nil {
		if err := putToken(s.Vault, fresh); err != nil {
			return err
		}
	}
	s.lookHere(func(now *world.Here) {
		now.RefreshErr = err
		if err == nil {
			now.Token, now.Refreshed = &fresh, true
		} else if code := assetEnds(err); code != "" {
			now.AssetToken = now.AssetToken.Met(token, code, s.Cloud.Now())
		}
	})
	return nil
}

// silent says whether a service did not answer at all, or could not.
func silent(err error) bool {
	e := microsoft.Of(err)
	return e != nil && (e.Status == 0 || e.Status >= 500 || e.Status == 429)
}

// recognise finds out which of the listed secrets one is that was taken over,
// and keeps what it finds.
func (s *session) recognise() error {
	f := s.facts()
	held := f.Seen.Local().Secret
	if held == nil || s.Vault == nil {
		return nil
	}
	known, is := held.Recognise(f.Seen.Tenant().Application)
	if !is {
		return nil
	}
	if err := putSecret(s.Vault, known); err != nil {
		return err
	}
	s.lookHere(func(here *world.Here) { here.Secret = &known })
	return nil
}
