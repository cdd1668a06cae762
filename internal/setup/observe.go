package setup

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"wxmail/internal/directory"
	"wxmail/internal/exchange"
	"wxmail/internal/graph"
	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/signin"
	"wxmail/internal/step"
)

// observe reads every source that the steps of this run need. What is local
// comes first, because it may show that nobody need sign in; then the admins
// sign in, one after the other; then the rest is read side by side.
func (r *Run) observe(ctx context.Context) error {
	o := &r.Observed
	o.Read, o.TokenWanted = 0, r.runs("token") && !r.Options.Undo
	if r.reads().Has(Held) {
		if err := r.readHeld(ctx); err != nil {
			return err
		}
	}
	sources := r.reads()
	if err := r.signIn(ctx, sources); err != nil {
		return err
	}
	o.Now = r.Cloud.Now()
	return r.read(ctx, sources)
}

// goOnWithout is nil where the run can go on without a source: another person may
// look at it, or, in an inspection, why it cannot be read is what is wanted.
func (r *Run) goOnWithout(ctx context.Context, source step.Source, err error) error {
	var o *step.Obstacle
	waits := errors.As(err, &o) && o.Waiting
	if err == nil || ctx.Err() != nil || !waits && !r.Options.Inspect {
		return err
	}
	if r.Observed.Unread == nil {
		r.Observed.Unread = map[step.Source]error{}
	}
	r.Observed.Unread[source] = err
	return nil
}

// readHeld opens what the vault and the journal know, and tries the stored
// refresh token.
func (r *Run) readHeld(ctx context.Context) error {
	o := &r.Observed
	o.Vault = VaultState{Open: r.Vault != nil, Locked: r.Locked}
	o.Vault.Secret, o.Vault.Token = loadHeld(r.Vault)
	records, err := r.Journal.Records()
	if err != nil {
		return err
	}
	label := ""
	if o.Vault.Secret != nil {
		label = o.Vault.Secret.Label
	}
	o.Memory = remember(records, label)
	o.Read |= Held
	if o.TokenWanted && o.Vault.Token != nil && o.Vault.Secret != nil {
		return r.tryRefresh(ctx)
	}
	return nil
}

// tryRefresh finds out whether the stored token still lives. That the grant
// is dead is an observation; that Entra could not be asked is an error.
func (r *Run) tryRefresh(ctx context.Context) error {
	o := &r.Observed
	held, secret := *o.Vault.Token, *o.Vault.Secret
	if held.ClientID != secret.ClientID || !strings.EqualFold(held.TenantID, o.TenantID) || !strings.EqualFold(held.Login, r.Wanted.Login()) {
		return nil
	}
	token, err := r.refresh(ctx, secret.ClientID, secret.Value, held.Refresh, held.Account)
	if err != nil {
		o.Vault.RefreshErr = err
		if e := cloudError(err); e != nil && !r.Options.Inspect && (e.Status == 0 || e.Status >= 500 || e.Status == 429) {
			return err
		}
		return ctx.Err()
	}
	return r.storeToken(heldTokenOf(secret.ClientID, held.Login, token, held.Proved))
}

// signIn signs the admins in whom the sources need and who have not yet. Who
// came and what they may do is checked at once: before the first write, and
// before the next person is asked.
func (r *Run) signIn(ctx context.Context, sources step.Source) error {
	r.Operator.ShowSignIns(r.expected(sources))
	if r.awaits(sources, Directory) {
		if err := r.goOnWithout(ctx, Directory, r.signInDirectory(ctx)); err != nil {
			return err
		}
	}
	if r.awaits(sources, Exchange) {
		return r.goOnWithout(ctx, Exchange, r.signInExchange(ctx))
	}
	return nil
}

// awaits says whether somebody has yet to sign in for a source.
func (r *Run) awaits(sources, source step.Source) bool {
	signedIn := source == Directory && r.directory != nil || source == Exchange && r.exchange != nil
	return sources.Has(source) && !signedIn && r.Observed.Unread[source] == nil
}

func (r *Run) expected(sources step.Source) []ExpectedSignIn {
	var ahead []ExpectedSignIn
	if r.awaits(sources, Directory) {
		ahead = append(ahead, ExpectedSignIn{signin.Directory, r.Wanted.Admin})
	}
	if r.awaits(sources, Exchange) {
		ahead = append(ahead, ExpectedSignIn{signin.Exchange, r.Wanted.ExchangeAdmin})
	}
	if r.runs("token") && !r.Observed.Vault.Refreshed && r.Options.Write && !r.Options.Undo {
		ahead = append(ahead, ExpectedSignIn{signin.Mailbox, r.Wanted.Login()})
	}
	return ahead
}

func (r *Run) signInDirectory(ctx context.Context) error {
	clientID, scopes, err := signin.AdminClient(r.Wanted.SignInApp)
	if err != nil {
		return err
	}
	cred, err := r.admin(ctx, signin.Directory, r.Wanted.Admin, clientID, scopes(r.Cloud))
	if err != nil {
		return mayNotConsent(err)
	}
	r.directory, err = graph.New(r.Cloud, cred)
	return err
}

func (r *Run) signInExchange(ctx context.Context) error {
	account := r.Wanted.ExchangeAdmin
	if account == "" {
		account = r.admins[signin.Directory].UPN
	}
	cred, err := r.admin(ctx, signin.Exchange, account, signin.ExchangeClientID, signin.ExchangeScopes(r.Cloud))
	if err != nil {
		return err
	}
	admin := exchange.New(r.Cloud, cred, r.Observed.TenantID)
	if err := r.checkExchangeRights(admin.Rights(ctx)); err != nil {
		return err
	}
	r.exchange = admin
	return nil
}

