package setup

import (
	"context"
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/submit"
)

// planToken plans the proof that Generate Token will work: the authorization
// code flow as the mailbox user, over a temporary redirect URI, refreshed
// once, and an SMTP sign-in with what comes.
//
// The step is done when the stored refresh token refreshes into a token for
// the right user, tenant and scope. Then no redirect URI is added.
func planToken(r *Run, p *step.Plan) {
	o := &r.Observed
	app := o.Application()
	if o.Vault.Locked {
		return
	}
	if o.Read.Has(Directory) && app == nil && !p.Has("azure.application") {
		p.Hinder(hinderedBy(p, "azure.register"))
		return
	}
	if o.Vault.Refreshed {
		planProof(r, p)
		planRedirectLeft(r, p, app)
		return
	}
	if !o.UsableSecret() && !p.Has("azure.secret") {
		p.Hinder(hinderedBy(p, "azure.register"))
		planRedirectLeft(r, p, app)
		return
	}
	if p.Hindered("azure.consent") != nil {
		p.Hinder(hinderedBy(p, "azure.consent")) // the user would be asked for what an administrator has yet to grant
		return
	}
	planSignIn(r, p, app)
}

// planProof repeats the SMTP sign-in where an earlier run got a token but
// could not yet sign in with it.
func planProof(r *Run, p *step.Plan) {
	switch {
	case r.Observed.Vault.Token.Proved:
	case p.Hindered("mailbox.smtp") != nil:
		p.Hinder(hinderedBy(p, "mailbox.smtp"))
	default:
		p.Add(step.Change{Key: "token.smtp-sign-in", Op: step.Create, Target: r.Wanted.Login(), After: "signed in over SMTP", Ours: true,
			Needs: []string{"mailbox.smtp-auth"}})
	}
}

// planRedirectLeft takes back a redirect URI that an interrupted run left.
func planRedirectLeft(r *Run, p *step.Plan, app *directory.Application) {
	if app != nil && r.Observed.Memory.TemporaryRedirect && slices.Contains(app.RedirectURIs, TemporaryRedirect) {
		p.Add(redirectRemoval(app.DisplayName))
	}
}

func redirectRemoval(target string) step.Change {
	return step.Change{Key: "token.redirect-uri", Op: step.Delete, Target: target, Before: TemporaryRedirect, Ours: true,
		Follows: []string{"token.sign-in"}, Finally: true}
}

func planSignIn(r *Run, p *step.Plan, app *directory.Application) {
	name := r.Wanted.AppName
	foreign := false
	if app != nil {
		name = app.DisplayName
		there := slices.Contains(app.RedirectURIs, TemporaryRedirect)
		foreign = there && !r.Observed.Memory.TemporaryRedirect
		if !there && !p.Has("azure.application") {
			p.Add(step.Change{Key: "token.redirect-uri", Op: step.Create, Target: name, After: TemporaryRedirect,
				Risk: msg.M("risk.temporary-redirect"), Ours: true, Needs: afterApplication})
		}
	}
	p.Add(step.Change{Key: "token.sign-in", Op: step.Create, Target: r.Wanted.Login(), After: "token with SMTP.Send and offline_access", Ours: true,
		Needs: signInNeeds(p)})
	if !foreign {
		p.Add(redirectRemoval(name))
	}
}

// signInNeeds: the person is asked to sign in once all the rest is in place.
func signInNeeds(p *step.Plan) []string {
	needs := []string{"token.redirect-uri"}
	for _, c := range p.Changes {
		if strings.HasPrefix(c.Key, "azure.") || c.Key == "mailbox.smtp-auth" {
			needs = append(needs, c.Key)
		}
	}
	return needs
}

// needsSignIn says that this run will ask the mailbox user to sign in.
func (r *Run) needsSignIn() bool {
	o := &r.Observed
	blocked, _ := o.secretPolicy()
	return o.TokenWanted && !o.Vault.Refreshed && (o.UsableSecret() || !blocked) && !r.consentWaits()
}

