package webex

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/oauth2"

	"wxmail/internal/sandbox/tenant"
)

// signIn is a Generate Token under way.
type signIn struct {
	asset tenant.Asset
	done  chan error // the callback's outcome; never blocks
}

// GenerateToken clicks the asset's button: a browser signs in as the asset's
// login user, or as another, until it reaches the asset's Call Back URL,
// where the code is redeemed. It returns who signed in and for how many
// seconds the token is valid. Errors carry Microsoft's AADSTS text. It may
// be repeated: the new tokens replace the old.
func (s *Server) GenerateToken(ctx context.Context, asset, as string) (account, validity string, err error) {
	a, err := s.assetByID(asset)
	if err != nil {
		return "", "", err
	}
	if as == "" {
		as = field(a, username)
	}
	state := tenant.NewSecret("state", 24)
	way := &signIn{a, make(chan error, 1)}
	s.begin(state, way)
	defer s.take(state)

	ended, browseErr := s.Browse(ctx, authorizeURL(a, state), as)
	select {
	case err = <-way.done: // the call back knows better than the browser
	default:
		err = browseErr
		if err == nil {
			err = fmt.Errorf("the sign-in ended at %s and not at the Call Back URL", withoutQuery(ended))
		}
	}
	if err != nil {
		return "", "", err
	}
	a, err = s.assetByID(asset)
	return a.Account, a.Validity, err
}

func (s *Server) begin(state string, way *signIn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[state] = way
}

// take ends a sign-in: a state is good once.
func (s *Server) take(state string) (*signIn, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	way, ok := s.pending[state]
	delete(s.pending, state)
	return way, ok
}

// authorizeURL is built from the asset's own fields; the review box asks for
// the consent page. There is no PKCE: the client has a secret.
func authorizeURL(a tenant.Asset, state string) string {
	options := []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("response_mode", "query")}
	if field(a, review) == "on" {
		options = append(options, oauth2.SetAuthURLParam("prompt", "consent"))
	}
	return config(a, accessTokenURL).AuthCodeURL(state, options...)
}

// config is the OAuth client of an asset, with one of its two token URLs.
func config(a tenant.Asset, tokenURL string) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     field(a, clientID),
		ClientSecret: a.ClientSecret,
		RedirectURL:  a.CallbackURL,
		Scopes:       strings.Fields(field(a, scope)),
		Endpoint: oauth2.Endpoint{
			AuthURL:   field(a, authorizationURL),
			TokenURL:  field(a, tokenURL),
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// redeem turns a code into the asset's tokens.
func (s *Server) redeem(ctx context.Context, a tenant.Asset, code string) error {
	token, err := config(a, accessTokenURL).Exchange(s.withClient(ctx), code)
	if err != nil {
		return refusal(err)
	}
	if token.RefreshToken == "" {
		return errors.New("the answer holds no refresh token")
	}
	return s.keep(a.ID, token)
}

// refresh gets the asset a new access token when the old one has run out by
// the sandbox's clock, as Webex Connect does by itself.
func (s *Server) refresh(ctx context.Context, a tenant.Asset) (tenant.Asset, error) {
	switch {
	case a.RefreshToken == "":
		return a, errors.New("the asset has no token: Generate Token has not been clicked")
	case s.tenant.Clock.Now().Before(a.Expires):
		return a, nil
	}
	old := &oauth2.Token{RefreshToken: a.RefreshToken}
	token, err := config(a, refreshTokenURL).TokenSource(s.withClient(ctx), old).Token()
	if err != nil {
		return a, refusal(err)
	}
	if err := s.keep(a.ID, token); err != nil {
		return a, err
	}
	return s.assetByID(a.ID)
}

func (s *Server) withClient(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, s.HTTP)
}

// margin is how long before its end a token counts as run out.
const margin = time.Minute

// keep stores tokens in the asset.
func (s *Server) keep(id string, token *oauth2.Token) error {
	account, err := accountOf(token.AccessToken)
	if err != nil {
		return err
	}
	now := s.tenant.Clock.Now()
	s.update(id, func(a *tenant.Asset) {
		a.Account, a.Validity = account, strconv.FormatInt(token.ExpiresIn, 10)
		a.AccessToken, a.RefreshToken = token.AccessToken, token.RefreshToken
		a.Expires = now.Add(time.Duration(token.ExpiresIn)*time.Second - margin)
	})
	return nil
}

// accountOf reads who signed in. Judging the token is the resource's matter.
func accountOf(raw string) (string, error) {
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(raw, claims); err != nil {
		return "", errors.New("the access token names nobody")
	}
	account, _ := claims["upn"].(string)
	if account == "" {
		return "", errors.New("the access token names nobody")
	}
	return account, nil
}

// refusal is the token endpoint's error in its own words, without the
// request or the body.
func refusal(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return err
	}
	if refused.ErrorCode == "" {
		return fmt.Errorf("the token endpoint answered %s", refused.Response.Status)
	}
	return fmt.Errorf("%s: %s", refused.ErrorCode, refused.ErrorDescription)
}

func withoutQuery(url string) string {
	address, _, _ := strings.Cut(url, "?")
	return address
}