// admin signs one admin in, by the way that was chosen, and refuses anybody
// but the account asked for.
func (r *Run) admin(ctx context.Context, role signin.Role, account, clientID string, scopes []string) (azcore.TokenCredential, error) {
	req := signin.Request{Role: role, Metadata: r.Metadata, ClientID: clientID, Scopes: scopes, LoginHint: account}
	cred, who, err := r.credential(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := signin.Verify(role, who, r.Observed.TenantID, account); err != nil {
		return nil, err
	}
	r.admins[role] = who
	return cred, nil
}

func (r *Run) credential(ctx context.Context, req signin.Request) (azcore.TokenCredential, signin.Account, error) {
	switch r.Options.Signing {
	case DeviceCode:
		return signin.NewDeviceCode(ctx, r.Cloud, req, r.Operator.SignIn)
	case AzureCLI:
		return signin.NewAzureCLI(ctx, r.Cloud, r.Observed.TenantID, req.Scopes[0])
	}
	token, err := r.browse(ctx, req)
	if err != nil {
		return nil, signin.Account{}, err
	}
	return signin.Credential(r.Cloud, r.Observed.TenantID, req.ClientID, token), token.Account, nil
}

// browse signs a person in by browser.
func (r *Run) browse(ctx context.Context, req signin.Request) (*signin.Token, error) {
	listening, stop := context.WithCancel(ctx)
	defer stop()
	flow := *r.Flow
	flow.Show = r.Operator.SignIn
	flow.Pasted, flow.Reopen = r.Operator.Paste(listening)
	flow.PasteRefused = func(refused *signin.PasteError) { r.Operator.Warn(msg.M("warning.paste-" + string(refused.Reason))) }
	return flow.SignIn(ctx, req)
}

// read looks at the sources side by side. The mailbox's refusal is the more
// telling error, the directory's the more general: both are kept.
func (r *Run) read(ctx context.Context, sources step.Source) error {
	var reading sync.WaitGroup
	var directoryErr, exchangeErr error
	directory, mail := sources.Has(Directory) && r.directory != nil, sources.Has(Exchange) && r.exchange != nil
	if directory {
		reading.Go(func() { directoryErr = r.observeDirectory(ctx) })
	}
	if mail {
		reading.Go(func() { r.Observed.Exchange, exchangeErr = r.readExchange(ctx) })
	}
	reading.Wait()
	return errors.Join(r.took(ctx, Directory, directory, directoryErr), r.took(ctx, Exchange, mail, exchangeErr))
}

// took says of a source that was tried whether it is read now.
func (r *Run) took(ctx context.Context, source step.Source, tried bool, err error) error {
	if tried && err == nil {
		r.Observed.Read |= source
	}
	return r.goOnWithout(ctx, source, err)
}

func (r *Run) observeDirectory(ctx context.Context) error {
	seen, err := r.readDirectory(ctx)
	if err != nil {
		return err
	}
	r.Observed.Directory = seen
	r.setIDs(func(ids *objectIDs) {
		*ids = objectIDs{}
		if app := r.Observed.Application(); app != nil {
			ids.objectID, ids.appID = app.ObjectID, app.AppID
		}
		if seen.ServicePrincipal != nil {
			ids.principalID = seen.ServicePrincipal.ID
		}
	})
	if err := r.recognise(seen.Application); err != nil {
		return err
	}
	r.showTenant(seen.Organization)
	return r.checkTenant(seen.Organization)
}

// showTenant says once in whose tenant this run is.
func (r *Run) showTenant(org *directory.Organization) {
	if r.tenantShown {
		return
	}
	r.tenantShown = true
	var domains []string
	for _, d := range org.Domains {
		domains = append(domains, d.Name)
	}
	r.Operator.Say(msg.M("tenant.found", "Name", org.DisplayName, "ID", org.ID, "Domains", strings.Join(domains, ", ")))
}

func (r *Run) readDirectory(ctx context.Context) (*directory.Snapshot, error) {
	return r.directory.Read(ctx, directory.Query{Organization: true, Resources: true, Policies: true, User: r.Wanted.Login(),
		Application: true, AppID: r.Wanted.Application, UniqueName: r.Wanted.UniqueName(), HintAppID: r.hint()})
}

// hint is the client id of last time: it saves a request and decides nothing.
func (r *Run) hint() string {
	if id := r.ids().appID; id != "" {
		return id
	}
	return Known(r.lastSeen().Azure.ClientID)
}

func (r *Run) readExchange(ctx context.Context) (*mailflow.Snapshot, error) {
	return r.exchange.Read(ctx, exchange.ReadQuery{Mailbox: r.Wanted.Mailbox, SignInAs: r.Wanted.Login(), InboxRules: r.Options.Inspect})
}

// checkTenant refuses a mailbox whose domain is not this tenant's.
func (r *Run) checkTenant(org *directory.Organization) error {
	for _, address := range []string{r.Wanted.Mailbox, r.Wanted.Login()} {
		if !ownsDomain(org, domainOf(address)) {
			return &step.Obstacle{Code: "WX-DOMAIN-FOREIGN", Object: address, Detail: org.DisplayName + " (" + org.ID + ")", Stops: true}
		}
	}
	return nil
}

func ownsDomain(org *directory.Organization, domain string) bool {
	for _, d := range org.Domains {
		if strings.EqualFold(d.Name, domain) {
			return true
		}
	}
	return false
}

func (r *Run) organization() string {
	if d := r.Observed.Directory; d != nil && d.Organization != nil {
		return d.Organization.DisplayName
	}
	return r.Wanted.Tenant
}