// consentWaits says that somebody else has to consent before the mailbox user
// can be asked to sign in.
func (r *Run) consentWaits() bool {
	return r.runs("azure.consent") && r.lacking("azure.consent") != nil && slices.ContainsFunc(r.Wanted.permissions(), func(p permission) bool {
		return !r.isGranted(p)
	})
}

func applyToken(ctx context.Context, r *Run, c step.Change) (any, error) {
	switch {
	case c.Key == "token.redirect-uri" && c.Op == step.Create:
		return r.addRedirect(ctx)
	case c.Key == "token.redirect-uri":
		return r.removeRedirect(ctx)
	case c.Key == "token.sign-in":
		return r.signInMailbox(ctx)
	case c.Key == "token.smtp-sign-in":
		return nil, r.proveSMTP(ctx, *r.Observed.Vault.Token)
	}
	return nil, unknownKey(c)
}

func (r *Run) addRedirect(ctx context.Context) (any, error) {
	app := r.Observed.Application()
	uris := union(slices.Clone(app.RedirectURIs), TemporaryRedirect)
	err := r.directory.UpdateApplication(ctx, app.ObjectID, directory.ApplicationPatch{RedirectURIs: uris})
	r.noteRedirectSent(uris, err)
	return map[string]string{"objectId": app.ObjectID, "uri": TemporaryRedirect}, err
}

// removal is what a removal of the temporary redirect URI leaves in the
// journal: without Gone it may still be there, and is still ours.
type removal struct {
	Gone bool `json:"gone"`
}

// removeRedirect reads first: what somebody else changed meanwhile stays.
func (r *Run) removeRedirect(ctx context.Context) (any, error) {
	if !r.redirectThere() {
		return removal{Gone: true}, nil
	}
	made := removal{}
	err := r.Cloud.Settle(ctx, "the application", func(ctx context.Context) (bool, error) {
		seen, err := r.readDirectory(ctx)
		if err != nil {
			return false, err
		}
		app := seen.Application
		if app == nil { // one whose answer was lost may never have been made
			return r.ids().objectID == "", nil
		}
		if !slices.Contains(app.RedirectURIs, TemporaryRedirect) {
			made.Gone = r.redirectGone()
			return made.Gone, nil
		}
		uris := without(app.RedirectURIs, TemporaryRedirect)
		err = r.directory.UpdateApplication(ctx, app.ObjectID, directory.ApplicationPatch{RedirectURIs: uris})
		made.Gone = err == nil
		return true, err
	})
	return made, err
}

// signInMailbox runs the code flow and checks what comes: user, tenant,
// scope, one refresh, and an SMTP sign-in without a message.
func (r *Run) signInMailbox(ctx context.Context) (any, error) {
	if err := r.settleApplication(ctx); err != nil {
		return nil, err
	}
	secret, clientID := r.heldSecret(), r.ids().appID
	token, err := r.browse(ctx, signin.Request{Role: signin.Mailbox, Metadata: r.Metadata, ClientID: clientID, ClientSecret: secret.Value,
		Scopes: r.mailboxScopes(), LoginHint: r.loginName()})
	if err != nil {
		return nil, err
	}
	if err := signin.Verify(signin.Mailbox, token.Account, r.Observed.TenantID, r.loginName()); err != nil {
		return nil, err
	}
	refreshed, err := r.refresh(ctx, clientID, secret.Value, token.Refresh, r.loginName())
	if err != nil {
		return nil, err
	}
	held := heldTokenOf(clientID, r.Wanted.Login(), refreshed, false)
	if err := r.storeToken(held); err != nil {
		return nil, err
	}
	return map[string]string{"account": held.Account, "scope": held.Scope}, r.proveSMTP(ctx, held)
}

