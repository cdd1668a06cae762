package entra

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"wxmail/internal/sandbox/tenant"
)

// accessToken is what a resource server reads.
type accessToken struct {
	jwt.RegisteredClaims
	AppID string   `json:"appid"`
	Scp   string   `json:"scp"`
	Roles []string `json:"roles"`
	Tid   string   `json:"tid"`
	Oid   string   `json:"oid"`
	UPN   string   `json:"upn"`
	Name  string   `json:"unique_name"` // a guest has no upn
	Wids  []string `json:"wids"`
	UTI   string   `json:"uti"`
	Type  string   `json:"idtyp"`
}

// Verify is a tenant.Verify: signature, issuer, tenant, expiry by the
// sandbox's clock, made since the last Reset, client enabled, and a user who
// is still there, enabled and not signed out since. The audience is the
// caller's to check. It takes the tenant's lock: call it before you do.
// The error never holds the token.
func (s *Server) Verify(raw string) (tenant.Token, error) {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	var claims accessToken
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(s.issuerV1()), jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(s.tenant.Clock.Now))
	_, err := parser.ParseWithClaims(raw, &claims, func(*jwt.Token) (any, error) { return &s.key.PublicKey, nil })
	if err != nil {
		return tenant.Token{}, unwrapped(err)
	}
	if err := s.stands(claims); err != nil {
		return tenant.Token{}, err
	}
	token := claims.token()
	token.DirectoryRoles = append(token.DirectoryRoles, s.ownRoles(claims.Oid)...)
	return token, nil
}

// unwrapped keeps the kind of a parse error and drops its text, which may
// quote the token.
func unwrapped(err error) error {
	for _, kind := range []error{
		jwt.ErrTokenMalformed, jwt.ErrTokenSignatureInvalid, jwt.ErrTokenExpired, jwt.ErrTokenNotValidYet,
		jwt.ErrTokenInvalidIssuer,
	} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return jwt.ErrTokenInvalidClaims
}

// stands checks the token against the directory as it is now.
func (s *Server) stands(claims accessToken) error {
	at, known := s.memory.Load().minted[claims.UTI]
	if !known || claims.Tid != s.tenant.Organization.ID {
		return errors.New("the token is not from this tenant")
	}
	client, found := s.tenant.ServicePrincipals.Find(func(sp tenant.ServicePrincipal) bool { return sp.AppID == claims.AppID })
	if !found || !client.AccountEnabled {
		return fmt.Errorf("the application %s is gone or disabled", claims.AppID)
	}
	if claims.Type == "app" {
		return nil
	}
	user, found := s.tenant.Users.Get(claims.Oid)
	switch {
	case !found || !user.AccountEnabled:
		return fmt.Errorf("the user %s is gone or disabled", claims.UPN)
	case at.Before(user.SignInSessionsValidFrom):
		return fmt.Errorf("the sessions of %s were revoked", claims.UPN)
	}
	return nil
}

func (t accessToken) token() tenant.Token {
	return tenant.Token{
		Audience: strings.Join(t.Audience, " "), TenantID: t.Tid, AppID: t.AppID, ObjectID: t.Oid, UPN: cmp.Or(t.UPN, t.Name),
		Subject: t.Subject,
		Scopes:  strings.Fields(t.Scp), Roles: t.Roles, DirectoryRoles: roleNames(t.Wids),
		IssuedAt: t.IssuedAt.Time, Expires: t.ExpiresAt.Time,
	}
}
