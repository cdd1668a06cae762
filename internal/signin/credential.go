package signin

import (
	"context"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
)

// Causes below the *microsoft.Error of a credential.
var (
	// ErrClaims: a service wants a new sign-in with more claims, as after a
	// change of Conditional Access or of roles; no token in memory will do.
	// https://learn.microsoft.com/entra/identity-platform/claims-challenge
	ErrClaims = microsoft.NewCause("WX-CLAIMS", "the service asks for a new sign-in (claims challenge)")
	// ErrNoRefresh: the token has run out, with nothing to renew it.
	ErrNoRefresh = microsoft.NewCause("WX-CLAIMS", "no refresh token")
)

const renewBefore = 5 * time.Minute

// credential serves one account's token for one resource from memory.
type credential struct {
	e     *cloud.Endpoints
	about about
	renew func(context.Context, *Token) (*Token, error)

	mu    sync.Mutex
	token *Token
}

// Credential serves a token that a public client signed in for, and renews
// it with its refresh token shortly before it expires. It is for the one
// resource that the token is for: the scopes asked for are not looked at.
// GetToken fails with a *microsoft.Error or ctx's error. Tokens stay in memory.
func Credential(e *cloud.Endpoints, tenantID, clientID string, token *Token) azcore.TokenCredential {
	c := &credential{e: e, token: token, about: serving(token.Account.UPN, clientID, tenantID)}
	c.renew = func(ctx context.Context, old *Token) (*Token, error) {
		if !old.Refresh.IsSet() {
			return nil, c.fail(ErrNoRefresh)
		}
		grant := Grant{TenantID: tenantID, ClientID: clientID, Refresh: old.Refresh, Account: token.Account.UPN}
		return refreshAs(ctx, e, microsoft.AdminRefresh, grant)
	}
	return c
}

// serving is what errors of a credential say.
func serving(account, clientID, tenantID string) about {
	return about{microsoft.AdminRefresh, "get a token", account, clientID, tenantID}
}

// GetToken gives the token in memory or a fresh one.
func (c *credential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if options.Claims != "" {
		return azcore.AccessToken{}, c.fail(ErrClaims)
	}
	if err := c.keepFresh(ctx); err != nil {
		return azcore.AccessToken{}, err
	}
	return c.accessToken(), nil
}

// keepFresh renews a token that is about to expire. While it has not, a
// failure to renew it is not yet one.
func (c *credential) keepFresh(ctx context.Context) error {
	left := c.token.Expires.Sub(c.e.Now())
	if left > renewBefore {
		return nil
	}
	fresh, err := c.renew(ctx, c.token)
	if err == nil {
		c.token = fresh
	} else if left <= 0 {
		return err
	}
	return nil
}

func (c *credential) fail(cause error) *microsoft.Error {
	return c.about.name(&microsoft.Error{Service: microsoft.Entra, Err: cause})
}

// accessToken tells libraries the expiry by the clock that they look at.
func (c *credential) accessToken() azcore.AccessToken {
	skew, _ := c.e.ClockSkew()
	return azcore.AccessToken{Token: c.token.Access.Reveal(), ExpiresOn: c.token.Expires.Add(-skew)}
}