// settleApplication waits until replicas show what the sign-in needs: Entra
// answers a missing redirect URI in the browser, and that never comes back.
func (r *Run) settleApplication(ctx context.Context) error {
	return r.Cloud.Settle(ctx, "the application", func(ctx context.Context) (bool, error) {
		seen, err := r.readDirectory(ctx)
		if err != nil {
			return false, err
		}
		r.noteRedirectSeen(seen)
		return seen.Application != nil && slices.Contains(seen.Application.RedirectURIs, TemporaryRedirect) &&
			seen.ServicePrincipal != nil && hasSecret(seen.Application, r.heldSecret().KeyID) && r.granted(seen), nil
	})
}

// granted says whether the tenant-wide grants that this run made are there:
// the user would be asked for what is missing, and that consent would stay.
func (r *Run) granted(seen *directory.Snapshot) bool {
	return !slices.ContainsFunc(r.Wanted.permissions(), func(perm permission) bool {
		return !perm.Application && r.plan.Has(grantKey(perm.Resource)) && !r.holds(seen.Grants, perm)
	})
}

func (r *Run) holds(grants []directory.Grant, perm permission) bool {
	return slices.ContainsFunc(grants, func(g directory.Grant) bool {
		return g.ConsentType == directory.AllPrincipals && g.ResourceID == r.Observed.resource(perm.ResourceAppID).ID &&
			slices.Contains(g.Scopes, perm.Value)
	})
}

func hasSecret(app *directory.Application, keyID string) bool {
	return slices.ContainsFunc(app.Secrets, func(s directory.SecretInfo) bool { return s.KeyID == keyID })
}

// loginName is the user principal name of the account that signs in, which
// may differ from its address.
func (r *Run) loginName() string {
	if d := r.Observed.Directory; d != nil && d.User != nil && d.User.UPN != "" {
		return d.User.UPN
	}
	return r.Wanted.Login()
}

// mailboxScopes are what Webex Connect asks for, and what tells the account.
func (r *Run) mailboxScopes() []string {
	return []string{"openid", "profile", "offline_access", r.Cloud.SMTPScope}
}

func (r *Run) refresh(ctx context.Context, clientID string, secret, refresh secret.Value, account string) (*signin.Token, error) {
	if !refresh.IsSet() {
		return nil, &step.Obstacle{Code: "WX-NO-REFRESH-TOKEN", Step: "token", Object: r.Wanted.Login()}
	}
	token, err := signin.Refresh(ctx, r.Cloud, signin.Grant{TenantID: r.Observed.TenantID, ClientID: clientID,
		ClientSecret: secret, Refresh: refresh, Account: account})
	if err != nil {
		return nil, err
	}
	if err := signin.Verify(signin.Mailbox, token.Account, r.Observed.TenantID, account); err != nil {
		return nil, err
	}
	if !strings.Contains(strings.ToLower(token.Scope), "smtp.send") {
		return nil, &step.Obstacle{Code: "WX-TOKEN-SCOPE", Step: "token", Object: r.Wanted.Login(), Detail: token.Scope}
	}
	return token, nil
}

// proveSMTP signs in over SMTP and sends nothing. The mailbox's switch takes
// effect with a delay: until then Exchange answers 5.7.139.
func (r *Run) proveSMTP(ctx context.Context, held HeldToken) error {
	waits := r.plan.Hindered("mailbox.smtp")
	err := r.Cloud.Settle(ctx, microsoft.SMTPAuth, func(ctx context.Context) (bool, error) {
		err := submit.Probe(ctx, r.Cloud, r.Wanted.Login(), held.Access)
		e := cloudError(err)
		switch off := e != nil && e.Service == microsoft.SMTP && e.Code == "5.7.139"; {
		case off && waits != nil: // it cannot settle: nobody has allowed it yet
			return false, hinderedBy(r.plan, "mailbox.smtp")
		case off:
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return err
	}
	held.Proved = true
	return r.storeToken(held)
}
