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
func redeem(ctx context.Context, e *cloud.Endpoints, config *oauth2.Config, req Request, code, verifier string) (*Token, error) {
	ctx = through(ctx, e, "redeem the authorization code", req.LoginHint)
	raw, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, typed(ctx, err)
	}
	token, err := convert(ctx, e, raw)
	if err != nil {
		return nil, err
	}
	if token.Account.TenantID == "" || !token.issuedFor(req.ClientID) {
		return nil, badAnswer(ctx)
	}
	return token, nil
}

// Refresh trades a refresh token for a fresh access token, once. secret is
// empty for a public client. The old refresh token stays valid at Entra ID,
// and is handed back when the answer holds no new one. Errors: *microsoft.Error
// or ctx's. It may be repeated.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
func Refresh(ctx context.Context, e *cloud.Endpoints, tenantID, clientID string, secret, refresh secret.Value) (*Token, error) {
	ctx = through(ctx, e, "refresh the token", clientID)
	config := clientConfig(e, tenantID, clientID, secret)
	raw, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh.Reveal()}).Token()
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
	ctx = through(ctx, e, "prove the client secret", clientID)
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

type operationKey struct{}

type operation struct{ name, object string }

// named says what is done under ctx, for errors of the transport and of ours.
func named(ctx context.Context, op, object string) context.Context {
	ctx = context.WithValue(ctx, operationKey{}, operation{op, object})
	return cloud.WithOperation(ctx, op, object)
}

// through sends what x/oauth2 does under ctx through the cloud's client.
func through(ctx context.Context, e *cloud.Endpoints, op, object string) context.Context {
	return context.WithValue(named(ctx, op, object), oauth2.HTTPClient, e.Client())
}

// typed keeps of a library's error only what is safe and typed.
func typed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if refused := (*microsoft.Error)(nil); errors.As(err, &refused) {
		return refused
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
	op, _ := ctx.Value(operationKey{}).(operation)
	failure.Operation, failure.Object = op.name, op.object
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
