package signin

import (
	"context"
	"errors"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

// Token is what a sign-in or a refresh brings.
type Token struct {
	Access  secret.Value
	Refresh secret.Value // empty without offline_access
	ID      secret.Value // empty without openid
	Scope   string       // as granted, space separated; "" if not said
	Expires time.Time    // of Access, by the service's clock
	Account Account      // who; empty if neither token can be read
}

// ErrTokenAnswer stands below a *microsoft.Error when Entra ID's success is not
// a token answer. Nothing of the answer is in the error.
var ErrTokenAnswer = microsoft.NewCause("WX-ANSWER-UNUSABLE", "the token answer cannot be used")

const longestLife = 7 * 24 * time.Hour // no access token lives as long

func clientConfig(e *cloud.Endpoints, tenantID, clientID string, secret secret.Value) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     clientID,
		ClientSecret: secret.Reveal(),
		Endpoint: oauth2.Endpoint{
			TokenURL: tokenURL(e, tenantID),
			// The default tries two styles, and so redeems a code twice.
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// tokenURL is always the authority's, whatever a discovery document says.
func tokenURL(e *cloud.Endpoints, tenantID string) string {
	return e.Authority + "/" + tenantID + "/oauth2/v2.0/token"
}

// redeem turns the code into a token. It is sent once: a code is good once.
func redeem(ctx context.Context, e *cloud.Endpoints, config *oauth2.Config, req Request, code, verifier, nonce string) (*Token, error) {
	ctx = through(ctx, e, req.redemption())
	raw, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, typed(ctx, err)
	}
	token, err := convert(ctx, e, raw)
	if err != nil {
		return nil, err
	}
	if token.Account.TenantID == "" || !token.issuedFor(req.ClientID) || token.ofAnother(nonce) {
		return nil, badAnswer(ctx)
	}
	return token, nil
}

// Grant is a refresh token and what it was issued for.
type Grant struct {
	TenantID, ClientID string
	ClientSecret       secret.Value // empty for a public client
	Refresh            secret.Value
	Account            string // whose it is, for errors only; "" where nobody knows
}

// Refresh trades the mailbox user's refresh token for a fresh access token,
// once. The old refresh token stays valid at Entra ID, and is handed back when
// the answer holds no new one. Errors: *microsoft.Error or ctx's. It may be
// repeated.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
func Refresh(ctx context.Context, e *cloud.Endpoints, g Grant) (*Token, error) {
	return refreshAs(ctx, e, microsoft.Refresh, g)
}

func refreshAs(ctx context.Context, e *cloud.Endpoints, asked microsoft.Asked, g Grant) (*Token, error) {
	ctx = through(ctx, e, about{asked, "refresh the token", g.Account, g.ClientID, g.TenantID})
	config := clientConfig(e, g.TenantID, g.ClientID, g.ClientSecret)
	raw, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: g.Refresh.Reveal()}).Token()
	if err != nil {
		return nil, typed(ctx, err)
	}
	return convert(ctx, e, raw)
}

// ProveSecret authenticates as the application itself, once, and drops the
// token: nil means that Entra ID takes the secret. A secret that was made a
// moment ago may be refused with AADSTS7000215, its application with
// AADSTS700016: the caller settles. Errors: *microsoft.Error or ctx's.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func ProveSecret(ctx context.Context, e *cloud.Endpoints, tenantID, clientID string, secret secret.Value) error {
	ctx = through(ctx, e, about{microsoft.SecretProof, "prove the client secret", "", clientID, tenantID})
	config := clientcredentials.Config{
		ClientID:     clientID,
		ClientSecret: secret.Reveal(),
		TokenURL:     tokenURL(e, tenantID),
		Scopes:       []string{e.Graph + "/.default"},
		AuthStyle:    oauth2.AuthStyleInParams,
	}
	if _, err := config.Token(ctx); err != nil {
		return typed(ctx, err)
	}
	return nil
}

type aboutKey struct{}

// about is what errors of Entra ID say of a request: what was asked, what is
// done, to whom, by which application at which tenant.
type about struct {
	asked                              microsoft.Asked
	operation, account, client, tenant string
}

// object is whom a request is about, for a person.
func (a about) object() string { return firstOf(a.account, a.client, a.tenant) }

// named says what is done under ctx, for errors of the transport and of ours.
func named(ctx context.Context, a about) context.Context {
	ctx = context.WithValue(ctx, aboutKey{}, a)
	return cloud.WithOperation(ctx, a.operation, a.object())
}

// through sends what x/oauth2 does under ctx through the cloud's client.
func through(ctx context.Context, e *cloud.Endpoints, a about) context.Context {
	return context.WithValue(named(ctx, a), oauth2.HTTPClient, e.Client())
}

// typed keeps of a library's error only what is safe and typed.
func typed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if refused := (*microsoft.Error)(nil); errors.As(err, &refused) {
		return of(ctx, refused)
	}
	// A success that holds an error: the transport cannot know.
	if answer := (*oauth2.RetrieveError)(nil); errors.As(err, &answer) && answer.ErrorCode != "" {
		return of(ctx, cloud.EntraRefusal(answer.ErrorCode, answer.ErrorDescription))
	}
	return badAnswer(ctx)
}

func badAnswer(ctx context.Context) *microsoft.Error {
	return of(ctx, &microsoft.Error{Service: microsoft.Entra, Err: ErrTokenAnswer})
}

// of says in an error what ctx was about.
func of(ctx context.Context, failure *microsoft.Error) *microsoft.Error {
	a, _ := ctx.Value(aboutKey{}).(about)
	return a.name(failure)
}

// name says in an error what it is about.
func (a about) name(failure *microsoft.Error) *microsoft.Error {
	failure.Operation, failure.Object = a.operation, a.object()
	failure.Asked, failure.Client, failure.Tenant = a.asked, a.client, a.tenant
	return failure
}

func convert(ctx context.Context, e *cloud.Endpoints, raw *oauth2.Token) (*Token, error) {
	life := time.Duration(raw.ExpiresIn) * time.Second
	if raw.AccessToken == "" || raw.Type() != "Bearer" || raw.ExpiresIn <= 0 || life > longestLife {
		return nil, badAnswer(ctx)
	}
	id, _ := raw.Extra("id_token").(string)
	scope, _ := raw.Extra("scope").(string)
	return &Token{
		Access:  secret.New(raw.AccessToken),
		Refresh: secret.New(raw.RefreshToken),
		ID:      secret.New(id),
		Scope:   scope,
		Expires: e.Now().Add(life),
		Account: accountOf(id, raw.AccessToken),
	}, nil
}
